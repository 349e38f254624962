// Where on a topic a reader goes on that has everything below a position. Nothing is kept of
// offsets: the sequences say it, by bisection.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/base/ids.h"
#include "eventstore/kafka/partition_reader.h"

namespace skyndsamt::kafka {

// An offset from which the message of position `due`, if the topic has it, and all that follow can
// be read; positions rise along the topic, but for what was sent twice. Where the reader reads next
// is unspecified. UNAVAILABLE if not in time; DATA_LOSS if a message has no sequence.
absl::StatusOr<int64_t> FindStart(PartitionReader& reader, Position due, absl::Duration timeout);

}  // namespace skyndsamt::kafka
