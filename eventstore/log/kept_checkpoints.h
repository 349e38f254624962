// Signed checkpoints kept with the log: a row for each, and the newest once more in a file beside
// the database, as tlog-tiles serves it. Nothing here needs a key: signatures are checked by
// whoever has one (checkpointer.h, fsck), but a log that does not hold what it once signed is found
// by the text alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/store.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {

// Durably, the rows before the file. The first that is kept of a size stays.
absl::Status KeepCheckpoints(const Options& options, Store& store,
                             const std::vector<KeptCheckpoint>& checkpoints);
// From the smallest at or above `from`, at most `max`. DATA_LOSS where a row's key is malformed,
// here and below.
absl::StatusOr<std::vector<KeptCheckpoint>> ReadCheckpoints(Store& store, uint64_t from,
                                                            size_t max);
// The largest at or below `at_most`.
absl::StatusOr<std::optional<KeptCheckpoint>> NewestCheckpoint(Store& store, uint64_t at_most);

// That the tree holds what the newest row and the file say was signed. DATA_LOSS with a line for
// the runbook otherwise.
absl::Status CheckSigned(const Options& options, Store* store, const merkle::Tree& tree);

// The same for one note, its signature not looked at: the checkpoint, if it is the log's of this
// name and the tree has that root at that size, DATA_LOSS otherwise. Of an empty tree there need be
// no store.
absl::StatusOr<KeptCheckpoint> CheckNote(std::string_view note, std::string_view origin,
                                         Store* store, const merkle::Tree& tree);

}  // namespace skyndsamt::log
