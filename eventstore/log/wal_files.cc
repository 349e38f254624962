#include "eventstore/log/wal_files.h"

#include <rocksdb/file_system.h>

#include <memory>
#include <string>
#include <utility>

namespace skyndsamt::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr size_t kAhead = 1u << 20;

// One writer; Sync beside it, as RocksDB does. Cut to what was written when it is closed.
class WalFile : public rocksdb::FSWritableFile {
 public:
  // The same file twice: as it was made, which can be cut, and to be written in place.
  WalFile(std::unique_ptr<rocksdb::FSWritableFile> made,
          std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : made_(std::move(made)), file_(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    auto status = file_->Write(size_, data, options, debug);
    if (!status.ok()) return status;
    size_ += data.size();
    return size_ > laid_ ? LayAhead(options, debug) : status;
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
    if (status.ok()) status = made_->Truncate(size_, options, debug);
    return status.ok() ? made_->Close(options, debug) : status;
  }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

 private:
  IOStatus LayAhead(const IOOptions& options, IODebugContext* debug) {
    static const std::string zeros(kAhead, '\0');
    auto status = file_->Write(size_, zeros, options, debug);
    if (status.ok()) laid_ = size_ + zeros.size();
    return status;
  }

  const std::unique_ptr<rocksdb::FSWritableFile> made_;
  const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  uint64_t size_ = 0;  // written
  uint64_t laid_ = 0;  // as long the file is
};

class WalFileSystem : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "WalFileSystem"; }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    auto status = target()->NewWritableFile(path, options, file, debug);
    if (!status.ok() || !path.ends_with(".log")) return status;
    std::unique_ptr<rocksdb::FSRandomRWFile> in_place;
    status = target()->NewRandomRWFile(path, options, &in_place, debug);
    if (status.ok()) *file = std::make_unique<WalFile>(std::move(*file), std::move(in_place));
    return status;
  }
};

class WalEnv : public rocksdb::EnvWrapper {
 public:
  explicit WalEnv(rocksdb::Env* env) : EnvWrapper(env) {
    file_system_ = std::make_shared<WalFileSystem>(env->GetFileSystem());
    system_clock_ = env->GetSystemClock();
  }
  const char* Name() const override { return "WalEnv"; }
};

}  // namespace

std::unique_ptr<rocksdb::Env> WithWalsLaidAhead(rocksdb::Env* env) {
  return std::make_unique<WalEnv>(env);
}

}  // namespace skyndsamt::log
