#include "eventstore/vault/key_files.h"

#include <openssl/rand.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/key_wrap.h"

namespace skyndsamt::vault {
namespace {

using rocksdb::FileOptions;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr char kRootFile[] = "/root.key";
constexpr char kEpochFile[] = "/epoch.key";
constexpr std::string_view kEpochTag("skyndsamt/epoch/v1\0", 19);

// No byte is in the file before it is the owner's alone.
IOStatus WritePrivate(rocksdb::FileSystem& fs, const std::string& path, std::string_view bytes) {
  if (fs.FileExists(path, IOOptions(), nullptr).ok()) {
    if (auto status = fs.DeleteFile(path, IOOptions(), nullptr); !status.ok()) return status;
  }
  std::unique_ptr<rocksdb::FSWritableFile> file;
  auto status = fs.NewWritableFile(path, FileOptions(), &file, nullptr);
  if (status.ok() && ::chmod(path.c_str(), 0600) != 0) {
    status = IOStatus::IOError(path, "its mode cannot be set");
  }
  const rocksdb::Slice slice(bytes.data(), bytes.size());
  if (status.ok()) status = file->Append(slice, IOOptions(), nullptr);
  if (status.ok()) status = file->Sync(IOOptions(), nullptr);
  if (status.ok()) status = file->Close(IOOptions(), nullptr);
  return status;
}

// Replaces the file whole; the bytes it held before are overwritten with zeros where they lie.
absl::Status ReplaceFile(rocksdb::FileSystem& fs, const std::string& directory,
                         const std::string& path, std::string_view bytes) {
  std::unique_ptr<rocksdb::FSRandomRWFile> old;
  uint64_t old_bytes = 0;
  if (fs.FileExists(path, IOOptions(), nullptr).ok()) {
    auto opened = fs.NewRandomRWFile(path, FileOptions(), &old, nullptr);
    if (opened.ok()) opened = fs.GetFileSize(path, IOOptions(), &old_bytes, nullptr);
    if (!opened.ok()) return FromRocks(opened, "cannot open a key file");
  }
  const std::string fresh = path + ".new";
  auto status = WritePrivate(fs, fresh, bytes);
  if (status.ok()) status = fs.RenameFile(fresh, path, IOOptions(), nullptr);
  if (!status.ok()) return FromRocks(status, "cannot replace a key file");
  if (auto synced = SyncDirectory(fs, directory); !synced.ok() || old == nullptr) return synced;
  status = old->Write(0, std::string(old_bytes, '\0'), IOOptions(), nullptr);
  if (status.ok()) status = old->Sync(IOOptions(), nullptr);
  return FromRocks(status, "cannot overwrite an old key file");
}

// The file's bytes; nothing if there is none. Refuses one that others may read.
absl::StatusOr<std::optional<std::string>> ReadKeyFile(rocksdb::FileSystem& fs,
                                                       const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  }
  if ((info.st_mode & 0077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " may be read by others than its owner: chmod 600"));
  }
  std::string bytes;
  const auto read = rocksdb::ReadFileToString(&fs, path, &bytes);
  if (!read.ok()) return FromRocks(read, "cannot read a key file");
  return bytes;
}

}  // namespace

absl::Status SyncDirectory(rocksdb::FileSystem& fs, const std::string& directory) {
  std::unique_ptr<rocksdb::FSDirectory> handle;
  auto status = fs.NewDirectory(directory, IOOptions(), &handle, nullptr);
  if (status.ok()) status = handle->Fsync(IOOptions(), nullptr);
  return FromRocks(status, "cannot sync the directory");
}

absl::Status MakePrivateDirectory(rocksdb::FileSystem& fs, const std::string& directory) {
  const auto made = fs.CreateDirIfMissing(directory, IOOptions(), nullptr);
  if (!made.ok()) return FromRocks(made, "cannot make its directory");
  if (::chmod(directory.c_str(), 0700) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("key store: cannot make private ", directory));
  }
  const size_t slash = directory.rfind('/');
  return SyncDirectory(fs, slash == std::string::npos ? "." : directory.substr(0, slash + 1));
}

Key RandomKey() {
  Key key;
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) std::abort();
  return key;
}

absl::Status NoStoreIn(const std::string& directory) {
  return absl::FailedPreconditionError(absl::StrCat(
      "key store: there is none in ", directory,
      ", and a new one would open nothing that is sealed already. Nothing was changed. Put the "
      "log's own back, or restore its latest backup; see deploy/runbook.md, 'the key store'"));
}

KeyFiles::KeyFiles(std::string directory, rocksdb::FileSystem& fs)
    : directory_(std::move(directory)), fs_(fs) {}

absl::Status KeyFiles::LoadRoot(bool create) {
  const std::string path = directory_ + kRootFile;
  auto bytes = ReadKeyFile(fs_, path);
  if (!bytes.ok()) return bytes.status();
  if (bytes->has_value()) {
    if ((*bytes)->size() != root_.size()) {
      return absl::DataLossError(absl::StrCat(path, " does not hold a 256-bit key"));
    }
    root_ = ToArray<32>(**bytes);
    return absl::OkStatus();
  }
  if (!create) return absl::FailedPreconditionError(absl::StrCat(path, " is missing"));
  root_ = RandomKey();
  return ReplaceFile(fs_, directory_, path, View(root_));
}

absl::Status KeyFiles::Load(bool create) {
  const std::string path = directory_ + kEpochFile;
  auto bytes = ReadKeyFile(fs_, path);
  if (!bytes.ok()) return bytes.status();
  if (auto root = LoadRoot(create && !bytes->has_value()); !root.ok()) return root;
  if (!bytes->has_value()) {
    if (!create) return absl::FailedPreconditionError(absl::StrCat(path, " is missing"));
    return Store({{1, RandomKey()}});
  }
  // Whoever made them may have died before their names were durable.
  if (create) {
    if (auto synced = SyncDirectory(fs_, directory_); !synced.ok()) return synced;
  }
  const auto damaged = absl::DataLossError(absl::StrCat(path, " is damaged"));
  ByteReader reader(**bytes);
  if (reader.Take(kEpochTag.size()) != kEpochTag) return damaged;
  const uint8_t count = reader.U8();
  std::vector<EpochKey> epochs;
  for (uint8_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t epoch = reader.U64();
    auto key = UnwrapKey(root_, reader.Take(kWrappedKeyBytes));
    if (!key.ok()) {
      return absl::DataLossError(
          absl::StrCat(path, " is damaged, or root.key is not the key that wrapped it"));
    }
    epochs.push_back({epoch, *key});
  }
  if (!reader.complete() || epochs.empty() || epochs.size() > 2) return damaged;
  epochs_ = std::move(epochs);
  return absl::OkStatus();
}

absl::Status KeyFiles::Store(std::vector<EpochKey> epochs) {
  assert(!epochs.empty() && epochs.size() <= 2);
  std::string bytes(kEpochTag);
  PutU8(bytes, static_cast<uint8_t>(epochs.size()));
  for (const EpochKey& epoch : epochs) {
    PutU64(bytes, epoch.epoch);
    bytes.append(WrapKey(root_, epoch.key));
  }
  auto stored = ReplaceFile(fs_, directory_, directory_ + kEpochFile, bytes);
  if (stored.ok()) epochs_ = std::move(epochs);
  return stored;
}

}  // namespace skyndsamt::vault
