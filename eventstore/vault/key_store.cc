#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "eventstore/base/shortage.h"
#include "eventstore/base/thread_name.h"
#include "eventstore/vault/key_backup.h"
#include "eventstore/vault/key_cache.h"
#include "eventstore/vault/key_files.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/key_wrap.h"
#include "eventstore/vault/key_writer.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {
namespace {

constexpr size_t kRewrapBatch = 1000;
constexpr auto kRefillEvery = std::chrono::seconds(1);

class RocksKeyStore : public KeyStore {
 public:
  explicit RocksKeyStore(const KeyStoreOptions& options)
      : options_(options),
        file_system_(FileSystemOf(options.env)),
        files_(options.directory, file_system_),
        cache_(options.cache_keys) {}
  ~RocksKeyStore() override;

  absl::Status Start();

  absl::StatusOr<std::vector<FreshKey>> Take(size_t n) override;
  absl::StatusOr<Key> Find(const KeyId& id) override;
  absl::StatusOr<bool> Knows(const KeyId& id) override;
  absl::Status Erase(const std::vector<KeyId>& ids) override;
  absl::Status RotateEpoch() override;
  uint64_t epoch() const override;
  absl::Status Backup(const std::string& directory) override;
  absl::Status health() const override { return writer_->health(); }

 private:
  absl::Status OpenDatabase();
  absl::Status CheckEpoch();
  absl::Status CheckLastRow();
  absl::StatusOr<std::optional<EpochKey>> EpochOf(std::string_view row) const;
  EpochKey Newest() const;

  // Rotation, in its three steps; write_mutex_ is taken inside.
  absl::Status AddEpoch();
  absl::Status RewrapAll();
  absl::Status DestroyOldEpochs();
  absl::StatusOr<bool> RewrapSome(std::string& cursor);

  void RefillLoop();
  bool ShouldRefill() const;  // with pool_mutex_ held
  absl::StatusOr<std::vector<FreshKey>> MakeDurable(size_t n);

  const KeyStoreOptions options_;
  rocksdb::FileSystem& file_system_;
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<KeyWriter> writer_;  // writes with write_mutex_ held

  mutable std::shared_mutex files_mutex_;  // held last
  KeyFiles files_;
  KeyCache cache_;

  std::mutex rotation_mutex_;  // one rotation at a time; held first
  std::mutex write_mutex_;     // one writer of rows at a time; held before files_mutex_
  uint64_t next_counter_ = 0;  // by write_mutex_

