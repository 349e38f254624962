// The heads of streams that were appended to lately: whoever appends to one of them again need not
// look at the index. Bounded in number; what falls out is still in the index. Safe from any thread.
#pragma once

#include <mutex>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/ids.h"
#include "eventstore/log/key_format.h"

namespace skyndsamt::log {

class RecentHeads {
 public:
  explicit RecentHeads(size_t most) : generation_(most / 2) {}

  // The newest row that was put for the stream, if it is still remembered.
  std::optional<StreamRow> Find(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    if (const auto it = newer_.find(stream); it != newer_.end()) return it->second;
    if (const auto it = older_.find(stream); it != older_.end()) return it->second;
    return std::nullopt;
  }

  void Put(const StreamId& stream, const StreamRow& head) {
    const std::lock_guard lock(mutex_);
    newer_.insert_or_assign(stream, head);
    if (newer_.size() < generation_) return;
    older_.swap(newer_);
    newer_.clear();
  }

 private:
  const size_t generation_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<StreamId, StreamRow> newer_;
  absl::flat_hash_map<StreamId, StreamRow> older_;  // whole generations fall out
};

}  // namespace skyndsamt::log
