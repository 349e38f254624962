#include "eventstore/vault/key_writer.h"

#include <rocksdb/file_system.h>

#include "absl/strings/str_cat.h"
#include "eventstore/base/shortage.h"
#include "eventstore/vault/key_rows.h"

namespace skyndsamt::vault {

absl::Status KeyWriter::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

absl::Status KeyWriter::Write(rocksdb::WriteBatch& batch, const char* what) {
  if (failed_) return health();
  absl::Status status = CheckRoom();
  if (status.ok()) {
    status = FromRocks(db_.Write(Synced(), &batch), what);
    failed_ = !status.ok();
  }
  if (failed_) {
    status = absl::UnavailableError(absl::StrCat(
        status.message(), ": nothing is written any more until the key store is opened again"));
  }
  const std::lock_guard lock(mutex_);
  return health_ = status;
}

absl::Status KeyWriter::CheckRoom() const {
  uint64_t room = 0;
  const auto asked = db_.GetFileSystem()->GetFreeSpace(db_.GetName(), rocksdb::IOOptions(), &room,
                                                       /*dbg=*/nullptr);
  if (!asked.ok() || room >= reserve_bytes_) return absl::OkStatus();
  return Exhausted(Shortage::kSpace, "key store: free disk space is below the reserve");
}

}  // namespace skyndsamt::vault
