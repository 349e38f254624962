#include "services/commands/slow_lane.h"

#include "eventstore/base/thread_name.h"

namespace skyndsamt::commands {

SlowLane::SlowLane() : thread_([this] { Work(); }) {}

SlowLane::~SlowLane() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SlowLane::Post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void SlowLane::Work() {
  NameThisThread("slow-lane");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace skyndsamt::commands
