// The rule set as data: duties' effective dates, who is bound, laws that begin and end; and the
// yardsticks beside the case at hand.
#include <gtest/gtest.h>

#include <set>

#include "policy_story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

std::vector<std::string> Basis(const LegTimeliness& leg) {
  std::vector<std::string> citations;
  for (const auto& basis : leg.basis()) citations.push_back(basis.citation());
  return citations;
}
using Citations = std::vector<std::string>;

constexpr char kOldLaw[] = "Socialtjänstlagen (2001:453) 14 kap. 1 §";
constexpr char kNewLaw[] = "Socialtjänstlagen (2025:400)";

TEST(LawChange, TheLawInForceWhenTheDutyAroseIsItsGround) {
  for (const auto& [arisen, law] :
       {std::pair("2025-06-30", kOldLaw), std::pair("2025-07-01", kNewLaw)}) {
    PolicyStory story;
    story.Fact("c", arisen, "concern_arisen {}");
    story.Fact("s", "2025-07-03", "social_services_reported {}");
    EXPECT_EQ(Basis(story.Leg(LEG_SOCIAL_SERVICES_REPORT, "2025-12-31")), Citations{law});
  }
  PolicyStory story;
  story.Fact("c", "2025-06", "concern_arisen {}");
  EXPECT_EQ(Basis(story.Leg(LEG_SOCIAL_SERVICES_REPORT, "2025-12-31")), Citations{kOldLaw});
  PolicyStory straddling;
  straddling.Fact("c", "2025-06-30/2025-07-01", "concern_arisen {}");
  EXPECT_EQ(Basis(straddling.Leg(LEG_SOCIAL_SERVICES_REPORT, "2025-12-31")),
            (Citations{kNewLaw, kOldLaw}));
}

// The same change, with a law that says that it reaches what was under way.
TEST(LawChange, ALawMaySayThatItReachesWhatIsUnderWay) {
  PolicyStory story(false);
  story.Rules(
      "version: '1'"
      " statutes { leg: LEG_SOCIAL_SERVICES_REPORT until: '2025-06-30' citation: 'gamla' }"
      " statutes { leg: LEG_SOCIAL_SERVICES_REPORT from: '2025-07-01' citation: 'nya'"
      "            reach: POLICY_REACH_RUNNING }");
  story.Fact("c", "2025-06-28", "concern_arisen {}");
  EXPECT_EQ(Basis(story.Leg(LEG_SOCIAL_SERVICES_REPORT, "2025-06-30")), Citations{"gamla"});
  EXPECT_EQ(Basis(story.Leg(LEG_SOCIAL_SERVICES_REPORT, "2025-07-01")),
            (Citations{"gamla", "nya"}));
  story.Fact("s", "2025-06-29", "social_services_reported {}");
  EXPECT_EQ(Basis(story.Leg(LEG_SOCIAL_SERVICES_REPORT, "2025-12-31")), Citations{"gamla"});
}

