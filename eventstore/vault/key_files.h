// The two small files that stand beside the key store's database and are in no backup of it.
//
//   root.key   32 random bytes, made at first open, never changed. Keep a copy apart.
//   epoch.key  the epoch keys in force, wrapped by the root key; replaced by RotateEpoch. One
//              entry, or two while a rotation is under way:
//              "skyndsamt/epoch/v1\0" | u8 count | count x {u64 epoch | wrapped key[40]}
//
// Both are 0600 in a directory that is 0700, written whole (temporary file, sync, rename, sync of
// the directory) through RocksDB's FileSystem, so that a fault file system sees them too. Whoever
// keeps a copy of epoch.key elsewhere keeps old backups alive: replace that copy after each
// rotation. Not thread-safe per object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/vault/vault.h"

namespace rocksdb {
class FileSystem;
}

namespace skyndsamt::vault {

struct EpochKey {
  uint64_t epoch = 0;
  Key key{};
};

class KeyFiles {
 public:
  // `fs` outlives the object.
  KeyFiles(std::string directory, rocksdb::FileSystem& fs);

  // Makes both files if neither is there and `create` is set. FAILED_PRECONDITION if one is missing
  // or is readable by others, DATA_LOSS if they do not belong together.
  absl::Status Load(bool create);
  // In rising order of epoch, one or two.
  const std::vector<EpochKey>& epochs() const { return epochs_; }
  // Replaces epoch.key. Epochs no longer in the list are overwritten on disk as well as a file
  // system lets one, then gone.
  absl::Status Store(std::vector<EpochKey> epochs);

 private:
  absl::Status LoadRoot(bool create);

  const std::string directory_;
  rocksdb::FileSystem& fs_;
  Key root_{};
  std::vector<EpochKey> epochs_;
};

// Makes the directory where there is none, durably, and its owner's alone. Its parent must be
// there.
absl::Status MakePrivateDirectory(rocksdb::FileSystem& fs, const std::string& directory);

// Makes the entries of a directory durable.
absl::Status SyncDirectory(rocksdb::FileSystem& fs, const std::string& directory);

// What is said where a key store is missing that must not be made.
absl::Status NoStoreIn(const std::string& directory);

// A fresh random key.
Key RandomKey();

}  // namespace skyndsamt::vault
