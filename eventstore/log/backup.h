// Backup of a log and restore. A backup is a directory of the same layout: it can be opened,
// checked with fsck, and carries a high-water file of its own.
//
// Back up the log first and the key store second (integrity.md): an erasure between the two is then
// in neither copy's way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::log {

class Store;

// EventLog::Backup: online, into an absent or empty directory (FAILED_PRECONDITION otherwise). The
// number of records in it. FORMAT is written last: a backup cut short is no log.
absl::StatusOr<uint64_t> WriteBackup(const Options& options, Store& store,
                                     const std::string& directory);

// Told how many bytes of how many are done: now and then, and at the end.
using BytesDone = std::function<void(uint64_t done, uint64_t total)>;

// Copies a backup into an absent or empty directory and checks the copy, each block of it by its
// checksum: every byte is synced before this answers. The number of records. FAILED_PRECONDITION if
// `from` is no log or open, or `to` is not empty; DATA_LOSS if the backup is damaged or behind its
// own high-water file.
absl::StatusOr<uint64_t> Restore(const std::string& from, const std::string& to,
                                 const BytesDone& told = nullptr);

}  // namespace skyndsamt::log
