#include <filesystem>

#include "absl/strings/str_cat.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {

absl::Status RestoreKeyStore(const std::string& backup, const std::string& key_files,
                             const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(directory) && !fs::is_empty(directory, error)) {
    return absl::FailedPreconditionError("key store: the directory to restore into is not empty");
  }
  fs::create_directories(directory, error);
  fs::permissions(directory, fs::perms::owner_all, error);
  const auto copy = [&](const std::string& from, const std::string& to) {
    if (!error) fs::copy(from, to, fs::copy_options::recursive, error);
  };
  error.clear();
  copy(backup + "/db", directory + "/db");
  for (const char* file : {"/root.key", "/epoch.key"}) {
    copy(key_files + file, directory + file);
    if (!error) fs::permissions(directory + file, fs::perms(0600), error);
  }
  if (error)
    return absl::UnavailableError(absl::StrCat("key store: cannot restore: ", error.message()));
  KeyStoreOptions options;
  options.directory = directory;
  options.pool_size = 0;
  return KeyStore::Open(options).status();
}

}  // namespace skyndsamt::vault
