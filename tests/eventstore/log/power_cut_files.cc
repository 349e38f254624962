#include "tests/eventstore/log/power_cut_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace skyndsamt::log {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using FilePtr = PowerCutFilePtr;
using Op = PowerCutFileSystem::Op;

class WritableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(PowerCutFileSystem& fs, std::string path, FilePtr state,
               std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)),
        fs_(fs),
        path_(std::move(path)),
        state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    auto status = fs_.Before(Op::kAppend, path_);
    if (status.ok()) status = target()->Append(data, options, debug);
    if (status.ok()) fs_.Appended(*state_, data.size());
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    auto status = fs_.Before(Op::kSync, path_);
    if (status.ok()) fs_.Synced(path_, *state_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    auto status = fs_.Before(Op::kOverwrite, path_);
    if (!status.ok()) return status;
    const std::string before = ReadAllOf(path_);
    status = target()->Truncate(size, options, debug);
    if (status.ok()) fs_.CutOff(*state_, size, before.substr(std::min(size, before.size())));
    return status;
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
  const FilePtr state_;
};

class RandomRWFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RandomRWFile(PowerCutFileSystem& fs, std::string path, FilePtr state,
               std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : FSRandomRWFileOwnerWrapper(std::move(file)),
        fs_(fs),
        path_(std::move(path)),
        state_(std::move(state)) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    auto status = fs_.Before(Op::kOverwrite, path_);
    if (!status.ok()) return status;
    std::string before(data.size(), '\0');
    Slice was;
    status = target()->Read(offset, before.size(), options, &was, before.data(), debug);
    if (!status.ok()) return status;
    fs_.Overwritten(*state_, offset, data.size(), was.ToString());
    return target()->Write(offset, data, options, debug);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    auto status = fs_.Before(Op::kSync, path_);
    if (status.ok()) fs_.Synced(path_, *state_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  PowerCutFileSystem& fs_;
  const std::string path_;
  const FilePtr state_;
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

}  // namespace

std::string ReadAllOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::unique_ptr<rocksdb::FSWritableFile> MakeWritable(
    PowerCutFileSystem& fs, const std::string& path, PowerCutFilePtr state,
    std::unique_ptr<rocksdb::FSWritableFile> target) {
  return std::make_unique<WritableFile>(fs, path, std::move(state), std::move(target));
}

std::unique_ptr<rocksdb::FSRandomRWFile> MakeRandomRW(
    PowerCutFileSystem& fs, const std::string& path, PowerCutFilePtr state,
    std::unique_ptr<rocksdb::FSRandomRWFile> target) {
  return std::make_unique<RandomRWFile>(fs, path, std::move(state), std::move(target));
}

std::unique_ptr<rocksdb::FSDirectory> MakeDirectoryOf(
    PowerCutFileSystem& fs, const std::string& path, std::unique_ptr<rocksdb::FSDirectory> target) {
  return std::make_unique<Directory>(fs, path, std::move(target));
}

}  // namespace skyndsamt::log
