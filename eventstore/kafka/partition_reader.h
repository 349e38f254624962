// Reads one partition of one topic, read_committed: what a transaction has not committed is not
// seen, what it aborted never is. No consumer group, nothing stored at the broker: the reader's
// user keeps the position, in the same write as what it made of it.
//
//   auto reader = PartitionReader::Open(connection, "skyndsamt.events.v1", 0);
//   (*reader)->StartAt(offset);
//   while (...) { auto messages = (*reader)->Read(1000, absl::Seconds(1)); ... }
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/message.h"

namespace skyndsamt::kafka {

// Offsets, not log positions: a transaction's markers take offsets too.
struct OffsetRange {
  int64_t begin = 0;  // the oldest that is kept
  int64_t end = 0;    // the next that a read_committed reader may see
};

// One thread at a time.
class PartitionReader {
 public:
  static absl::StatusOr<std::unique_ptr<PartitionReader>> Open(const ConnectionOptions& connection,
                                                               const std::string& topic,
                                                               int32_t partition);
  virtual ~PartitionReader() = default;

  // UNAVAILABLE if no broker answers in time.
  virtual absl::StatusOr<OffsetRange> Range(absl::Duration timeout) = 0;
  // From where the next Read reads; may be called again.
  virtual absl::Status StartAt(int64_t offset) = 0;
  // At most `max` messages, none if there are none in time. OUT_OF_RANGE if the offset is no longer
  // kept: the reader has missed something. An error that comes among messages is the next Read's.
  // Brokers that are away are waited for without a word; Range tells.
  virtual absl::StatusOr<std::vector<ReadMessage>> Read(size_t max, absl::Duration timeout) = 0;
  // Whether the last Read saw the end of what is committed.
  virtual bool at_end() const = 0;
  // How many offsets lie between the last Read and the topic's end, as far as the brokers have
  // told: messages, transactions' markers and what is not committed yet. 0 if and only if at_end().
  virtual uint64_t behind() const = 0;
};

// The newest committed message, of a key if one is given; looks backwards from the end, so that it
// is quick however long the partition. nullopt if there is none. UNAVAILABLE if not in time. Where
// the reader reads next is unspecified.
absl::StatusOr<std::optional<ReadMessage>> FindLast(PartitionReader& reader,
                                                    const std::optional<std::string>& key,
                                                    absl::Duration timeout);

}  // namespace skyndsamt::kafka
