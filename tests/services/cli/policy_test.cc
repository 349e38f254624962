// Policy files: read, refused with every fault, previewed, published, and case files that bring
// policy.
#include <fstream>

#include "services/cli/casefile.h"
#include "services/cli/policy_file.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Policy(const std::string& name) {
  return std::string(SKYNDSAMT_POLICIES) + "/" + name + ".json";
}

std::string Problem(const std::string& text) {
  const auto read = ReadPolicyFile(text);
  const auto* problem = std::get_if<cli::Problem>(&read);
  return problem == nullptr ? "(read)" : problem->path;
}

TEST(PolicyFiles, NameUnitsAndAuthoritiesByNameOrId) {
  const auto read = std::get<PolicyFile>(ReadPolicyFile(
      R"({"authority": {"name": "K"}, "closing_days": [
          {"version": "1", "unit": "Skolan", "from": "2026-08-01", "until": "2026-12-31"},
          {"version": "2", "unit": "B0000000-0000-4000-8000-000000000001", "from": "2026-08-01",
           "until": "2026-12-31"}]})"));
  EXPECT_EQ(read.authority, AuthorityId("K"));
  EXPECT_EQ(read.draft.closing_days(0).unit(), UnitId("K", "Skolan"));
  EXPECT_EQ(read.draft.closing_days(1).unit(), "b0000000-0000-4000-8000-000000000001");
}

TEST(PolicyFiles, AreRefusedWithThePathOfTheValue) {
  const std::string head = R"({"authority": {"name": "K"}, )";
  EXPECT_EQ(Problem("[]"), "$");
  EXPECT_EQ(Problem("{}"), "$");
  EXPECT_EQ(Problem(R"({"routines": [{"version": "1", "from": "2026-01-01"}]})"), "$.authority");
  EXPECT_EQ(Problem(R"({"authority": {"id": "7"}, "rule_set": {"version": "1"}})"),
            "$.authority.id");
  EXPECT_EQ(Problem(R"({"authority": {"name": "K", "id": "7"}})"), "$.authority");
  EXPECT_EQ(Problem(head + R"("routine": []})"), "$.routine");
  EXPECT_EQ(Problem(head + R"("routines": [{"version": "1", "from": "2026-02-30"}]})"),
            "$.routines[0].from");
  EXPECT_EQ(Problem(head + R"("routines": [{"limits": [{"leg": "hurry"}]}]})"),
            "$.routines[0].limits[0].leg");
  EXPECT_EQ(Problem(head + R"("routines": [{"limits": [{"leg": "follow_up", "limit": "soon"}]}]})"),
            "$.routines[0].limits[0].limit");
  EXPECT_EQ(
      Problem(head + R"("routines": [{"year_parts": [{"part": "spring", "first_day": "0101"}]}]})"),
      "$.routines[0].year_parts[0].first_day");
  EXPECT_EQ(Problem(head + R"("rule_set": {"version": "1"}, "rule_set": {}})"), "$.rule_set");
  EXPECT_EQ(Problem(R"({"about": "x", "rule_set": {"version": "1"}})"), "(read)");
}

TEST(PolicyFiles, HaveAPathForEveryFieldOfARequest) {
  EXPECT_EQ(PathInPolicyFile("draft.routines[1].from", "$"), "$.routines[1].from");
  EXPECT_EQ(PathInPolicyFile("draft", "$"), "$");
  EXPECT_EQ(PathInPolicyFile("routine.limits[2].leg", "$.routines[1]"),
            "$.routines[1].limits[2].leg");
  EXPECT_EQ(PathInPolicyFile("authority", "$.routines[1]"), "$.routines[1]");
}

