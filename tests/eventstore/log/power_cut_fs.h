// A file system that can lose power: whatever was not synced is gone afterwards, as on a real disk.
// RocksDB's own FaultInjectionTestFS is not shipped in Debian. It can also be told to fail.
//
// Files are written through to the real file system, but a sync is only noted, never made; at
// Restore every file is cut back to what was noted (or, where `torn` is set, to somewhere between
// that and all of it), overwrites are undone, and files and names whose directory was not synced
// disappear. From the moment of the cut every write fails.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace skyndsamt::log {

// Safe from any thread; Restore only while nothing has files open.
class PowerCutFileSystem : public rocksdb::FileSystemWrapper {
 public:
  enum class Op { kOpen, kAppend, kSync, kOverwrite, kName };
  using Fault = std::function<rocksdb::IOStatus(Op, const std::string& path)>;

  PowerCutFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "PowerCutFileSystem"; }

  // The power goes after `operations` more writes, syncs and namings.
  void CutAfter(int64_t operations) { left_ = operations; }
  void Cut() { dead_ = true; }
  bool dead() const { return dead_; }
  // Brings the disk to what survived, and the power back.
  void Restore(std::mt19937_64& random, bool torn);

  // Asked before each operation; anything but OK is its answer.
  void SetFault(Fault fault);
  void SetFreeSpace(std::optional<uint64_t> bytes);

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 uint64_t* bytes, rocksdb::IODebugContext* debug) override;

  // For the file objects.
  rocksdb::IOStatus Before(Op op, const std::string& path);
  void Appended(const std::string& path, uint64_t bytes);
  void Synced(const std::string& path);
  void Overwritten(const std::string& path, uint64_t offset, std::string before);
  void DirectorySynced(const std::string& path);

 private:
  struct Overwrite {
    uint64_t offset;
    std::string before;
  };
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
    std::vector<Overwrite> overwrites;
  };
  struct Renamed {
    std::string to;
    std::optional<std::string> before;  // what `to` held
  };

  std::mutex mutex_;
  std::map<std::string, File> files_;
  std::set<std::string> created_;  // whose directory was not synced since
  std::vector<Renamed> renamed_;   // likewise, oldest first
  std::optional<uint64_t> free_space_;
  Fault fault_;
  std::atomic<int64_t> left_ = INT64_MAX;
  std::atomic<bool> dead_ = false;
};

// RocksDB over this file system, which does not sleep: after a failed flush RocksDB would rest for
// a second before it can be closed.
std::unique_ptr<rocksdb::Env> NewPowerCutEnv(std::shared_ptr<PowerCutFileSystem> fs);

}  // namespace skyndsamt::log
