// The vault seals personal data at the door and opens it at the query; destroying a key erases
// what it sealed while every proof stays valid (integrity format 1).
//
//   okm        = HKDF-SHA256(person key, salt = 32 random, "skyndsamt/seal/v1\0", 76)
//              -> encryption key 32, commitment key 32, iv 12
//   aad        = "skyndsamt/aad/v1\0" || event id || u16 part index
//   commitment = HMAC-SHA256(commitment key, aad || u64 length || plaintext)
//   ciphertext = AES-256-GCM(encryption key, iv, plaintext, aad || commitment)
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"
#include "eventstore/vault/sealed_part.h"

namespace rocksdb {
class Env;
}

namespace skyndsamt::vault {

using Key = Bytes32;

// Pure functions; thread-safe.
// The text padded with 0x80 and zeros to a multiple of 64 bytes, so that lengths say little.
std::string Pad(std::string_view text);
absl::StatusOr<std::string> Unpad(std::string_view padded);
// Seals bytes as they are (pad first); `salt` must be fresh random bytes.
SealedPart Seal(const KeyId& key_id, const Key& key, const Bytes32& salt, const EventId& event,
                uint16_t part, std::string_view plaintext);
// DATA_LOSS if the tag or the commitment does not hold.
absl::StatusOr<std::string> Open(const SealedPart& sealed, const Key& key, const EventId& event,
                                 uint16_t part);

struct KeyStoreOptions {
  // Holds db/ (the wrapped keys), root.key and epoch.key (see key_files.h).
  std::string directory;
  // Where there is none. A new one opens nothing that is sealed already, so whoever has records
  // says no.
  bool create_if_missing = true;
  size_t pool_size = 4096;             // random keys made durable in advance
  size_t cache_keys = 65536;           // opened keys kept in memory, about 100 bytes each
  uint64_t reserve_bytes = 16u << 20;  // free space below which nothing is written
  rocksdb::Env* env = nullptr;         // for fault tests; not owned
};

struct FreshKey {
  KeyId id;
  Key key;
};

// One random 256-bit key per (incident, person) and per free text, wrapped (AES-256-KWP) by an
// epoch key, in a RocksDB of its own with its own path and backup. Thread-safe.
//
// A key id is a counter and 8 random bytes; ids rise in the order of making, so that rows are
// appended, never scattered. What a crash leaves of the pool is never handed out again: at open
// the pool is made afresh, behind the highest id on disk.
class KeyStore {
 public:
  // FAILED_PRECONDITION if there is no key store and none is to be made, or key files are missing,
  // readable by others or of another epoch than the database; DATA_LOSS if something is damaged;
  // RESOURCE_EXHAUSTED if a new one lacks room (one that is there is read without); UNAVAILABLE if
  // it is open elsewhere. An older copy, or a write-ahead log that was cut short, is not noticed
  // here: who holds records that name keys asks Knows.
  static absl::StatusOr<std::unique_ptr<KeyStore>> Open(const KeyStoreOptions& options);
  virtual ~KeyStore() = default;

  // Keys from the pool, already durable: no command waits for a second sync. A pool that runs low
  // is refilled in the background; where that failed, why it did. RESOURCE_EXHAUSTED below the
  // reserve of free space (base/shortage.h): the store goes on within a second of there being room.
  // UNAVAILABLE else: that write is the last, and whatever needs another answers the same until the
  // store is opened again.
  virtual absl::StatusOr<std::vector<FreshKey>> Take(size_t n) = 0;
  // NOT_FOUND if the key was erased or never was. Served from a bounded cache.
  virtual absl::StatusOr<Key> Find(const KeyId& id) = 0;
  // Whether the key is here, or was and has been erased. False: it was never made here, so this
  // store is older than what names the key, or another's.
  virtual absl::StatusOr<bool> Knows(const KeyId& id) = 0;
  // Deletes the wrapped keys (durably) and forgets them; that they were here is kept. Erasure is
  // complete after RotateEpoch.
  virtual absl::Status Erase(const std::vector<KeyId>& ids) = 0;
  // A new epoch key; survivors re-wrapped, the database compacted, the old epoch key destroyed, so
  // that old backups die. Takes as long as it takes to rewrite every key; commands go on. One that
  // was cut off is finished by the next Open.
  virtual absl::Status RotateEpoch() = 0;
  virtual uint64_t epoch() const = 0;
  // An online backup of the database into an absent or empty directory. The key files are not in
  // it: keep root.key apart, and epoch.key apart and replaced after each rotation; without both
  // the backup opens nothing, which is what makes erasure reach it. Back up the log first, the
  // keys second.
  virtual absl::Status Backup(const std::string& directory) = 0;
  // OK, or why nothing can be written, as Take says it. Does not block.
  virtual absl::Status health() const = 0;
};

// The keys of a copy that was given none: it makes, finds and knows nothing, so that what is sealed
// stays sealed. Take is FAILED_PRECONDITION.
std::unique_ptr<KeyStore> NoKeys();

// Whether RestoreKeyStore finds and can read what it needs of `key_files`; names the file that it
// cannot. Writes nothing.
absl::Status CheckKeyFiles(const std::string& key_files);

// Reads every block of a closed key store's database, or of its backup's, and compares it with its
// checksum; opens no key and changes nothing. DATA_LOSS for damage.
absl::Status CheckKeyDatabase(const std::string& directory);

// Makes an absent or empty directory a key store again: the database from `backup`, the key files
// from `key_files` (the old store's directory, or wherever the two copies were kept). Opens it
// once; FAILED_PRECONDITION if the backup's epoch key has been destroyed since.
absl::Status RestoreKeyStore(const std::string& backup, const std::string& key_files,
                             const std::string& directory);

}  // namespace skyndsamt::vault
