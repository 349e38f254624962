#include "eventstore/log/tail.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace skyndsamt::log {
namespace {

size_t Footprint(const Record& record) { return record.stored_bytes + sizeof(Record); }

}  // namespace

Tail::Tail(merkle::Tree tree, size_t ring_bytes)
    : ring_bytes_(ring_bytes),
      committed_(tree.size()),
      tree_(std::make_shared<const merkle::Tree>(std::move(tree))) {}

std::shared_ptr<const merkle::Tree> Tail::tree() const {
  const std::lock_guard lock(mutex_);
  return tree_;
}

bool Tail::ReadRing(Position from, size_t max_records, std::vector<RecordPtr>* out) const {
  const std::lock_guard lock(mutex_);
  const Position end = tree_->size();
  if (from >= end) return true;
  const Position begin = end - ring_.size();
  if (from < begin) return false;
  const auto first = ring_.begin() + static_cast<ptrdiff_t>(from - begin);
  std::transform(first, first + static_cast<ptrdiff_t>(std::min<uint64_t>(max_records, end - from)),
                 std::back_inserter(*out), [](const Held& held) { return held.record; });
  return true;
}

std::vector<RecordPtr> Tail::Publish(const std::vector<RecordPtr>& records,
                                     std::shared_ptr<const merkle::Tree> tree) {
  std::vector<RecordPtr> gone;
  const std::lock_guard lock(mutex_);
  for (const RecordPtr& record : records) {
    ring_.push_back({record, Footprint(*record)});
    held_bytes_ += ring_.back().bytes;
  }
  while (held_bytes_ > ring_bytes_ && !ring_.empty()) {
    held_bytes_ -= ring_.front().bytes;
    gone.push_back(std::move(ring_.front().record));
    ring_.pop_front();
  }
  tree_.swap(tree);
  committed_.store(tree_->size(), std::memory_order_release);
  return gone;
}

}  // namespace skyndsamt::log
