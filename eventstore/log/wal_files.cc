#include "eventstore/log/wal_files.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace skyndsamt::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr uint64_t kStep = 1u << 20;  // of RocksDB's blocks a multiple: its reader ends at one

// How much was written of the files that are open. Thread-safe.
class Lengths {
 public:
  using Length = std::shared_ptr<std::atomic<uint64_t>>;

  Length Open(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return open_[path] = std::make_shared<std::atomic<uint64_t>>(0);
  }
  void Close(const std::string& path) {
    const std::lock_guard lock(mutex_);
    open_.erase(path);
  }
  bool Find(const std::string& path, uint64_t* length) const {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(path);
    if (found == open_.end()) return false;
    *length = *found->second;
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Length> open_;
};

// One writer; Sync beside it, as RocksDB does. Cut to what was written when it is closed.
class WalFile : public rocksdb::FSWritableFile {
 public:
  // The same file twice: as it was made, which can be cut, and to be written in place.
  WalFile(std::shared_ptr<Lengths> lengths, const std::string& path,
          std::unique_ptr<rocksdb::FSWritableFile> made,
          std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : lengths_(std::move(lengths)),
        path_(path),
        size_(lengths_->Open(path)),
        made_(std::move(made)),
        file_(std::move(file)) {}
  ~WalFile() override { lengths_->Close(path_); }

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    auto status = file_->Write(*size_, data, options, debug);
    if (!status.ok()) return status;
    *size_ += data.size();
    return *size_ > laid_ ? LayAhead(options, debug) : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return file_->Sync(options, debug);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return file_->Fsync(options, debug);
  }
  bool IsSyncThreadSafe() const override { return true; }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    auto status = file_->Close(options, debug);
    if (status.ok()) status = made_->Truncate(*size_, options, debug);
    return status.ok() ? made_->Close(options, debug) : status;
  }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return *size_; }

 private:
  // Up to the next step. Where there is no room for it the file grows write by write.
  IOStatus LayAhead(const IOOptions& options, IODebugContext* debug) {
    static const std::string zeros(kStep, '\0');
    const uint64_t end = (*size_ + kStep) / kStep * kStep;
    auto status = file_->Write(*size_, Slice(zeros.data(), end - *size_), options, debug);
    if (status.ok()) laid_ = end;
    return status.IsNoSpace() ? IOStatus::OK() : status;
  }

  const std::shared_ptr<Lengths> lengths_;
  const std::string path_;
  const Lengths::Length size_;  // written
  uint64_t laid_ = 0;           // as long the file is
  const std::unique_ptr<rocksdb::FSWritableFile> made_;
  const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

class WalFileSystem : public rocksdb::FileSystemWrapper {
 public:
  WalFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target, std::string database,
                std::shared_ptr<Lengths> lengths)
      : FileSystemWrapper(target), database_(std::move(database)), lengths_(std::move(lengths)) {}
  const char* Name() const override { return "WalFileSystem"; }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    auto status = target()->NewWritableFile(path, options, file, debug);
    if (!status.ok() || !path.starts_with(database_) || !path.ends_with(".log")) return status;
    std::unique_ptr<rocksdb::FSRandomRWFile> in_place;
    status = target()->NewRandomRWFile(path, options, &in_place, debug);
    if (!status.ok()) return status;
    *file = std::make_unique<WalFile>(lengths_, path, std::move(*file), std::move(in_place));
    return status;
  }

 private:
  const std::string database_;
  const std::shared_ptr<Lengths> lengths_;
};

class WalEnv : public rocksdb::EnvWrapper {
 public:
  WalEnv(rocksdb::Env* env, const std::string& database) : EnvWrapper(env) {
    file_system_ = std::make_shared<WalFileSystem>(env->GetFileSystem(), database + "/", lengths_);
    system_clock_ = env->GetSystemClock();
  }
  const char* Name() const override { return "WalEnv"; }
  rocksdb::Status GetFileSize(const std::string& path, uint64_t* size) override {
    if (lengths_->Find(path, size)) return rocksdb::Status::OK();
    return EnvWrapper::GetFileSize(path, size);
  }

 private:
  const std::shared_ptr<Lengths> lengths_ = std::make_shared<Lengths>();
};

}  // namespace

std::unique_ptr<rocksdb::Env> WithWalsLaidAhead(rocksdb::Env* env, const std::string& database) {
  return std::make_unique<WalEnv>(env, database);
}

}  // namespace skyndsamt::log
