// A file system that counts what is read through it, by part of the path: for what must not grow
// with the log; and that can be told to fail a read. Compactions, which go on behind whatever set
// them off, do not count. Thread-safe.
#pragma once

#include <pthread.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace skyndsamt::log {

class CountingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  struct Reads {
    uint64_t operations = 0;
    uint64_t bytes = 0;
  };

  CountingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "CountingFileSystem"; }

  // Of all files whose path has `part` in it.
  Reads Of(const std::string& part) const {
    const std::lock_guard lock(mutex_);
    Reads sum;
    for (const auto& [path, reads] : reads_) {
      if (path.find(part) == std::string::npos) continue;
      sum.operations += reads.operations;
      sum.bytes += reads.bytes;
    }
    return sum;
  }
  // One read of a table fails: the one after the next `reads` of them.
  void FailOnceAfter(int64_t reads) { until_failure_ = reads; }
  // That one, and every one from then on.
  void FailAfter(int64_t reads) {
    for_good_ = true;
    until_failure_ = reads;
  }
  void FailNoMore() {
    until_failure_ = INT64_MAX;
    for_good_ = false;
    damaged_ = false;
  }
  // What fails, fails because the file is damaged.
  void FailDamaged() { damaged_ = true; }
  // Whether it has.
  bool has_failed() const { return until_failure_ < 0; }

  void Count(const std::string& path, size_t bytes) {
    if (IsBehind()) return;
    const std::lock_guard lock(mutex_);
    ++reads_[path].operations;
    reads_[path].bytes += bytes;
  }

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSSequentialFile> target;
    auto status = FileSystemWrapper::NewSequentialFile(path, options, &target, debug);
    if (status.ok()) *file = std::make_unique<Sequential>(*this, path, std::move(target));
    return status;
  }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSRandomAccessFile> target;
    auto status = FileSystemWrapper::NewRandomAccessFile(path, options, &target, debug);
    if (status.ok()) *file = std::make_unique<RandomAccess>(*this, path, std::move(target));
    return status;
  }

 private:
  // Whether this is a thread of RocksDB's own for compactions and flushes.
  static bool IsBehind() {
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    return std::string_view(name).starts_with("rocksdb:");
  }

  bool FailsNow() {
    if (IsBehind()) return false;
    const int64_t left = until_failure_.fetch_sub(1);
    return left == 0 || (left < 0 && for_good_);
  }
  rocksdb::IOStatus Failure() const {
    return damaged_ ? rocksdb::IOStatus::Corruption("injected")
                    : rocksdb::IOStatus::IOError("injected");
  }

  class Sequential : public rocksdb::FSSequentialFileOwnerWrapper {
   public:
    Sequential(CountingFileSystem& fs, std::string path,
               std::unique_ptr<rocksdb::FSSequentialFile> file)
        : FSSequentialFileOwnerWrapper(std::move(file)), fs_(fs), path_(std::move(path)) {}
    rocksdb::IOStatus Read(size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                           char* scratch, rocksdb::IODebugContext* debug) override {
      auto status = target()->Read(n, options, result, scratch, debug);
      fs_.Count(path_, result->size());
      return status;
    }
    rocksdb::IOStatus PositionedRead(uint64_t offset, size_t n, const rocksdb::IOOptions& options,
                                     rocksdb::Slice* result, char* scratch,
                                     rocksdb::IODebugContext* debug) override {
      auto status = target()->PositionedRead(offset, n, options, result, scratch, debug);
      fs_.Count(path_, result->size());
      return status;
    }

   private:
    CountingFileSystem& fs_;
    const std::string path_;
  };

  class RandomAccess : public rocksdb::FSRandomAccessFileOwnerWrapper {
   public:
    RandomAccess(CountingFileSystem& fs, std::string path,
                 std::unique_ptr<rocksdb::FSRandomAccessFile> file)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), fs_(fs), path_(std::move(path)) {}
    rocksdb::IOStatus Read(uint64_t offset, size_t n, const rocksdb::IOOptions& options,
                           rocksdb::Slice* result, char* scratch,
                           rocksdb::IODebugContext* debug) const override {
      if (fs_.FailsNow()) return fs_.Failure();
      auto status = target()->Read(offset, n, options, result, scratch, debug);
      fs_.Count(path_, result->size());
      return status;
    }
    rocksdb::IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count,
                                const rocksdb::IOOptions& options,
                                rocksdb::IODebugContext* debug) override {
      for (size_t i = 0; i < count; ++i) {
        rocksdb::FSReadRequest& one = requests[i];
        one.status = Read(one.offset, one.len, options, &one.result, one.scratch, debug);
      }
      return rocksdb::IOStatus::OK();
    }
    // Whoever reads ahead is counted too.
    rocksdb::IOStatus Prefetch(uint64_t, size_t, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::NotSupported("prefetch");
    }

   private:
    CountingFileSystem& fs_;
    const std::string path_;
  };

  std::atomic<int64_t> until_failure_ = INT64_MAX;
  std::atomic<bool> for_good_ = false;
  std::atomic<bool> damaged_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, Reads> reads_;
};

}  // namespace skyndsamt::log