class Policies : public WithServer {
 protected:
  // The example's authority, with a unit and a case of its own.
  void PlayCase() {
    const Ran ran = Cli({"play", "--json", directory_.Write("case.json", R"({
        "id": "c1", "authority": {"name": "Exempelkommun", "provider": "municipal"},
        "unit": {"name": "Skolan", "form": "compulsory_school"},
        "incidents": [{"id": "i1", "happened": "2024-09-02", "children": ["barn 1"]}],
        "facts": [
          {"id": "p", "fact": "principal_informed", "happened": "2024-09-02"},
          {"id": "a", "fact": "authority_notified", "happened": "2024-09-23"}],
        "as_of": "2024-10-01"})")});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
};

TEST_F(Policies, TheExampleIsValidatedPreviewedAndPublished) {
  PlayCase();
  const Ran valid = Cli({"policy", "validate", Policy("exempelkommun")});
  ASSERT_EQ(valid.code, 0) << valid.err;
  const Ran for_programs = Cli({"policy", "validate", Policy("exempelkommun"), "--json"});
  ASSERT_EQ(for_programs.code, 0) << for_programs.err;
  ASSERT_EQ(for_programs.Lines().size(), 1u);
  EXPECT_EQ(for_programs.Lines().at(0), json({{"valid", true}}));
  const uint64_t before = Records();

  const Ran preview = Cli({"policy", "preview", Policy("exempelkommun"), "--json"});
  ASSERT_EQ(preview.code, 0) << preview.err;
  ASSERT_EQ(preview.Lines().size(), 2u) << preview.out;
  const json change = preview.Lines().at(0);
  EXPECT_EQ(change.at("incident"), IncidentId("Exempelkommun", "c1", "i1"));
  bool late = false;
  for (const json& leg : change.at("legs")) {
    if (leg.at("leg") != "notify_authority") continue;
    late = true;
    EXPECT_EQ(leg.at("before").at("routine"), "NO_LIMIT");
    EXPECT_EQ(leg.at("after").at("routine"), "LATE");
  }
  EXPECT_TRUE(late);
  EXPECT_EQ(preview.Lines()[1].at("summary").at("open_cases_changed"), "1");
  const Ran read = Cli({"policy", "preview", Policy("exempelkommun")});
  EXPECT_THAT(read.out, HasSubstr("Notify authority"));
  EXPECT_THAT(read.out, HasSubstr("2024-09-09 (2024-1)"));
  EXPECT_THAT(Cli({"policy", "preview", Policy("exempelkommun"), "--summary", "--lang", "sv"}).out,
              Not(HasSubstr(IncidentId("Exempelkommun", "c1", "i1"))));
  EXPECT_EQ(Records(), before) << "nothing was recorded";

  const Ran published = Cli({"policy", "publish", Policy("exempelkommun"), "--json"});
  ASSERT_EQ(published.code, 0) << published.err;
  ASSERT_EQ(published.Lines().size(), 3u);
  EXPECT_EQ(published.Lines()[1].at("part"), "$.closing_days[0]");
  EXPECT_EQ(Records(), before + 3);
  const Ran again = Cli({"policy", "publish", Policy("exempelkommun")});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("was there already"));
  EXPECT_EQ(Records(), before + 3);

  const std::string authority = AuthorityId("Exempelkommun");
  EXPECT_THAT(Cli({"policy", "routines", authority}).out, HasSubstr("inom en vecka"));
  EXPECT_THAT(Cli({"policy", authority}).out, HasSubstr("inom en vecka"));
  EXPECT_THAT(Cli({"policy", "closing-days", authority, "--lang", "sv"}).out,
              HasSubstr("alla enheter"));
  EXPECT_THAT(Cli({"policy", "yardsticks", authority}).out,
              HasSubstr("the authority was told after"));
  EXPECT_EQ(Cli({"policy", "yardsticks", authority, "--json"}).Lines().size(), 1u);
}

TEST_F(Policies, ValidatingNamesEverythingThatIsWrongInAllParts) {
  PlayCase();
  const uint64_t before = Records();
  const std::string file = directory_.Write("wrong.json", R"({
      "authority": {"name": "Exempelkommun"},
      "routines": [{"version": "1", "from": "2020-01-01", "limits": [
          {"leg": "follow_up", "limit": "PT24H", "days": "working"},
          {"leg": "follow_up", "limit": "P1M"}]}],
      "closing_days": [{"version": "1", "unit": "Okänd", "from": "2099-08-01", "until": "2099-12-31",
          "days": [{"first": "2099-07-31", "reason": "för tidigt"}]}]})");
  for (const char* command : {"validate", "publish"}) {
    const Ran ran = Cli({"policy", command, file});
    EXPECT_EQ(ran.code, 1);
    for (const char* path :
         {"$.routines[0].limits[0].days", "$.routines[0].limits[1].leg", "$.routines[0].reason",
          "$.closing_days[0].days[0].first", "$.closing_days[0].unit"}) {
      EXPECT_THAT(ran.err, HasSubstr(path)) << command;
    }
  }
  EXPECT_THAT(Cli({"policy", "preview", file}).err, HasSubstr("routines[0].reason"));
  EXPECT_EQ(Records(), before);
  const Ran for_programs = Cli({"policy", "validate", file, "--json"});
  EXPECT_EQ(for_programs.code, 1);
  EXPECT_EQ(for_programs.out, "");
  EXPECT_GE(json::parse(for_programs.err).at("violations").size(), 5u);
  for (const json& violation : json::parse(for_programs.err).at("violations")) {
    EXPECT_FALSE(violation.at("description").get<std::string>().empty()) << violation;
  }
  EXPECT_EQ(Cli({"policy", "validate", directory_ / "nothing.json"}).code, 1);
  EXPECT_THAT(Cli({"policy", "validate", directory_.Write("x.json", "{\"rule_set\": 7}")}).err,
              HasSubstr("$.rule_set"));
}

