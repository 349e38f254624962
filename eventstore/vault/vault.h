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
  std::string directory;
  size_t pool_size = 4096;     // random keys made durable in advance
  rocksdb::Env* env = nullptr; // for fault tests; not owned
};

struct FreshKey {
  KeyId id;
  Key key;
};

// One random 256-bit key per (incident, person) and per free text, wrapped (AES-256-KWP) by an
// epoch key, in a RocksDB of its own with its own path and backup. Thread-safe.
class KeyStore {
 public:
  static absl::StatusOr<std::unique_ptr<KeyStore>> Open(const KeyStoreOptions& options);
  virtual ~KeyStore() = default;

  // Keys from the pool, already durable: no command waits for a second sync. A pool that runs low
  // is refilled in the background; RESOURCE_EXHAUSTED only if that failed.
  virtual absl::StatusOr<std::vector<FreshKey>> Take(size_t n) = 0;
  // NOT_FOUND if the key was erased or never was. Served from a bounded cache.
  virtual absl::StatusOr<Key> Find(const KeyId& id) = 0;
  // Deletes the wrapped keys (durably) and forgets them. Erasure is complete after RotateEpoch.
  virtual absl::Status Erase(const std::vector<KeyId>& ids) = 0;
  // A new epoch key; survivors re-wrapped; the old epoch key destroyed, so that old backups die.
  virtual absl::Status RotateEpoch() = 0;
  virtual uint64_t epoch() const = 0;
  // An online backup into an absent or empty directory. Back up the log first, the keys second.
  virtual absl::Status Backup(const std::string& directory) = 0;
};

}  // namespace skyndsamt::vault
