// The high-water file: how far the log had come when anyone was last answered, kept outside RocksDB
// because RocksDB's recovery may drop acknowledged records from the tail of a damaged write-ahead
// log without a word (tried: debian12.md). Two checksummed slots are written in turn, so a torn
// write leaves the other; opening the log refuses a database behind the mark.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/key_format.h"

namespace rocksdb {
class FileSystem;
class FSRandomRWFile;
}  // namespace rocksdb

namespace skyndsamt::log {

// One writer; Sync may run beside Write on another thread.
class HighWater {
 public:
  // Makes a file with this mark, durably, in place of any that is there.
  static absl::Status Create(rocksdb::FileSystem& fs, const std::string& path,
                             const HighWaterMark& mark);
  // DATA_LOSS if neither slot is sound.
  static absl::StatusOr<HighWaterMark> Read(rocksdb::FileSystem& fs, const std::string& path);
  static absl::StatusOr<std::unique_ptr<HighWater>> Open(rocksdb::FileSystem& fs,
                                                         const std::string& path);
  ~HighWater();

  const HighWaterMark& at_open() const { return slot_.mark; }
  absl::Status Write(const HighWaterMark& mark);
  absl::Status Sync();

 private:
  HighWater(std::unique_ptr<rocksdb::FSRandomRWFile> file, const HighWaterSlot& slot);

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  HighWaterSlot slot_;
};

}  // namespace skyndsamt::log
