// Whether a key store is as new as its log. An older copy of the key store, or one whose
// write-ahead log lost its end, would otherwise open and answer for every lost key as if it had
// been erased.
#pragma once

#include "absl/status/status.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::log {

// Keys are handed out in the order in which they were made, and what a store loses is the newest:
// so it is enough to look at the newest sealed parts.
inline constexpr size_t kCheckedParts = 256;
inline constexpr size_t kCheckedRecords = 10'000;

// Looks up the keys of the newest kCheckedParts sealed parts among the newest kCheckedRecords
// records, whatever the log's length. DATA_LOSS, with a line for the runbook, if the store never
// made one of them; those it has erased are as they should be. For the start, before anything is
// recorded. Safe from any thread.
absl::Status CheckKeys(EventLog& log, vault::KeyStore& keys);

}  // namespace skyndsamt::log
