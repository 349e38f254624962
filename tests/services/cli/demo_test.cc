// When a demo records what: a file that is right can be told as it happens, too.
#include <map>

#include "projections/law/civil_time.h"
#include "services/cli/player.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;

json Fact(const std::string& id, const std::string& kind, const json& happened,
          const std::string& child = "") {
  json fact = {{"id", id}, {"fact", kind}, {"happened", happened}};
  if (!child.empty()) fact["child"] = child;
  return fact;
}

std::string Told(const json& facts, const std::string& as_of = "2024-06-01") {
  const json file = {{"id", "told"},
                     {"authority", {{"name", "K"}}},
                     {"unit", {{"name", "S"}}},
                     {"incidents", {{{"id", "i1"}, {"children", {"a", "b"}}}}},
                     {"facts", facts},
                     {"as_of", as_of}};
  return file.dump();
}

// The days (of the year 2024, in Stockholm) on which a demo records what.
std::map<std::string, std::string> Days(const std::string& text) {
  const std::vector<NamedFile> files = {{"told.json", std::get<CaseFile>(ReadCaseFile(text))}};
  Micros end = 0;
  std::map<std::string, std::string> days;
  for (const Recording& recording : PlanDemo(files, SystemClock().Now(), &end)) {
    for (size_t i : recording.facts) {
      const std::string id = files[0].file.stories[0].facts[i].fact.id();
      days[id] = law::FormatDay(law::DayOf(recording.at)).substr(5);
    }
  }
  days.erase("incident_opened");
  return days;
}

void ExpectTold(const std::string& text) {
  const TestDirectory directory;
  const Ran ran = RunHere({"demo", "--json", directory.Write("told.json", text)});
  EXPECT_EQ(ran.code, 0) << ran.err;
}

using Recorded = std::map<std::string, std::string>;

TEST(DemoPlan, WhatIsListedBeforeAClosingIsRecordedNoLaterThanIt) {
  const std::string text = Told({Fact("learned", "staff_learned", "2024-03-01"),
                                 Fact("held", "conversation_held", "2024-04"),
                                 Fact("undated", "conversation_held", "unknown"),
                                 Fact("soon", "conversation_held", {{"after", "learned"}}),
                                 Fact("closed", "case_closed", "2024-04-20"),
                                 Fact("seen", "guardian_informed", "2024-03-02")});
  EXPECT_EQ(Days(text), (Recorded{{"learned", "03-01"},
                                  {"held", "04-20"},
                                  {"undated", "04-20"},
                                  {"soon", "04-20"},
                                  {"closed", "04-20"},
                                  {"seen", "03-02"}}));
  ExpectTold(text);
}

TEST(DemoPlan, AClosingIsRecordedBeforeTheReopeningThatIsListedAfterIt) {
  const std::string text = Told(
      {Fact("learned", "staff_learned", "2024-03-01"), Fact("closed", "case_closed", "2024-04"),
       Fact("reopened", "case_reopened", "2024-04-25"),
       Fact("held", "conversation_held", "2024-04-22"), Fact("again", "case_closed", "2024-05")});
  EXPECT_EQ(Days(text), (Recorded{{"learned", "03-01"},
                                  {"closed", "04-25"},
                                  {"reopened", "04-25"},
                                  {"held", "04-25"},
                                  {"again", "05-31"}}));
  ExpectTold(text);
}

TEST(DemoPlan, NothingIsRecordedBeforeItCanHaveHappened) {
  const std::string text =
      Told({Fact("learned", "staff_learned", "2024-03-01"),
            Fact("held", "conversation_held", "2024-05-02"),
            Fact("later", "conversation_held", {{"after", "learned"}, {"at_least", "P3D"}}),
            Fact("closed", "case_closed", "2024-03-02")});
  EXPECT_EQ(
      Days(text),
      (Recorded{{"learned", "03-01"}, {"held", "05-02"}, {"later", "03-04"}, {"closed", "05-02"}}));
  ExpectTold(text);
  const std::string second = "2024-06-01T14:30:00+02:00";
  ExpectTold(Told({Fact("learned", "staff_learned", "2024-03-01"),
                   Fact("notified", "authority_notified", second)},
                  second));
}

TEST(DemoPlan, AClosingForOneChildLeavesTheOthersInTheirTime) {
  const std::string text = Told({Fact("held", "conversation_held", "2024-05", "b"),
                                 Fact("closed", "case_closed", "2024-04-20", "a"),
                                 Fact("learned", "staff_learned", "2024-03-01", "b")});
  EXPECT_EQ(Days(text), (Recorded{{"held", "05-31"}, {"closed", "04-20"}, {"learned", "03-01"}}));
  ExpectTold(text);
}

TEST(Demo, TellsAFileThatIsGivenTwiceOnce) {
  const TestDirectory directory;
  const std::string copy = directory.Write("copy.json", Slurp(Case("malmo-2012")));
  const Ran once = RunHere({"demo", "--json", Case("malmo-2012")});
  const Ran twice =
      RunHere({"demo", "--json", Case("malmo-2012"), Case("osteraker"), Case("malmo-2012"), copy});
  ASSERT_EQ(twice.code, 0) << twice.err;
  EXPECT_EQ(twice.Lines().size(),
            once.Lines().size() + RunHere({"demo", "--json", Case("osteraker")}).Lines().size());
}

}  // namespace
}  // namespace skyndsamt::cli
