// Who waits for a position: an entry each, never a thread. Thread-safe; callbacks run without any
// lock held.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "projections/engine/runner.h"

namespace skyndsamt::engine {

class Waiters {
 public:
  using Done = std::function<void(absl::Status)>;

  // Calls `done` at once if the position was reached, or with the failure if there was one.
  void Add(Position position, Reach reach, Runner::Deadline deadline, Done done);
  // Everything below these has been reached; calls who waited for it.
  void Reached(Position applied, Position settled);
  // Calls those whose deadline has passed; the next deadline, if anybody waits.
  std::optional<Runner::Deadline> Expire(Runner::Deadline now);
  // Calls everybody, and whoever comes later, with a failure; OK takes the failure back.
  void Fail(const absl::Status& failure);
  bool AnyFor(Reach reach) const;
  // Whether anybody waits for something below `end`.
  bool AnyBelow(Position end) const;

 private:
  struct Waiter {
    Runner::Deadline deadline;
    Done done;
  };
  using Queue = std::multimap<Position, Waiter>;

  Queue& QueueOf(Reach reach) {
    return reach == Reach::kApplied ? applied_waiters_ : settled_waiters_;
  }
  static void TakeBelow(Queue& queue, Position end, std::vector<Done>& out);

  mutable std::mutex mutex_;
  Queue applied_waiters_;
  Queue settled_waiters_;
  Position applied_ = 0;
  Position settled_ = 0;
  absl::Status failure_;
};

}  // namespace skyndsamt::engine
