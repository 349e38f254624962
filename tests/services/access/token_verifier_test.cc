// Tokens as they come from friend and foe: every way one may be wrong is refused, and a right one
// is verified once and remembered until it expires.
#include "services/access/token_verifier.h"

#include <cjose/cjose.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/base/sha256.h"
#include "services/access/jwk_set.h"

namespace skyndsamt::access {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

constexpr char kUnit[] = "0a0b0c0d-0000-4000-8000-000000000001";
constexpr char kAuthority[] = "0a0b0c0d-0000-4000-8000-0000000000aa";
constexpr Micros kNow = 1'790'000'000'000'000;

struct Keypair {
  JwkPtr key;
  std::string id;
  std::string algorithm;

  Json Public() const {
    cjose_err error{};
    std::unique_ptr<char, decltype(&free)> text(cjose_jwk_to_json(key.get(), false, &error), &free);
    Json json = Json::parse(text.get());
    json["alg"] = algorithm;
    return json;
  }
  std::string Sign(const Json& claims) const {
    return *SignedToken(key.get(), id, algorithm, claims.dump());
  }
};

Keypair MakeEc(const std::string& id) {
  cjose_err error{};
  Keypair pair{JwkPtr(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error)), id, "ES256"};
  cjose_jwk_set_kid(pair.key.get(), id.data(), id.size(), &error);
  return pair;
}

Keypair MakeRsa(const std::string& id, const std::string& algorithm, size_t bits) {
  cjose_err error{};
  const uint8_t exponent[] = {1, 0, 1};
  Keypair pair{JwkPtr(cjose_jwk_create_RSA_random(bits, exponent, 3, &error)), id, algorithm};
  cjose_jwk_set_kid(pair.key.get(), id.data(), id.size(), &error);
  return pair;
}

std::string Set(std::initializer_list<Json> keys) {
  return Json{{"keys", Json::array_t(keys)}}.dump();
}

Json GoodClaims() {
  return {{"iss", "https://idp.example"}, {"aud", "skyndsamt"},           {"sub", "hsa-42"},
          {"role", "principal"},          {"authority", kAuthority},      {"units", {kUnit}},
          {"nbf", kNow / 1'000'000 - 60}, {"exp", kNow / 1'000'000 + 600}};
}

class Tokens : public ::testing::Test {
 protected:
  std::unique_ptr<TokenVerifier> Make(const std::string& set, size_t remembered = 100) {
    auto made =
        TokenVerifier::Create({{{"https://idp.example", "skyndsamt", set}}, remembered}, clock_);
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  void ExpectRefused(const std::string& token, const char* why) {
    const auto answer = verifier_->Verify(token);
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnauthenticated) << why;
    EXPECT_THAT(answer.status().message(), HasSubstr(why));
  }
  void ExpectClaimsRefused(const char* name, const Json& value, const char* why) {
    Json claims = GoodClaims();
    if (value.is_null()) {
      claims.erase(name);
    } else {
      claims[name] = value;
    }
    ExpectRefused(pair_.Sign(claims), why);
  }

  ManualClock clock_{kNow};
  Keypair pair_ = MakeEc("k1");
  std::unique_ptr<TokenVerifier> verifier_ = Make(Set({pair_.Public()}));
};

TEST_F(Tokens, GoodOneMakesAnIdentity) {
  const auto identity = verifier_->Verify(pair_.Sign(GoodClaims()));
  ASSERT_TRUE(identity.ok()) << identity.status();
  constexpr Micros kExpires = kNow + 605'000'000;  // with five seconds' leeway
  EXPECT_EQ(
      **identity,
      (Identity{"https://idp.example", "hsa-42", Role::kPrincipal, kAuthority, {kUnit}, kExpires}));
}

TEST_F(Tokens, AudienceMayBeOneOfSeveral) {
  Json claims = GoodClaims();
  claims["aud"] = {"other", "skyndsamt"};
  EXPECT_TRUE(verifier_->Verify(pair_.Sign(claims)).ok());
}

