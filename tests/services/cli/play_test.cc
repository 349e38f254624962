// Case files played through the public API into a real server: what is answered, what is recorded
// twice (nothing), what is refused (with nothing recorded).
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "projections/law/civil_time.h"
#include "services/cli/casefile.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// The answers of a case file's cases, by incident and child.
std::map<std::pair<std::string, std::string>, json> ByCase(const Ran& ran) {
  std::map<std::pair<std::string, std::string>, json> answers;
  for (const json& line : ran.Lines()) {
    answers[{line.at("incident"), line.value("child", "")}] = line;
  }
  return answers;
}

std::vector<json> LegsOf(const json& answer, const std::string& leg) {
  std::vector<json> legs;
  for (const json& one : answer.at("legs")) {
    if (one.at("leg") == leg) legs.push_back(one);
  }
  return legs;
}

void ExpectDays(const json& leg, int days, int working_days) {
  EXPECT_EQ(leg.at("state"), "FULFILLED");
  EXPECT_EQ(leg.at("days"), (json{{"min", days}, {"max", days}}));
  EXPECT_EQ(leg.at("working_days"), (json{{"min", working_days}, {"max", working_days}}));
}

class Play : public WithServer {};

TEST_F(Play, AnswersEachCaseOfAFile) {
  for (const std::string& path : AllCases()) {
    SCOPED_TRACE(path);
    auto file = std::get<CaseFile>(ReadCaseFile(Slurp(path)));
    Ran ran = Cli({"play", "--json", path});
    ASSERT_EQ(ran.code, 0) << ran.err;
    size_t cases = 0;
    for (const Story& story : file.stories) cases += std::max<size_t>(story.children.size(), 1);
    EXPECT_EQ(ran.Lines().size(), cases);
  }
}

TEST_F(Play, GivesTheExactCasesTheirDays) {
  auto malmo = ByCase(Cli({"play", "--json", Case("malmo-2012")}));
  auto first = LegsOf(malmo.at({"i1", "barn 1"}), "social_services_report");
  auto second = LegsOf(malmo.at({"i1", "barn 2"}), "social_services_report");
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  ExpectDays(first[0], 9, 6);
  ExpectDays(second[0], 1, 1);
  EXPECT_EQ(first[0].at("practice").at("position"), "AT_OR_ABOVE_CRITICISED");
  EXPECT_EQ(second[0].at("practice").at("position"), "AT_OR_BELOW_ACCEPTED");
  auto care_home = ByCase(Cli({"play", "--json", Case("rh-2007-20")}));
  auto report = LegsOf(care_home.at({"i1", ""}), "work_environment_report");
  ASSERT_EQ(report.size(), 1u);
  ExpectDays(report[0], 10, 7);
}

TEST_F(Play, RecordsNothingTwice) {
  std::vector<std::string> arguments = AllCases();
  arguments.insert(arguments.begin(), {"play", "--json"});
  Ran first = Cli(arguments);
  ASSERT_EQ(first.code, 0) << first.err;
  uint64_t records = Records();
  Ran again = Cli(arguments);
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(Records(), records);
  ASSERT_EQ(first.Lines().size(), again.Lines().size());
  for (size_t i = 0; i < first.Lines().size(); ++i) {
    json before = first.Lines()[i], after = again.Lines()[i];
    for (json* answer : {&before, &after}) {
      if (!answer->contains("legs")) continue;
      for (const char* moving : {"known_at", "reflects"}) answer->erase(moving);
    }
    // A file without as_of is told as of now; its open durations may have grown.
    if (before.at("as_of") == after.at("as_of")) {
      EXPECT_EQ(before, after);
    }
  }
}

TEST_F(Play, PlaysTheWholeRoutineInBothVariants) {
  auto answers = ByCase(Cli({"play", "--json", Case("sandsbro-routine")}));
  const json& child = answers.at({"barn-mot-barn", "barn A"});
  const json& adult = answers.at({"vuxen-mot-barn", "barn C"});
  for (const char* leg :
       {"report_to_principal", "notify_authority", "start_investigation", "complete_investigation",
        "decide_measures", "inform_guardian", "feed_back_to_guardian"}) {
    for (const json* answer : {&child, &adult}) {
      bool fulfilled = false;
      for (const json& one : LegsOf(*answer, leg)) fulfilled |= one.at("state") == "FULFILLED";
      EXPECT_TRUE(fulfilled) << leg << " of " << answer->at("incident");
    }
  }
  EXPECT_EQ(LegsOf(adult, "feed_back_to_authority").at(0).at("state"), "FULFILLED");
}

