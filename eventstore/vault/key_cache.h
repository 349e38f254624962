// A bounded cache of opened keys, with second chances (CLOCK): nothing is allocated once it is
// full. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {

class KeyCache {
 public:
  explicit KeyCache(size_t capacity);
  ~KeyCache();
  KeyCache(const KeyCache&) = delete;
  KeyCache& operator=(const KeyCache&) = delete;

  std::optional<Key> Get(const KeyId& id);
  // How many times keys were dropped: a reader asks before it reads the disk ...
  uint64_t drops() const;
  // ... and what it read is kept only if none was dropped since, so that no erased key comes back.
  void Put(const KeyId& id, const Key& key, uint64_t drops_before);
  void Put(const std::vector<FreshKey>& keys);
  void Drop(const std::vector<KeyId>& ids);

 private:
  struct Slot {
    KeyId id;
    Key key{};
    bool referenced = false;
    bool used = false;
  };

  void Insert(const KeyId& id, const Key& key);

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  absl::flat_hash_map<KeyId, size_t> index_;
  size_t hand_ = 0;
  uint64_t drops_ = 0;
};

}  // namespace skyndsamt::vault
