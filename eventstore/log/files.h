// Whole small files through RocksDB's FileSystem, so that a fault file system sees them too.
// Stateless, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class FileSystem;
}

namespace skyndsamt::log {

bool FileExists(rocksdb::FileSystem& fs, const std::string& path);
// NOT_FOUND if there is none.
absl::StatusOr<std::string> ReadWholeFile(rocksdb::FileSystem& fs, const std::string& path);
// Written beside, synced, renamed into place, directory synced: all or nothing.
absl::Status WriteWholeFile(rocksdb::FileSystem& fs, const std::string& path,
                            std::string_view text);
// Makes the entries of a directory durable.
absl::Status SyncDirectory(rocksdb::FileSystem& fs, const std::string& directory);
// Makes a directory where there is none, and its name durable; its parent must be there.
absl::Status MakeDirectory(rocksdb::FileSystem& fs, const std::string& directory);
// Makes a directory, its owner's alone, and those above it that are missing, each name durable in
// the one above. One that is there keeps its mode. Without `fs` on the machine's own file system.
absl::Status MakeDirectories(const std::string& directory, rocksdb::FileSystem* fs = nullptr);
// Its entries without "." and ".."; none if it does not exist.
absl::StatusOr<std::vector<std::string>> ListDirectory(rocksdb::FileSystem& fs,
                                                       const std::string& directory);

}  // namespace skyndsamt::log
