// The growing end of the log: lays records, request ids, tiles and the frontier into one write.
// A primary's appends and a replica's ingest both pass here, so that the same records make the same
// bytes in every column family.
#pragma once

#include <rocksdb/write_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "eventstore/log/record.h"
#include "eventstore/log/store.h"
#include "eventstore/log/tail.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {

// What one synced write carries. Used again, so that its memory stays.
struct Group {
  void Clear();

  rocksdb::WriteBatch batch{0, 0, /*protection_bytes_per_key=*/8, 0};
  std::vector<RecordPtr> records;
  std::shared_ptr<const merkle::Tree> tree;
  Bytes32 last_leaf_hash{};
  std::vector<RecordPtr> let_go;  // by the ring, to be freed after the answers
};

// Not thread-safe.
class LogEnd {
 public:
  LogEnd(Store& store, merkle::Tree tree, Micros last_recorded)
      : store_(store), tree_(std::move(tree)), last_recorded_(last_recorded) {}

  // The next record's position.
  Position next() const { return tree_.size(); }
  // Of the last record.
  Micros last_recorded() const { return last_recorded_; }

  // Lays the next record, its leaf data included; fills stored_bytes. Its leaf hash.
  Bytes32 Lay(std::shared_ptr<Record> record, Group* group);
  void LayRequest(const RequestKey& key, Position first, Group* group);
  // Completes a group that holds records.
  void Seal(Group* group);

 private:
  Store& store_;
  merkle::Tree tree_;
  Micros last_recorded_;
  std::vector<merkle::Tile> tiles_;
  std::string scratch_;
};

}  // namespace skyndsamt::log
