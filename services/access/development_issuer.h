// Issues tokens for development: a P-256 key of its own in the data directory, signed like any
// other issuer's. Only for a server bound to loopback; never a substitute for an identity provider.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "services/access/identity.h"
#include "services/access/token_verifier.h"

namespace skyndsamt::access {

inline constexpr char kDevelopmentIssuer[] = "skyndsamt-development";
inline constexpr char kDevelopmentAudience[] = "skyndsamt";

struct IssuedToken {
  std::string token;
  Micros expires = 0;
};

// Thread-safe.
class DevelopmentIssuer {
 public:
  // Reads `directory`/development-key.json, or makes it (mode 0600).
  static absl::StatusOr<std::unique_ptr<DevelopmentIssuer>> Open(const std::string& directory,
                                                                 const Clock& clock);
  virtual ~DevelopmentIssuer() = default;

  // Signs a token for this identity (its issuer is set here), valid from now.
  virtual absl::StatusOr<IssuedToken> Issue(const Identity& identity, int valid_seconds) const = 0;

  // What a verifier needs to accept them.
  virtual TrustedIssuer trusted() const = 0;
};

}  // namespace skyndsamt::access
