// A replica's one way in: takes the records of the log it copies as they are, checks that they can
// only be what follows, and lays them as the primary did. An append is written whole: until its
// last record has come, its first ones are held back and nobody sees them.
//
// Checked of each record: its place follows; its bytes are those that its leaf hashes (body, sealed
// parts); it was recorded later than the one before; its stream's revision and previous leaf hash
// follow; its append is whole (index, count, request, each stream once); its request id is new. A
// record that is there already is passed over if it is the same, byte for byte.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/committer.h"
#include "eventstore/log/courier.h"
#include "eventstore/log/log_end.h"
#include "eventstore/log/recent_heads.h"
#include "eventstore/log/record.h"

namespace skyndsamt::log {

// Safe from any thread.
class Ingester {
 public:
  Ingester(Store& store, RecentHeads& recent, LogEnd end, Committer& committer, Courier& courier)
      : store_(store),
        recent_(recent),
        end_(std::move(end)),
        committer_(committer),
        courier_(courier) {}

  // EventLog::Ingest.
  absl::StatusOr<Position> Take(std::vector<Record> records);

 private:
  Position Next() const { return end_.next() + held_.size(); }
  absl::Status TakeOne(Record record);
  absl::Status CompareWithOurs(const Record& record);
  absl::Status CheckContent(Record* record) const;
  absl::Status CheckPlaceInAppend(const Record& record);
  absl::Status CheckStreams();
  absl::Status CheckRequest();
  absl::StatusOr<std::optional<StreamRow>> HeadOf(const StreamId& stream);
  absl::Status LayHeld();
  absl::Status Commit();

  Store& store_;
  RecentHeads& recent_;
  std::mutex mutex_;
  LogEnd end_;
  Committer& committer_;
  Courier& courier_;
  Group group_;
  // The append whose last record has not come, and what its bodies say of it.
  std::vector<std::shared_ptr<Record>> held_;
  size_t held_bytes_ = 0;
  uint32_t count_ = 0;
  std::string request_;
  std::string fingerprint_;
  absl::flat_hash_map<StreamId, StreamRow> heads_;  // of the group's streams, and the held append's
  absl::flat_hash_set<RequestKey> requests_;        // of the group
};

}  // namespace skyndsamt::log