  std::mutex pool_mutex_;  // held alone, but for a look at health
  std::condition_variable pool_changed_;
  std::deque<FreshKey> pool_;
  size_t wanted_ = 0;  // the largest Take that is waiting
  absl::Status refill_status_;
  bool stopping_ = false;
  std::thread refiller_;
};

RocksKeyStore::~RocksKeyStore() {
  {
    const std::lock_guard lock(pool_mutex_);
    stopping_ = true;
  }
  pool_changed_.notify_all();
  if (refiller_.joinable()) refiller_.join();
  if (db_ == nullptr) return;
  // Nobody has these: tidy them away. If it fails, some rows stay that nothing names.
  rocksdb::WriteBatch unused;
  for (const FreshKey& fresh : pool_) unused.Delete(RowKey(fresh.id));
  if (health().ok()) db_->Write(rocksdb::WriteOptions(), &unused).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

absl::Status RocksKeyStore::OpenDatabase() {
  const std::string current = options_.directory + "/db/CURRENT";
  if (options_.create_if_missing) {
    if (auto made = MakePrivateDirectory(file_system_, options_.directory); !made.ok()) return made;
  } else if (file_system_.FileExists(current, rocksdb::IOOptions(), nullptr).IsNotFound()) {
    return NoStoreIn(options_.directory);
  }
  rocksdb::DB* db = nullptr;
  const auto opened =
      rocksdb::DB::Open(DatabaseOptions(options_.env), options_.directory + "/db", &db);
  db_.reset(db);
  if (opened.ok()) writer_.emplace(*db_, options_.reserve_bytes);
  return FromRocks(opened, "cannot open");
}

// The database and the key files must be of one epoch; a database that says nothing is new.
absl::Status RocksKeyStore::CheckEpoch() {
  std::string value;
  const auto got = db_->Get(rocksdb::ReadOptions(), kEpochRow, &value);
  if (!got.ok() && !got.IsNotFound()) return FromRocks(got, "cannot read");
  if (got.IsNotFound() && !options_.create_if_missing) return NoStoreIn(options_.directory);
  if (auto loaded = files_.Load(/*create=*/got.IsNotFound()); !loaded.ok()) return loaded;
  if (got.IsNotFound()) {
    std::string row;
    PutU64(row, files_.epochs().back().epoch);
    rocksdb::WriteBatch batch;
    batch.Put(kEpochRow, row);
    const std::lock_guard lock(write_mutex_);
    return writer_->Write(batch, "cannot write");
  }
  const uint64_t epoch = ByteReader(value).U64();
  for (const EpochKey& known : files_.epochs()) {
    if (known.epoch == epoch) return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "key store: the database is of epoch ", epoch, ", epoch.key of epoch ",
      files_.epochs().back().epoch, ": the epoch key of this copy is gone, or is older"));
}

// Where counters go on; and that the key files are the database's own, not another store's of the
// same epoch: then nothing would open.
absl::Status RocksKeyStore::CheckLastRow() {
  const std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions()));
  last->SeekForPrev(std::string(1, kKeyPrefix + 1));
  if (!last->status().ok()) return FromRocks(last->status(), "cannot read");
  if (!last->Valid() || last->key()[0] != kKeyPrefix) return absl::OkStatus();
  next_counter_ = Counter(last->key().ToStringView().substr(1)) + 1;
  const std::string_view row = last->value().ToStringView();
  auto epoch = EpochOf(row);
  if (!epoch.ok()) return epoch.status();
  if (epoch->has_value() && UnwrapKey((*epoch)->key, row.substr(8)).ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "key store: root.key and epoch.key do not open its keys: they are another store's");
}

