// Rows of the key store's database, and how it is opened:
//   "e" key id[16]  ->  nothing: the key was erased
//   "k" key id[16]  ->  u64 epoch | wrapped key[40]
//   "m/epoch"       ->  u64 epoch of the last re-wrapping that was finished
// Pure functions; thread-safe.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/vault/key_files.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {

inline constexpr char kEpochRow[] = "m/epoch";
inline constexpr char kKeyPrefix = 'k';
inline constexpr char kErasedPrefix = 'e';

// DATA_LOSS for corruption, RESOURCE_EXHAUSTED for a full disk, UNAVAILABLE for all else.
absl::Status FromRocks(const rocksdb::Status& status, const char* what);

std::string RowKey(const KeyId& id);
std::string ErasedRowKey(const KeyId& id);
std::string RowValue(const EpochKey& epoch, const Key& key);
// The counter that a key id begins with.
uint64_t Counter(std::string_view id);

rocksdb::WriteOptions Synced();
// `env` may be null: the system's.
rocksdb::FileSystem& FileSystemOf(rocksdb::Env* env);
rocksdb::Options DatabaseOptions(rocksdb::Env* env);

}  // namespace skyndsamt::vault
