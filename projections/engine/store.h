// The view store: one RocksDB directory with every view's rows, the feeds' positions and which
// version serves. Everything in it follows from the log, so whatever is wrong with it is answered
// by throwing it away. No WAL is written: rows and position share one memtable and one column
// family, so that a death loses both together.
//
//   f                               format and origin of the log
//   p <feed>                        position: u64 next, 16 bytes event id of the last taken
//   s <view>                        u32 version that serves
//   t <u8 length><view><u32 version>          u64 position up to which nothing is left to do
//   r <u8 length><view><u32 version><row key> value
//
// Thread-safe, but for Discard.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"
#include "projections/engine/runner.h"

namespace rocksdb {
class DB;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace skyndsamt::engine {

// Which version of each view serves.
using Serving = std::map<std::string, uint32_t, std::less<>>;

struct FeedPosition {
  Position next = 0;
  EventId last;  // of the record at next - 1
};

class Store {
 public:
  // A store that is damaged, by its looks or as it was noted before, or of another format or log is
  // emptied.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const RunnerOptions& options,
                                                     const std::string& origin);
  ~Store();

  // Empties it. Nothing else may use it meanwhile.
  absl::Status Discard();
  absl::Status Write(rocksdb::WriteBatch& write);
  // Makes everything that was written survive a death.
  absl::Status Flush();
  rocksdb::DB& db() { return *db_; }
  // What RocksDB answered. Damage is noted, here and in the directory: the next Open empties it.
  absl::Status Checked(const rocksdb::Status& answer, std::string_view what) const;
  bool damaged() const { return damaged_; }

  absl::StatusOr<FeedPosition> ReadPosition(std::string_view feed) const;
  absl::StatusOr<Serving> ReadServing() const;
  // The view versions that have rows or a settled position.
  absl::StatusOr<std::vector<std::pair<std::string, uint32_t>>> Versions() const;
  absl::StatusOr<Position> ReadSettled(std::string_view view, uint32_t version) const;

  static void PutPosition(std::string_view feed, const FeedPosition& at, rocksdb::WriteBatch& to);
  static void DropPosition(std::string_view feed, rocksdb::WriteBatch& to);
  static void PutServing(std::string_view view, uint32_t version, rocksdb::WriteBatch& to);
  static void DropServing(std::string_view view, rocksdb::WriteBatch& to);
  static void PutSettled(std::string_view view, uint32_t version, Position settled,
                         rocksdb::WriteBatch& to);
  // All rows of a version, and its settled position.
  static void DropVersion(std::string_view view, uint32_t version, rocksdb::WriteBatch& to);
  // What stands before every row key of a view's version.
  static std::string Scope(std::string_view view, uint32_t version);
  static std::string SettledKey(std::string_view view, uint32_t version);
  static std::string PositionKey(std::string_view feed);

 private:
  Store(const RunnerOptions& options, std::string format);
  absl::Status OpenDatabase();
  std::string DamageMark() const;
  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const;

  const RunnerOptions options_;
  const std::string format_;
  std::unique_ptr<rocksdb::DB> db_;
  mutable std::atomic<bool> damaged_ = false;
};

}  // namespace skyndsamt::engine
