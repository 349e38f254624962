#include "services/access/token_verifier.h"

#include <array>
#include <atomic>
#include <cmath>
#include <deque>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/base/sha256.h"
#include "services/access/jwk_set.h"

namespace skyndsamt::access {
namespace {

using Json = nlohmann::json;

constexpr size_t kShards = 16;
constexpr size_t kMaxSubjectBytes = 128;
constexpr size_t kMaxUnits = 1000;
constexpr double kMaxSeconds = 253402300800.0;  // the year 10000

struct Verified {
  std::shared_ptr<const Identity> identity;
  Micros begins = 0;
};

absl::Status Refuse(const char* why) { return absl::UnauthenticatedError(why); }

absl::Status InForce(const Verified& token, Micros now) {
  if (now >= token.identity->valid_until) return Refuse("expired");
  if (now < token.begins) return Refuse("not yet valid");
  return absl::OkStatus();
}

// A NumericDate (RFC 7519 2): seconds, possibly with a fraction.
std::optional<Micros> InstantOf(const Json& claims, const char* name) {
  auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(std::abs(seconds) < kMaxSeconds)) return std::nullopt;
  return static_cast<Micros>(seconds * 1e6);
}

bool HasAudience(const Json& claims, const std::string& audience) {
  auto found = claims.find("aud");
  if (found == claims.end()) return false;
  if (found->is_string()) return found->get_ref<const std::string&>() == audience;
  if (!found->is_array()) return false;
  for (const Json& one : *found) {
    if (one.is_string() && one.get_ref<const std::string&>() == audience) return true;
  }
  return false;
}

std::string StringClaim(const Json& claims, const char* name) {
  auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// sub, role, authority and units, as an identity of ours.
absl::StatusOr<Identity> IdentityOf(const Json& claims, const std::string& issuer) {
  Identity identity;
  identity.issuer = issuer;
  identity.subject = StringClaim(claims, "sub");
  if (identity.subject.empty() || identity.subject.size() > kMaxSubjectBytes) {
    return Refuse("no usable subject");
  }
  const std::optional<Role> role = ParseRole(StringClaim(claims, "role"));
  if (!role) return Refuse("no known role");
  identity.role = *role;
  if (auto found = claims.find("authority"); found != claims.end()) {
    auto parsed = ParseUuid(found->is_string() ? found->get<std::string>() : "");
    if (!parsed.ok()) return Refuse("authority is no UUID");
    identity.authority = FormatUuid(*parsed);
  }
  if (auto found = claims.find("units"); found != claims.end()) {
    if (!found->is_array() || found->size() > kMaxUnits) return Refuse("units is no short list");
    for (const Json& unit : *found) {
      auto parsed = ParseUuid(unit.is_string() ? unit.get<std::string>() : "");
      if (!parsed.ok()) return Refuse("a unit is no UUID");
      identity.units.push_back(FormatUuid(*parsed));
    }
  }
  return identity;
}

// Verified tokens by hash, the oldest leaving first when a shard is full. Thread-safe.
class Remembered {
 public:
  explicit Remembered(size_t capacity) : per_shard_(capacity / kShards + 1) {}

  std::optional<Verified> Find(const Bytes32& hash) {
    Shard& shard = ShardOf(hash);
    absl::MutexLock lock(&shard.mutex);
    auto found = shard.by_hash.find(hash);
    if (found == shard.by_hash.end()) return std::nullopt;
    return found->second;
  }

  void Add(const Bytes32& hash, const Verified& token) {
    Shard& shard = ShardOf(hash);
    absl::MutexLock lock(&shard.mutex);
    if (!shard.by_hash.try_emplace(hash, token).second) return;
    shard.order.push_back(hash);
    if (shard.order.size() <= per_shard_) return;
    shard.by_hash.erase(shard.order.front());
    shard.order.pop_front();
  }

  size_t size() const {
    size_t total = 0;
    for (const Shard& shard : shards_) {
      absl::MutexLock lock(&shard.mutex);
      total += shard.by_hash.size();
    }
    return total;
  }

 private:
  struct alignas(64) Shard {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<Bytes32, Verified> by_hash ABSL_GUARDED_BY(mutex);
    std::deque<Bytes32> order ABSL_GUARDED_BY(mutex);
  };

  Shard& ShardOf(const Bytes32& hash) { return shards_[hash[0] % kShards]; }

  const size_t per_shard_;
  std::array<Shard, kShards> shards_;
};

struct Issuer {
  TrustedIssuer trusted;
  KeysById keys;
};

class Verifier : public TokenVerifier {
 public:
  Verifier(std::vector<Issuer> issuers, const TokenVerifierOptions& options, const Clock& clock)
      : issuers_(std::move(issuers)),
        max_token_bytes_(options.max_token_bytes),
        leeway_(Micros{options.leeway_seconds} * 1'000'000),
        clock_(clock),
        remembered_(options.remembered) {}

  absl::StatusOr<std::shared_ptr<const Identity>> Verify(std::string_view token) override {
    if (token.empty() || token.size() > max_token_bytes_) return Refuse("malformed token");
    const Bytes32 hash = Sha256Of(token);
    const Micros now = clock_.Now();
    if (std::optional<Verified> known = remembered_.Find(hash)) {
      if (absl::Status in_force = InForce(*known, now); !in_force.ok()) return in_force;
      return std::move(known->identity);
    }
    absl::StatusOr<Verified> fresh = VerifyAfresh(token);
    if (!fresh.ok()) return fresh.status();
    if (absl::Status in_force = InForce(*fresh, now); !in_force.ok()) return in_force;
    remembered_.Add(hash, *fresh);
    return std::move(fresh->identity);
  }

  size_t remembered() const override { return remembered_.size(); }
  uint64_t signatures_checked() const override { return checked_.load(std::memory_order_relaxed); }

 private:
  // The issuer is chosen by the key that verifies: its claim must then be the pinned one.
  absl::StatusOr<Verified> VerifyAfresh(std::string_view token) {
    checked_.fetch_add(1, std::memory_order_relaxed);
    absl::Status refusal = Refuse("unknown issuer");
    for (const Issuer& issuer : issuers_) {
      absl::StatusOr<std::string> payload = VerifiedPayload(token, issuer.keys);
      if (payload.ok()) return FromClaims(*payload, issuer.trusted);
      refusal = payload.status();
    }
    return refusal;
  }

  absl::StatusOr<Verified> FromClaims(const std::string& payload, const TrustedIssuer& trusted) {
    const Json claims = Json::parse(payload, nullptr, /*allow_exceptions=*/false);
    if (!claims.is_object()) return Refuse("malformed claims");
    if (StringClaim(claims, "iss") != trusted.issuer) return Refuse("another issuer");
    if (!HasAudience(claims, trusted.audience)) return Refuse("another audience");
    const std::optional<Micros> expires = InstantOf(claims, "exp");
    if (!expires) return Refuse("no expiry");
    Micros begins = std::numeric_limits<Micros>::min();
    if (claims.contains("nbf")) {
      const std::optional<Micros> stated = InstantOf(claims, "nbf");
      if (!stated) return Refuse("malformed nbf");
      begins = *stated - leeway_;
    }
    absl::StatusOr<Identity> identity = IdentityOf(claims, trusted.issuer);
    if (!identity.ok()) return identity.status();
    identity->valid_until = *expires + leeway_;
    return Verified{std::make_shared<const Identity>(*std::move(identity)), begins};
  }

  const std::vector<Issuer> issuers_;
  const size_t max_token_bytes_;
  const Micros leeway_;
  const Clock& clock_;
  Remembered remembered_;
  std::atomic<uint64_t> checked_{0};
};

}  // namespace

absl::StatusOr<std::unique_ptr<TokenVerifier>> TokenVerifier::Create(TokenVerifierOptions options,
                                                                     const Clock& clock) {
  std::vector<Issuer> issuers;
  for (TrustedIssuer& trusted : options.issuers) {
    if (trusted.issuer.empty() || trusted.audience.empty()) {
      return absl::InvalidArgumentError("an issuer needs a name and an audience");
    }
    absl::StatusOr<KeysById> keys = ParseJwkSet(trusted.jwk_set);
    if (!keys.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("issuer ", trusted.issuer, ": ", keys.status().message()));
    }
    issuers.push_back({std::move(trusted), *std::move(keys)});
  }
  if (issuers.empty()) return absl::InvalidArgumentError("no issuer of identities is pinned");
  return std::make_unique<Verifier>(std::move(issuers), options, clock);
}

}  // namespace skyndsamt::access
