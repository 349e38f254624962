#include "services/api/worker_pool.h"

#include <utility>

#include "eventstore/base/thread_name.h"

namespace skyndsamt::api {

WorkerPool::WorkerPool(int threads, size_t queue) : bound_(queue) {
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(Job job) {
  absl::MutexLock lock(&mutex_);
  if (counted_ >= bound_) return false;
  ++counted_;
  queue_.push_back({std::move(job), /*counts=*/true});
  return true;
}

void WorkerPool::SubmitAlways(Job job) {
  absl::MutexLock lock(&mutex_);
  queue_.push_back({std::move(job)});
}

size_t WorkerPool::queued() const {
  absl::MutexLock lock(&mutex_);
  return queue_.size();
}

void WorkerPool::Work() {
  NameThisThread("api-worker");
  const auto ready = [this]()
                         ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return closing_ || !queue_.empty(); };
  while (true) {
    Job job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&ready));
      if (queue_.empty()) return;
      job = std::move(queue_.front().job);
      counted_ -= queue_.front().counts;
      queue_.pop_front();
    }
    job();
  }
}

}  // namespace skyndsamt::api