TEST_F(Policies, WhatNoServerIsAskedAboutIsDescribedToo) {
  const std::string file = directory_.Write("limit.json", R"({"authority": {"name": "K"},
      "routines": [{"version": "1", "limits": [{"leg": "follow_up", "limit": "soon"}]}]})");
  const json error = json::parse(Cli({"policy", "validate", file, "--json"}).err);
  ASSERT_EQ(error.at("violations").size(), 1u);
  EXPECT_EQ(error.at("violations")[0].at("field"), "$.routines[0].limits[0].limit");
  EXPECT_THAT(error.at("violations")[0].at("description").get<std::string>(),
              HasSubstr("not an ISO 8601 duration"));
  EXPECT_THAT(error.at("message").get<std::string>(), HasSubstr("ingen längd enligt ISO 8601"));
}

// By its place in the file, whatever its place in the version that it is part of.
TEST_F(Policies, AnItemOfACaseFilesRoutineIsRefusedByItsPlaceInTheFile) {
  const std::string head = R"({"id": "x", "authority": {"name": "K"}, "unit": {"name": "S"},
      "incidents": [{"id": "i1", "children": ["b"]}], "facts": [],)";
  const uint64_t before = Records();
  const std::string limits = head + R"("routine": [
      {"leg": "notify_authority", "from": "2020-01-01", "limit": "P7D"},
      {"leg": "notify_authority", "from": "2019-01-01", "limit": "P9D"},
      {"leg": "follow_up", "from": "2020-01-01", "limit": "PT24H", "days": "working"}]})";
  const Ran limit = Cli({"play", directory_.Write("limits.json", limits)});
  EXPECT_EQ(limit.code, 1);
  EXPECT_THAT(limit.err, HasSubstr("limits.json: $.routine[2].days: FIELD_INVALID"));
  const std::string parts = head + R"("year_parts": [
      {"part": "spring", "from": "2019-01-01", "first_day": "--01-07", "last_day": "--06-15"},
      {"part": "spring", "from": "2020-01-01", "first_day": "--01-08", "last_day": "--06-15"},
      {"part": "spring", "from": "2020-01-01", "first_day": "--01-09", "last_day": "--06-15"}]})";
  EXPECT_THAT(Cli({"play", directory_.Write("parts.json", parts)}).err,
              HasSubstr("parts.json: $.year_parts[2].part: FIELD_INVALID"));
  EXPECT_EQ(Records(), before);
}

