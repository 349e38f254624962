// The one writer of the key store's rows. Every write is synced.
//
// After one that failed, the end of the write-ahead log is not known: nothing is written any more
// until the store is opened again. That a disk without room is not such a failure, a reserve sees
// to: below it nothing is tried, and there is nothing to mend once there is room.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <mutex>

#include "absl/status/status.h"

namespace skyndsamt::vault {

// Write: one caller at a time. health: any thread.
class KeyWriter {
 public:
  // `db` outlives the object.
  KeyWriter(rocksdb::DB& db, uint64_t reserve_bytes) : db_(db), reserve_bytes_(reserve_bytes) {}

  // RESOURCE_EXHAUSTED below the reserve; UNAVAILABLE from the first failure on.
  absl::Status Write(rocksdb::WriteBatch& batch, const char* what);
  // OK, or why nothing was written last.
  absl::Status health() const;

 private:
  absl::Status CheckRoom() const;

  rocksdb::DB& db_;
  const uint64_t reserve_bytes_;
  bool failed_ = false;
  mutable std::mutex mutex_;
  absl::Status health_;
};

}  // namespace skyndsamt::vault
