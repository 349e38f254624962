#include "eventstore/log/store.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "eventstore/log/record_codec.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/log/store_options.h"
#include "eventstore/log/wal_files.h"
#include "eventstore/merkle/hash.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {
namespace {

// A read-only look must not leave a log file behind.
class Silence : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

std::string DatabasePath(const std::string& directory) { return directory + "/db"; }
std::string FormatPath(const std::string& directory) { return directory + "/FORMAT"; }
std::string LockPath(const std::string& directory) { return directory + "/LOCK"; }
std::string HighWaterPath(const std::string& directory) { return directory + "/HIGH-WATER"; }
std::string RolePath(const std::string& directory) { return directory + "/ROLE"; }
std::string CheckpointPath(const std::string& directory) { return directory + "/CHECKPOINT"; }

rocksdb::Env* EnvOf(const Options& options) {
  return options.env != nullptr ? options.env : rocksdb::Env::Default();
}

rocksdb::FileSystem& FileSystemOf(const Options& options) {
  return *EnvOf(options)->GetFileSystem();
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const Options& options, bool create) {
  return OpenDatabase(options, create, /*read_only=*/false);
}

absl::StatusOr<std::unique_ptr<Store>> Store::OpenReadOnly(const Options& options) {
  return OpenDatabase(options, /*create=*/false, /*read_only=*/true);
}

absl::StatusOr<std::unique_ptr<Store>> Store::OpenDatabase(const Options& options, bool create,
                                                           bool read_only) {
  std::unique_ptr<Store> store(new Store());
  auto db_options = DatabaseOptions(options);
  db_options.create_if_missing = create;
  db_options.create_missing_column_families = create;
  if (read_only) {
    db_options.info_log = std::make_shared<Silence>();
  } else {
    store->env_ = WithWalsLaidAhead(db_options.env, DatabasePath(options.directory));
    db_options.env = store->env_.get();
  }
  const auto families = FamilyOptions(options);
  const std::string path = DatabasePath(options.directory);
  rocksdb::DB* db = nullptr;
  const auto opened =
      read_only ? rocksdb::DB::OpenForReadOnly(db_options, path, families, &store->handles_, &db)
                : rocksdb::DB::Open(db_options, path, families, &store->handles_, &db);
  store->db_.reset(db);
  if (opened.ok()) return store;
  absl::Status refused = FromRocks(opened, "opening the log's database");
  if (!absl::IsDataLoss(refused)) return refused;
  return absl::DataLossError(
      absl::StrCat(refused.message(),
                   ". Nothing was changed. See deploy/runbook.md, 'the database does not open'"));
}

Store::~Store() {
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
}

absl::StatusOr<Record> Store::ReadRecord(Position position) {
  rocksdb::PinnableSlice value;
  const auto got = db_->Get(rocksdb::ReadOptions(), family(Family::kLog), LogKey(position), &value);
  if (got.IsNotFound()) return absl::DataLossError("a record is missing from the log");
  if (!got.ok()) return FromRocks(got, "reading a record");
  return DecodeStored(position, value.ToStringView());
}

absl::StatusOr<std::vector<rocksdb::PinnableSlice>> Store::ReadValues(
    const std::vector<Position>& positions) {
  std::vector<std::string> keys;
  keys.reserve(positions.size());
  for (const Position position : positions) keys.push_back(LogKey(position));
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  db_->MultiGet(rocksdb::ReadOptions(), family(Family::kLog), keys.size(), slices.data(),
                values.data(), statuses.data());
  for (const auto& status : statuses) {
    if (status.IsNotFound()) return absl::DataLossError("a record is missing from the log");
    if (!status.ok()) return FromRocks(status, "reading records");
  }
  return values;
}

absl::StatusOr<std::vector<StreamRow>> Store::RowsDown(const StreamId& stream, Revision from,
                                                       Revision to, Position committed,
                                                       size_t most) {
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, family(Family::kStream)));
  std::vector<StreamRow> rows;
  for (it->Seek(StreamKey(stream, from)); rows.size() < most && it->Valid(); it->Next()) {
    const auto row = ParseStreamRow(it->key().ToStringView(), it->value().ToStringView());
    if (!row) return absl::DataLossError("a stream's row is malformed");
    if (row->position >= committed) continue;
    if (row->revision < to) break;
    if (!rows.empty() && row->revision != rows.back().revision - 1) break;
    rows.push_back(*row);
  }
  if (!it->status().ok()) return FromRocks(it->status(), "reading a stream");
  if (!rows.empty() && rows.size() < most && rows.back().revision != to) {
    return absl::DataLossError("a stream's row is missing");
  }
  return rows;
}

