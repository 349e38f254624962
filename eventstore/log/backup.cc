#include "eventstore/log/backup.h"

#include <rocksdb/file_system.h>
#include <rocksdb/utilities/checkpoint.h>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "eventstore/log/directory.h"
#include "eventstore/log/files.h"
#include "eventstore/log/high_water.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/log/store.h"

namespace skyndsamt::log {
namespace {

absl::Status MakeEmptyDirectory(rocksdb::FileSystem& fs, const std::string& directory) {
  auto names = ListDirectory(fs, directory);
  if (!names.ok()) return names.status();
  if (!names->empty()) {
    return absl::FailedPreconditionError("the directory to write to is not empty");
  }
  return MakeDirectory(fs, directory);
}

// What a database holds, from its own rows.
absl::StatusOr<HighWaterMark> MarkOf(Store& store) {
  auto frontier = store.ReadFrontier();
  if (!frontier.ok()) return frontier.status();
  HighWaterMark mark{frontier->size, {}};
  if (mark.size == 0) return mark;
  auto last = store.ReadRecord(mark.size - 1);
  if (!last.ok()) return last.status();
  mark.leaf_hash = LeafHashOf(*last);
  return mark;
}

// Copies files and tells how far it has come.
class Copier {
 public:
  Copier(rocksdb::FileSystem& fs, BytesDone told) : fs_(fs), told_(std::move(told)) {}

  absl::Status CopyFile(const std::string& from, const std::string& to) {
    std::unique_ptr<rocksdb::FSSequentialFile> source;
    std::unique_ptr<rocksdb::FSWritableFile> target;
    auto status = fs_.NewSequentialFile(from, rocksdb::FileOptions(), &source, nullptr);
    if (status.ok()) status = fs_.NewWritableFile(to, rocksdb::FileOptions(), &target, nullptr);
    std::vector<char> buffer(1u << 20);
    rocksdb::Slice chunk;
    while (status.ok()) {
      status = source->Read(buffer.size(), rocksdb::IOOptions(), &chunk, buffer.data(), nullptr);
      if (!status.ok() || chunk.empty()) break;
      status = target->Append(chunk, rocksdb::IOOptions(), nullptr);
      done_ += chunk.size();
      if (told_ != nullptr) told_(done_, total_);
    }
    if (status.ok()) status = target->Sync(rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = target->Close(rocksdb::IOOptions(), nullptr);
    return FromRocks(status, "copying " + from);
  }

  absl::Status CopyFiles(const std::string& from, const std::string& to,
                         std::vector<std::string> names) {
    std::erase(names, "LOCK");
    for (const std::string& name : names) {
      uint64_t size = 0;
      const auto asked = fs_.GetFileSize(from + "/" + name, rocksdb::IOOptions(), &size, nullptr);
      if (!asked.ok()) return FromRocks(asked, "reading the size of " + name);
      total_ += size;
    }
    for (const std::string& name : names) {
      auto copied = CopyFile(from + "/" + name, to + "/" + name);
      if (!copied.ok()) return copied;
    }
    return SyncDirectory(fs_, to);
  }

 private:
  rocksdb::FileSystem& fs_;
  const BytesDone told_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

// A primary that was never promoted has none.
absl::Status CopyRole(rocksdb::FileSystem& fs, const std::string& from, const std::string& to) {
  if (!FileExists(fs, RolePath(from))) return absl::OkStatus();
  return Copier(fs, nullptr).CopyFile(RolePath(from), RolePath(to));
}

}  // namespace

absl::StatusOr<uint64_t> WriteBackup(const Options& options, Store& store,
                                     const std::string& directory) {
  auto& fs = FileSystemOf(options);
  auto made = MakeEmptyDirectory(fs, directory);
  if (!made.ok()) return made;
  rocksdb::Checkpoint* raw = nullptr;
  auto status = rocksdb::Checkpoint::Create(&store.db(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  if (status.ok()) status = checkpoint->CreateCheckpoint(DatabasePath(directory));
  if (!status.ok()) return FromRocks(status, "writing the backup");

  Options copy_options = options;
  copy_options.directory = directory;
  auto copy = Store::OpenReadOnly(copy_options);
  if (!copy.ok()) return copy.status();
  auto mark = MarkOf(**copy);
  if (!mark.ok()) return mark.status();
  auto written = HighWater::Create(fs, HighWaterPath(directory), *mark);
  if (written.ok()) written = CopyRole(fs, options.directory, directory);
  if (written.ok()) {
    written = WriteWholeFile(fs, FormatPath(directory), FormatFileText(options.origin));
  }
  if (!written.ok()) return written;
  return mark->size;
}

absl::StatusOr<uint64_t> Restore(const std::string& from, const std::string& to,
                                 const BytesDone& told) {
  Options options;
  options.directory = from;
  auto& fs = FileSystemOf(options);
  auto origin = ReadOrigin(options);
  if (absl::IsDataLoss(origin.status())) return origin.status();
  if (!origin.ok()) {
    return absl::FailedPreconditionError("the directory to restore from holds no log");
  }
  auto lock = DirectoryLock::Take(options);  // a medium that cannot be written to has no writer
  if (!lock.ok() && !absl::IsPermissionDenied(lock.status())) return lock.status();
  auto mark = HighWater::Read(fs, HighWaterPath(from));
  if (!mark.ok()) return mark.status();
  auto made = MakeEmptyDirectory(fs, to);
  if (made.ok()) made = MakeEmptyDirectory(fs, DatabasePath(to));
  if (!made.ok()) return made;
  auto names = ListDirectory(fs, DatabasePath(from));
  if (!names.ok()) return names.status();
  auto copied = Copier(fs, told).CopyFiles(DatabasePath(from), DatabasePath(to), *names);
  if (copied.ok()) copied = HighWater::Create(fs, HighWaterPath(to), *mark);
  if (copied.ok()) copied = CopyRole(fs, from, to);
  if (!copied.ok()) return copied;

  options.directory = to;
  {
    auto store = Store::OpenReadOnly(options);
    if (!store.ok()) return store.status();
    auto checked = CheckAgainst(*mark, **store);
    if (checked.ok()) {
      checked = FromRocks((*store)->db().VerifyChecksum(), "checking the restored copy");
    }
    if (!checked.ok()) return checked;
  }
  // Last: until it is there, the directory is no log.
  auto written = WriteWholeFile(fs, FormatPath(to), FormatFileText(*origin));
  if (!written.ok()) return written;
  return mark->size;
}

}  // namespace skyndsamt::log
