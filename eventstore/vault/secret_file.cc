#include "eventstore/vault/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace skyndsamt::vault {
namespace {

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

}  // namespace

absl::Status ReplaceSecretFile(const std::string& directory, const std::string& path,
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

absl::StatusOr<std::optional<std::string>> ReadSecretFile(const std::string& path) {
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

}  // namespace skyndsamt::vault
