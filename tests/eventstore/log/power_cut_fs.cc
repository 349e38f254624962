#include "tests/eventstore/log/power_cut_fs.h"

#include <rocksdb/system_clock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace skyndsamt::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Op = PowerCutFileSystem::Op;

std::string ReadAllOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteAllOf(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string DirectoryOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

class WritableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(PowerCutFileSystem& fs, std::string path,
               std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), fs_(fs), path_(std::move(path)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    auto status = fs_.Before(Op::kAppend, path_);
    if (status.ok()) status = target()->Append(data, options, debug);
    if (status.ok()) fs_.Appended(path_, data.size());
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    auto status = fs_.Before(Op::kSync, path_);
    if (status.ok()) fs_.Synced(path_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  // Nothing depends on it, and a file system in memory pays dearly.
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  // Starts write-back; promises nothing.
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  PowerCutFileSystem& fs_;
  const std::string path_;
};

class RandomRWFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RandomRWFile(PowerCutFileSystem& fs, std::string path,
               std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : FSRandomRWFileOwnerWrapper(std::move(file)), fs_(fs), path_(std::move(path)) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    auto status = fs_.Before(Op::kOverwrite, path_);
    if (!status.ok()) return status;
    std::string before(data.size(), '\0');
    Slice was;
    status = target()->Read(offset, before.size(), options, &was, before.data(), debug);
    if (!status.ok()) return status;
    fs_.Overwritten(path_, offset, was.ToString());
    return target()->Write(offset, data, options, debug);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    auto status = fs_.Before(Op::kSync, path_);
    if (status.ok()) fs_.Synced(path_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  PowerCutFileSystem& fs_;
  const std::string path_;
};

class Directory : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(PowerCutFileSystem& fs, std::string path, std::unique_ptr<rocksdb::FSDirectory> target)
      : FSDirectoryWrapper(std::move(target)), fs_(fs), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    auto status = fs_.Before(Op::kSync, path_);
    if (status.ok()) fs_.DirectorySynced(path_);
    return status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  PowerCutFileSystem& fs_;
  const std::string path_;
};

class WakefulClock : public rocksdb::SystemClockWrapper {
 public:
  WakefulClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "WakefulClock"; }
  void SleepForMicroseconds(int micros) override {
    SystemClockWrapper::SleepForMicroseconds(std::min(micros, 1000));
  }
};

class WakefulEnv : public rocksdb::EnvWrapper {
 public:
  explicit WakefulEnv(std::unique_ptr<rocksdb::Env> env) : EnvWrapper(std::move(env)) {
    file_system_ = target()->GetFileSystem();
    system_clock_ = std::make_shared<WakefulClock>();
  }
  const char* Name() const override { return "WakefulEnv"; }
};

}  // namespace

std::unique_ptr<rocksdb::Env> NewPowerCutEnv(std::shared_ptr<PowerCutFileSystem> fs) {
  return std::make_unique<WakefulEnv>(rocksdb::NewCompositeEnv(std::move(fs)));
}

void PowerCutFileSystem::SetFault(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

void PowerCutFileSystem::SetFreeSpace(std::optional<uint64_t> bytes) {
  const std::lock_guard lock(mutex_);
  free_space_ = bytes;
}

IOStatus PowerCutFileSystem::Before(Op op, const std::string& path) {
  if (op != Op::kOpen && left_.fetch_sub(1) <= 0) dead_ = true;
  if (dead_) return IOStatus::IOError("the power is gone");
  Fault fault;
  {
    const std::lock_guard lock(mutex_);
    fault = fault_;
  }
  return fault ? fault(op, path) : IOStatus::OK();
}

void PowerCutFileSystem::Appended(const std::string& path, uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  files_[path].size += bytes;
}

void PowerCutFileSystem::Synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  File& file = files_[path];
  file.synced = file.size;
  file.overwrites.clear();
}

void PowerCutFileSystem::Overwritten(const std::string& path, uint64_t offset, std::string before) {
  const std::lock_guard lock(mutex_);
  files_[path].overwrites.push_back({offset, std::move(before)});
}

void PowerCutFileSystem::DirectorySynced(const std::string& path) {
  const std::filesystem::path directory(path);
  const std::string name =
      (directory.has_filename() ? directory : directory.parent_path()).string();
  const std::lock_guard lock(mutex_);
  std::erase_if(created_, [&](const std::string& file) { return DirectoryOf(file) == name; });
  std::erase_if(renamed_, [&](const Renamed& file) { return DirectoryOf(file.to) == name; });
}

