// How many records the next transaction may hold. A transaction takes what has piled up: one record
// when the relay is idle, up to `most` when it is behind. After one that failed the next is half as
// large, down to a single record, so that what cannot be sent is found and nothing else waits for
// it; after each that succeeds, twice as large again. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>

namespace skyndsamt::kafka {

class BatchSizer {
 public:
  explicit BatchSizer(size_t most) : most_(std::max<size_t>(most, 1)), limit_(most_) {}

  size_t limit() const { return limit_; }
  void Failed(size_t records) { limit_ = std::clamp<size_t>(records / 2, 1, limit_); }
  void Succeeded() { limit_ = std::min(limit_ * 2, most_); }

 private:
  const size_t most_;
  size_t limit_;
};

}  // namespace skyndsamt::kafka
