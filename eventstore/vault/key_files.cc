#include "eventstore/vault/key_files.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "eventstore/vault/key_wrap.h"

namespace skyndsamt::vault {
namespace {

constexpr char kRootFile[] = "/root.key";
constexpr char kEpochFile[] = "/epoch.key";
constexpr std::string_view kEpochTag("skyndsamt/epoch/v1\0", 19);
constexpr size_t kMaxFileBytes = 4096;

// A file descriptor that closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  const int fd_;
};

absl::Status Failed(const char* what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

absl::Status SyncDirectory(const std::string& directory) {
  const File dir(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir.ok() || ::fsync(dir.fd()) != 0) return Failed("cannot sync", directory);
  return absl::OkStatus();
}

absl::Status WriteAndSync(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Failed("cannot write", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  if (::fsync(fd) != 0) return Failed("cannot sync", path);
  return absl::OkStatus();
}

// Replaces the file whole; the bytes it held before are overwritten with zeros where they lie.
absl::Status ReplaceFile(const std::string& directory, const std::string& path,
                         std::string_view bytes) {
  const File old(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  {
    const File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.ok()) return Failed("cannot create", fresh);
    if (auto written = WriteAndSync(file.fd(), bytes, fresh); !written.ok()) return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return Failed("cannot replace", path);
  if (auto synced = SyncDirectory(directory); !synced.ok() || !old.ok()) return synced;
  struct stat info;
  if (::fstat(old.fd(), &info) != 0) return Failed("cannot inspect", path);
  return WriteAndSync(old.fd(), std::string(static_cast<size_t>(info.st_size), '\0'), path);
}

// The file's bytes; nothing if there is none. Refuses one that others may read.
absl::StatusOr<std::optional<std::string>> ReadKeyFile(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok() && errno == ENOENT) return std::nullopt;
  struct stat info;
  if (!file.ok() || ::fstat(file.fd(), &info) != 0) return Failed("cannot open", path);
  if ((info.st_mode & 0077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " may be read by others than its owner: chmod 600"));
  }
  std::string bytes(kMaxFileBytes, '\0');
  const ssize_t n = ::read(file.fd(), bytes.data(), bytes.size());
  if (n < 0) return Failed("cannot read", path);
  bytes.resize(static_cast<size_t>(n));
  return bytes;
}

}  // namespace

Key RandomKey() {
  Key key;
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) std::abort();
  return key;
}

KeyFiles::KeyFiles(std::string directory) : directory_(std::move(directory)) {}

absl::Status KeyFiles::LoadRoot(bool create) {
  const std::string path = directory_ + kRootFile;
  auto bytes = ReadKeyFile(path);
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
  return ReplaceFile(directory_, path, View(root_));
}

absl::Status KeyFiles::Load(bool create) {
  const std::string path = directory_ + kEpochFile;
  auto bytes = ReadKeyFile(path);
  if (!bytes.ok()) return bytes.status();
  if (auto root = LoadRoot(create && !bytes->has_value()); !root.ok()) return root;
  if (!bytes->has_value()) {
    if (!create) return absl::FailedPreconditionError(absl::StrCat(path, " is missing"));
    return Store({{1, RandomKey()}});
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
  auto stored = ReplaceFile(directory_, directory_ + kEpochFile, bytes);
  if (stored.ok()) epochs_ = std::move(epochs);
  return stored;
}

}  // namespace skyndsamt::vault
