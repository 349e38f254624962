// A log's directory: its lock and its FORMAT file. Opening checks and, where allowed, creates them;
// a refusal changes nothing.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"

namespace rocksdb {
class FileLock;
class FileSystem;
}  // namespace rocksdb

namespace skyndsamt::log {

// Holds the directory's lock while it lives. Not thread-safe.
class DirectoryLock {
 public:
  // FAILED_PRECONDITION if another process, or another log in this one, has the directory open;
  // PERMISSION_DENIED if it cannot be written.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Take(const Options& options);
  ~DirectoryLock();

 private:
  DirectoryLock(rocksdb::FileSystem& fs, rocksdb::FileLock* lock) : fs_(fs), lock_(lock) {}

  rocksdb::FileSystem& fs_;
  rocksdb::FileLock* const lock_;
};

enum class DirectoryState { kLog, kEmpty };

// Looks at FORMAT and ROLE: NOT_FOUND if the directory does not exist (and none is to be
// created), DATA_LOSS if it holds a log without FORMAT, FAILED_PRECONDITION if it holds something
// else, another format, a log of another name, a replica that is to be opened as a primary or the
// other way round, or one that was retired.
absl::StatusOr<DirectoryState> InspectDirectory(const Options& options);

// Writes ROLE (for a replica), FORMAT and an empty high-water file where they are missing.
absl::Status InitialiseDirectory(const Options& options);

// The name in a log's FORMAT file. NOT_FOUND if there is no log, DATA_LOSS if there is one without
// that file.
absl::StatusOr<std::string> ReadOrigin(const Options& options);

}  // namespace skyndsamt::log
