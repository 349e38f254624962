// After a correction the state is the one in which the right thing had been recorded at once.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

// The state without the record of how it came about.
Incident Standing(Incident state) {
  state.journal.clear();
  state.facts.clear();
  return state;
}

TEST(Corrections, WithdrawingAClosureOpensTheCaseAgain) {
  Incident after = Given(Closed())
                       .When("id: 'k' correction { reason: 'Fel' of: 'close' withdrawn: true }")
                       .Recorded();
  EXPECT_FALSE(after.cases.at(Uuid("ADA")).closed);
  EXPECT_EQ(after.cases.at(Uuid("ADA")).reopened, 0) << "it never was closed";
  Given(after).When("id: 'i' investigation_opened {}").Recorded();
}

TEST(Corrections, ACorrectionOfACorrectionReversesIt) {
  Incident after = Given(Closed())
                       .When("id: 'k' correction { reason: 'Fel' of: 'close' withdrawn: true }",
                             "id: 'k2' correction { reason: 'Fel' of: 'k' withdrawn: true }")
                       .Recorded();
  EXPECT_EQ(Standing(after), Standing(Closed()));
  after = Given(after)
              .When("id: 'k3' correction { reason: 'Fel' of: 'k2' withdrawn: true }")
              .Recorded();
  EXPECT_EQ(Standing(after), Standing(Opened())) << "reversed once more";
}

TEST(Corrections, TheLastCorrectionThatStandsDecides) {
  Incident state = Folded(Facts("id: 'i' investigator_assigned { investigator: '$PER' }",
                                "id: 'k1' correction { reason: 'Fel' of: 'i' replacement {"
                                " investigator_assigned { investigator: '$EVA' } } }"),
                          Opened());
  EXPECT_EQ(state.investigator, Uuid("EVA"));
  state = Given(state)
              .When(
                  "id: 'k2' correction { reason: 'Fel' of: 'i' replacement { id: 'i'"
                  " investigator_assigned { investigator: '$LEO' } } }")
              .Recorded();
  EXPECT_EQ(state.investigator, Uuid("LEO"));
  state = Given(state)
              .When("id: 'k3' correction { reason: 'Fel' of: 'k2' withdrawn: true }")
              .Recorded();
  EXPECT_EQ(state.investigator, Uuid("EVA")) << "the one before it stands again";
  state = Given(state)
              .When("id: 'k4' correction { reason: 'Fel' of: 'k1' withdrawn: true }")
              .Recorded();
  EXPECT_EQ(state.investigator, Uuid("PER"));
}

TEST(Corrections, ACorrectionMayBeReplacedByTheRightFact) {
  Incident state =
      Given(Opened())
          .When("id: 's' staff_learned {}",
                "id: 'k1' correction { reason: 'Fel' of: 's' replacement { relayed {} } }",
                "id: 'k2' correction { reason: 'Fel' of: 'k1' replacement { principal_informed {} "
                "} }")
          .Recorded();
  EXPECT_EQ(Standing(state), Standing(Folded(Facts("id: 's' principal_informed {}"), Opened())));
}

TEST(Corrections, AReplacementTakesEffectWhereTheFactStood) {
  Incident state = Folded(Facts("id: 'a' investigation_opened {}", "id: 'b' case_closed {}",
                                "id: 'c' case_reopened {}"),
                          Opened());
  state = Given(state)
              .When("id: 'k' correction { reason: 'Fel' of: 'a' replacement { case_closed {} } }")
              .Recorded();
  EXPECT_FALSE(state.cases.at(Uuid("ADA")).closed) << "the later reopening still holds";
  EXPECT_FALSE(state.cases.at(Uuid("ADA")).Done(Fact::kInvestigationOpened));
}

TEST(Corrections, AClosedCaseTakesCorrectionsOfItsWork) {
  Incident state =
      Folded(Facts("id: 'i' investigation_opened {}", "id: 'c' case_closed {}"), Opened());
  Given(state)
      .When(
          "id: 'k' correction { reason: 'Fel' of: 'i' replacement { happened { edtf: '2026-01-14' }"
          " investigation_opened {} } }")
      .Recorded();
}

TEST(Corrections, AMeasureWhoseDecisionIsStruckThroughIsKnownByWhatBecameOfIt) {
  Incident state = Given(Opened())
                       .When("id: 'd' measure_decided { measure: 'm' }",
                             "id: 'e' measure_carried_out { measure: 'm' }",
                             "id: 'k' correction { reason: 'Fel' of: 'd' withdrawn: true }")
                       .Recorded();
  EXPECT_FALSE(state.measures.at("m").decided);
  EXPECT_TRUE(state.measures.at("m").carried_out);
  Given(state).When("id: 'd2' measure_decided { measure: 'm' }").Recorded();
  state =
      Given(state).When("id: 'k2' correction { reason: 'Fel' of: 'k' withdrawn: true }").Recorded();
  EXPECT_TRUE(state.measures.at("m").decided);
}

TEST(Corrections, ADecisionIsCorrectedUnderItsOwnMeasure) {
  Given(Opened())
      .When("id: 'd' measure_decided { measure: 'm' due: '2026-02' }",
            "id: 'k' correction { reason: 'Fel' of: 'd' replacement {"
            " measure_decided { measure: 'm' due: '2026-03' } } }")
      .Recorded();
}

TEST(Corrections, AConflictDeclaredByMistakeNoLongerBinds) {
  Incident state = Folded(Facts("id: 'j' conflict_declared { person: '$PER' }"), Opened());
  Given(state)
      .When("id: 'k' correction { reason: 'Fel' of: 'j' withdrawn: true }",
            "id: 'i' investigator_assigned { investigator: '$PER' }")
      .Recorded();
}

TEST(Corrections, AChildLeftOutOfTheOpeningIsAdded) {
  Incident state = Folded(Facts("id: 's' staff_learned {}"), Opened());
  state = Given(state)
              .When(
                  "id: 'k' correction { reason: 'Fel' of: 'open' replacement { incident_opened { "
                  "unit: '$UNIT'"
                  " children { person: '$ADA' } children { person: '$BO' }"
                  " children { person: '$CIA' } } } }",
                  "id: 'p' children: '$CIA' principal_informed {}")
              .Recorded();
  EXPECT_EQ(state.children.size(), 3u);
  const CaseState& cia = state.cases.at(Uuid("CIA"));
  EXPECT_TRUE(cia.Knows(Knower::kStaff)) << "a fact that names no child is about all";
  EXPECT_TRUE(cia.Knows(Knower::kPrincipal));
  state =
      Given(state).When("id: 'k2' correction { reason: 'Fel' of: 'k' withdrawn: true }").Recorded();
  EXPECT_FALSE(state.cases.contains(Uuid("CIA")));
}

}  // namespace
}  // namespace skyndsamt::domain
