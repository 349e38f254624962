// How long to wait before the next attempt: after each failure twice as long as before, up to the
// longest, and after a success the shortest again; each time give or take a half, so that two that
// get into each other's way do not go on doing so in step. Not thread-safe.
#pragma once

#include <algorithm>
#include <random>

#include "absl/time/time.h"

namespace skyndsamt::kafka {

class Backoff {
 public:
  Backoff(absl::Duration shortest, absl::Duration longest)
      : shortest_(shortest), longest_(longest), length_(shortest) {}

  // The pause after one more failure.
  absl::Duration Next() {
    const absl::Duration pause = length_ * of_a_pause_(random_);
    length_ = std::min(length_ * 2, longest_);
    return pause;
  }
  void Succeeded() { length_ = shortest_; }

 private:
  const absl::Duration shortest_, longest_;
  absl::Duration length_;
  std::mt19937_64 random_{std::random_device{}()};
  std::uniform_real_distribution<double> of_a_pause_{0.5, 1.5};
};

}  // namespace skyndsamt::kafka
