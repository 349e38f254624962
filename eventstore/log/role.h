// What a log's directory is, in its file ROLE. Without that file it is a primary that was never
// promoted. At most one directory is the primary of a log: the one whose id the newest relay
// position in Kafka names.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eventstore/base/ids.h"

namespace rocksdb {
class FileSystem;
}

namespace skyndsamt::log {

// Empty for a primary that was never promoted.
using PrimaryId = Id<struct PrimaryTag>;

// Value type.
struct Role {
  enum class Kind {
    kPrimary,
    kReplica,  // a copy of a primary's log: takes no appends
    kRetired,  // another copy was promoted: takes nothing any more
  };
  Kind kind = Kind::kPrimary;
  PrimaryId id{};  // of a primary

  bool operator==(const Role&) const = default;
};

// DATA_LOSS if the file is damaged.
absl::StatusOr<Role> ReadRole(rocksdb::FileSystem& fs, const std::string& directory);
// All or nothing, durably.
absl::Status WriteRole(rocksdb::FileSystem& fs, const std::string& directory, const Role& role);

// What an append to a replica or a retired primary is answered: FAILED_PRECONDITION, told from
// others by a payload, so that who answers a caller need not read its text.
absl::Status TakesNoAppends(absl::string_view why);
bool IsTakesNoAppends(const absl::Status& status);

}  // namespace skyndsamt::log
