// The one pool for whatever touches disk: a fixed number of threads and a bounded queue, so that no
// gRPC callback ever blocks and no burst grows without limit. What a queued job holds belongs to a
// call, whose bytes are bounded at the door (byte_budget.h).
#pragma once

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace skyndsamt::api {

// Thread-safe. The destructor runs what is queued, then joins.
class WorkerPool {
 public:
  using Job = absl::AnyInvocable<void()>;

  WorkerPool(int threads, size_t queue);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the job is not run, if as many as the queue takes wait already.
  [[nodiscard]] bool Submit(Job job);
  // For work whose number is bounded elsewhere, and does not count: one job per open stream.
  void SubmitAlways(Job job);

  size_t queued() const;  // of both

 private:
  struct Queued {
    Job job;
    bool counts = false;
  };

  void Work();

  const size_t bound_;
  mutable absl::Mutex mutex_;
  std::deque<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  size_t counted_ ABSL_GUARDED_BY(mutex_) = 0;  // those in the queue that count
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace skyndsamt::api
