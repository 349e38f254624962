#include "tests/eventstore/log/power_cut_fs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/eventstore/log/power_cut_files.h"
#include "tests/eventstore/log/wakeful_env.h"

namespace skyndsamt::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using Op = PowerCutFileSystem::Op;
using FilePtr = std::shared_ptr<PowerCutFileSystem::File>;

void WriteAllOf(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string DirectoryOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

bool IsWithin(const std::string& directory, const std::string& path) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

constexpr uint64_t kSector = 512;

// The sectors that a range touches, each with even odds, as they are in `now`.
void KeepSectors(uint64_t offset, uint64_t bytes, const std::string& now, std::mt19937_64& random,
                 std::string* kept) {
  for (uint64_t at = offset / kSector * kSector; at < offset + bytes; at += kSector) {
    if (at >= now.size() || random() % 2 == 0) continue;
    const uint64_t length = std::min(kSector, now.size() - at);
    kept->replace(at, length, now, at, length);
  }
}

// What a disk holds of a file. A slot lies in one sector: it survives wholly or not at all. Where a
// write is torn, any of its sectors may be there and any not.
std::string CutBack(const PowerCutFileSystem::File& file, std::string bytes,
                    std::mt19937_64* torn) {
  const std::string now = torn != nullptr ? bytes : std::string();
  const uint64_t grown = file.size > file.synced ? file.size - file.synced : 0;
  auto it = file.overwrites.rbegin();
  for (; it != file.overwrites.rend(); ++it) {
    if (torn != nullptr && (*torn)() % 4 == 0) break;
    bytes.replace(it->offset, it->before.size(), it->before);
  }
  for (auto undone = file.overwrites.rbegin(); torn != nullptr && undone != it; ++undone) {
    KeepSectors(undone->offset, undone->before.size(), now, *torn, &bytes);
  }
  if (grown > 0) bytes.resize(file.synced + (torn != nullptr ? (*torn)() % (grown + 1) : 0));
  return bytes;
}

}  // namespace

std::unique_ptr<rocksdb::Env> NewPowerCutEnv(std::shared_ptr<PowerCutFileSystem> fs) {
  return std::make_unique<WakefulEnv>(rocksdb::NewCompositeEnv(std::move(fs)));
}

void PowerCutFileSystem::SetFault(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

void PowerCutFileSystem::IgnoreSyncsOf(Which which) {
  const std::lock_guard lock(mutex_);
  ignored_ = std::move(which);
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

void PowerCutFileSystem::Appended(File& file, uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  file.size += bytes;
}

void PowerCutFileSystem::Synced(const std::string& path, File& file) {
  const std::lock_guard lock(mutex_);
  if (ignored_ && ignored_(path)) return;
  file.synced = file.size;
  file.overwrites.clear();
}

void PowerCutFileSystem::Overwritten(File& file, uint64_t offset, uint64_t bytes,
                                     std::string before) {
  const std::lock_guard lock(mutex_);
  if (!before.empty()) file.overwrites.push_back({offset, std::move(before)});
  file.size = std::max(file.size, offset + bytes);
}

void PowerCutFileSystem::CutOff(File& file, uint64_t size, std::string gone) {
  const std::lock_guard lock(mutex_);
  if (!gone.empty()) file.overwrites.push_back({size, std::move(gone)});
  file.size = size;
}

void PowerCutFileSystem::DirectorySynced(const std::string& path) {
  // With or without a slash at its end.
  const std::string name = DirectoryOf(std::filesystem::path(path) / "");
  const std::lock_guard lock(mutex_);
  if (ignored_ && ignored_(name)) return;
  Forget(name);
  for (const auto& [from, to] : moved_) {
    if (to == name) Forget(from);
  }
}

// The directory's names are durable.
void PowerCutFileSystem::Forget(const std::string& directory) {
  std::erase_if(namings_,
                [&](const Naming& naming) { return DirectoryOf(naming.path) == directory; });
}

void PowerCutFileSystem::Remember(const std::string& path, Naming* naming) const {
  if (!std::filesystem::exists(path)) return;
  naming->before = ReadAllOf(path);
  naming->mode = std::filesystem::status(path).permissions();
  const auto file = files_.find(path);
  if (file == files_.end()) return;
  naming->before = CutBack(*file->second, *std::move(naming->before), nullptr);
}

void PowerCutFileSystem::Restore(std::mt19937_64& random, bool torn) {
  namespace fs = std::filesystem;
  const std::lock_guard lock(mutex_);
  for (const auto& [path, file] : files_) {
    const bool whole = file->size == file->synced && file->overwrites.empty();
    if (whole || !fs::exists(path)) continue;
    WriteAllOf(path, CutBack(*file, ReadAllOf(path), torn ? &random : nullptr));
  }
  const size_t kept = torn ? random() % (namings_.size() + 1) : 0;
  for (; namings_.size() > kept; namings_.pop_back()) {
    const Naming& naming = namings_.back();
    if (naming.kind == Naming::Kind::kMade) fs::remove_all(naming.path);
    if (naming.kind == Naming::Kind::kMoved) fs::rename(naming.path, naming.from);
    if (naming.before) {
      WriteAllOf(naming.path, *naming.before);
      fs::permissions(naming.path, naming.mode);
    } else if (naming.kind == Naming::Kind::kDeleted) {
      fs::create_directory(naming.path);
    }
  }
  files_.clear();
  namings_.clear();
  moved_.clear();
  left_ = INT64_MAX;
  dead_ = false;
}

IOStatus PowerCutFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext* debug) {
  auto status = Before(Op::kOpen, path);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  const bool existed = std::filesystem::exists(path);
  std::unique_ptr<rocksdb::FSWritableFile> target;
  status = FileSystemWrapper::NewWritableFile(path, options, &target, debug);
  if (!status.ok()) return status;
  auto state = std::make_shared<File>();
  files_[path] = state;
  if (!existed) namings_.push_back({Naming::Kind::kMade, path, {}, {}, {}});
  *file = MakeWritable(*this, path, std::move(state), std::move(target));
  return status;
}

IOStatus PowerCutFileSystem::NewRandomRWFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                             IODebugContext* debug) {
  auto status = Before(Op::kOpen, path);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  std::unique_ptr<rocksdb::FSRandomRWFile> target;
  status = FileSystemWrapper::NewRandomRWFile(path, options, &target, debug);
  if (!status.ok()) return status;
  FilePtr& state = files_[path];
  if (state == nullptr) {
    const uint64_t size = std::filesystem::file_size(path);
    state = std::make_shared<File>(File{size, size, {}});
  }
  *file = MakeRandomRW(*this, path, state, std::move(target));
  return status;
}

