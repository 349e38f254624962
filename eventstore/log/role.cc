#include "eventstore/log/role.h"

#include <rocksdb/file_system.h>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "eventstore/log/files.h"
#include "eventstore/log/store.h"

namespace skyndsamt::log {
namespace {

constexpr char kFirstLine[] = "skyndsamt-role 1\n";
constexpr char kReplica[] = "replica\n";
constexpr char kRetired[] = "retired\n";
constexpr char kPrimary[] = "primary ";
constexpr char kNoAppends[] = "skyndsamt/no-appends";

std::string TextOf(const Role& role) {
  switch (role.kind) {
    case Role::Kind::kReplica:
      return absl::StrCat(kFirstLine, kReplica);
    case Role::Kind::kRetired:
      return absl::StrCat(kFirstLine, kRetired);
    case Role::Kind::kPrimary:
      return absl::StrCat(kFirstLine, kPrimary, role.id.ToString(), "\n");
  }
  return {};
}

}  // namespace

absl::StatusOr<Role> ReadRole(rocksdb::FileSystem& fs, const std::string& directory) {
  const auto text = ReadWholeFile(fs, RolePath(directory));
  if (absl::IsNotFound(text.status())) return Role{};
  if (!text.ok()) return text.status();
  for (const auto kind : {Role::Kind::kReplica, Role::Kind::kRetired}) {
    if (*text == TextOf({kind, {}})) return Role{kind, {}};
  }
  absl::string_view id = *text;
  if (absl::ConsumePrefix(&id, absl::StrCat(kFirstLine, kPrimary)) &&
      absl::ConsumeSuffix(&id, "\n")) {
    const auto parsed = PrimaryId::Parse(std::string(id));
    if (parsed.ok() && !parsed->empty()) return Role{Role::Kind::kPrimary, *parsed};
  }
  return absl::DataLossError(
      "the log's ROLE file is damaged. Nothing was changed. See deploy/runbook.md, "
      "'the ROLE file is damaged'");
}

absl::Status WriteRole(rocksdb::FileSystem& fs, const std::string& directory, const Role& role) {
  return WriteWholeFile(fs, RolePath(directory), TextOf(role));
}

absl::Status TakesNoAppends(absl::string_view why) {
  absl::Status status = absl::FailedPreconditionError(why);
  status.SetPayload(kNoAppends, absl::Cord());
  return status;
}

bool IsTakesNoAppends(const absl::Status& status) {
  return status.GetPayload(kNoAppends).has_value();
}

}  // namespace skyndsamt::log
