// The ground of a duty follows how the conduct is classified, and who receives reports.
#include <gtest/gtest.h>

#include "policy_story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

using Citations = std::vector<std::string>;

Citations Basis(const LegTimeliness& leg) {
  Citations citations;
  for (const auto& basis : leg.basis()) citations.push_back(basis.citation());
  return citations;
}

constexpr char kDegrading[] = "Skollagen (2010:800) 6 kap. 10 § första stycket";
constexpr char kHarassment[] = "Diskrimineringslagen (2008:567) 2 kap. 7 §";

std::string Classified(const std::string& type) { return "classified { type: " + type + " }"; }

PolicyStory Reported() {
  PolicyStory story;
  story.Fact("a", "2024-03-01", "authority_notified {}");
  return story;
}

TEST(Conduct, TheGroundFollowsTheClassification) {
  for (const auto& [type, ground] : {std::pair("CONDUCT_TYPE_DEGRADING_TREATMENT", kDegrading),
                                     {"CONDUCT_TYPE_HARASSMENT", kHarassment},
                                     {"CONDUCT_TYPE_SEXUAL_HARASSMENT", kHarassment}}) {
    PolicyStory story = Reported();
    story.Fact("t", "2024-03-20", Classified(type));
    const auto leg = story.Leg(LEG_START_INVESTIGATION, "2024-03-31");
    EXPECT_EQ(Basis(leg), Citations{ground}) << type;
    EXPECT_EQ(Basis(story.Leg(LEG_START_INVESTIGATION, "2024-03-19")),
              (Citations{kDegrading, kHarassment}))
        << "not classified yet";
  }
}

TEST(Conduct, WhatIsNotClassifiedOrNotSubstantiatedDecidesNothing) {
  for (const char* type : {"CONDUCT_TYPE_NOT_SUBSTANTIATED", "CONDUCT_TYPE_UNSPECIFIED"}) {
    PolicyStory story = Reported();
    story.Fact("t", "2024-03-20", Classified(type));
    EXPECT_EQ(Basis(story.Leg(LEG_START_INVESTIGATION, "2024-03-31")),
              (Citations{kDegrading, kHarassment}))
        << type;
  }
  PolicyStory perhaps = Reported();
  perhaps.Fact("t1", "2024-03", Classified("CONDUCT_TYPE_HARASSMENT"))
      .Fact("t2", "2024-03", Classified("CONDUCT_TYPE_NOT_SUBSTANTIATED"));
  EXPECT_EQ(Basis(perhaps.Leg(LEG_START_INVESTIGATION, "2024-03-31")),
            (Citations{kDegrading, kHarassment}))
      << "one of the two stands, it is not certain which";
}

// Skollagen 6:10 is about degrading treatment, DL 2:7 about harassment: neither is the ground for
// what is neither. The step, its clock and its routine stay; the statute that reaches all does too.
TEST(Conduct, WhatNoStatuteNamesHasNoOthersGround) {
  for (const char* type :
       {"CONDUCT_TYPE_REPRISAL", "CONDUCT_TYPE_DIRECT_DISCRIMINATION",
        "CONDUCT_TYPE_INDIRECT_DISCRIMINATION", "CONDUCT_TYPE_DEFICIENT_ACCESSIBILITY"}) {
    PolicyStory story = Reported();
    story.Fact("t", "2024-03-20", Classified(type));
    const auto leg = story.Leg(LEG_START_INVESTIGATION, "2024-03-31");
    EXPECT_EQ(Basis(leg), Citations{}) << type;
    EXPECT_EQ(leg.state(), LEG_STATE_PENDING) << "no gate";
    const auto& why = leg.reasons().grounds(0);
    EXPECT_EQ(why.text().en(),
              "Basis: no statute of the rule set covers this duty at that time for what it was "
              "classified as. It rests on the authority's own routine, if any.");
    EXPECT_EQ(why.grounds(0).stands_on().fact(), "t");
  }
  PolicyStory before;
  before.Fact("a", "2008-03-01", "authority_notified {}")
      .Fact("t", "2008-03-20", Classified("CONDUCT_TYPE_DIRECT_DISCRIMINATION"));
  EXPECT_EQ(Basis(before.Leg(LEG_START_INVESTIGATION, "2008-03-31")).size(), 1u)
      << "the act of 2006 was about all of it";
}