IOStatus PowerCutFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                          std::unique_ptr<rocksdb::FSDirectory>* directory,
                                          IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> target;
  auto status = FileSystemWrapper::NewDirectory(path, options, &target, debug);
  if (status.ok()) *directory = MakeDirectoryOf(*this, path, std::move(target));
  return status;
}

IOStatus PowerCutFileSystem::RenameFile(const std::string& from, const std::string& to,
                                        const IOOptions& options, IODebugContext* debug) {
  auto status = Before(Op::kName, to);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  Naming naming{Naming::Kind::kMoved, to, from, {}, {}};
  Remember(to, &naming);
  status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  files_.erase(to);
  std::map<std::string, FilePtr> renamed;
  std::erase_if(files_, [&](const auto& entry) {
    const auto& [path, file] = entry;
    if (path != from && !IsWithin(from, path)) return false;
    renamed[to + path.substr(from.size())] = file;
    return true;
  });
  files_.merge(renamed);
  if (std::filesystem::is_directory(to)) moved_.emplace_back(from, to);
  namings_.push_back(std::move(naming));
  return status;
}

IOStatus PowerCutFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                        IODebugContext* debug) {
  auto status = Before(Op::kName, path);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  Naming naming{Naming::Kind::kDeleted, path, {}, {}, {}};
  Remember(path, &naming);
  status = FileSystemWrapper::DeleteFile(path, options, debug);
  if (!status.ok()) return status;
  files_.erase(path);
  namings_.push_back(std::move(naming));
  return status;
}

IOStatus PowerCutFileSystem::DeleteDir(const std::string& path, const IOOptions& options,
                                       IODebugContext* debug) {
  auto status = Before(Op::kName, path);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  status = FileSystemWrapper::DeleteDir(path, options, debug);
  if (status.ok()) namings_.push_back({Naming::Kind::kDeleted, path, {}, {}, {}});
  return status;
}

IOStatus PowerCutFileSystem::MakeDirectory(const std::string& path,
                                           const std::function<IOStatus()>& make) {
  auto status = Before(Op::kName, path);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  const bool existed = std::filesystem::exists(path);
  status = make();
  if (status.ok() && !existed) namings_.push_back({Naming::Kind::kMade, path, {}, {}, {}});
  return status;
}

IOStatus PowerCutFileSystem::CreateDir(const std::string& path, const IOOptions& options,
                                       IODebugContext* debug) {
  return MakeDirectory(path, [&] { return FileSystemWrapper::CreateDir(path, options, debug); });
}

IOStatus PowerCutFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                                IODebugContext* debug) {
  return MakeDirectory(path,
                       [&] { return FileSystemWrapper::CreateDirIfMissing(path, options, debug); });
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

IOStatus PowerCutFileSystem::LinkFile(const std::string&, const std::string&, const IOOptions&,
                                      IODebugContext*) {
  return IOStatus::NotSupported("links");
}

IOStatus PowerCutFileSystem::ReopenWritableFile(const std::string&, const FileOptions&,
                                                std::unique_ptr<rocksdb::FSWritableFile>*,
                                                IODebugContext*) {
  return IOStatus::NotSupported("reopening");
}

IOStatus PowerCutFileSystem::ReuseWritableFile(const std::string&, const std::string&,
                                               const FileOptions&,
                                               std::unique_ptr<rocksdb::FSWritableFile>*,
                                               IODebugContext*) {
  return IOStatus::NotSupported("reuse");
}

}  // namespace skyndsamt::log
