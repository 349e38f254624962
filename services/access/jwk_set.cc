#include "services/access/jwk_set.h"

#include <cjose/cjose.h>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace skyndsamt::access {
namespace {

using Json = nlohmann::json;

constexpr size_t kMinRsaBits = 2048;

struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct ReleaseHeader {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};

std::string TextOf(const Json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The one algorithm of a key; empty for a key that signs nothing we verify.
std::string AlgorithmOf(const Json& jwk) {
  const std::string type = TextOf(jwk, "kty"), named = TextOf(jwk, "alg");
  const std::string use = TextOf(jwk, "use");
  if (!use.empty() && use != "sig") return "";
  if (type == "EC" && TextOf(jwk, "crv") == "P-256" && (named.empty() || named == "ES256")) {
    return "ES256";
  }
  if (type == "RSA" && (named == "RS256" || named == "PS256")) return named;
  return "";
}

absl::Status Unauthenticated(const char* why) { return absl::UnauthenticatedError(why); }

}  // namespace

void ReleaseJwk::operator()(_cjose_jwk_int* key) const { cjose_jwk_release(key); }

absl::StatusOr<KeysById> ParseJwkSet(std::string_view json) {
  const Json set = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) {
    return absl::InvalidArgumentError("not a JWK set");
  }
  KeysById keys;
  for (const Json& jwk : set["keys"]) {
    if (!jwk.is_object()) return absl::InvalidArgumentError("JWK set: a key is no object");
    if (TextOf(jwk, "kty") == "oct") {
      return absl::InvalidArgumentError("JWK set: symmetric keys are refused");
    }
    std::string algorithm = AlgorithmOf(jwk);
    const std::string id = TextOf(jwk, "kid");
    if (algorithm.empty()) continue;
    if (id.empty()) return absl::InvalidArgumentError("JWK set: a signing key has no kid");
    const std::string text = jwk.dump();
    cjose_err error{};
    JwkPtr key(cjose_jwk_import(text.data(), text.size(), &error));
    if (key == nullptr) return absl::InvalidArgumentError("JWK set: a key cannot be read");
    if (algorithm != "ES256" && cjose_jwk_get_keysize(key.get(), &error) < kMinRsaBits) {
      return absl::InvalidArgumentError("JWK set: an RSA key is shorter than 2048 bits");
    }
    if (!keys.try_emplace(id, VerificationKey{std::move(algorithm), std::move(key)}).second) {
      return absl::InvalidArgumentError("JWK set: a kid occurs twice");
    }
  }
  if (keys.empty()) return absl::InvalidArgumentError("JWK set: no key for ES256, RS256 or PS256");
  return keys;
}

absl::StatusOr<std::string> VerifiedPayload(std::string_view token, const KeysById& keys) {
  cjose_err error{};
  std::unique_ptr<cjose_jws_t, ReleaseJws> jws(
      cjose_jws_import(token.data(), token.size(), &error));
  if (jws == nullptr) return Unauthenticated("malformed token");
  cjose_header_t* header = cjose_jws_get_protected(jws.get());
  const char* algorithm = cjose_header_get(header, CJOSE_HDR_ALG, &error);
  const char* key_id = cjose_header_get(header, CJOSE_HDR_KID, &error);
  if (algorithm == nullptr) return Unauthenticated("token names no algorithm");
  if (key_id == nullptr) return Unauthenticated("token names no key");
  std::unique_ptr<char, decltype(&free)> critical(cjose_header_get_raw(header, "crit", &error),
                                                  &free);
  if (critical != nullptr) return Unauthenticated("token has critical extensions");
  auto found = keys.find(key_id);
  if (found == keys.end()) return Unauthenticated("unknown key");
  if (found->second.algorithm != algorithm) return Unauthenticated("algorithm is not the key's");
  if (!cjose_jws_verify(jws.get(), found->second.key.get(), &error)) {
    return Unauthenticated("signature does not hold");
  }
  uint8_t* bytes = nullptr;
  size_t length = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &length, &error)) {
    return Unauthenticated("malformed token");
  }
  return std::string(reinterpret_cast<const char*>(bytes), length);
}

absl::StatusOr<std::string> SignedToken(_cjose_jwk_int* key, std::string_view key_id,
                                        std::string_view algorithm, std::string_view payload) {
  cjose_err error{};
  std::unique_ptr<cjose_header_t, ReleaseHeader> header(cjose_header_new(&error));
  const std::string id(key_id), alg(algorithm);
  if (header == nullptr || !cjose_header_set(header.get(), CJOSE_HDR_ALG, alg.c_str(), &error) ||
      !cjose_header_set(header.get(), CJOSE_HDR_KID, id.c_str(), &error) ||
      !cjose_header_set(header.get(), "typ", "JWT", &error)) {
    return absl::InternalError("token header");
  }
  std::unique_ptr<cjose_jws_t, ReleaseJws> jws(cjose_jws_sign(
      key, header.get(), reinterpret_cast<const uint8_t*>(payload.data()), payload.size(), &error));
  const char* compact = nullptr;
  if (jws == nullptr || !cjose_jws_export(jws.get(), &compact, &error)) {
    return absl::InternalError(absl::StrCat("signing failed: ", static_cast<int>(error.code)));
  }
  return std::string(compact);
}

}  // namespace skyndsamt::access