TEST_F(Play, ShowsPeopleATableInEitherLanguage) {
  Ran english = Cli({"play", Case("malmo-2012")});
  EXPECT_EQ(english.code, 0) << english.err;
  EXPECT_THAT(english.out, HasSubstr("Social services report"));
  EXPECT_THAT(english.out, HasSubstr("barn 1"));
  Ran swedish = Cli({"play", "--lang", "sv", Case("malmo-2012")});
  EXPECT_THAT(swedish.out, HasSubstr("Tidsläge, ingen dom"));
  EXPECT_THAT(english.err, HasSubstr("development token"));
}

TEST_F(Play, RefusesAWholeFileWithThePathAndRecordsNothing) {
  const std::string head = R"({"id": "x", "authority": {"name": "K"}, "unit": {"name": "S"},
      "incidents": [{"id": "i1", "children": ["b"]}], "facts": [
      {"id": "f1", "fact": "staff_learned", "happened": "2021-10"},)";
  const std::map<std::string, std::string> refused = {
      {R"({"id": "f2", "id": "f3", "fact": "relayed", "happened": "2021"}]})", "$.facts[1].id"},
      {R"({"id": "f2", "fact": "relayed", "happened": null}]})", "$.facts[1].happened"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2021"},]})", "line 3"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2021", "who": "x"}]})", "$.facts[1].who"},
      {R"({"id": "f2", "fact": "relayed", "happened": "last week"}]})", "$.facts[1].happened"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2999"}]})", "$.facts[1].happened"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2021-10/2021-09"}]})",
       "$.facts[1].happened"},
      {R"({"id": "f2", "fact": "correction", "of": "f9", "withdrawn": true, "happened": "2021"}]})",
       "$.facts[1].of"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2021"}],
       "routine": [{"leg": "notify_authority", "from": "2020-01-01", "limit": "P7W2X"}]})",
       "$.routine[0].limit"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2021"}], "as_of": "2999-05-01"})",
       "$.as_of: TIME_IN_FUTURE\n"},
      {R"({"id": "f2", "fact": "relayed", "happened": "2021"}], "as_of": "2024-05-01/2024-06-01"})",
       "$.as_of"},
      {R"({"id": "f2", "fact": "case_reopened", "happened": "2021"}]})", "$.facts[1]"}};
  uint64_t records = Records();
  for (const auto& [tail, path] : refused) {
    std::string file = directory_.Write("refused.json", head + tail);
    Ran ran = Cli({"play", Case("malmo-2012"), file});
    EXPECT_EQ(ran.code, 1) << tail;
    EXPECT_THAT(ran.err, HasSubstr("refused.json: "));
    EXPECT_THAT(ran.err, HasSubstr(path)) << tail;
    EXPECT_EQ(Records(), records) << "not even the good file beside it: " << tail;
  }
  EXPECT_THAT(Cli({"play", directory_ / "absent.json"}).err, HasSubstr("cannot be read"));
}

TEST_F(Play, ReadsEveryFileBeforeAnyIsSent) {
  const std::string a = R"({"id": "a", "authority": {"name": "N"}, "unit": {"name": "a"},
      "incidents": [{"id": "i", "children": ["b"]}], "facts": [],
      "routine": [{"leg": "notify_authority", "from": "2020-01-01", "limit": "P7D"}]})";
  std::string b = a;
  b.replace(b.find("P7D"), 3, "P3D");
  const uint64_t records = Records();
  Ran ran = Cli({"play", directory_.Write("a.json", a), directory_.Write("b.json", b)});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("b.json: $.routine: VERSION_EXISTS"));
  EXPECT_EQ(Records(), records);
}

