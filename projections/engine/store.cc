#include "projections/engine/store.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/vault/quiet_logger.h"
#include "eventstore/vault/table_options.h"

namespace skyndsamt::engine {
namespace {

constexpr char kFormatKey[] = "f";
constexpr char kFormat[] = "skyndsamt/views/1";

rocksdb::Options DatabaseOptions(const RunnerOptions& options) {
  rocksdb::Options rocks;
  if (options.env != nullptr) rocks.env = options.env;
  rocks.create_if_missing = true;
  rocks.write_buffer_size = options.memtable_bytes;
  rocks.max_write_buffer_number = 3;
  rocks.allow_concurrent_memtable_write = false;
  rocks.enable_pipelined_write = false;
  rocks.max_open_files = 256;
  rocks.max_background_jobs = 2;
  rocks.bytes_per_sync = 1u << 20;  // no burst of a flush that a commit of the log waits behind
  rocks.compression = rocksdb::kLZ4Compression;
  rocks.info_log = std::make_shared<vault::QuietLogger>();
  auto table = vault::TablesCachedIn(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.partition_filters = true;
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // Marks of put-off work are written and deleted all the time: compact where they lie dense.
  rocks.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(4096, 2048));
  return rocks;
}

rocksdb::WriteOptions NoWal() {
  rocksdb::WriteOptions write;
  write.disableWAL = true;
  return write;
}

std::string VersionKey(char table, std::string_view view, uint32_t version) {
  std::string key(1, table);
  PutU8(key, static_cast<uint8_t>(view.size()));
  key.append(view);
  PutU32(key, version);
  return key;
}

std::string ServingKey(std::string_view view) { return std::string("s").append(view); }

// The first key after all that begin with `prefix`.
std::string After(std::string prefix) {
  while (static_cast<uint8_t>(prefix.back()) == 0xff) prefix.pop_back();
  ++prefix.back();
  return prefix;
}

}  // namespace

Store::Store(const RunnerOptions& options, std::string format)
    : options_(options), format_(std::move(format)) {}

Store::~Store() = default;

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const RunnerOptions& options,
                                                   const std::string& origin) {
  std::unique_ptr<Store> store(new Store(options, absl::StrCat(kFormat, "\n", origin)));
  absl::Status status = store->OpenDatabase();
  // Damaged, or killed while it was made.
  const bool noted = status.ok() && std::filesystem::exists(store->DamageMark());
  if (noted || absl::IsDataLoss(status) || absl::IsNotFound(status)) status = store->Discard();
  if (!status.ok()) return status;
  auto format = store->Get(kFormatKey);
  if (!format.ok()) return format.status();
  if (*format && **format == store->format_) return store;
  if (status = store->Discard(); !status.ok()) return status;
  return store;
}

absl::Status Store::OpenDatabase() {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool made = fs::create_directories(options_.directory, error);
  if (made) fs::permissions(options_.directory, fs::perms::owner_all, error);
  if (error) return absl::UnavailableError("cannot make the view store's directory");
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(DatabaseOptions(options_), options_.directory, &db);
  db_.reset(db);
  return log::FromRocks(status, "open view store");
}

absl::Status Store::Discard() {
  db_.reset();
  const auto destroyed = rocksdb::DestroyDB(options_.directory, DatabaseOptions(options_));
  if (!destroyed.ok()) return log::FromRocks(destroyed, "discard view store");
  if (absl::Status status = OpenDatabase(); !status.ok()) return status;
  damaged_ = false;
  std::error_code error;
  std::filesystem::remove(DamageMark(), error);
  if (error) return absl::UnavailableError("cannot take the mark of damage off the view store");
  rocksdb::WriteBatch write;
  write.Put(kFormatKey, format_);
  return Write(write);
}

std::string Store::DamageMark() const { return options_.directory + "/DAMAGED"; }

absl::Status Store::Checked(const rocksdb::Status& answer, std::string_view what) const {
  // If the mark cannot be written the damage is found again.
  if (answer.IsCorruption() && !damaged_.exchange(true)) std::ofstream mark(DamageMark());
  return log::FromRocks(answer, what);
}

