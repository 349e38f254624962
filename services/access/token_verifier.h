// Verifies signed JSON Web Tokens (RFC 7519) against pinned issuers and remembers them.
//
// A token is accepted only if its issuer is pinned, its key id names a key of that issuer, its
// algorithm is the one that key has (never "none", never HS*), the signature holds, the audience is
// the pinned one, it has not expired and has begun (exp required, nbf optional; `leeway` either
// way), and its claims make an Identity: sub, role, and optionally authority and units. Until when
// it is accepted, the Identity says.
//
// Verifying an ES256 signature costs some 65 microseconds, so a verified token is remembered by its
// SHA-256 until it expires, in a cache of bounded size.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "services/access/identity.h"

namespace skyndsamt::access {

struct TrustedIssuer {
  std::string issuer;
  std::string audience;
  // A JWK set (RFC 7517). Every key carries "kid"; an EC P-256 key is ES256; an RSA key (2048 bits
  // or more) names RS256 or PS256 in "alg". Symmetric keys are refused.
  std::string jwk_set;
};

struct TokenVerifierOptions {
  std::vector<TrustedIssuer> issuers;
  size_t remembered = 65536;  // verified tokens
  size_t max_token_bytes = 8192;
  int leeway_seconds = 5;  // clocks of issuer and server differ by this at most
};

// Thread-safe.
class TokenVerifier {
 public:
  // INVALID_ARGUMENT if a key set cannot be used; says which issuer and why, never the key.
  static absl::StatusOr<std::unique_ptr<TokenVerifier>> Create(TokenVerifierOptions options,
                                                               const Clock& clock);
  virtual ~TokenVerifier() = default;

  // UNAUTHENTICATED with a short reason (e.g. "expired") that echoes nothing of the token.
  virtual absl::StatusOr<std::shared_ptr<const Identity>> Verify(std::string_view token) = 0;

  // How many tokens are remembered, and how many signatures have been checked.
  virtual size_t remembered() const = 0;
  virtual uint64_t signatures_checked() const = 0;
};

}  // namespace skyndsamt::access