TEST_F(Tokens, WrongClaimsAreRefused) {
  const int64_t now = kNow / 1'000'000;
  ExpectClaimsRefused("exp", now - 6, "expired");
  ExpectClaimsRefused("exp", nullptr, "no expiry");
  ExpectClaimsRefused("exp", "soon", "no expiry");
  ExpectClaimsRefused("exp", 1e300, "no expiry");
  ExpectClaimsRefused("nbf", now + 6, "not yet valid");
  ExpectClaimsRefused("nbf", "later", "malformed nbf");
  ExpectClaimsRefused("aud", "another", "another audience");
  ExpectClaimsRefused("aud", nullptr, "another audience");
  ExpectClaimsRefused("iss", "https://evil.example", "another issuer");
  ExpectClaimsRefused("iss", nullptr, "another issuer");
  ExpectClaimsRefused("sub", nullptr, "no usable subject");
  ExpectClaimsRefused("sub", std::string(129, 'x'), "no usable subject");
  ExpectClaimsRefused("role", "king", "no known role");
  ExpectClaimsRefused("role", nullptr, "no known role");
  ExpectClaimsRefused("authority", "Växjö", "authority is no UUID");
  ExpectClaimsRefused("units", "all", "units is no short list");
  ExpectClaimsRefused("units", {"7"}, "a unit is no UUID");
}

TEST_F(Tokens, LeewayCoversClocksThatDiffer) {
  Json claims = GoodClaims();
  claims["exp"] = kNow / 1'000'000 - 4;
  EXPECT_TRUE(verifier_->Verify(pair_.Sign(claims)).ok());
}

std::string Encode(const std::string& text) { return absl::WebSafeBase64Escape(text); }

TEST_F(Tokens, NoneIsRefusedWhateverTheKey) {
  const std::string payload = Encode(GoodClaims().dump());
  for (const char* header : {R"({"alg":"none","kid":"k1"})", R"({"alg":"none"})",
                             R"({"alg":"NONE","kid":"k1"})", R"({"kid":"k1"})"}) {
    for (const char* signature : {"", "AAAA"}) {
      const auto answer =
          verifier_->Verify(absl::StrCat(Encode(header), ".", payload, ".", signature));
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnauthenticated) << header;
    }
  }
}

TEST_F(Tokens, HmacWithThePublicKeyIsRefused) {
  const std::string signed_part =
      absl::StrCat(Encode(R"({"alg":"HS256","kid":"k1"})"), ".", Encode(GoodClaims().dump()));
  const Bytes32 mac = HmacSha256(pair_.Public().dump(), signed_part);
  ExpectRefused(absl::StrCat(signed_part, ".", Encode(std::string(View(mac)))),
                "algorithm is not the key's");
}

TEST_F(Tokens, EveryFlippedBitIsRefused) {
  const std::string token = pair_.Sign(GoodClaims());
  for (size_t i = 0; i < token.size(); i += 3) {
    std::string tampered = token;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    if (tampered == token) continue;
    const auto answer = verifier_->Verify(tampered);
    // The last character of a part may hold bits that decode to nothing.
    if (answer.ok()) {
      EXPECT_TRUE(i + 1 == token.size() || token[i + 1] == '.') << i;
    }
  }
}

TEST_F(Tokens, AnotherKeyUnderTheSameIdIsRefused) {
  ExpectRefused(MakeEc("k1").Sign(GoodClaims()), "signature does not hold");
}

TEST_F(Tokens, UnknownKeyIdIsRefused) {
  ExpectRefused(MakeEc("k2").Sign(GoodClaims()), "unknown key");
}

