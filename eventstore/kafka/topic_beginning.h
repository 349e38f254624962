// Whether a topic has what it ought to begin with.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/partition_reader.h"

namespace skyndsamt::kafka {

// Why a topic is not gone on with, and what to do.
inline constexpr char kLacksBeginning[] =
    "different: the topic lacks its beginning: it was made anew while it was written to. Delete it "
    "and start the server again: everything is sent again";

// Whether the topic's first message says (kPreviousSequence) that another came before it, though
// nothing has aged out: the topic was made anew while it was written to, and readers cannot have
// what came before. Where the reader reads next is unspecified. UNAVAILABLE if not in time.
absl::StatusOr<bool> LacksBeginning(PartitionReader& reader, absl::Duration timeout);

}  // namespace skyndsamt::kafka
