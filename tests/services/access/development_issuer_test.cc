// Development tokens: the key survives a restart, is readable by its owner alone, and its tokens
// pass the same verifier as everyone else's.
#include "services/access/development_issuer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace skyndsamt::access {
namespace {

class Development : public ::testing::Test {
 protected:
  Development() { directory_ = ::testing::TempDir() + "development-" + FormatUuid(RandomUuid()); }
  ~Development() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<TokenVerifier> VerifierOf(const DevelopmentIssuer& issuer) {
    return *TokenVerifier::Create({{issuer.trusted()}}, clock_);
  }

  std::string directory_;
  ManualClock clock_{1'790'000'000'000'000};
  const Identity someone_{
      kDevelopmentIssuer, "dev", Role::kCaseworker, "0a0b0c0d-0000-4000-8000-0000000000aa", {}};
};

TEST_F(Development, TokensPassTheVerifierUntilTheyExpire) {
  auto issuer = DevelopmentIssuer::Open(directory_, clock_);
  ASSERT_TRUE(issuer.ok()) << issuer.status();
  const auto token = (*issuer)->Issue(someone_, 60);
  ASSERT_TRUE(token.ok()) << token.status();
  auto verifier = VerifierOf(**issuer);
  const auto identity = verifier->Verify(token->token);
  ASSERT_TRUE(identity.ok()) << identity.status();
  Identity expected = someone_;
  expected.valid_until = token->expires + 5'000'000;  // with five seconds' leeway
  EXPECT_EQ(**identity, expected);
  clock_.Set(token->expires + 6'000'000);
  EXPECT_FALSE(verifier->Verify(token->token).ok());
}

TEST_F(Development, KeySurvivesARestartAndIsSecret) {
  auto before = DevelopmentIssuer::Open(directory_, clock_);
  const auto token = (*before)->Issue(someone_, 60);
  before->reset();
  auto after = DevelopmentIssuer::Open(directory_, clock_);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_TRUE(VerifierOf(**after)->Verify(token->token).ok());
  struct stat found {};
  ASSERT_EQ(::stat((directory_ + "/development-key.json").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ((*after)->trusted().jwk_set.find("\"d\""), std::string::npos);
}

TEST_F(Development, AnotherServersTokenIsRefused) {
  auto ours = DevelopmentIssuer::Open(directory_ + "/a", clock_);
  auto theirs = DevelopmentIssuer::Open(directory_ + "/b", clock_);
  const auto token = (*theirs)->Issue(someone_, 60);
  EXPECT_FALSE(VerifierOf(**ours)->Verify(token->token).ok());
}

TEST_F(Development, DamagedKeyIsToldAndNotReplaced) {
  std::filesystem::create_directories(directory_);
  std::ofstream(directory_ + "/development-key.json") << "{}";
  EXPECT_EQ(DevelopmentIssuer::Open(directory_, clock_).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(Development, LastsAtLeastASecond) {
  auto issuer = DevelopmentIssuer::Open(directory_, clock_);
  EXPECT_FALSE((*issuer)->Issue(someone_, 0).ok());
}

}  // namespace
}  // namespace skyndsamt::access