absl::StatusOr<std::optional<StreamRow>> Store::NewestBelow(const StreamId& stream,
                                                            Position committed) {
  const auto rows = RowsDown(stream, ~Revision{0}, 0, committed, 1);
  if (!rows.ok()) return rows.status();
  return rows->empty() ? std::nullopt : std::optional(rows->front());
}

absl::StatusOr<std::vector<StreamRow>> Store::ReadRows(const StreamId& stream, Revision first,
                                                       Revision last) {
  auto rows = RowsDown(stream, last, first, ~Position{0}, last - first + 1);
  if (!rows.ok()) return rows;
  if (rows->empty() || rows->front().revision != last) {
    return absl::DataLossError("a stream's row is missing");
  }
  std::reverse(rows->begin(), rows->end());
  return rows;
}

absl::StatusOr<std::optional<Position>> Store::FindRequest(const RequestKey& key) {
  rocksdb::PinnableSlice value;
  const auto got = db_->Get(rocksdb::ReadOptions(), family(Family::kRequest),
                            rocksdb::Slice(key.view().data(), key.view().size()), &value);
  if (got.IsNotFound()) return std::nullopt;
  if (!got.ok()) return FromRocks(got, "looking up a request");
  const auto position = ParseLogKey(value.ToStringView());
  if (!position) return absl::DataLossError("a request's row is malformed");
  return position;
}

absl::StatusOr<std::string> Store::ReadTile(uint8_t level, uint64_t index) {
  std::string hashes;
  const auto got =
      db_->Get(rocksdb::ReadOptions(), family(Family::kTile), TileKey(level, index), &hashes);
  if (got.IsNotFound()) return absl::DataLossError("a tile of the tree is missing");
  if (!got.ok()) return FromRocks(got, "reading a tile");
  return hashes;
}

absl::StatusOr<FrontierRow> Store::ReadFrontier() {
  rocksdb::PinnableSlice value;
  const auto got = db_->Get(rocksdb::ReadOptions(), family(Family::kMeta),
                            rocksdb::Slice(kFrontierKey.data(), kFrontierKey.size()), &value);
  if (got.IsNotFound()) return FrontierRow{};
  if (!got.ok()) return FromRocks(got, "reading the frontier");
  auto row = ParseFrontier(value.ToStringView());
  if (!row) return absl::DataLossError("the frontier row is malformed");
  return *std::move(row);
}

Bytes32 LeafHashOf(const Record& record) { return merkle::LeafHash(record.leaf_data); }

absl::Status CheckAgainst(const HighWaterMark& mark, Store& store) {
  auto frontier = store.ReadFrontier();
  if (!frontier.ok()) return frontier.status();
  if (frontier->size < mark.size) {
    return absl::DataLossError(absl::StrCat(
        "the log holds ", frontier->size, " records but had acknowledged ", mark.size,
        ": its write-ahead log is damaged or an old copy was put in place. Nothing was changed. "
        "Restore the latest backup or a replica; see deploy/runbook.md, 'behind its high-water "
        "mark'"));
  }
  if (mark.size == 0) return absl::OkStatus();
  auto last = store.ReadRecord(mark.size - 1);
  if (!last.ok()) return last.status();
  if (LeafHashOf(*last) != mark.leaf_hash) {
    return absl::DataLossError(
        absl::StrCat("record ", mark.size - 1,
                     " is not the one that the high-water file acknowledges. Nothing was changed. "
                     "See deploy/runbook.md, 'behind its high-water mark'"));
  }
  return absl::OkStatus();
}

}  // namespace skyndsamt::log
