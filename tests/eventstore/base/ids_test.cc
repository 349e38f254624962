#include "eventstore/base/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "eventstore/base/clock.h"

namespace skyndsamt {
namespace {

TEST(Ids, ReadsAndWritesUuids) {
  const std::string text = "00112233-4455-6677-8899-aabbccddeeff";
  const auto id = StreamId::Parse(text);
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->ToString(), text);
  EXPECT_EQ(*StreamId::Parse("00112233-4455-6677-8899-AABBCCDDEEFF"), *id);
}

TEST(Ids, RefusesWhatIsNoUuidWithoutEchoingIt) {
  for (const char* text :
       {"", "00112233", "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeefff", "00112233_4455_6677_8899_aabbccddeeff",
        "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg"}) {
    const auto id = StreamId::Parse(text);
    EXPECT_EQ(id.status().code(), absl::StatusCode::kInvalidArgument) << text;
    if (*text != '\0') {
      EXPECT_EQ(id.status().message().find(text), absl::string_view::npos);
    }
  }
}

TEST(Ids, RandomOnesAreVersionFourAndDiffer) {
  std::set<Bytes16> seen;
  for (int i = 0; i < 1000; ++i) {
    const Bytes16 id = RandomUuid();
    EXPECT_EQ(id[6] >> 4, 4);
    EXPECT_EQ(id[8] >> 6, 2);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Ids, DerivedOnesAreTheSameForTheSameInputAlone) {
  EXPECT_EQ(DerivedUuid("a", "b"), DerivedUuid("a", "b"));
  EXPECT_NE(DerivedUuid("a", "b"), DerivedUuid("ab", ""));
  EXPECT_NE(DerivedUuid("a", "b"), DerivedUuid("b", "a"));
  EXPECT_EQ(DerivedUuid("a", "b")[6] >> 4, 8);
}

TEST(Ids, AnEmptyIdIsAllZeros) {
  EXPECT_TRUE(EventId().empty());
  EXPECT_FALSE(EventId::Random().empty());
}

TEST(Clock, AManualClockStandsStillUntilItIsSet) {
  ManualClock clock(5);
  EXPECT_EQ(clock.Now(), 5);
  clock.Advance(3);
  EXPECT_EQ(clock.Now(), 8);
  clock.Set(1);
  EXPECT_EQ(clock.Now(), 1);
}

TEST(Clock, TheSystemClockGoesInMicroseconds) {
  // 2020-01-01 and 2100-01-01.
  EXPECT_GT(SystemClock().Now(), 1577836800000000);
  EXPECT_LT(SystemClock().Now(), 4102444800000000);
}

}  // namespace
}  // namespace skyndsamt