TEST_F(Policies, AChangeOfLawIsAFileAway) {
  PlayCase();
  const Ran shipped = Cli({"policy", "rules", "--shipped"});
  ASSERT_EQ(shipped.code, 0);
  json rules = json::parse(shipped.out);
  rules["rule_set"]["version"] = "2027-1";
  for (json& statute : rules["rule_set"]["statutes"]) {
    if (statute["leg"] != "police_report") continue;
    statute["from"] = "2024-07-01";
    statute["effect"] = "requires";
    statute["citation"] = "Skollagen (2010:800), polisanmälan";
  }
  const std::string file = directory_.Write("law.json", rules.dump());
  const Ran preview = Cli({"policy", "preview", file, "--authority", AuthorityId("Exempelkommun"),
                           "--as-of", "2024-10-01", "--json"});
  ASSERT_EQ(preview.code, 0) << preview.err;
  EXPECT_EQ(preview.Lines().at(0).at("legs").at(0).at("leg"), "police_report");
  EXPECT_EQ(preview.Lines().at(0).at("legs").at(0).at("after").at("state"), "PENDING");
  ASSERT_EQ(Cli({"policy", "publish", file}).code, 0);
  EXPECT_THAT(Cli({"policy", "rules"}).out, HasSubstr("rules 2027-1"));
  EXPECT_THAT(Cli({"policy", "rules"}).out, HasSubstr("staff → the"));
  EXPECT_THAT(Cli({"policy", "rules", "--version",
                   std::string(json::parse(shipped.out)["rule_set"]["version"])})
                  .out,
              HasSubstr("Prop. 2024/25:160"));
  EXPECT_EQ(Cli({"policy", "rule-sets", "--json"}).Lines().size(), 2u);
}

TEST_F(Policies, ACaseFileMayBringItsOwn) {
  const std::string text = R"({
      "id": "c2", "authority": {"name": "Exempelkommun"},
      "unit": {"name": "Skolan", "form": "preschool"},
      "incidents": [{"id": "i1", "happened": "2024-10-25", "children": ["barn 1"]}],
      "routine": [
        {"leg": "notify_authority", "from": "2024-08-01", "limit": "P2D", "days": "working"},
        {"leg": "follow_up", "from": "2024-11-01", "limit": "P1M", "reach": "running"}],
      "year_parts": [{"part": "autumn_term", "from": "2024-08-01", "first_day": "--08-17",
                      "last_day": "--12-21"}],
      "closing_days": [{"from": "2024-08-01", "until": "2024-12-31",
                        "days": [{"first": "2024-10-28", "last": "2024-11-01", "reason": "lov"}]}],
      "yardsticks": [{"id": "y", "leg": "notify_authority", "days": 5, "outcome": "criticised",
                      "source": "Påhittat beslut", "conduct_sv": "fem dagar"}],
      "facts": [
        {"id": "p", "fact": "principal_informed", "happened": "2024-10-25"},
        {"id": "a", "fact": "authority_notified", "happened": "2024-11-05"}],
      "as_of": "2024-12-31"})";
  const auto read = std::get<CaseFile>(ReadCaseFile(text));
  ASSERT_EQ(read.routines.size(), 2u);
  EXPECT_EQ(read.routines[1].reach(), event::v1::POLICY_REACH_RUNNING);
  EXPECT_EQ(read.routines[1].limits_size(), 2) << "holds what came before";
  EXPECT_EQ(read.routines[1].year_parts_size(), 1);
  const std::string path = directory_.Write("case.json", text);
  for (const char* how : {"play", "demo"}) {
    const Ran ran =
        how == std::string("play") ? Cli({how, "--json", path}) : RunHere({how, "--json", path});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const json answer = ran.Lines().at(0);
    for (const json& leg : answer.at("legs")) {
      if (leg.at("leg") != "notify_authority") continue;
      EXPECT_EQ(leg.at("working_days"), (json{{"min", 2}, {"max", 2}}));
      EXPECT_EQ(leg.at("routine").at("verdict"), "WITHIN");
      EXPECT_EQ(leg.at("practice").at("criticised").at("source"), "Påhittat beslut");
    }
  }
  EXPECT_EQ(Cli({"play", "--json", path}).code, 0) << "again";
}

}  // namespace
}  // namespace skyndsamt::cli
