// Whether a key store is as new as its log. An older copy of the key store, or one whose
// write-ahead log lost its end, would otherwise open and answer for every lost key as if it had
// been erased.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::log {

// Keys are handed out in the order in which they were made, and what a store loses is the newest:
// so it is enough to look at the newest records' keys. Keys, not parts: what is sealed for a person
// who was known before is sealed with an old key, however often.
inline constexpr size_t kCheckedKeys = 256;
inline constexpr size_t kCheckedRecords = 10'000;

// Looks up the first kCheckedKeys different keys that it meets from the newest record down, among
// kCheckedRecords records, whatever the log's length. DATA_LOSS, with a line for the runbook, if
// the store never made one of them; those it has erased are as they should be. For the start,
// before anything is recorded. Safe from any thread.
absl::Status CheckKeys(EventLog& log, vault::KeyStore& keys);

// What the log is sealed with and the store never made.
struct LostKeys {
  std::vector<KeyId> keys;  // each once, in the order of the log
  uint64_t records = 0;     // with a part sealed by one of them
  Position first = 0;       // of those records; unset where there are none
  Position last = 0;
};

// Looks up every sealed part's key, so it takes as long as reading the log. `progress` is told how
// many records of how many were read. Giving the keys up is Erase: what they sealed stays closed
// for good (under Swedish archive law that is destruction, gallring), and CheckKeys misses them no
// more. Safe from any thread.
absl::StatusOr<LostKeys> FindLostKeys(EventLog& log, vault::KeyStore& keys,
                                      const std::function<void(uint64_t, uint64_t)>& progress);

}  // namespace skyndsamt::log
