// A file system that can lose power: whatever was not synced is gone afterwards, as on a real disk.
// RocksDB's own FaultInjectionTestFS is not shipped in Debian. It can also be told to fail, and to
// lie about its syncs.
//
// Everything is written through to the real file system, but a sync is only noted, never made.
// Restore brings back what a strict disk would hold:
//  - a file's bytes are cut back to its last sync, overwrites since then are undone;
//  - names are the directory's: a file or directory that was made, moved or deleted since its
//    directory's last sync was not;
// or, where `torn` is set, something between that and all of it: part of the unsynced bytes, the
// older of the overwrites and any sectors of the later ones, the older of the namings (a journal
// keeps their order).
// From the moment of the cut every write fails.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace skyndsamt::log {

// Safe from any thread; Restore only while nothing has files open.
class PowerCutFileSystem : public rocksdb::FileSystemWrapper {
 public:
  enum class Op { kOpen, kAppend, kSync, kOverwrite, kName };
  using Fault = std::function<rocksdb::IOStatus(Op, const std::string& path)>;
  using Which = std::function<bool(const std::string& path)>;

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
  // Syncs of these files and directories answer OK from now on and promise nothing.
  void IgnoreSyncsOf(Which which);
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
  rocksdb::IOStatus DeleteDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 uint64_t* bytes, rocksdb::IODebugContext* debug) override;
  // Two names of one file, and files written again in place, are beyond it: RocksDB then copies.
  rocksdb::IOStatus LinkFile(const std::string&, const std::string&, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*,
                                       rocksdb::IODebugContext*) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string&, const std::string&,
                                      const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSWritableFile>*,
                                      rocksdb::IODebugContext*) override;

  // For the file objects. A file goes on being itself under whatever name it gets.
  struct Overwrite {
    uint64_t offset;
    std::string before;
  };
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
    std::vector<Overwrite> overwrites;  // since the last sync, oldest first
  };
  rocksdb::IOStatus Before(Op op, const std::string& path);
  void Appended(File& file, uint64_t bytes);
  void Synced(const std::string& path, File& file);
  // `bytes` were written at the offset, where `before` had stood: less than that at the end.
  void Overwritten(File& file, uint64_t offset, uint64_t bytes, std::string before);
  // `gone` stood from `size` on. It comes back unless the file is synced afterwards.
  void CutOff(File& file, uint64_t size, std::string gone);
  void DirectorySynced(const std::string& path);

 private:
  // A change of names that its directory does not hold durably yet.
  struct Naming {
    enum class Kind { kMade, kMoved, kDeleted };
    Kind kind;
    std::string path;                   // that was made or deleted, or moved to
    std::string from;                   // kMoved
    std::optional<std::string> before;  // what durably stood at `path`, of a file
    std::filesystem::perms mode{};      // and who might read it
  };

  // What stands at the name, to be put back.
  void Remember(const std::string& path, Naming* naming) const;
  void Forget(const std::string& directory);
  rocksdb::IOStatus MakeDirectory(const std::string& path,
                                  const std::function<rocksdb::IOStatus()>& make);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> files_;  // opened for writing, by their names now
  std::vector<Naming> namings_;                         // oldest first
  std::vector<std::pair<std::string, std::string>> moved_;  // directories: from, to
  std::optional<uint64_t> free_space_;
  Fault fault_;
  Which ignored_;
  std::atomic<int64_t> left_ = INT64_MAX;
  std::atomic<bool> dead_ = false;
};

// RocksDB over this file system, which does not sleep: after a failed flush RocksDB would rest for
// a second before it can be closed.
std::unique_ptr<rocksdb::Env> NewPowerCutEnv(std::shared_ptr<PowerCutFileSystem> fs);

}  // namespace skyndsamt::log
