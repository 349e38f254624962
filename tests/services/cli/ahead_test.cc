// forecast and pattern on the command line, from case files.
#include "absl/time/time.h"
#include "projections/law/civil_time.h"
#include "services/cli/casefile.h"
#include "services/cli/commands.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Ahead = WithServer;

CaseFile FourReports() { return std::get<CaseFile>(ReadCaseFile(Slurp(Case("fyra-anmalningar")))); }

// The incidents of a pattern by their names in the file.
std::vector<std::string> Names(const CaseFile& file, const json& incidents) {
  std::vector<std::string> names;
  for (const json& one : incidents) {
    const std::string id =
        one.is_string() ? one.get<std::string>() : one.at("incident").get<std::string>();
    for (const Story& story : file.stories) {
      if (story.incident == id) names.push_back(story.name);
    }
  }
  return names;
}

json RecurrenceOf(const json& pattern, const std::string& kind) {
  for (const json& one : pattern.at("recurrences")) {
    if (one.at("kind") == kind) return one;
  }
  return json::object();
}

TEST_F(Ahead, FourReportsAreOneStory) {
  ASSERT_EQ(Cli({"play", Case("fyra-anmalningar")}).code, 0);
  const CaseFile file = FourReports();
  Ran ran = Cli({"pattern", "--json", "--child", file.PersonId("elev E"), "--as-of", "2025-06-13"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const json pattern = ran.Lines().at(0);
  EXPECT_THAT(Names(file, pattern.at("incidents")),
              ElementsAre("september", "november", "februari", "maj"));
  // Each was handled alone, and within the routine.
  for (const json& incident : pattern.at("incidents")) {
    for (const json& leg : incident.at("cases").at(0).at("legs")) {
      EXPECT_NE(leg.at("verdict"), "LATE") << leg;
    }
  }
  EXPECT_THAT(Names(file, RecurrenceOf(pattern, "AFTER_MEASURES").at("incidents")),
              ElementsAre("november", "februari", "maj"));
  EXPECT_THAT(Names(file, RecurrenceOf(pattern, "NOT_LINKED").at("incidents")),
              ElementsAre("september", "november", "februari", "maj"));
  EXPECT_EQ(RecurrenceOf(pattern, "SAME_ACCUSED").at("person"), file.PersonId("elev F"));
  EXPECT_THAT(Names(file, RecurrenceOf(pattern, "SAME_PLACE").at("incidents")),
              ElementsAre("september", "november", "maj"));

  Ran accused = Cli({"pattern", "--json", "--accused", file.PersonId("elev F")});
  EXPECT_EQ(Names(file, accused.Lines().at(0).at("incidents")).size(), 4u);
  Ran place = Cli({"pattern", "--json", "--unit", file.unit.unit(), "--place", "skolgården"});
  EXPECT_THAT(Names(file, place.Lines().at(0).at("incidents")), ElementsAre("februari"));

  Ran table = Cli({"pattern", "--child", file.PersonId("elev E")});
  ASSERT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("4 incidents, 238 days between"));
  EXPECT_THAT(table.out, HasSubstr("happened after measures for an earlier one. (2, 3, 4)"));
  Ran swedish = Cli({"pattern", "--lang", "sv", "--child", file.PersonId("elev E")});
  EXPECT_THAT(swedish.out, HasSubstr("Samma person är anklagad i 4 av händelserna."));
  EXPECT_THAT(Cli({"pattern", "--child", FormatUuid(RandomUuid())}).out, HasSubstr("no incidents"));
}

TEST_F(Ahead, WhatIsAskedOfAPatternIsOneOfThree) {
  const std::string id = FormatUuid(RandomUuid());
  EXPECT_EQ(Cli({"pattern", "--child", id, "--accused", id}).code, kUsage);
  EXPECT_EQ(Cli({"pattern", "--unit", id}).code, kUsage);
  Ran nothing = Cli({"pattern"});
  EXPECT_EQ(nothing.code, kUsage);
  EXPECT_THAT(nothing.err, AllOf(HasSubstr("say whose: --child"), HasSubstr("säg vems: --child")));
}

TEST_F(Ahead, ForecastsTheStepsThatWait) {
  const std::string today = law::FormatDay(law::DayOf(clock_.Now()));
  const std::string story =
      R"({"id": "prognos", "authored": true, "authority": {"name": "Provkommunen"},
          "unit": {"name": "Skolan", "form": "compulsory_school"},
          "incidents": [{"id": "i1", "children": ["barn"], "accused": ["child"]}],
          "routine": [{"leg": "notify_authority", "from": "2020-01-01", "limit": "P30D"}],
          "facts": [{"id": "p", "fact": "principal_informed", "happened": ")" +
      today + R"("}]})";
  ASSERT_EQ(Cli({"play", directory_.Write("prognos.json", story)}).code, 0);
  const std::string due = law::FormatDay(law::DayOf(clock_.Now()) + 30);
  Ran all = Cli({"forecast", "--json", "--by", due});
  ASSERT_EQ(all.code, 0) << all.err;
  const json first = all.Lines().at(0);
  EXPECT_EQ(first.at("leg"), "notify_authority");
  EXPECT_EQ(first.at("due"), due);
  EXPECT_EQ(first.at("verdict_then"), "RUNNING");
  EXPECT_EQ(Cli({"forecast", "--json", "--late", "--by", due}).out, "");
  const std::string later = law::FormatDay(law::DayOf(clock_.Now()) + 31);
  Ran late = Cli({"forecast", "--json", "--late", "--by", later});
  ASSERT_EQ(late.Lines().size(), 1u) << late.out << late.err;
  EXPECT_EQ(late.Lines().at(0).at("verdict_then"), "LATE");

  Ran one = Cli({"forecast", first.at("incident").get<std::string>(), "--by", later});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("Notify authority"));
  EXPECT_THAT(one.out, HasSubstr(later));
  EXPECT_THAT(one.out, HasSubstr("late"));
  EXPECT_THAT(Cli({"forecast", "--lang", "sv", "--by", "fredag"}).out, HasSubstr("löper"));
  EXPECT_THAT(Cli({"forecast", "--role", "auditor"}).out, HasSubstr("nothing is waiting"));
  EXPECT_THAT(Cli({"forecast", "--role", "nobody"}).err, HasSubstr("CODE_UNKNOWN"));
  EXPECT_EQ(Cli({"forecast", "--by", "soon"}).code, kFailed);
}

TEST(UntilForApi, AWeekdayIsTheNextSuchDayTodayIncluded) {
  const Micros wednesday = law::StartOf(absl::CivilDay(2026, 3, 4)) + 43'200'000'000;
  EXPECT_EQ(UntilForApi("friday", wednesday), "2026-03-06");
  EXPECT_EQ(UntilForApi("fredag", wednesday), "2026-03-06");
  EXPECT_EQ(UntilForApi("wednesday", wednesday), "2026-03-04");
  EXPECT_EQ(UntilForApi("tuesday", wednesday), "2026-03-10");
  EXPECT_EQ(UntilForApi("2026-05-01", wednesday), "2026-05-01");
  EXPECT_EQ(UntilForApi("", wednesday), "");
}

}  // namespace
}  // namespace skyndsamt::cli
