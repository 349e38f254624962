#include "eventstore/log/rocks_status.h"

#include <rocksdb/status.h>

#include <string>

#include "eventstore/base/shortage.h"

namespace skyndsamt::log {

absl::Status FromRocks(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = std::string(what) + ": " + status.ToString();
  if (status.IsCorruption()) return absl::DataLossError(text);
  if (status.IsNoSpace()) return Exhausted(Shortage::kSpace, text);
  if (status.IsNotFound() || status.IsPathNotFound()) return absl::NotFoundError(text);
  // RocksDB has no code for these, only the system's words.
  for (const char* words : {"ermission denied", "Read-only file system"}) {
    if (text.find(words) != std::string::npos) return absl::PermissionDeniedError(text);
  }
  return absl::UnavailableError(text);
}

}  // namespace skyndsamt::log