TEST(Conduct, TheLastClassificationStandsAndWhereThatIsUncertainBothDo) {
  const auto basis = [](const char* first, const char* second, const char* as_of) {
    PolicyStory story = Reported();
    story.Fact("t1", first, Classified("CONDUCT_TYPE_DEGRADING_TREATMENT"));
    story.Fact("t2", second, Classified("CONDUCT_TYPE_HARASSMENT"));
    return Basis(story.Leg(LEG_START_INVESTIGATION, as_of));
  };
  EXPECT_EQ(basis("2024-03-10", "2024-03-20", "2024-03-31"), Citations{kHarassment});
  EXPECT_EQ(basis("2024-03-20", "2024-03-10", "2024-03-31"), Citations{kDegrading})
      << "entered later, yet of an earlier day";
  EXPECT_EQ(basis("2024-03-10", "2024-03-20", "2024-03-15"), Citations{kDegrading});
  EXPECT_EQ(basis("2024-03-10", "2024-03", "2024-03-31"), (Citations{kDegrading, kHarassment}));
  PolicyStory perhaps = Reported();
  perhaps.Fact("t", "2024-03", Classified("CONDUCT_TYPE_HARASSMENT"));
  EXPECT_EQ(Basis(perhaps.Leg(LEG_START_INVESTIGATION, "2024-03-15")),
            (Citations{kDegrading, kHarassment}))
      << "perhaps not classified yet";
  PolicyStory untyped = Reported();
  untyped.Fact("t1", "2024-03-10", Classified("CONDUCT_TYPE_HARASSMENT"));
  untyped.Fact("t2", "2024-03-20", "classified { forms: CONDUCT_FORM_VERBAL }");
  EXPECT_EQ(Basis(untyped.Leg(LEG_START_INVESTIGATION, "2024-03-31")), Citations{kHarassment})
      << "what names no type is none";
}

TEST(Conduct, OfAnotherChildChoosesNothing) {
  PolicyStory story = Reported();
  story.Fact("t", "2024-03-20", "children: 'another' " + Classified("CONDUCT_TYPE_HARASSMENT"));
  EXPECT_EQ(Basis(story.Leg(LEG_START_INVESTIGATION, "2024-03-31")).size(), 2u);
}

// How often a leg's explanation says so.
int Says(const LegTimeliness& leg) {
  int said = 0;
  for (const auto& line : leg.explanation()) {
    if (line.en() == "The basis follows how it was classified (fact t).") ++said;
  }
  return said;
}

// The act of 2006 reached everything; which act was in force when the authority was told is open.
TEST(Conduct, AStatuteThatNamesNoneReachesEvery) {
  PolicyStory story;
  story.Fact("a", "2008-12-31/2009-01-01", "authority_notified {}");
  story.Fact("t", "2009-02-01", Classified("CONDUCT_TYPE_HARASSMENT"));
  const auto leg = story.Leg(LEG_START_INVESTIGATION, "2009-03-01");
  EXPECT_EQ(Basis(leg),
            (Citations{kHarassment,
                       "Lagen (2006:67) om förbud mot diskriminering och annan kränkande "
                       "behandling av barn och elever"}));
  EXPECT_EQ(Says(leg), 1) << "of the one that was chosen";
}

TEST(Conduct, WhatChoseTheGroundIsSaid) {
  PolicyStory story = Reported();
  story.Fact("t", "2024-03-20", Classified("CONDUCT_TYPE_HARASSMENT"));
  EXPECT_EQ(Says(story.Leg(LEG_START_INVESTIGATION, "2024-03-31")), 1);
  EXPECT_EQ(Says(story.Leg(LEG_START_INVESTIGATION, "2024-03-19")), 0);
}

// Severity is no gate: the same duties with the same clocks, however it was classified.
TEST(Conduct, ChangesNoDuty) {
  PolicyStory story = Reported();
  PolicyStory classified = Reported();
  classified.Fact("t", "2024-03-20", Classified("CONDUCT_TYPE_HARASSMENT"));
  const auto with = classified.Ask("2024-03-31");
  const auto without = story.Ask("2024-03-31");
  ASSERT_EQ(with.legs_size(), without.legs_size());
  for (int i = 0; i < with.legs_size(); ++i) {
    EXPECT_EQ(with.legs(i).state(), without.legs(i).state());
    EXPECT_EQ(with.legs(i).started().fact(), without.legs(i).started().fact());
    EXPECT_EQ(with.legs(i).routine().verdict(), without.legs(i).routine().verdict());
  }
}

TEST(Statutes, OfTheChainFollowWhoReceivesReports) {
  const auto basis = [](Leg leg, Party receiver) {
    PolicyStory story;
    story.file.terms[0].report_receiver = receiver;
    story.Fact("k", "2024-03-01", "staff_learned {}")
        .Fact("p", "2024-03-02", "principal_informed {}");
    return Basis(story.Leg(leg, "2024-03-31"));
  };
  const Citations chain = {kDegrading, "Skollagen (2010:800) 6 kap. 10 § andra stycket"};
  const Citations straight = {"Skollagen (2010:800) 6 kap. 10 § tredje stycket"};
  for (const Party principal : {PARTY_UNSPECIFIED, PARTY_PRINCIPAL, PARTY_STAFF}) {
    EXPECT_EQ(basis(LEG_REPORT_TO_PRINCIPAL, principal), chain);
    EXPECT_EQ(basis(LEG_NOTIFY_AUTHORITY, principal), chain);
  }
  for (const Party authority : {PARTY_AUTHORITY, PARTY_CHIEF}) {
    EXPECT_EQ(basis(LEG_REPORT_TO_PRINCIPAL, authority), Citations{}) << "not required";
    EXPECT_EQ(basis(LEG_NOTIFY_AUTHORITY, authority), straight);
    EXPECT_EQ(basis(LEG_START_INVESTIGATION, authority), (Citations{kDegrading, kHarassment}))
        << "the authority investigates all the same";
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