absl::Status RocksKeyStore::Start() {
  if (auto opened = OpenDatabase(); !opened.ok()) return opened;
  if (auto checked = CheckEpoch(); !checked.ok()) return checked;
  if (auto checked = CheckLastRow(); !checked.ok()) return checked;
  if (files_.epochs().size() > 1) {
    if (auto rewrapped = RewrapAll(); !rewrapped.ok()) return rewrapped;
    if (auto destroyed = DestroyOldEpochs(); !destroyed.ok()) return destroyed;
  }
  auto first = MakeDurable(options_.pool_size);
  if (first.ok()) {
    pool_.assign(first->begin(), first->end());
  } else if (ShortageOf(first.status()) != Shortage::kSpace) {
    return first.status();  // without room what is there can be read, and there may be room again
  }
  refiller_ = std::thread([this] { RefillLoop(); });
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FreshKey>> RocksKeyStore::Take(size_t n) {
  std::vector<FreshKey> taken;
  if (n == 0) return taken;
  taken.reserve(n);
  std::unique_lock lock(pool_mutex_);
  while (pool_.size() < n) {
    wanted_ = std::max(wanted_, n);
    pool_changed_.notify_all();
    pool_changed_.wait(lock);
    if (pool_.size() < n && stopping_) return absl::UnavailableError("key store: closing");
    if (pool_.size() < n && !refill_status_.ok()) return refill_status_;
  }
  const auto end = pool_.begin() + static_cast<std::ptrdiff_t>(n);
  taken.assign(pool_.begin(), end);
  pool_.erase(pool_.begin(), end);
  const bool low = pool_.size() < options_.pool_size / 2;
  lock.unlock();
  if (low) pool_changed_.notify_all();
  cache_.Put(taken);
  return taken;
}

// After a failure the next Take asks again. Until then there is nothing to hurry for, save for want
// of room, whoever was refused for it: then it is tried until there is some.
bool RocksKeyStore::ShouldRefill() const {
  if (wanted_ > 0) return true;
  if (const absl::Status failed = health(); !failed.ok()) {
    return ShortageOf(failed) == Shortage::kSpace;
  }
  return pool_.size() < options_.pool_size / 2;
}

void RocksKeyStore::RefillLoop() {
  NameThisThread("key-refiller");
  std::unique_lock lock(pool_mutex_);
  for (;;) {
    pool_changed_.wait_for(lock, kRefillEvery, [this] {
      return stopping_ || wanted_ > 0 || (health().ok() && ShouldRefill());
    });
    if (stopping_) return;
    if (!ShouldRefill()) continue;
    const size_t full = std::max(options_.pool_size, wanted_);
    const size_t missing = full - std::min(full, pool_.size());
    lock.unlock();
    auto made = MakeDurable(missing);
    lock.lock();
    refill_status_ = made.status();
    wanted_ = 0;
    if (made.ok()) pool_.insert(pool_.end(), made->begin(), made->end());
    pool_changed_.notify_all();
  }
}

absl::StatusOr<std::vector<FreshKey>> RocksKeyStore::MakeDurable(size_t n) {
  std::vector<FreshKey> made(n);
  // Drawn in one go: the generator's price is by the call. Ids get their counter below.
  static_assert(sizeof(FreshKey) == sizeof(KeyId) + sizeof(Key));
  const size_t bytes = made.size() * sizeof(FreshKey);
  if (n > 0 && RAND_bytes(made[0].id.bytes.data(), static_cast<int>(bytes)) != 1) std::abort();
  const std::lock_guard lock(write_mutex_);
  const EpochKey epoch = Newest();
  rocksdb::WriteBatch batch;
  for (FreshKey& fresh : made) {
    std::string counter;
    PutU64(counter, next_counter_++);
    std::copy(counter.begin(), counter.end(), fresh.id.bytes.begin());
    batch.Put(RowKey(fresh.id), RowValue(epoch, fresh.key));
  }
  if (auto written = writer_->Write(batch, "cannot write"); !written.ok()) return written;
  return made;
}

// Nothing if the row's epoch is not known (any more); DATA_LOSS if it is no row.
absl::StatusOr<std::optional<EpochKey>> RocksKeyStore::EpochOf(std::string_view row) const {
  if (row.size() != 8 + kWrappedKeyBytes) return absl::DataLossError("key store: a row is damaged");
  const uint64_t epoch = ByteReader(row).U64();
  const std::shared_lock lock(files_mutex_);
  for (const EpochKey& known : files_.epochs()) {
    if (known.epoch == epoch) return known;
  }
  return std::nullopt;
}

EpochKey RocksKeyStore::Newest() const {
  const std::shared_lock lock(files_mutex_);
  return files_.epochs().back();
}

uint64_t RocksKeyStore::epoch() const { return Newest().epoch; }

absl::StatusOr<Key> RocksKeyStore::Find(const KeyId& id) {
  if (auto cached = cache_.Get(id)) return *cached;
  const std::string row_key = RowKey(id);
  // A second look is needed when a rotation ended between the read and the unwrapping.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const uint64_t drops = cache_.drops();
    std::string row;
    const auto got = db_->Get(rocksdb::ReadOptions(), row_key, &row);
    if (got.IsNotFound()) return absl::NotFoundError("no such key: erased, or never made");
    if (!got.ok()) return FromRocks(got, "cannot read");
    auto epoch = EpochOf(row);
    if (!epoch.ok()) return epoch.status();
    if (!epoch->has_value()) continue;
    auto key = UnwrapKey((*epoch)->key, std::string_view(row).substr(8));
    if (key.ok()) cache_.Put(id, *key, drops);
    return key;
  }
  return absl::DataLossError("key store: a key is wrapped by an epoch key that is gone");
}

absl::StatusOr<bool> RocksKeyStore::Knows(const KeyId& id) {
  for (const std::string& row : {RowKey(id), ErasedRowKey(id)}) {
    std::string unused;
    const auto got = db_->Get(rocksdb::ReadOptions(), row, &unused);
    if (got.ok()) return true;
    if (!got.IsNotFound()) return FromRocks(got, "cannot read");
  }
  return false;
}

