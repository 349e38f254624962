#include "eventstore/base/sha256.h"

#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/escaping.h"

namespace skyndsamt {
namespace {

std::string Hex(const Bytes32& hash) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

TEST(Sha256, GivesTheKnownAnswersOfFips180) {
  EXPECT_EQ(Hex(Sha256Of("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256Of(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesHashAsTheWhole) {
  Sha256 outer;
  outer.Update("a");
  // Another one, begun and finished meanwhile on the same thread, is not disturbed.
  EXPECT_EQ(Sha256Of("x"), Sha256().Update("x").Finish());
  EXPECT_EQ(outer.Update("b").Update("").Update("c").Finish(), Sha256Of("abc"));
}

TEST(Sha256, HmacGivesTheKnownAnswerOfRfc4231) {
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Sha256, ThreadsDoNotShareContexts) {
  std::thread other([] {
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(Sha256Of("other"), Sha256Of("other"));
  });
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(Sha256Of("this"), Sha256Of("this"));
  other.join();
}

}  // namespace
}  // namespace skyndsamt