// What two files of an authority both say of its routine and its closing days is said once.
TEST_F(Play, TakesTheSameRoutineAndClosingDaysFromTwoFilesOfAnAuthority) {
  const auto file = [&](const std::string& id, const std::string& days) {
    return directory_.Write(id + ".json", R"({"id": ")" + id + R"(", "authority": {"name": "N"},
      "unit": {"name": "S"}, "incidents": [{"id": "i", "children": ["b"]}], "facts": [],
      "routine": [{"leg": "notify_authority", "from": "2020-01-01", "limit": "P7D"}],
      "closing_days": [{"from": "2024-01-01", "until": "2024-12-31", "days": [)" +
                                              days + "]}]}");
  };
  const std::string a = file("a", R"({"first": "2024-03-06", "reason": "planeringsdag"})");
  const std::string b = file("b", R"({"first": "2024-03-06", "reason": "planeringsdag"})");
  const std::string other = file("c", R"({"first": "2024-03-07", "reason": "planeringsdag"})");
  const Ran told = RunHere({"demo", "--json", a, b});
  EXPECT_EQ(told.code, 0) << told.err;
  ASSERT_EQ(Cli({"play", a}).code, 0);
  const uint64_t records = Records();
  const Ran same = Cli({"play", b});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(Records(), records + 1) << "the opening alone";
  const Ran differs = Cli({"play", other});
  EXPECT_EQ(differs.code, 1);
  EXPECT_THAT(differs.err, HasSubstr("c.json: $.closing_days[0]: VERSION_EXISTS"));
}

TEST_F(Play, IsAskedAboutByTheOtherCommands) {
  ASSERT_EQ(Cli({"play", Case("sandsbro-routine")}).code, 0);
  auto file = std::get<CaseFile>(ReadCaseFile(Slurp(Case("sandsbro-routine"))));
  const std::string incident = file.stories[0].incident;

  auto cases = Cli({"case", "--json"}).Lines();
  ASSERT_EQ(cases.size(), 2u);
  Ran one = Cli({"case", incident, "--json"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.Lines()[0].at("state"), "CLOSED");
  EXPECT_EQ(one.Lines()[0].at("finding"), "substantiated");
  EXPECT_THAT(Cli({"case", incident}).out, HasSubstr("vuxen-vid-gungorna"));

  Ran earlier = Cli({"timeliness", incident, "--as-of", "2022-03-10", "--json"});
  ASSERT_EQ(earlier.code, 0) << earlier.err;
  EXPECT_EQ(LegsOf(earlier.Lines()[0], "complete_investigation").at(0).at("state"), "PENDING");
  EXPECT_THAT(Cli({"timeliness", incident, "--lang", "sv"}).out,
              HasSubstr("anmälan till huvudman"));

  Ran trail = Cli({"trail", incident, "--json"});
  ASSERT_EQ(trail.code, 0) << trail.err;
  EXPECT_EQ(trail.Lines().size(), file.stories[0].facts.size());
  EXPECT_THAT(trail.out, Not(HasSubstr("Alex Påhittad")));
  EXPECT_THAT(Cli({"trail", incident, "--open", "--json"}).out, HasSubstr("Alex Påhittad"));
  EXPECT_THAT(Cli({"trail", incident}).out, HasSubstr("imported"));

  EXPECT_EQ(Cli({"policy"}).code, 0);
  EXPECT_THAT(Cli({"policy", file.authority.authority()}).out, HasSubstr("omgående"));
  EXPECT_THAT(Cli({"policy", "--json"}).out, HasSubstr("RH 2007:20"));
  EXPECT_EQ(Cli({"token", "--role", "auditor"}).code, 0);
}

TEST_F(Play, ObeysNoControlCharacterOfWhatWasRecorded) {
  const std::string path = directory_.Write("names.json", R"({"id": "n", "as_of": "2024-06-01",
      "authority": {"name": "K"}, "unit": {"name": "S", "form": "preschool"},
      "incidents": [{"id": "i1", "happened": "2024-03-01", "children": ["a"]}],
      "facts": [{"id": "f1", "fact": "staff_learned", "happened": "2024-03-01",
                 "note": "Seen\u001b[31m\u009b31m"},
                {"id": "p", "fact": "person_declared", "happened": "2024-03-05", "person": "a",
                 "kind": "child", "name": "Eve\u001b[31mRED\u0007\u009b\nstate  closed"}]})");
  Ran played = Cli({"play", path});
  ASSERT_EQ(played.code, 0) << played.err;
  const auto file = std::get<CaseFile>(ReadCaseFile(Slurp(path)));
  const std::string incident = file.stories[0].incident;
  const std::string child = file.PersonId("a");
  const std::string shown = Cli({"case", incident}).out;
  EXPECT_THAT(shown, HasSubstr("\nchild           Eve [31mRED\n"));
  EXPECT_THAT(shown, HasSubstr("\n                state closed (" + child + ")\n"));
  std::vector<std::vector<std::string>> asked = {{"case"}, {"worklist"}, {"forecast"}, {"events"}};
  for (const char* name : {"case", "timeliness", "trail", "forecast"}) {
    asked.push_back({name, incident});
  }
  asked.push_back({"trail", incident, "--open"});
  asked.push_back({"diff", incident, "--before", "2024-03-02"});
  asked.push_back({"pattern", "--child", child});
  for (const auto& command : asked) {
    Ran ran = Cli(command);
    EXPECT_EQ(ran.code, 0) << command[0] << ran.err;
    for (const char* control : {"\x1b", "\x07", "\xc2\x9b"}) {
      EXPECT_THAT(ran.out, Not(HasSubstr(control))) << command[0];
    }
  }
}

TEST_F(Play, ListsWhatWaitsWithWhatIsDueFirst) {
  const std::string file = directory_.Write("work.json", R"({"id": "w", "as_of": "2021-03-31",
      "authority": {"name": "K"}, "unit": {"name": "S", "form": "preschool"},
      "incidents": [{"id": "i1", "children": ["b"]}],
      "routine": [{"leg": "notify_authority", "from": "2020-01-01", "limit": "P7D"}],
      "facts": [
        {"id": "g1", "fact": "person_declared", "person": "mor", "guardian_of": ["b"], "happened": "2021-03-01"},
        {"id": "g2", "fact": "person_declared", "person": "far", "guardian_of": ["b"], "happened": "2021-03-01"},
        {"id": "p", "fact": "principal_informed", "happened": "2021-03-01"}]})");
  ASSERT_EQ(Cli({"play", file}).code, 0);
  auto read = std::get<CaseFile>(ReadCaseFile(Slurp(file)));
  Ran listed = Cli({"worklist", "--json"});
  ASSERT_EQ(listed.code, 0) << listed.err;
  std::vector<std::string> duties;
  std::set<std::string> guardians;
  for (const json& item : listed.Lines()) {
    EXPECT_EQ(item.at("incident"), read.stories[0].incident);
    EXPECT_EQ(item.at("unit"), read.unit.unit());
    duties.push_back(item.at("leg"));
    if (item.at("leg") == "inform_guardian") guardians.insert(item.at("guardian"));
  }
  EXPECT_THAT(duties, ElementsAre("notify_authority", "start_investigation", "inform_guardian",
                                  "inform_guardian"));
  EXPECT_EQ(listed.Lines()[0].at("due"), "2021-03-08");
  EXPECT_EQ(listed.Lines()[0].at("role"), "principal");
  EXPECT_EQ(guardians, (std::set<std::string>{read.PersonId("mor"), read.PersonId("far")}));
  Ran table = Cli({"worklist"});
  EXPECT_THAT(table.out, HasSubstr("2021-03-08  Notify authority"));
  for (const std::string& guardian : guardians) EXPECT_THAT(table.out, HasSubstr(guardian));
  EXPECT_THAT(Cli({"worklist", "--role", "caseworker", "--lang", "sv"}).out,
              AllOf(HasSubstr("caseworker"), Not(HasSubstr("principal"))));
  EXPECT_THAT(Cli({"worklist", "--role", "staff"}).out, HasSubstr("nothing is waiting"));
  EXPECT_THAT(Cli({"worklist", "--role", "janitor"}).err, HasSubstr("CODE_UNKNOWN"));
}

TEST_F(Play, ShowsTheLogsEvents) {
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  Ran all = Cli({"events", "--json"});
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(all.Lines().size(), Records());
  Ran some = Cli({"events", "--json", "--type", "incident.police_reported"});
  ASSERT_EQ(some.Lines().size(), 1u) << some.err;
  EXPECT_EQ(some.Lines()[0].at("event").at("happened").at("edtf"), "2012-06-27");
  // The table's clock is Stockholm's, as the trail's.
  absl::Time recorded;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(some.Lines()[0].at("recorded")),
                              &recorded, nullptr));
  EXPECT_THAT(Cli({"events", "--type", "incident.police_reported"}).out,
              HasSubstr(absl::FormatTime("  %Y-%m-%d%ET%H:%M:%S  ", recorded, law::Stockholm())));
  Ran followed = Cli({"events", "--follow", "--limit", "3"});
  EXPECT_EQ(followed.code, 0) << followed.err;
  EXPECT_EQ(std::count(followed.out.begin(), followed.out.end(), '\n'), 3);
}