absl::Status RocksKeyStore::Erase(const std::vector<KeyId>& ids) {
  rocksdb::WriteBatch batch;
  for (const KeyId& id : ids) {
    batch.Delete(RowKey(id));
    batch.Put(ErasedRowKey(id), "");
  }
  {
    const std::lock_guard lock(write_mutex_);
    if (auto written = writer_->Write(batch, "cannot erase"); !written.ok()) return written;
  }
  cache_.Drop(ids);
  return absl::OkStatus();
}

absl::Status RocksKeyStore::RotateEpoch() {
  const std::lock_guard lock(rotation_mutex_);
  if (auto added = AddEpoch(); !added.ok()) return added;
  if (auto rewrapped = RewrapAll(); !rewrapped.ok()) return rewrapped;
  return DestroyOldEpochs();
}

// From here on new keys are wrapped by the new epoch key; both open.
absl::Status RocksKeyStore::AddEpoch() {
  const std::lock_guard lock(write_mutex_);
  const std::unique_lock files_lock(files_mutex_);
  std::vector<EpochKey> epochs = files_.epochs();
  if (epochs.size() > 1) return absl::OkStatus();  // an earlier attempt got this far
  epochs.push_back({epochs.back().epoch + 1, RandomKey()});
  return files_.Store(std::move(epochs));
}

absl::Status RocksKeyStore::RewrapAll() {
  std::string cursor(1, kKeyPrefix);
  for (;;) {
    auto more = RewrapSome(cursor);
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  // Old values live on in the write-ahead log and in every table until both are rewritten.
  if (auto s = FromRocks(db_->Flush(rocksdb::FlushOptions()), "cannot flush"); !s.ok()) return s;
  rocksdb::CompactRangeOptions compact;
  compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  return FromRocks(db_->CompactRange(compact, nullptr, nullptr), "cannot compact");
}

// Re-wraps up to kRewrapBatch rows from the cursor on; false at the end. Reads and writes under the
// writers' lock, so that no erased row is written back.
absl::StatusOr<bool> RocksKeyStore::RewrapSome(std::string& cursor) {
  const std::lock_guard lock(write_mutex_);
  const EpochKey newest = Newest();
  rocksdb::WriteBatch batch;
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions()));
  size_t seen = 0;
  for (rows->Seek(cursor); rows->Valid() && rows->key()[0] == kKeyPrefix && seen < kRewrapBatch;
       rows->Next(), ++seen) {
    cursor = rows->key().ToString() + '\0';
    const std::string_view row = rows->value().ToStringView();
    auto epoch = EpochOf(row);
    if (!epoch.ok()) return epoch.status();
    if (!epoch->has_value()) {
      return absl::DataLossError("key store: a key is wrapped by an epoch key that is gone");
    }
    if ((*epoch)->epoch == newest.epoch) continue;
    auto key = UnwrapKey((*epoch)->key, row.substr(8));
    if (!key.ok()) return key.status();
    batch.Put(rows->key(), RowValue(newest, *key));
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), "cannot read");
  if (seen < kRewrapBatch) {
    std::string row;
    PutU64(row, newest.epoch);
    batch.Put(kEpochRow, row);
  }
  if (auto written = writer_->Write(batch, "cannot rewrap"); !written.ok()) return written;
  return seen == kRewrapBatch;
}

absl::Status RocksKeyStore::DestroyOldEpochs() {
  const std::unique_lock lock(files_mutex_);
  return files_.Store({files_.epochs().back()});
}

absl::Status RocksKeyStore::Backup(const std::string& directory) {
  const std::lock_guard lock(rotation_mutex_);  // whose old epoch's key is soon gone
  return BackUpKeys(*db_, file_system_, epoch(), directory);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyStore>> KeyStore::Open(const KeyStoreOptions& options) {
  auto store = std::make_unique<RocksKeyStore>(options);
  if (auto started = store->Start(); !started.ok()) return started;
  return store;
}

}  // namespace skyndsamt::vault