absl::Status Store::Write(rocksdb::WriteBatch& write) {
  return Checked(db_->Write(NoWal(), &write), "write views");
}

absl::Status Store::Flush() {
  if (db_ == nullptr) return absl::OkStatus();  // discarding it failed: nothing is there
  return Checked(db_->Flush(rocksdb::FlushOptions()), "flush views");
}

absl::StatusOr<std::optional<std::string>> Store::Get(std::string_view key) const {
  std::string value;
  const auto status =
      db_->Get(rocksdb::ReadOptions(), rocksdb::Slice(key.data(), key.size()), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return Checked(status, "read views");
  return value;
}

absl::StatusOr<FeedPosition> Store::ReadPosition(std::string_view feed) const {
  auto value = Get(PositionKey(feed));
  if (!value.ok()) return value.status();
  if (!*value) return FeedPosition{};
  ByteReader reader(**value);
  FeedPosition at;
  at.next = reader.U64();
  at.last = EventId::FromBytes(reader.Take(16));
  if (!reader.complete()) return absl::DataLossError("view store: position");
  return at;
}

absl::StatusOr<Serving> Store::ReadServing() const {
  Serving serving;
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions()));
  for (rows->Seek("s"); rows->Valid() && rows->key().starts_with("s"); rows->Next()) {
    ByteReader reader(rows->value().ToStringView());
    serving[std::string(rows->key().ToStringView().substr(1))] = reader.U32();
    if (!reader.complete()) return absl::DataLossError("view store: serving version");
  }
  if (!rows->status().ok()) return Checked(rows->status(), "read views");
  return serving;
}

absl::StatusOr<std::vector<std::pair<std::string, uint32_t>>> Store::Versions() const {
  std::vector<std::pair<std::string, uint32_t>> versions;
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions()));
  for (const char* table : {"r", "t"}) {
    rows->Seek(table);
    while (rows->Valid() && rows->key().starts_with(table)) {
      ByteReader reader(rows->key().ToStringView().substr(1));
      std::string view(reader.Take(reader.U8()));
      const uint32_t version = reader.U32();
      if (!reader.ok()) return absl::DataLossError("view store: row key");
      rows->Seek(After(VersionKey(*table, view, version)));
      versions.emplace_back(std::move(view), version);
    }
  }
  if (!rows->status().ok()) return Checked(rows->status(), "read views");
  return versions;
}

absl::StatusOr<Position> Store::ReadSettled(std::string_view view, uint32_t version) const {
  auto value = Get(SettledKey(view, version));
  if (!value.ok()) return value.status();
  return *value ? ByteReader(**value).U64() : 0;
}

void Store::PutPosition(std::string_view feed, const FeedPosition& at, rocksdb::WriteBatch& to) {
  std::string value;
  PutU64(value, at.next);
  value.append(at.last.view());
  to.Put(PositionKey(feed), value);
}

void Store::DropPosition(std::string_view feed, rocksdb::WriteBatch& to) {
  to.Delete(PositionKey(feed));
}

void Store::PutServing(std::string_view view, uint32_t version, rocksdb::WriteBatch& to) {
  std::string value;
  PutU32(value, version);
  to.Put(ServingKey(view), value);
}

void Store::DropServing(std::string_view view, rocksdb::WriteBatch& to) {
  to.Delete(ServingKey(view));
}

void Store::PutSettled(std::string_view view, uint32_t version, Position settled,
                       rocksdb::WriteBatch& to) {
  std::string value;
  PutU64(value, settled);
  to.Put(SettledKey(view, version), value);
}

void Store::DropVersion(std::string_view view, uint32_t version, rocksdb::WriteBatch& to) {
  const std::string scope = Scope(view, version);
  to.DeleteRange(scope, After(scope));
  to.Delete(SettledKey(view, version));
}

std::string Store::Scope(std::string_view view, uint32_t version) {
  return VersionKey('r', view, version);
}

std::string Store::SettledKey(std::string_view view, uint32_t version) {
  return VersionKey('t', view, version);
}

std::string Store::PositionKey(std::string_view feed) { return std::string("p").append(feed); }

}  // namespace skyndsamt::engine
