#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {
namespace {

constexpr const char* kKeyFiles[] = {"/root.key", "/epoch.key"};

absl::Status Sync(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (synced) return absl::OkStatus();
  return absl::ErrnoToStatus(error, absl::StrCat("key store: cannot sync ", path));
}

// Every file and directory below, the directory itself, and its name.
absl::Status SyncAll(const std::string& directory) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (auto synced = Sync(entry.path()); !synced.ok()) return synced;
  }
  if (auto synced = Sync(directory); !synced.ok()) return synced;
  return Sync(std::filesystem::absolute(directory).parent_path());
}

}  // namespace

absl::Status CheckKeyFiles(const std::string& key_files) {
  for (const char* file : kKeyFiles) {
    const std::string path = key_files + file;
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("key store: cannot read ", path));
    }
    ::close(opened);
  }
  return absl::OkStatus();
}

absl::Status CheckKeyDatabase(const std::string& directory) {
  rocksdb::DB* raw = nullptr;
  auto status = rocksdb::DB::OpenForReadOnly(DatabaseOptions(nullptr), directory + "/db", &raw);
  const std::unique_ptr<rocksdb::DB> database(raw);
  if (status.ok()) status = database->VerifyChecksum();
  return FromRocks(status, "cannot read the database");
}

absl::Status RestoreKeyStore(const std::string& backup, const std::string& key_files,
                             const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(directory) && !fs::is_empty(directory, error)) {
    return absl::FailedPreconditionError("key store: the directory to restore into is not empty");
  }
  if (auto readable = CheckKeyFiles(key_files); !readable.ok()) return readable;
  fs::create_directories(directory, error);
  fs::permissions(directory, fs::perms::owner_all, error);
  const auto copy = [&](const std::string& from, const std::string& to) {
    if (!error) fs::copy(from, to, fs::copy_options::recursive, error);
  };
  error.clear();
  copy(backup + "/db", directory + "/db");
  for (const char* file : kKeyFiles) {
    copy(key_files + file, directory + file);
    if (!error) fs::permissions(directory + file, fs::perms(0600), error);
  }
  if (error)
    return absl::UnavailableError(absl::StrCat("key store: cannot restore: ", error.message()));
  if (auto synced = SyncAll(directory); !synced.ok()) return synced;
  if (auto whole = CheckKeyDatabase(directory); !whole.ok()) return whole;
  KeyStoreOptions options;
  options.directory = directory;
  options.create_if_missing = false;
  options.pool_size = 0;
  return KeyStore::Open(options).status();
}

}  // namespace skyndsamt::vault
