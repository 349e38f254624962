#include "eventstore/vault/key_backup.h"

#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/checkpoint.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "eventstore/vault/key_files.h"
#include "eventstore/vault/key_rows.h"

namespace skyndsamt::vault {

absl::Status BackUpKeys(rocksdb::DB& db, rocksdb::FileSystem& file_system, uint64_t epoch,
                        const std::string& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory) && !std::filesystem::is_empty(directory, error)) {
    return absl::FailedPreconditionError("key store: the backup's directory is not empty");
  }
  if (auto made = MakePrivateDirectory(file_system, directory); !made.ok()) return made;
  rocksdb::Checkpoint* raw = nullptr;
  const auto created = rocksdb::Checkpoint::Create(&db, &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  if (!created.ok()) return FromRocks(created, "cannot back up");
  const auto copied = checkpoint->CreateCheckpoint(directory + "/db");
  if (!copied.ok()) return FromRocks(copied, "cannot back up");
  const std::string note = absl::StrCat(
      "Wrapped keys of Skyndsamt, epoch ", epoch, ".\n",
      "Useless without root.key and epoch.key, which are kept apart from every backup.\n");
  const auto noted = rocksdb::WriteStringToFile(&file_system, note, directory + "/README",
                                                /*should_sync=*/true);
  if (!noted.ok()) return FromRocks(noted, "cannot write the backup's note");
  return SyncDirectory(file_system, directory);  // the names of both
}

}  // namespace skyndsamt::vault
