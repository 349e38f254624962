// The keys of one issuer, read from a JWK set, and what signing and verifying need of cjose, the
// JOSE library of Debian. One algorithm per key, decided here and never by a token.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

struct _cjose_jwk_int;

namespace skyndsamt::access {

struct ReleaseJwk {
  void operator()(_cjose_jwk_int* key) const;
};
using JwkPtr = std::unique_ptr<_cjose_jwk_int, ReleaseJwk>;

struct VerificationKey {
  std::string algorithm;  // ES256, RS256 or PS256
  JwkPtr key;
};

using KeysById = absl::flat_hash_map<std::string, VerificationKey>;

// INVALID_ARGUMENT without a usable signing key, with a symmetric one, with a key id twice. Keys
// for encryption and of kinds we do not verify are left out. Pure.
absl::StatusOr<KeysById> ParseJwkSet(std::string_view json);

// A token's parts after its signature was verified. UNAUTHENTICATED if anything does not hold.
// The header's kid chooses the key, and the key the algorithm. Thread-safe.
absl::StatusOr<std::string> VerifiedPayload(std::string_view token, const KeysById& keys);

// Signs a payload; the key is private. INTERNAL if the library refuses.
absl::StatusOr<std::string> SignedToken(_cjose_jwk_int* key, std::string_view key_id,
                                        std::string_view algorithm, std::string_view payload);

}  // namespace skyndsamt::access
