#include "eventstore/log/courier.h"

#include <algorithm>
#include <utility>

#include "eventstore/base/thread_name.h"

namespace skyndsamt::log {

Courier::Courier(std::function<Position()> committed)
    : committed_(std::move(committed)), thread_([this] { Run(); }) {}

Courier::~Courier() { Close(); }

void Courier::Post(absl::AnyInvocable<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  work_.notify_one();
}

void Courier::Watch(const void* watcher, Position next, bool at_once, std::function<void()> ready) {
  {
    const std::lock_guard lock(mutex_);
    watchers_[watcher] = {next, at_once, std::move(ready)};
    look_ = true;
  }
  work_.notify_one();
}

void Courier::Forget(const void* watcher) {
  std::unique_lock lock(mutex_);
  watchers_.erase(watcher);
  if (std::this_thread::get_id() == thread_.get_id()) return;
  idle_.wait(lock, [&] { return waking_ != watcher; });
}

void Courier::Committed() {
  {
    const std::lock_guard lock(mutex_);
    if (watchers_.empty()) return;
    look_ = true;
  }
  work_.notify_one();
}

void Courier::Close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Courier::WakeOne(std::unique_lock<std::mutex>& lock) {
  const Position committed = committed_();
  const auto due = std::find_if(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return closing_ || entry.second.at_once || entry.second.next < committed;
  });
  if (due == watchers_.end()) return false;
  waking_ = due->first;
  const auto ready = std::move(due->second.ready);
  watchers_.erase(due);
  lock.unlock();
  ready();
  lock.lock();
  waking_ = nullptr;
  idle_.notify_all();
  return true;
}

void Courier::Run() {
  NameThisThread("log-courier");
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return !tasks_.empty() || look_ || closing_; });
    while (!tasks_.empty()) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      std::move(task)();
      lock.lock();
    }
    look_ = false;
    while (WakeOne(lock)) {
    }
    if (closing_ && tasks_.empty() && watchers_.empty()) return;
  }
}

}  // namespace skyndsamt::log
