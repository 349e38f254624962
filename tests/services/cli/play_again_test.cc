// Case files played again: changed, interrupted, added to; each call is tried before any is made.
#include <algorithm>

#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using ::testing::HasSubstr;

class PlayAgain : public WithServer {};

TEST_F(PlayAgain, RefusesAFileThatWasChangedAfterItWasPlayed) {
  std::string text = Slurp(Case("osteraker"));
  std::string file = directory_.Write("osteraker.json", text);
  ASSERT_EQ(Cli({"play", file}).code, 0);
  uint64_t records = Records();
  directory_.Write("osteraker.json",
                   text.replace(text.find("\"staff_learned\""), 15, "\"relayed\""));
  Ran ran = Cli({"play", file});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("REQUEST_ID_REUSED"));
  EXPECT_EQ(Records(), records);
}

// A file with one incident of so many facts, after `incidents` that have none but the opening.
std::string LongFile(int facts, const std::string& last_kind, const std::string& incidents,
                     const std::string& tail = "") {
  std::string text = R"({"id": "long", "authority": {"name": "K"}, "unit": {"name": "S"},
      "incidents": [)" +
                     incidents + R"({"id": "i1", "children": ["b"]}], "facts": [)";
  for (int i = 0; i < facts; ++i) {
    const bool last = i + 1 == facts;
    text += R"({"incident": "i1", "id": "f)" + std::to_string(i) + R"(", "fact": ")" +
            (last ? last_kind : "principal_updated") + R"(", "happened": "2021-10"})" +
            (last ? "]" : ",");
  }
  return text + tail + "}";
}

TEST_F(PlayAgain, TriesEveryFactAndDeclarationBeforeAnythingIsRecorded) {
  ASSERT_EQ(Cli({"play", directory_.Write("long.json", LongFile(150, "relayed", ""))}).code, 0);
  const uint64_t records = Records();
  // The same file, with its 150th fact changed and an incident put before: not even that is opened.
  const std::string changed = directory_.Write(
      "long.json", LongFile(150, "staff_learned", R"({"id": "i0", "children": ["b"]},)"));
  Ran ran = Cli({"play", changed});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("REQUEST_ID_REUSED"));
  EXPECT_EQ(Records(), records);
  // A routine of another authority's file that the server refuses: not even the unit is declared.
  const std::string routine = R"(, "routine": [{"leg": "notify_authority", "from": "2020-01-01",)";
  const std::string small = R"({"id": "%", "authority": {"name": "N"}, "unit": {"name": "%"},
      "incidents": [{"id": "i", "children": ["b"]}], "facts": [])";
  const auto with = [&](char name, const std::string& limit) {
    std::string text = small + routine + R"( "limit": ")" + limit + R"("}]})";
    std::replace(text.begin(), text.end(), '%', name);
    return directory_.Write("small.json", text);
  };
  ASSERT_EQ(Cli({"play", with('a', "P7D")}).code, 0);
  const uint64_t before = Records();
  Ran other = Cli({"play", with('b', "P3D")});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("$.routine: VERSION_EXISTS"));
  EXPECT_EQ(Records(), before);
}

// The first of three calls was recorded, the third rests on the second.
TEST_F(PlayAgain, GoesOnWhereAnInterruptedPlayLeftOff) {
  ASSERT_EQ(
      Cli({"play", directory_.Write("long.json", LongFile(99, "principal_updated", ""))}).code, 0);
  const uint64_t first = Records();
  std::string text = LongFile(220, "relayed", "");
  const std::string last = R"("fact": "relayed", "happened": "2021-10")";
  ASSERT_NE(text.find(last), std::string::npos);
  text.replace(text.find(last), last.size(), R"("fact": "relayed", "happened": {"after": "f150"})");
  const std::string whole = directory_.Write("long.json", text);
  Ran ran = Cli({"play", whole});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(Records(), first + 121);
  EXPECT_EQ(Cli({"play", whole}).code, 0);
  EXPECT_EQ(Records(), first + 121);
}

TEST_F(PlayAgain, AUnitMayHaveAPlaceMoreInTheNextFile) {
  const auto file = [&](const std::string& id, const std::string& places,
                        const std::string& place) {
    return directory_.Write(
        "p.json", R"({"id": ")" + id + R"(", "authority": {"name": "K"}, "unit": {"name": "S")" +
                      places + R"(}, "incidents": [{"id": "i1", "children": ["b"])" + place +
                      R"(}], "facts": []})");
  };
  ASSERT_EQ(Cli({"play", file("p1", "", "")}).code, 0);
  Ran ran = Cli({"play", file("p2", R"(, "places": ["gym"])", R"(, "place": "gym")")});
  EXPECT_EQ(ran.code, 0) << ran.err;
}

TEST_F(PlayAgain, ANewUnitOfAnAuthorityThatIsThereHasClosingDays) {
  const auto file = [&](const std::string& unit, const std::string& closing) {
    return directory_.Write(
        unit + ".json",
        R"({"id": ")" + unit + R"(", "authority": {"name": "K"}, "unit": {"name": ")" + unit +
            R"("}, "incidents": [{"id": "i1", "children": ["b"]}], "facts": [])" + closing + "}");
  };
  ASSERT_EQ(Cli({"play", file("S", "")}).code, 0);
  Ran ran =
      Cli({"play", file("T", R"(, "closing_days": [{"from": "2021-01-01", "until": "2021-06-30",
      "days": [{"first": "2021-03-01", "reason": "studiedag"}]}])")});
  EXPECT_EQ(ran.code, 0) << ran.err;
}

}  // namespace
}  // namespace skyndsamt::cli
