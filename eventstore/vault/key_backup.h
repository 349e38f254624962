// An online backup of the key store's database. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace rocksdb {
class DB;
class FileSystem;
}  // namespace rocksdb

namespace skyndsamt::vault {

// KeyStore::Backup, of a database whose keys are wrapped by this epoch's key; no rotation may be
// under way.
absl::Status BackUpKeys(rocksdb::DB& db, rocksdb::FileSystem& file_system, uint64_t epoch,
                        const std::string& directory);

}  // namespace skyndsamt::vault
