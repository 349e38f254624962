#include "eventstore/vault/key_cache.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace skyndsamt::vault {

KeyCache::KeyCache(size_t capacity) : slots_(std::max<size_t>(capacity, 1)) {}

KeyCache::~KeyCache() { OPENSSL_cleanse(slots_.data(), slots_.size() * sizeof(Slot)); }

std::optional<Key> KeyCache::Get(const KeyId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(id);
  if (found == index_.end()) return std::nullopt;
  Slot& slot = slots_[found->second];
  slot.referenced = true;
  return slot.key;
}

uint64_t KeyCache::drops() const {
  const std::lock_guard lock(mutex_);
  return drops_;
}

void KeyCache::Put(const KeyId& id, const Key& key, uint64_t drops_before) {
  const std::lock_guard lock(mutex_);
  if (drops_ == drops_before && !index_.contains(id)) Insert(id, key);
}

void KeyCache::Put(const std::vector<FreshKey>& keys) {
  const std::lock_guard lock(mutex_);
  for (const FreshKey& fresh : keys) Insert(fresh.id, fresh.key);
}

void KeyCache::Insert(const KeyId& id, const Key& key) {
  while (slots_[hand_].referenced) {
    slots_[hand_].referenced = false;
    hand_ = (hand_ + 1) % slots_.size();
  }
  Slot& slot = slots_[hand_];
  if (slot.used) index_.erase(slot.id);
  slot = {id, key, false, true};
  index_[id] = hand_;
  hand_ = (hand_ + 1) % slots_.size();
}

void KeyCache::Drop(const std::vector<KeyId>& ids) {
  const std::lock_guard lock(mutex_);
  ++drops_;
  for (const KeyId& id : ids) {
    const auto found = index_.find(id);
    if (found == index_.end()) continue;
    Slot& slot = slots_[found->second];
    OPENSSL_cleanse(slot.key.data(), slot.key.size());
    slot = Slot();
    index_.erase(found);
  }
}

}  // namespace skyndsamt::vault
