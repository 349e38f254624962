// Key wrapping: AES-256-KWP (RFC 5649, NIST SP 800-38F) of one 256-bit key by another.
// Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {

inline constexpr size_t kWrappedKeyBytes = 40;

std::string WrapKey(const Key& wrapping, const Key& key);
// DATA_LOSS if it was not wrapped by this key, or has been changed since.
absl::StatusOr<Key> UnwrapKey(const Key& wrapping, std::string_view wrapped);

}  // namespace skyndsamt::vault
