// What has been committed: how far, the tree over it, and a byte-bounded ring of the newest records
// that all subscribers share. Published by the appender, read by everyone; safe from any thread.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "eventstore/log/record.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {

using RecordPtr = std::shared_ptr<const Record>;

class Tail {
 public:
  Tail(merkle::Tree tree, size_t ring_bytes);

  Position committed() const { return committed_.load(std::memory_order_acquire); }
  // The tree over all committed records, as of now.
  std::shared_ptr<const merkle::Tree> tree() const;
  // Records from `from`, at most `max_records`, all of them committed. False if the ring has gone
  // past `from`; true with none if there is nothing newer.
  bool ReadRing(Position from, size_t max_records, std::vector<RecordPtr>* out) const;

  // Makes records readable; they follow what was published before. Gives back what the ring let go,
  // to be freed when there is time.
  std::vector<RecordPtr> Publish(const std::vector<RecordPtr>& records,
                                 std::shared_ptr<const merkle::Tree> tree);

 private:
  // With its size, so that letting a record go needs no look at memory that is long cold.
  struct Held {
    RecordPtr record;
    size_t bytes;
  };

  const size_t ring_bytes_;
  std::atomic<Position> committed_;
  mutable std::mutex mutex_;
  std::shared_ptr<const merkle::Tree> tree_;
  std::deque<Held> ring_;  // the last is committed_ - 1
  size_t held_bytes_ = 0;
};

}  // namespace skyndsamt::log
