// Stories that do not fit in one call, and facts that refer to what comes later in their file.
#include "services/cli/story_calls.h"

#include <numeric>

#include "services/cli/casefile.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

json Fact(const std::string& id, const json& happened = "2021-10") {
  return {{"id", id}, {"fact", "principal_updated"}, {"happened", happened}};
}

json File(const json& facts) {
  return {{"id", "long"},
          {"authority", {{"name", "K"}}},
          {"unit", {{"name", "S"}}},
          {"incidents", {{{"id", "i1"}, {"children", {"b"}}}}},
          {"as_of", "2022-01-31"},
          {"facts", facts}};
}

// So many facts, f0 and on.
json Facts(size_t count) {
  json facts = json::array();
  for (size_t i = 0; i < count; ++i) facts.push_back(Fact("f" + std::to_string(i)));
  return facts;
}

json WithNotes(json facts, size_t bytes) {
  for (json& fact : facts) fact["note"] = std::string(bytes, 'x');
  return facts;
}

Story StoryOf(const json& facts) {
  auto read = ReadCaseFile(File(facts).dump());
  const auto* problem = std::get_if<Problem>(&read);
  EXPECT_EQ(problem, nullptr) << problem->path << problem->en;
  return std::get<CaseFile>(read).stories.at(0);
}

Call Flat(const std::vector<Call>& calls) {
  Call all;
  for (const Call& call : calls) all.insert(all.end(), call.begin(), call.end());
  return all;
}

Call InFileOrder(size_t facts) {
  Call all(facts);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

TEST(StoryCalls, HoldAHundredFactsInTheFilesOrder) {
  const std::vector<Call> calls = CallsOf(StoryOf(Facts(249)));
  EXPECT_EQ(Flat(calls), InFileOrder(250));
  EXPECT_THAT(calls, ElementsAre(SizeIs(100), SizeIs(100), SizeIs(50)));
}

TEST(StoryCalls, EndBeforeTheyHoldTooManyBytes) {
  const std::vector<Call> calls = CallsOf(StoryOf(WithNotes(Facts(60), 30'000)));
  EXPECT_EQ(Flat(calls), InFileOrder(61));
  EXPECT_THAT(calls, ElementsAre(SizeIs(27), SizeIs(26), SizeIs(8)));
}

TEST(StoryCalls, LeaveAFileThatCanBeRecordedAsItIs) {
  json facts = Facts(120);
  facts[3]["happened"] = {{"after", "f80"}};   // later in the same call
  facts[110]["happened"] = {{"after", "f0"}};  // in an earlier one
  facts[20]["happened"] = {{"after", "f21"}};
  facts[21]["happened"] = {{"before", "f20"}};
  const std::vector<Call> calls = CallsOf(StoryOf(facts));
  EXPECT_EQ(Flat(calls), InFileOrder(121));
  EXPECT_THAT(calls, ElementsAre(SizeIs(100), SizeIs(21)));
}

TEST(StoryCalls, LetAFactWaitForWhatALaterCallWouldHold) {
  json facts = Facts(150);
  facts[0]["happened"] = {{"after", "f140"}};
  Call expected = InFileOrder(151);
  expected.erase(expected.begin() + 1);
  expected.insert(expected.begin() + 141, 1);
  EXPECT_EQ(Flat(CallsOf(StoryOf(facts))), expected);
}

TEST(StoryCalls, HoldFactsThatReferToOneAnotherTogether) {
  json facts = Facts(150);
  facts[99]["happened"] = {{"after", "f149"}};
  facts[149]["happened"] = {{"before", "f120"}};
  facts[120]["happened"] = {{"after", "f99"}};
  const std::vector<Call> calls = CallsOf(StoryOf(facts));
  ASSERT_THAT(calls, ElementsAre(SizeIs(100), SizeIs(51)));
  EXPECT_THAT(calls[1], AllOf(::testing::Contains(100u), ::testing::Contains(121u),
                              ::testing::Contains(150u)));
}

TEST(StoryCalls, FollowAChainAsLongAsTheFile) {
  json facts = Facts(20'000);
  for (size_t i = 0; i + 1 < facts.size(); ++i) {
    facts[i]["happened"] = {{"after", "f" + std::to_string(i + 1)}};
  }
  const Call order = Flat(CallsOf(StoryOf(facts)));
  ASSERT_EQ(order.size(), 20'001u);
  EXPECT_EQ(order[0], 0u);
  EXPECT_EQ(order[1], 20'000u);
  EXPECT_EQ(order[20'000], 1u);
}

class LongStory : public WithServer {
 protected:
  std::string Write(const json& facts) const {
    return directory_.Write("long.json", File(facts).dump());
  }
};

TEST_F(LongStory, IsPlayedHoweverLongItsTextsAre) {
  const std::string file = Write(WithNotes(Facts(60), 30'000));
  const Ran ran = Cli({"play", file});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("61 facts recorded"));
  const uint64_t records = Records();
  EXPECT_THAT(Cli({"play", file}).err, HasSubstr("0 facts recorded, 61 were there already"));
  EXPECT_EQ(Records(), records);
  EXPECT_EQ(RunHere({"demo", file}).code, 0);
}

TEST_F(LongStory, IsPlayedThoughAFactRefersToOneOfALaterCall) {
  json facts = Facts(160);
  facts[0]["happened"] = {{"after", "f151"}};
  facts.push_back({{"id", "c"},
                   {"fact", "correction"},
                   {"of", "d"},
                   {"withdrawn", true},
                   {"happened", "2021-12"}});
  facts.push_back(Fact("d"));
  const std::string file = Write(facts);
  const Ran ran = Cli({"play", file});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(Cli({"play", file}).err, HasSubstr("0 facts recorded"));
  const Ran demo = RunHere({"demo", file});
  EXPECT_EQ(demo.code, 0) << demo.err;
}

TEST_F(LongStory, IsToldThoughItsFactsReferToOneAnother) {
  json facts = Facts(6);
  facts[0]["happened"] = {{"after", "f1"}};  // a chain that is told backwards
  facts[1]["happened"] = {{"after", "f2"}};
  facts[2]["happened"] = {{"after", "f3"}};
  facts[4]["happened"] = {{"after", "f5"}};  // a circle
  facts[5]["happened"] = {{"before", "f4"}};
  const std::string file = Write(facts);
  const Ran demo = RunHere({"demo", file});
  EXPECT_EQ(demo.code, 0) << demo.err;
  const Ran played = Cli({"play", file});
  EXPECT_EQ(played.code, 0) << played.err;
}

TEST_F(LongStory, SaysThatTheIncidentWasBroughtInFromOtherContent) {
  const std::string file = Write(Facts(3));
  ASSERT_EQ(Cli({"play", file}).code, 0);
  const uint64_t records = Records();
  Write(Facts(4));
  const Ran people = Cli({"play", file});
  EXPECT_EQ(people.code, 1);
  EXPECT_THAT(people.err, AllOf(HasSubstr("long.json: $.incidents[0]: REQUEST_ID_REUSED\n"),
                                HasSubstr("incident i1 of 'long' was brought in before"),
                                HasSubstr("RecordFacts"), HasSubstr("togs in förut"),
                                Not(HasSubstr("request id")), Not(HasSubstr("request_id"))));
  const json error = json::parse(Cli({"play", "--json", file}).err);
  EXPECT_EQ(error.at("reason"), "REQUEST_ID_REUSED");
  EXPECT_EQ(error.at("violations").at(0).at("field"), "$.incidents[0]");
  EXPECT_EQ(Records(), records);
}

}  // namespace
}  // namespace skyndsamt::cli
