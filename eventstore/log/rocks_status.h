// RocksDB's answers as absl::Status: damage is DATA_LOSS, a full disk RESOURCE_EXHAUSTED, what is
// not there NOT_FOUND, what may not be written PERMISSION_DENIED, everything else UNAVAILABLE.
// Pure, safe from any thread.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace rocksdb {
class Status;
}

namespace skyndsamt::log {

// `what` says what was being done; file names may appear in the text, stored bytes never do.
absl::Status FromRocks(const rocksdb::Status& status, std::string_view what);

}  // namespace skyndsamt::log