TEST_F(Play, FollowsTheLogFromAnyPosition) {
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  for (uint64_t from : {uint64_t{0}, uint64_t{1}, uint64_t{5}, Records() - 1}) {
    Ran followed =
        Cli({"events", "--follow", "--json", "--from", std::to_string(from), "--limit", "1"});
    ASSERT_EQ(followed.code, 0) << from << ": " << followed.err;
    EXPECT_EQ(followed.Lines().at(0).at("record").at("position").at("position"),
              std::to_string(from));
  }
  Ran beyond = Cli({"events", "--follow", "--from", std::to_string(Records() + 1)});
  EXPECT_EQ(beyond.code, 1);
  EXPECT_THAT(beyond.err, HasSubstr("after.position"));
}

TEST_F(Play, TellsWhatAServerRefuses) {
  Ran unknown = Cli({"case", "00000000-0000-4000-8000-000000000001"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("INCIDENT_UNKNOWN"));
  Ran bad_token = Cli({"case", "--token", "x.y.z"});
  EXPECT_EQ(bad_token.code, 1);
  EXPECT_THAT(bad_token.err, HasSubstr("IDENTITY_INVALID"));
  Ran token = Cli({"token", "--role", "statistics"});
  ASSERT_EQ(token.code, 0);
  Ran role = Cli({"case", "--token", token.out.substr(0, token.out.size() - 1)});
  EXPECT_THAT(role.err, HasSubstr("ROLE_NOT_ALLOWED"));
}

TEST(Demo, TellsTheStoriesOnAClockOfTheirOwn) {
  std::vector<std::string> arguments = AllCases();
  arguments.insert(arguments.begin(), {"demo", "--json"});
  Ran ran = RunHere(arguments);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.Lines().size(), 18u);
}

