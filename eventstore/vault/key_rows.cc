#include "eventstore/vault/key_rows.h"

#include <rocksdb/env.h>
#include <rocksdb/table.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "eventstore/base/shortage.h"
#include "eventstore/vault/key_wrap.h"
#include "eventstore/vault/quiet_logger.h"
#include "eventstore/vault/table_options.h"

namespace skyndsamt::vault {

absl::Status FromRocks(const rocksdb::Status& status, const char* what) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat("key store: ", what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(text);
  if (status.IsNoSpace()) return Exhausted(Shortage::kSpace, text);
  return absl::UnavailableError(text);
}

std::string RowKey(const KeyId& id) { return std::string(1, kKeyPrefix).append(id.view()); }

std::string ErasedRowKey(const KeyId& id) {
  return std::string(1, kErasedPrefix).append(id.view());
}

uint64_t Counter(std::string_view id) { return ByteReader(id).U64(); }

std::string RowValue(const EpochKey& epoch, const Key& key) {
  std::string value;
  value.reserve(8 + kWrappedKeyBytes);
  PutU64(value, epoch.epoch);
  value.append(WrapKey(epoch.key, key));
  return value;
}

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

rocksdb::FileSystem& FileSystemOf(rocksdb::Env* env) {
  return *(env != nullptr ? env : rocksdb::Env::Default())->GetFileSystem();
}

rocksdb::Options DatabaseOptions(rocksdb::Env* env) {
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  options.create_if_missing = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.compression = rocksdb::kNoCompression;  // wrapped keys do not compress
  options.write_buffer_size = 4u << 20;
  options.info_log = std::make_shared<QuietLogger>();
  options.max_open_files = 256;
  const auto table = TablesCachedIn(8u << 20);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace skyndsamt::vault