void PowerCutFileSystem::Restore(std::mt19937_64& random, bool torn) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, file] : files_) {
    if (!std::filesystem::exists(path)) continue;
    if (file.size > file.synced) {
      const uint64_t kept = torn ? random() % (file.size - file.synced + 1) : 0;
      std::filesystem::resize_file(path, file.synced + kept);
    }
    // A slot lies in one sector: each overwrite survives wholly or not at all.
    std::string bytes = file.overwrites.empty() ? "" : ReadAllOf(path);
    for (auto it = file.overwrites.rbegin(); it != file.overwrites.rend(); ++it) {
      if (torn && random() % 4 == 0) break;
      bytes.replace(it->offset, it->before.size(), it->before);
    }
    if (!file.overwrites.empty()) WriteAllOf(path, bytes);
  }
  for (auto it = renamed_.rbegin(); it != renamed_.rend(); ++it) {
    if (it->before) {
      WriteAllOf(it->to, *it->before);
    } else {
      std::filesystem::remove(it->to);
    }
  }
  for (const std::string& path : created_) std::filesystem::remove(path);
  files_.clear();
  created_.clear();
  renamed_.clear();
  left_ = INT64_MAX;
  dead_ = false;
}

IOStatus PowerCutFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext* debug) {
  auto status = Before(Op::kOpen, path);
  if (!status.ok()) return status;
  const bool existed = std::filesystem::exists(path);
  std::unique_ptr<rocksdb::FSWritableFile> target;
  status = FileSystemWrapper::NewWritableFile(path, options, &target, debug);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  files_[path] = {};
  if (!existed) created_.insert(path);
  *file = std::make_unique<WritableFile>(*this, path, std::move(target));
  return status;
}

IOStatus PowerCutFileSystem::NewRandomRWFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                             IODebugContext* debug) {
  auto status = Before(Op::kOpen, path);
  std::unique_ptr<rocksdb::FSRandomRWFile> target;
  if (status.ok()) status = FileSystemWrapper::NewRandomRWFile(path, options, &target, debug);
  if (status.ok()) *file = std::make_unique<RandomRWFile>(*this, path, std::move(target));
  return status;
}

IOStatus PowerCutFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                          std::unique_ptr<rocksdb::FSDirectory>* directory,
                                          IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> target;
  auto status = FileSystemWrapper::NewDirectory(path, options, &target, debug);
  if (status.ok()) *directory = std::make_unique<Directory>(*this, path, std::move(target));
  return status;
}

IOStatus PowerCutFileSystem::RenameFile(const std::string& from, const std::string& to,
                                        const IOOptions& options, IODebugContext* debug) {
  auto status = Before(Op::kName, to);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  Renamed renamed{to, std::nullopt};
  if (std::filesystem::exists(to)) renamed.before = ReadAllOf(to);
  status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  files_[to] = std::exchange(files_[from], {});
  files_.erase(from);
  created_.erase(from);
  renamed_.push_back(std::move(renamed));
  return status;
}

IOStatus PowerCutFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                        IODebugContext* debug) {
  auto status = Before(Op::kName, path);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  files_.erase(path);
  created_.erase(path);
  return FileSystemWrapper::DeleteFile(path, options, debug);
}

IOStatus PowerCutFileSystem::CreateDir(const std::string& path, const IOOptions& options,
                                       IODebugContext* debug) {
  auto status = Before(Op::kName, path);
  return status.ok() ? FileSystemWrapper::CreateDir(path, options, debug) : status;
}

IOStatus PowerCutFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                                IODebugContext* debug) {
  auto status = Before(Op::kName, path);
  return status.ok() ? FileSystemWrapper::CreateDirIfMissing(path, options, debug) : status;
}

IOStatus PowerCutFileSystem::LockFile(const std::string& path, const IOOptions& options,
                                      rocksdb::FileLock** lock, IODebugContext* debug) {
  auto status = Before(Op::kOpen, path);
  return status.ok() ? FileSystemWrapper::LockFile(path, options, lock, debug) : status;
}

IOStatus PowerCutFileSystem::GetFreeSpace(const std::string& path, const IOOptions& options,
                                          uint64_t* bytes, IODebugContext* debug) {
  {
    const std::lock_guard lock(mutex_);
    if (free_space_) {
      *bytes = *free_space_;
      return IOStatus::OK();
    }
  }
  return FileSystemWrapper::GetFreeSpace(path, options, bytes, debug);
}

}  // namespace skyndsamt::log