TEST(LawChange, IsANewVersionOfTheRulesAndKnownFromThen) {
  PolicyStory story;
  story.Fact("k", "2027-03-01", "staff_learned {}")
      .Fact("p", "2027-03-01", "principal_informed {}");
  EXPECT_EQ(story.Leg(LEG_POLICE_REPORT, "2027-03-10").state(), LEG_STATE_NOT_REQUIRED);
  RuleSetPublished rules = ShippedRules();
  rules.set_version("2027-1");
  for (auto& statute : *rules.mutable_statutes()) {
    if (statute.leg() != LEG_POLICE_REPORT) continue;
    statute.set_from("2027-01-01");
    statute.set_effect(STATUTE_EFFECT_REQUIRES);
    statute.set_citation("Skollagen (2010:800), polisanmälan");
  }
  ASSERT_TRUE(story.policy.Publish(EndOfTime("2026-12-01"), rules).ok());
  const auto leg = story.Leg(LEG_POLICE_REPORT, "2027-03-10");
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(Basis(leg), Citations{"Skollagen (2010:800), polisanmälan"});
  EXPECT_EQ(story.Ask("2027-03-10").rule_set(), "2027-1");
  story.file.terms[0].form = UNIT_FORM_PRESCHOOL;
  EXPECT_EQ(story.Leg(LEG_POLICE_REPORT, "2027-03-10").state(), LEG_STATE_NOT_REQUIRED);
  story.file.terms[0].form = UNIT_FORM_COMPULSORY_SCHOOL;
  PolicyStory before;
  ASSERT_TRUE(before.policy.Publish(EndOfTime("2026-12-01"), rules).ok());
  before.Fact("k", "2026-12-31", "staff_learned {}")
      .Fact("p", "2026-12-31", "principal_informed {}");
  EXPECT_EQ(before.Leg(LEG_POLICE_REPORT, "2027-03-10").state(), LEG_STATE_NOT_REQUIRED)
      << "the duty did not exist when it came to be known";
  PolicyStory between;
  ASSERT_TRUE(between.policy.Publish(EndOfTime("2026-12-01"), rules).ok());
  between.Fact("k", "2026-12-31", "staff_learned {}")
      .Fact("p", "2027-01-02", "principal_informed {}");
  EXPECT_EQ(between.Leg(LEG_POLICE_REPORT, "2027-03-10").state(), LEG_STATE_PENDING)
      << "it is the principal's, who came to know under it";
}

// A case of 2013 names no bill of 2024/25, and one of 2004 no act of 2006: of each duty whose law
// the shipped rules have changed, or begun, on the day before and the day itself.
TEST(LawChange, NothingIsCitedOfTheTimeBeforeIt) {
  const auto basis = [](Leg leg, const char* day, const std::string& start,
                        const std::string& end) {
    PolicyStory story;
    story.Fact("start", day, start);
    if (!end.empty()) story.Fact("end", day, end);
    const auto asked = story.Leg(leg, "2027-12-31");
    EXPECT_NE(asked.state(), LEG_STATE_NOT_REQUIRED) << Leg_Name(leg);
    return Basis(asked);
  };
  const auto police = [&](const char* day) {
    return basis(LEG_POLICE_REPORT, day, "principal_informed {}", "police_reported {}");
  };
  EXPECT_EQ(police("2013-06-30"), Citations{});
  EXPECT_EQ(police("2025-04-15"), Citations{});
  EXPECT_EQ(police("2025-04-16"), Citations{"Prop. 2024/25:160 Skolor mot brott"});
  const auto investigation = [&](const char* day) {
    return basis(LEG_START_INVESTIGATION, day, "authority_notified {}", "");
  };
  EXPECT_EQ(investigation("2004-03-13"), Citations{});
  EXPECT_EQ(investigation("2006-03-31"), Citations{});
  EXPECT_EQ(investigation("2006-04-01").size(), 1u);
  EXPECT_EQ(investigation("2009-01-01").size(), 2u) << "two acts beside each other";
  const auto work = [&](const char* day) {
    return basis(LEG_WORK_ENVIRONMENT_REPORT, day, "serious_event {}", "");
  };
  EXPECT_EQ(work("2014-06-30"), Citations{"Arbetsmiljöförordningen (1977:1166) 2 §"});
  EXPECT_EQ(work("2014-07-01"), Citations{"Arbetsmiljölagen (1977:1160) 3 kap. 3 a §"});
  const auto documents = [&](const char* day) {
    return basis(LEG_ANSWER_DOCUMENTS_REQUEST, day, "documents_requested { request: 'r' }", "");
  };
  EXPECT_EQ(documents("2018-12-31"), Citations{"Tryckfrihetsförordningen 2 kap. 12–13 §§"});
  EXPECT_EQ(documents("2019-01-01"), Citations{"Tryckfrihetsförordningen 2 kap. 15–16 §§"});
  EXPECT_EQ(basis(LEG_SOCIAL_SERVICES_REPORT, "2001-12-31", "concern_arisen {}", ""), Citations{});
}

