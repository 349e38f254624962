// The log's RocksDB: how it is opened and tuned, and typed reads from it. Writing is the
// appender's.
//
// A directory is opened in this order, so that a refusal changes nothing: lock, FORMAT, high-water
// file, a read-only look at the database (which replays the write-ahead log without writing)
// checked against the high-water mark, and only then the database itself.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/key_format.h"

namespace skyndsamt::log {

// Where the parts of a log lie in its directory.
std::string DatabasePath(const std::string& directory);
std::string FormatPath(const std::string& directory);
std::string LockPath(const std::string& directory);
std::string HighWaterPath(const std::string& directory);
std::string RolePath(const std::string& directory);
std::string CheckpointPath(const std::string& directory);

rocksdb::Env* EnvOf(const Options& options);
rocksdb::FileSystem& FileSystemOf(const Options& options);

// Reads are safe from any thread.
class Store {
 public:
  // Creates the database if `create`. Neither locks the directory nor looks at the other files.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const Options& options, bool create);
  static absl::StatusOr<std::unique_ptr<Store>> OpenReadOnly(const Options& options);
  ~Store();

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) {
    return handles_[static_cast<size_t>(family) + 1];
  }

  // DATA_LOSS if absent or malformed: the caller knows that it must be there.
  absl::StatusOr<Record> ReadRecord(Position position);
  // The stored values at these positions, in order.
  absl::StatusOr<std::vector<rocksdb::PinnableSlice>> ReadValues(
      const std::vector<Position>& positions);
  // The newest row of a stream below `committed`.
  absl::StatusOr<std::optional<StreamRow>> NewestBelow(const StreamId& stream, Position committed);
  // At most `most` rows of a stream, newest first: those below `committed` and in [to, from].
  // DATA_LOSS if one is missing between them.
  absl::StatusOr<std::vector<StreamRow>> RowsDown(const StreamId& stream, Revision from,
                                                  Revision to, Position committed, size_t most);
  // Rows [first, last] of a stream, oldest first; DATA_LOSS if one is missing.
  absl::StatusOr<std::vector<StreamRow>> ReadRows(const StreamId& stream, Revision first,
                                                  Revision last);
  absl::StatusOr<std::optional<Position>> FindRequest(const RequestKey& key);
  // Hashes of a complete tile.
  absl::StatusOr<std::string> ReadTile(uint8_t level, uint64_t index);
  // The empty frontier if nothing was ever written.
  absl::StatusOr<FrontierRow> ReadFrontier();

 private:
  Store() = default;
  static absl::StatusOr<std::unique_ptr<Store>> OpenDatabase(const Options& options, bool create,
                                                             bool read_only);

  std::unique_ptr<rocksdb::Env> env_;  // of the database; none where it is only read
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // RocksDB's own default first, unused
};

// The leaf hash of a stored record, recomputed.
Bytes32 LeafHashOf(const Record& record);

// That the database holds at least what the high-water file says; DATA_LOSS with a line for the
// runbook otherwise.
absl::Status CheckAgainst(const HighWaterMark& mark, Store& store);

}  // namespace skyndsamt::log
