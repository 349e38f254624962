// Which appends are between their look at the index and their place in a group. The appender must
// remember what was appended since the oldest of those looks, and may forget the rest.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>

#include "eventstore/base/ids.h"

namespace skyndsamt::log {

// Safe from any thread.
class InFlight {
 public:
  using Ticket = uint64_t;

  // A caller is about to look at the index; `committed` is read under the lock, so the looks are in
  // order.
  template <typename Committed>
  Ticket Enter(const Committed& committed) {
    const std::lock_guard lock(mutex_);
    looks_.push_back({committed(), false});
    return first_ + looks_.size() - 1;
  }

  void Leave(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    looks_[ticket - first_].left = true;
    while (!looks_.empty() && looks_.front().left) {
      looks_.pop_front();
      ++first_;
    }
  }

  // Nobody in flight has looked at anything older than this.
  template <typename Committed>
  Position Oldest(const Committed& committed) {
    const std::lock_guard lock(mutex_);
    return looks_.empty() ? committed() : looks_.front().at;
  }

 private:
  struct Look {
    Position at;
    bool left;
  };

  std::mutex mutex_;
  std::deque<Look> looks_;
  Ticket first_ = 0;
};

}  // namespace skyndsamt::log