TEST(LawChange, ADutyThatALawEndedIsNotRequiredUnlessTheRoutineAsks) {
  const std::string rules =
      "version: '1'"
      " statutes { leg: LEG_NOTIFY_AUTHORITY until: '2029-12-31' citation: 'lagen' }"
      " statutes { leg: LEG_NOTIFY_AUTHORITY from: '2030-01-01' citation: 'upphävd'"
      "            effect: STATUTE_EFFECT_ENDS }";
  const auto state = [&](const char* told, const char* routine) {
    PolicyStory story(false);
    story.Rules(rules).Fact("p", told, "principal_informed {}");
    if (routine != nullptr) story.Routine(routine);
    const auto leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2030-06-30");
    for (const std::string& citation : Basis(leg)) EXPECT_NE(citation, "upphävd");
    return leg.state();
  };
  EXPECT_EQ(state("2029-12-31", nullptr), LEG_STATE_PENDING);
  EXPECT_EQ(state("2030-01-01", nullptr), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(state("2029-12-31/2030-01-01", nullptr), LEG_STATE_PENDING) << "not certainly ended";
  EXPECT_EQ(state("2030-01-01",
                  "version: '1' from: '2030-01-01' limits { leg: LEG_NOTIFY_AUTHORITY limit: 'P7D' "
                  "}"),
            LEG_STATE_PENDING);
  PolicyStory nothing_but_its_end(false);
  nothing_but_its_end
      .Rules(
          "version: '1' statutes { leg: LEG_NOTIFY_AUTHORITY from: '2030-01-01'"
          "                        effect: STATUTE_EFFECT_ENDS }")
      .Fact("p", "2029-12-31/2030-01-01", "principal_informed {}");
  EXPECT_EQ(nothing_but_its_end.Leg(LEG_NOTIFY_AUTHORITY, "2030-06-30").state(), LEG_STATE_PENDING);
  PolicyStory done(false);
  done.Rules(rules).Fact("p", "2030-01-01", "principal_informed {}");
  done.Fact("a", "2030-01-02", "authority_notified {}");
  EXPECT_EQ(done.Leg(LEG_NOTIFY_AUTHORITY, "2030-06-30").state(), LEG_STATE_FULFILLED);
}

TEST(Statutes, BindThoseTheyName) {
  PolicyStory story;
  story.Fact("r", "2024-03-01", "documents_requested { request: 'r1' }");
  EXPECT_EQ(story.Leg(LEG_ANSWER_DOCUMENTS_REQUEST, "2024-12-31").basis_size(), 1);
  story.file.terms[0].provider = PROVIDER_TYPE_PRIVATE;
  EXPECT_EQ(story.Leg(LEG_ANSWER_DOCUMENTS_REQUEST, "2024-12-31").basis_size(), 0);
  story.file.terms[0].provider = PROVIDER_TYPE_UNSPECIFIED;
  EXPECT_EQ(story.Leg(LEG_ANSWER_DOCUMENTS_REQUEST, "2024-12-31").basis_size(), 1);
}

TEST(PoliceReport, IsAskedForAsThePolicySays) {
  const std::string asks =
      "version: '1' from: '2020-01-01' limits { leg: LEG_POLICE_REPORT required: true ";
  const auto state = [](const std::string& routine, UnitForm form) {
    PolicyStory story;
    story.Routine(routine).Fact("p", "2024-03-01", "principal_informed {}");
    story.file.terms[0].form = form;
    return story.Leg(LEG_POLICE_REPORT, "2024-12-31").state();
  };
  EXPECT_EQ(state(asks + "}", UNIT_FORM_COMPULSORY_SCHOOL), LEG_STATE_PENDING);
  EXPECT_EQ(state(asks + "}", UNIT_FORM_PRESCHOOL), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(state(asks + "forms: UNIT_FORM_PRESCHOOL }", UNIT_FORM_PRESCHOOL), LEG_STATE_PENDING)
      << "the routine names preschools itself";
  EXPECT_EQ(state(asks + "forms: UNIT_FORM_PRESCHOOL }", UNIT_FORM_COMPULSORY_SCHOOL),
            LEG_STATE_NOT_REQUIRED);
}

// Preschools are left out from 2025 until 2029, and reached from 2030.
TEST(PoliceReport, AFormThatNoStatuteEverReachesIsNeverReached) {
  const auto state = [](const char* told, UnitForm form) {
    PolicyStory story(false);
    story.Rules(
        "version: '1'"
        " statutes { leg: LEG_POLICE_REPORT from: '2025-04-16' until: '2029-12-31' citation: 'a'"
        "            except_forms: UNIT_FORM_PRESCHOOL except_forms: UNIT_FORM_OPEN_ACTIVITY }"
        " statutes { leg: LEG_POLICE_REPORT from: '2030-01-01' citation: 'b'"
        "            except_forms: UNIT_FORM_OPEN_ACTIVITY }"
        " statutes { leg: LEG_POLICE_REPORT from: '2040-01-01' effect: STATUTE_EFFECT_ENDS }");
    story.Routine(
        "version: '1' from: '2000-01-01' limits { leg: LEG_POLICE_REPORT required: true }");
    story.Fact("p", told, "principal_informed {}");
    story.file.terms[0].form = form;
    return story.Leg(LEG_POLICE_REPORT, "2035-12-31").state();
  };
  for (const char* told : {"2012-06-18", "2027-03-01", "2031-03-01"}) {
    EXPECT_EQ(state(told, UNIT_FORM_COMPULSORY_SCHOOL), LEG_STATE_PENDING) << told;
    EXPECT_EQ(state(told, UNIT_FORM_OPEN_ACTIVITY), LEG_STATE_NOT_REQUIRED) << told;
  }
  EXPECT_EQ(state("2012-06-18", UNIT_FORM_PRESCHOOL), LEG_STATE_PENDING) << "the routine asks";
  EXPECT_EQ(state("2027-03-01", UNIT_FORM_PRESCHOOL), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(state("2029-12-31/2030-01-01", UNIT_FORM_PRESCHOOL), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(state("2031-03-01", UNIT_FORM_PRESCHOOL), LEG_STATE_PENDING);
}

std::string DiffersHere(PolicyStory& story) {
  return story.Leg(LEG_SOCIAL_SERVICES_REPORT, "2024-12-31").practice().criticised().differs().en();
}

TEST(Yardsticks, SayWhatDiffersFromTheCaseAtHand) {
  PolicyStory school;
  school.Fact("c", "2024-03-01", "concern_arisen {}");
  school.Fact("o", "2024-03-01", "incident_opened { accused { kind: ACCUSED_KIND_CHILD } }");
  EXPECT_EQ(DiffersHere(school),
            "preschool (here compulsory school); adult accused (here a child); acquitted: careless "
            "though minor");
  PolicyStory alike;
  alike.file.terms[0].form = UNIT_FORM_PRESCHOOL;
  alike.Fact("c", "2024-03-01", "concern_arisen {}");
  alike.Fact("o", "2024-03-01", "incident_opened { accused { kind: ACCUSED_KIND_STAFF } }");
  EXPECT_EQ(DiffersHere(alike), "acquitted: careless though minor");
  PolicyStory unknown;
  unknown.file.terms[0].form = UNIT_FORM_UNSPECIFIED;
  unknown.Fact("c", "2024-03-01", "concern_arisen {}");
  EXPECT_EQ(DiffersHere(unknown), "acquitted: careless though minor") << "nothing is made up";
}

TEST(Statutes, AreNoGroundForAFormTheyExcept) {
  const auto basis = [](UnitForm form) {
    PolicyStory story(false);
    story.Rules(
        "version: '1' statutes { leg: LEG_NOTIFY_AUTHORITY from: '2011-07-01' citation: 'lagen'"
        "                        except_forms: UNIT_FORM_PRESCHOOL }");
    story.Fact("p", "2024-03-01", "principal_informed {}");
    story.file.terms[0].form = form;
    return Basis(story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31"));
  };
  EXPECT_EQ(basis(UNIT_FORM_COMPULSORY_SCHOOL), Citations{"lagen"});
  EXPECT_EQ(basis(UNIT_FORM_PRESCHOOL), Citations{});
}

TEST(Yardsticks, SayThatAChildWasAccusedThereAndAnAdultHere) {
  PolicyStory story;
  story.Yardsticks(
      "version: '1' yardsticks { id: 'own' leg: LEG_NOTIFY_AUTHORITY days: 21 outcome: "
      "YARDSTICK_OUTCOME_CRITICISED source: 'beslut' accused: ACCUSED_KIND_CHILD }");
  story.Fact("o", "2024-03-01", "incident_opened { accused { kind: ACCUSED_KIND_STAFF } }");
  story.Fact("p", "2024-03-01", "principal_informed {}");
  const auto leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31");
  EXPECT_EQ(leg.practice().criticised().differs().en(), "child accused (here an adult)");
}

TEST(Yardsticks, AnAuthoritysOwnStandBesideTheShippedOnes) {
  PolicyStory story;
  story.Yardsticks(
      "version: '1' yardsticks { id: 'own' leg: LEG_NOTIFY_AUTHORITY days: 21 outcome: "
      "YARDSTICK_OUTCOME_CRITICISED conduct_sv: 'tre veckor' source: 'Skolinspektionen 2026' form: "
      "UNIT_FORM_COMPULSORY_SCHOOL }",
      "2020-01-01");
  story.Fact("p", "2024-03-01", "principal_informed {}");
  story.Fact("a", "2024-03-25", "authority_notified {}");
  auto leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31");
  EXPECT_EQ(leg.practice().position(), PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED);
  EXPECT_EQ(leg.practice().criticised().source(), "Skolinspektionen 2026");
  EXPECT_EQ(leg.practice().criticised().differs().sv(), "");
  EXPECT_GE(leg.practice().in_words_size(), 1) << "Degerfors 2016 is still quoted";
  // Corrected, then withdrawn: by its id.
  story.Yardsticks(
      "version: '2' yardsticks { id: 'own' leg: LEG_NOTIFY_AUTHORITY days: 30 outcome: "
      "YARDSTICK_OUTCOME_CRITICISED conduct_sv: 'trettio dagar' source: 'Rättad' }",
      "2021-01-01");
  leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31");
  EXPECT_EQ(leg.practice().position(), PRACTICE_POSITION_BETWEEN);
  EXPECT_EQ(leg.practice().criticised().source(), "Rättad");
  story.Yardsticks(
      "version: '3' yardsticks { id: 'own' leg: LEG_NOTIFY_AUTHORITY withdrawn: true }",
      "2022-01-01");
  leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31");
  EXPECT_EQ(leg.practice().position(), PRACTICE_POSITION_NO_YARDSTICK);
  for (const Yardstick* yardstick :
       story.policy.Yardsticks(LEG_NOTIFY_AUTHORITY, EndOfTime("2024-12-31"))) {
    EXPECT_NE(yardstick->id(), "own") << "not even as one without days";
  }
  EXPECT_EQ(story.policy.Yardsticks(LEG_NOTIFY_AUTHORITY, EndOfTime("2020-06-01")).back()->days(),
            21);
}

TEST(ShippedRulesFile, IsWhatTheProgramCarries) {
  const auto read = ReadRuleSet(ShippedRulesText());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), ShippedRules().SerializeAsString());
  std::set<std::string> ids;
  for (const Yardstick& yardstick : read->yardsticks())
    EXPECT_TRUE(ids.insert(yardstick.id()).second);
  for (const Statute& statute : read->statutes()) {
    EXPECT_NE(statute.leg(), LEG_UNSPECIFIED);
    EXPECT_FALSE(statute.from().empty())
        << "nothing is cited of the time before: " << statute.citation();
    EXPECT_NE(statute.bearer(), PARTY_UNSPECIFIED) << statute.citation();
    EXPECT_FALSE(statute.source().empty()) << statute.citation();
    const bool says_so = statute.note_en().find("not confirmed") != std::string::npos ||
                         statute.note_en().find("Not confirmed") != std::string::npos;
    EXPECT_EQ(statute.unconfirmed(), says_so)
        << statute.citation() << " " << Leg_Name(statute.leg());
  }
}

// The acts' own days, told a second time: a changed day in the shipped file is seen here.
TEST(ShippedRulesFile, EveryStatuteStandsFromAndUntilItsActsOwnDay) {
  struct Act {
    std::string_view name, from, until;
    int statutes;
  };
  constexpr Act kActs[] = {
      {"Lagen (2006:67)", "2006-04-01", "2008-12-31", 3},
      {"Skollagen (1985:1100)", "2009-01-01", "2011-06-30", 5},
      {"Diskrimineringslagen (2008:567)", "2009-01-01", "", 3},
      {"Skollagen (2010:800)", "2011-07-01", "", 10},
      {"Socialtjänstlagen (2001:453)", "2002-01-01", "2025-06-30", 1},
      {"Socialtjänstlagen (2025:400)", "2025-07-01", "", 1},
      {"Arbetsmiljöförordningen (1977:1166)", "1978-07-01", "2014-06-30", 1},
      {"Arbetsmiljölagen (1977:1160)", "2014-07-01", "", 1},
      {"Tryckfrihetsförordningen 2 kap. 12–13 §§", "1978-01-01", "2018-12-31", 1},
      {"Tryckfrihetsförordningen 2 kap. 15–16 §§", "2019-01-01", "", 1},
      {"Prop. 2024/25:160", "2025-04-16", "", 1},
  };
  int named = 0;
  for (const Act& act : kActs) {
    int found = 0;
    for (const Statute& statute : ShippedRules().statutes()) {
      if (!statute.citation().starts_with(act.name)) continue;
      ++found;
      EXPECT_EQ(statute.from(), act.from) << statute.citation();
      EXPECT_EQ(statute.until(), act.until) << statute.citation();
    }
    EXPECT_EQ(found, act.statutes) << act.name;
    named += found;
  }
  EXPECT_EQ(named, ShippedRules().statutes_size()) << "an act without its days here";
}

TEST(ShippedRulesFile, WhatIsNotReadableNamesThePlace) {
  const auto fault = [](const std::string& text) {
    return std::string(ReadRuleSet(text).status().message());
  };
  EXPECT_EQ(fault("{"), "$.rule_set cannot be read");
  EXPECT_EQ(fault(R"({"rule_set": []})"), "$.rule_set cannot be read");
  EXPECT_EQ(fault(R"({"rule_set": {"statutes": [{"leg": "hurry"}]}})"),
            "$.rule_set.statutes[0].leg cannot be read");
  EXPECT_EQ(fault(R"({"rule_set": {"statutes": [{"leg": "unspecified2", "x": 1}]}})"),
            "$.rule_set.statutes[0].leg cannot be read");
  EXPECT_EQ(fault(R"({"rule_set": {"statutes": [{"extra": "x"}]}})"),
            "$.rule_set.statutes[0].extra cannot be read");
  EXPECT_EQ(fault(R"({"rule_set": {"yardsticks": [{"days": "nine"}]}})"),
            "$.rule_set.yardsticks[0].days cannot be read");
  EXPECT_EQ(fault(R"({"rule_set": {"yardsticks": {"days": 9}}})"),
            "$.rule_set.yardsticks cannot be read");
}

}  // namespace
}  // namespace skyndsamt::law::testing
