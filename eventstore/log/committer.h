// Makes a group durable, then readable: one synced write, the high-water file, publication. After
// a write that failed nothing more is taken until the log is reopened. A thread of its own syncs
// the high-water file and looks at the free space, once a second.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "eventstore/log/high_water.h"
#include "eventstore/log/log_end.h"
#include "eventstore/log/store.h"
#include "eventstore/log/tail.h"

namespace skyndsamt::log {

// Safe from any thread, but for Commit: one caller at a time, in the order the groups were formed.
class Committer {
 public:
  Committer(const Options& options, Store& store, HighWater& high_water, Tail& tail);
  ~Committer();

  // A sealed group, or one without records. UNAVAILABLE, outcome unknown, from the first failure
  // on.
  absl::Status Commit(Group* group);
  // OK, or why nothing is taken: UNAVAILABLE after a failure, RESOURCE_EXHAUSTED for want of space.
  absl::Status health() const;

 private:
  void Poison(const absl::Status& cause);
  void Keep();  // the housekeeping thread
  void CheckSpace();

  const Options& options_;
  Store& store_;
  HighWater& high_water_;
  Tail& tail_;

  mutable std::mutex mutex_;
  std::condition_variable keep_;
  bool closing_ = false;
  absl::Status poison_;
  std::atomic<bool> poisoned_ = false;
  std::atomic<bool> low_space_ = false;
  std::atomic<bool> mark_unsynced_ = false;
  std::thread thread_;
};

}  // namespace skyndsamt::log
