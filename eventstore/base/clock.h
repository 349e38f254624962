// Time is input. Only the server constructs SystemClock; everything else is given a Clock.
#pragma once

#include <atomic>

#include "eventstore/base/ids.h"

namespace skyndsamt {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Micros Now() const = 0;
};

class SystemClock : public Clock {
 public:
  Micros Now() const override;
};

// Stands still until it is set: for tests, the demo's simulated time and replays.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Micros now = 0) : now_(now) {}
  Micros Now() const override { return now_.load(std::memory_order_relaxed); }
  void Set(Micros now) { now_.store(now, std::memory_order_relaxed); }
  void Advance(Micros by) { now_.fetch_add(by, std::memory_order_relaxed); }

 private:
  std::atomic<Micros> now_;
};

}  // namespace skyndsamt