// The cases that show every rule of the law (tests/projections/law/cases) are case files like any:
// the whole product takes them, and answers what is expected of the engine.
TEST(Demo, AnswersTheAuthoredCasesAsTheLawDoes) {
  std::vector<std::string> arguments = {"demo", "--json"};
  for (const auto& entry : std::filesystem::directory_iterator(SKYNDSAMT_AUTHORED_CASES)) {
    arguments.push_back(entry.path().string());
  }
  std::sort(arguments.begin() + 2, arguments.end());
  Ran ran = RunHere(arguments);
  ASSERT_EQ(ran.code, 0) << ran.err;
  int compared = 0;
  for (const json& answer : ran.Lines()) {
    const std::string file = answer.at("file");
    std::map<std::string, json> legs;
    for (const json& leg : answer.at("legs")) {
      std::string name = leg.at("leg");
      if (leg.contains("round")) name += "#" + std::to_string(leg.at("round").get<int>());
      for (const char* which : {"measure", "guardian", "request"}) {
        if (leg.contains(which)) name += ":" + leg.at(which).get<std::string>();
      }
      legs[name] = leg;
    }
    for (const json& question :
         json::parse(Slurp(std::string(SKYNDSAMT_EXPECTED) + "/" + file + ".json"))) {
      if (question.contains("as_of") || question.contains("known_at")) continue;
      if (question.value("child", answer.value("child", "")) != answer.value("child", "")) continue;
      for (const json& expected : question.value("legs", json::array())) {
        const std::string name = expected.at("leg");
        ASSERT_TRUE(legs.contains(name)) << file << " " << name;
        const std::string state = absl::AsciiStrToLower(legs[name].at("state").get<std::string>());
        EXPECT_EQ(state, expected.at("state")) << file << " " << name;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 300);
}

TEST(Demo, GivesMalmoItsDaysAndRecordsItInItsOwnTime) {
  auto answers = ByCase(RunHere({"demo", "--json", Case("malmo-2012")}));
  const json& first = answers.at({"i1", "barn 1"});
  ExpectDays(LegsOf(first, "social_services_report").at(0), 9, 6);
  EXPECT_THAT(first.at("known_at").get<std::string>(), HasSubstr("2012-0"));
}

}  // namespace
}  // namespace skyndsamt::cli
