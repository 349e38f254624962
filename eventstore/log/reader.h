// Reading the log up to what is committed. Iterators live only for one call. Safe from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/store.h"
#include "eventstore/log/tail.h"

namespace skyndsamt::log {

class Reader {
 public:
  Reader(Store& store, const Tail& tail) : store_(store), tail_(tail) {}

  absl::StatusOr<ReadResult> ReadAll(const ReadOptions& options) const;
  absl::StatusOr<ReadResult> ReadStream(const StreamId& stream, const ReadOptions& options) const;
  absl::StatusOr<std::optional<StreamHead>> Head(const StreamId& stream) const;
  absl::StatusOr<Position> FirstRecordedAt(Micros instant) const;
  absl::StatusOr<Revision> FirstRecordedAt(const StreamId& stream, Micros instant) const;

  // Stored values from `from` up to `committed` (down to 0 if backward), until `visit` says false.
  // DATA_LOSS at a gap. Does not fill the block cache unless told.
  absl::Status Scan(
      Position from, bool backward, Position committed, bool fill_cache,
      const std::function<absl::StatusOr<bool>(Position, std::string_view)>& visit) const;

  // The first answer to a request, if all of it is committed.
  absl::StatusOr<std::optional<AppendOutcome>> FindRequest(const RequestKey& key,
                                                           const Bytes32& fingerprint) const;
  // The records of a stream in [first, last], at most 100: what a writer missed.
  absl::StatusOr<std::vector<Record>> Missed(const StreamId& stream, Revision first,
                                             Revision last) const;

 private:
  absl::StatusOr<Appended> Rebuild(Position first, uint32_t count) const;

  Store& store_;
  const Tail& tail_;
};

}  // namespace skyndsamt::log
