#include "eventstore/log/directory.h"

#include <rocksdb/file_system.h>

#include "absl/strings/str_cat.h"
#include "eventstore/log/files.h"
#include "eventstore/log/high_water.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/log/role.h"
#include "eventstore/log/store.h"

namespace skyndsamt::log {

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(const Options& options) {
  auto& fs = FileSystemOf(options);
  rocksdb::FileLock* lock = nullptr;
  const auto taken = fs.LockFile(LockPath(options.directory), rocksdb::IOOptions(), &lock, nullptr);
  if (taken.ok()) return std::unique_ptr<DirectoryLock>(new DirectoryLock(fs, lock));
  auto refused = FromRocks(taken, "the log's directory cannot be written");
  if (absl::IsPermissionDenied(refused)) return refused;
  return absl::FailedPreconditionError("the log is open elsewhere: " + taken.ToString());
}

DirectoryLock::~DirectoryLock() { fs_.UnlockFile(lock_, rocksdb::IOOptions(), nullptr); }

absl::StatusOr<std::string> ReadOrigin(const Options& options) {
  auto& fs = FileSystemOf(options);
  auto text = ReadWholeFile(fs, FormatPath(options.directory));
  // A new log has it before either; only a copy that was cut short lacks it, and one that lost it.
  if (absl::IsNotFound(text.status()) && (FileExists(fs, DatabasePath(options.directory)) ||
                                          FileExists(fs, HighWaterPath(options.directory)))) {
    return absl::DataLossError(
        "the directory holds a log without its FORMAT file. Nothing was changed. See "
        "deploy/runbook.md, 'the FORMAT file is missing'");
  }
  if (!text.ok()) return text.status();
  auto origin = ParseFormatFile(*text);
  if (!origin) {
    return absl::FailedPreconditionError(
        "the log's FORMAT file names a format that this program does not read");
  }
  return *std::move(origin);
}

namespace {

// A replica's directory is never written as a primary's, nor the other way round.
absl::Status CheckRole(const Options& options, bool holds_log) {
  const auto role = ReadRole(FileSystemOf(options), options.directory);
  if (!role.ok()) return role.status();
  switch (role->kind) {
    case Role::Kind::kReplica:
      if (options.replica) return absl::OkStatus();
      return absl::FailedPreconditionError(
          "the directory holds a replica: serve it as one, or promote it first; see "
          "deploy/runbook.md, 'promotion'");
    case Role::Kind::kRetired:
      return absl::FailedPreconditionError(
          "the directory holds a log whose replica was promoted in its place; see "
          "deploy/runbook.md, 'promotion'");
    case Role::Kind::kPrimary:
      if (!options.replica || !holds_log) return absl::OkStatus();
      return absl::FailedPreconditionError("the directory holds a log of its own, not a replica");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DirectoryState> InspectDirectory(const Options& options) {
  auto& fs = FileSystemOf(options);
  if (!FileExists(fs, options.directory)) {
    if (options.create_if_missing) return DirectoryState::kEmpty;
    return absl::NotFoundError(absl::StrCat("there is no log at ", options.directory));
  }
  auto origin = ReadOrigin(options);
  if (origin.ok()) {
    if (*origin != options.origin) {
      return absl::FailedPreconditionError(
          absl::StrCat("the directory holds the log ", *origin, ", not ", options.origin));
    }
    auto role = CheckRole(options, /*holds_log=*/true);
    if (!role.ok()) return role;
    return DirectoryState::kLog;
  }
  if (!absl::IsNotFound(origin.status())) return origin.status();
  auto names = ListDirectory(fs, options.directory);
  if (!names.ok()) return names.status();
  if (auto role = CheckRole(options, /*holds_log=*/false); !role.ok()) return role;
  // A lock, and files whose making was cut short, are all that an interrupted start leaves.
  std::erase_if(*names, [](const auto& name) {
    return name == "LOCK" || name == "FORMAT.new" || name == "ROLE" || name == "ROLE.new";
  });
  if (!names->empty()) {
    return absl::FailedPreconditionError("the directory is not empty and holds no log");
  }
  if (options.create_if_missing) return DirectoryState::kEmpty;
  return absl::NotFoundError(absl::StrCat("there is no log at ", options.directory));
}

absl::Status InitialiseDirectory(const Options& options) {
  auto& fs = FileSystemOf(options);
  if (!FileExists(fs, FormatPath(options.directory))) {
    absl::Status written;
    if (options.replica) {
      written = WriteRole(fs, options.directory, {Role::Kind::kReplica, {}});
    }
    if (written.ok()) {
      written = WriteWholeFile(fs, FormatPath(options.directory), FormatFileText(options.origin));
    }
    if (!written.ok()) return written;
  }
  // Only a log that never came to its database may lack the file: otherwise it was lost.
  if (FileExists(fs, HighWaterPath(options.directory)) ||
      FileExists(fs, DatabasePath(options.directory) + "/CURRENT")) {
    return absl::OkStatus();
  }
  return HighWater::Create(fs, HighWaterPath(options.directory), HighWaterMark{});
}

}  // namespace skyndsamt::log