TEST_F(Tokens, RubbishIsRefused) {
  ExpectRefused("", "malformed");
  ExpectRefused("..", "malformed");
  ExpectRefused("a.b.c", "malformed");
  ExpectRefused(std::string(9000, 'a'), "malformed");
  ExpectRefused(*SignedToken(pair_.key.get(), "k1", "ES256", "no json"), "malformed claims");
}

TEST_F(Tokens, VerifiedOnceThenRemembered) {
  const std::string token = pair_.Sign(GoodClaims());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(verifier_->Verify(token).ok());
  EXPECT_EQ(verifier_->signatures_checked(), 1u);
  EXPECT_EQ(verifier_->remembered(), 1u);
}

TEST_F(Tokens, RememberedOnesExpireToo) {
  const std::string token = pair_.Sign(GoodClaims());
  EXPECT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(606 * Micros{1'000'000});
  ExpectRefused(token, "expired");
  clock_.Set(kNow - 70 * Micros{1'000'000});
  ExpectRefused(token, "not yet valid");
}

TEST_F(Tokens, RememberingIsBounded) {
  verifier_ = Make(Set({pair_.Public()}), 32);
  for (int i = 0; i < 200; ++i) {
    Json claims = GoodClaims();
    claims["sub"] = absl::StrCat("s", i);
    EXPECT_TRUE(verifier_->Verify(pair_.Sign(claims)).ok());
  }
  EXPECT_LE(verifier_->remembered(), 48u);
  EXPECT_EQ(verifier_->signatures_checked(), 200u);
}

TEST_F(Tokens, RefusedOnesAreNotRemembered) {
  ExpectRefused(MakeEc("k1").Sign(GoodClaims()), "signature does not hold");
  EXPECT_EQ(verifier_->remembered(), 0u);
}

TEST_F(Tokens, RsaKeysHaveTheAlgorithmTheyName) {
  for (const char* algorithm : {"RS256", "PS256"}) {
    const Keypair rsa = MakeRsa("r1", algorithm, 2048);
    verifier_ = Make(Set({pair_.Public(), rsa.Public()}));
    EXPECT_TRUE(verifier_->Verify(rsa.Sign(GoodClaims())).ok()) << algorithm;
    const char* other = std::string(algorithm) == "RS256" ? "PS256" : "RS256";
    ExpectRefused(*SignedToken(rsa.key.get(), "r1", other, GoodClaims().dump()),
                  "algorithm is not the key's");
  }
}

TEST(JwkSet, RefusesWhatCannotBeTrusted) {
  const Keypair ec = MakeEc("k1");
  Json nameless = ec.Public();
  nameless.erase("kid");
  Json encrypting = ec.Public();
  encrypting["use"] = "enc";
  const Json symmetric = {{"kty", "oct"}, {"kid", "s"}, {"k", "AAAA"}};
  EXPECT_FALSE(ParseJwkSet("{}").ok());
  EXPECT_FALSE(ParseJwkSet("no json").ok());
  EXPECT_FALSE(ParseJwkSet(Set({})).ok());
  EXPECT_FALSE(ParseJwkSet(Set({nameless})).ok());
  EXPECT_FALSE(ParseJwkSet(Set({encrypting})).ok());
  EXPECT_FALSE(ParseJwkSet(Set({ec.Public(), symmetric})).ok());
  EXPECT_FALSE(ParseJwkSet(Set({ec.Public(), ec.Public()})).ok());
  EXPECT_FALSE(ParseJwkSet(Set({MakeRsa("r", "RS256", 1024).Public()})).ok());
  EXPECT_TRUE(ParseJwkSet(Set({ec.Public(), encrypting})).ok());
}

TEST(TokenVerifier, NeedsAPinnedIssuer) {
  ManualClock clock(kNow);
  EXPECT_FALSE(TokenVerifier::Create({}, clock).ok());
  EXPECT_FALSE(TokenVerifier::Create({{{"", "a", Set({MakeEc("k").Public()})}}}, clock).ok());
}

}  // namespace
}  // namespace skyndsamt::access
