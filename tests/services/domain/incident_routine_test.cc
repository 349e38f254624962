// The acute routine of a preschool's plan (rutiner vid akuta åtgärder), step by step, in both
// variants, with what the case takes next at each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// Records one fact of the story after another; each must be taken.
class Story {
 public:
  explicit Story(Incident state) : state_(std::move(state)) {}

  Story& Then(const std::string& fact) {
    SCOPED_TRACE(fact);
    state_ = Given(state_).When("id: 's" + std::to_string(++steps_) + "' " + fact).Recorded();
    return *this;
  }
  std::vector<std::string> Next(event::v1::Party receiver = event::v1::PARTY_UNSPECIFIED) const {
    return NextActions(state_, Uuid("ADA"), {TestTimes(), receiver});
  }
  const Incident& state() const { return state_; }
  const CaseState& Ada() const { return state_.cases.at(Uuid("ADA")); }

 private:
  Incident state_;
  int steps_ = 0;
};

TEST(Routine, AChildDegradesAChild) {
  Story story(Initial());
  EXPECT_THAT(story.Next(), ElementsAre("incident_opened"));
  story.Then(
      "happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' place: 'kapprummet'"
      " children { person: '$ADA' } accused { person: '$BO' kind: ACCUSED_KIND_CHILD }"
      " repetition: REPETITION_SINGLE description: 'Utfryst i leken' }");
  EXPECT_THAT(story.Next(),
              ElementsAre("staff_learned", "principal_informed", "authority_notified",
                          "guardian_informed", "investigator_assigned", "investigation_opened"));
  story.Then("person_declared { person: '$ADA' kind: PARTY_CHILD protected: ANSWER_YES }")
      .Then("person_declared { person: '$MAMMA' kind: PARTY_GUARDIAN guardian_of: '$ADA' }")
      .Then("person_declared { person: '$PAPPA' kind: PARTY_GUARDIAN guardian_of: '$BO' }");
  // Who discovers it tells somebody, who tells the child's own staff: any of three people.
  story.Then(
      "happened { edtf: '2026-01-12' } to: PARTY_STAFF channel: CHANNEL_ORAL report_received {"
      " discoverer { party: PARTY_CHILD } reporter { party: PARTY_GUARDIAN person: '$MAMMA' }"
      " what_happened: 'Ingen fick leka med henne' }");
  story.Then("happened { edtf: '2026-01-12' } by: PARTY_STAFF to: PARTY_OWN_STAFF relayed {}");
  EXPECT_THAT(story.Next(),
              ElementsAre("principal_informed", "authority_notified", "guardian_informed",
                          "investigator_assigned", "investigation_opened"));
  story.Then("happened { edtf: '2026-01-12' } by: PARTY_STAFF principal_informed {}")
      .Then("happened { edtf: '2026-01-13' } by: PARTY_PRINCIPAL authority_notified {}");
  EXPECT_TRUE(story.Ada().Knows(Knower::kAuthority));
  // The staff's own inquiry, talks and information; the principal is kept informed meanwhile.
  story.Then("happened { edtf: '2026-01-13' } staff_inquiry_held { outcome: 'Flera gånger' }")
      .Then(
          "conversation_held { with: CONVERSATION_WITH_CHILD person: '$ADA'"
          " purpose: CONVERSATION_PURPOSE_FACT_FINDING }")
      .Then(
          "conversation_held { with: CONVERSATION_WITH_OTHER_CHILD person: '$BO'"
          " purpose: CONVERSATION_PURPOSE_CORRECTIVE }")
      .Then("by: PARTY_STAFF guardian_informed { guardian: '$MAMMA' }")
      .Then("by: PARTY_STAFF guardian_informed { guardian: '$PAPPA' }")
      .Then("conversation_held { with: CONVERSATION_WITH_GROUP }")
      .Then("principal_updated {}")
      .Then("document_added { document: 'd1' kind: DOCUMENT_KIND_REPORT title: 'Anteckningar' }");
  EXPECT_THAT(story.Next(), ElementsAre("investigator_assigned", "investigation_opened"));
  story.Then("investigator_assigned { investigator: '$REKTOR' }").Then("investigation_opened {}");
  EXPECT_THAT(story.Next(), ElementsAre("investigation_concluded"));
  story.Then("finding_recorded { text: 'Utfrysning' }")
      .Then("investigation_concluded { finding: FINDING_SUBSTANTIATED }")
      .Then("classified { type: CONDUCT_TYPE_DEGRADING_TREATMENT forms: CONDUCT_FORM_EXCLUSION }");
  // The team, with the guardians; measures on all three levels.
  story.Then("team_contacted {}")
      .Then("by: PARTY_PRINCIPAL team_convened { participants: '$PER' }");
  EXPECT_THAT(story.Next(),
              ElementsAre("measure_decided", "guardian_given_feedback", "case_closed"));
  for (const char* level : {"INDIVIDUAL", "GROUP", "ORGANISATION"}) {
    story.Then(std::string("by: PARTY_TEAM measure_decided { measure: '") + level +
               "' level: MEASURE_LEVEL_" + level +
               " responsible { party: PARTY_OWN_STAFF } due: '2026-02-15'"
               " guardians_took_part: ANSWER_YES what: 'Vuxen nära' }");
  }
  EXPECT_THAT(story.Next(), Contains("measure_carried_out"));
  for (const char* level : {"INDIVIDUAL", "GROUP", "ORGANISATION"}) {
    story.Then(std::string("measure_carried_out { measure: '") + level + "' }");
  }
  EXPECT_THAT(story.Next(),
              ElementsAre("measure_followed_up", "guardian_given_feedback", "case_closed"));
  story.Then("guardian_given_feedback { guardian: '$MAMMA' }")
      .Then("case_closed { outcome: CLOSE_OUTCOME_DEALT_WITH }");
  EXPECT_THAT(story.Next(), ElementsAre("measure_followed_up", "case_reopened"));
  // Follow-up comes about a month after the closure.
  for (const char* level : {"INDIVIDUAL", "GROUP", "ORGANISATION"}) {
    story.Then(std::string("measure_followed_up { measure: '") + level +
               "' effect: EFFECT_SHOWN }");
  }
  EXPECT_THAT(story.Next(), ElementsAre("measures_evaluated", "case_reopened"));
  story.Then("by: PARTY_PRINCIPAL measures_evaluated { text: 'Lugnare' }");
  EXPECT_THAT(story.Next(), ElementsAre("case_reopened"));
}

TEST(Routine, AnAdultDegradesAChild) {
  Story story(Initial());
  story
      .Then(
          "incident_opened { unit: '$UNIT' children { person: '$ADA' }"
          " accused { person: '$PER' kind: ACCUSED_KIND_STAFF } }")
      .Then("by: PARTY_STAFF channel: CHANNEL_OBSERVED staff_learned {}")
      .Then("by: PARTY_STAFF principal_informed {}")
      .Then("by: PARTY_PRINCIPAL authority_notified {}")
      .Then("conflict_declared { person: '$REKTOR' reason: 'Gift med Per' }");
  Given(story.state())
      .When("id: 'x' investigator_assigned { investigator: '$PER' }")
      .Refused(REASON_CONFLICT_OF_INTEREST, "facts[0].investigator_assigned.investigator");
  story.Then("investigator_assigned { investigator: '$EVA' }")
      .Then("conflict_declared { person: '$EVA' }");
  EXPECT_THAT(story.Next(), Contains("investigator_assigned")) << "the one assigned is in conflict";
  story.Then("investigator_assigned { investigator: '$LEO' in_place_of: '$EVA' }")
      .Then("by: PARTY_INVESTIGATOR investigation_opened {}");
  EXPECT_THAT(story.Next(), Contains("conversation_held"));
  // The child first, then the adult: twice, to learn the facts and to correct.
  story
      .Then(
          "conversation_held { with: CONVERSATION_WITH_CHILD person: '$ADA'"
          " purpose: CONVERSATION_PURPOSE_FACT_FINDING }")
      .Then(
          "conversation_held { with: CONVERSATION_WITH_ACCUSED_ADULT person: '$PER'"
          " purpose: CONVERSATION_PURPOSE_FACT_FINDING }")
      .Then("guardian_informed {}")
      .Then(
          "conversation_held { with: CONVERSATION_WITH_ACCUSED_ADULT person: '$PER'"
          " purpose: CONVERSATION_PURPOSE_CORRECTIVE }")
      .Then("investigation_concluded { finding: FINDING_SUBSTANTIATED }")
      .Then("measure_decided { measure: 'm' level: MEASURE_LEVEL_INDIVIDUAL }");
  EXPECT_THAT(story.Next(),
              ElementsAre("classified", "measure_carried_out", "guardian_given_feedback",
                          "authority_given_feedback", "case_closed"));
  story.Then("authority_given_feedback {}");
  EXPECT_THAT(story.Next(), Not(Contains("authority_given_feedback")));
  // A guardian may ask any employee for the file.
  story.Then(
      "to: PARTY_STAFF documents_requested { request: 'r' requester { party: PARTY_GUARDIAN } }");
  EXPECT_EQ(story.Next().front(), "documents_answered");
  story.Then("documents_answered { request: 'r' outcome: REQUEST_OUTCOME_GIVEN }");
  EXPECT_THAT(story.Next(), Not(Contains("documents_answered")));
}

TEST(Routine, PastAPrincipalWhoIsAccused) {
  Story story(Initial());
  story
      .Then(
          "incident_opened { unit: '$UNIT' children { person: '$ADA' }"
          " accused { person: '$REKTOR' kind: ACCUSED_KIND_PRINCIPAL } }")
      .Then("staff_learned {}");
  EXPECT_THAT(story.Next(), Not(Contains("principal_informed")));
  EXPECT_THAT(story.Next(), Contains("authority_notified"));
  story.Then("by: PARTY_STAFF to: PARTY_CHIEF authority_notified {}");
  EXPECT_THAT(story.Next(), Not(Contains("authority_notified")));
}

TEST(Routine, ToAPrincipalWhoCameAfterTheOneAccused) {
  const std::string former = Uuid("REKTOR"), present = Uuid("NYREKTOR");
  const auto next = [](const std::string& accused, std::string_view principal) {
    const Incident state = Folded(Facts("id: 'o' incident_opened { unit: '$UNIT' accused { " +
                                            accused + " kind: ACCUSED_KIND_PRINCIPAL } }",
                                        "id: 'k' staff_learned {}"),
                                  Initial());
    return NextActions(state, "", {.times = TestTimes(), .principal = principal});
  };
  EXPECT_THAT(next("person: '$REKTOR'", present), Contains("principal_informed"));
  EXPECT_THAT(next("person: '$REKTOR'", former), Not(Contains("principal_informed")));
  EXPECT_THAT(next("person: '$REKTOR'", ""), Not(Contains("principal_informed")))
      << "nobody says who leads the unit";
  EXPECT_THAT(next("", present), Not(Contains("principal_informed"))) << "nobody says who it is";
}

TEST(Routine, WhereTheAuthorityReceivesTheReports) {
  Story story(Opened());
  story.Then("staff_learned {}");
  EXPECT_THAT(story.Next(), Contains("principal_informed"));
  for (const auto receiver : {event::v1::PARTY_AUTHORITY, event::v1::PARTY_CHIEF}) {
    EXPECT_THAT(story.Next(receiver), Not(Contains("principal_informed")));
    EXPECT_THAT(story.Next(receiver), Contains("authority_notified"));
  }
}

TEST(Routine, NewKnowledgeBeginsTheChainAgain) {
  Story story(Opened());
  story.Then("happened { edtf: '2026-01-12' } staff_learned {}")
      .Then("happened { edtf: '2026-01-13' } principal_informed {}")
      .Then("happened { edtf: '2026-01-13' } authority_notified {}")
      .Then("happened { edtf: '2026-01-14' } investigation_opened {}")
      .Then("happened { edtf: '2026-01-15' } conversation_held {}")
      .Then("happened { edtf: '2026-01-16' } investigation_concluded {}");
  EXPECT_THAT(story.Next(), Not(Contains("principal_informed")));
  // Documented late: it was known before the principal was, so nothing begins again.
  story.Then("happened { edtf: '2026-01-11' } staff_learned {}");
  EXPECT_THAT(story.Next(), Not(Contains("principal_informed")));
  story.Then("happened { edtf: '2026-01-20' } staff_learned {}");
  EXPECT_THAT(story.Next(), Contains("principal_informed"));
  EXPECT_THAT(story.Next(), Contains("authority_notified"));
  EXPECT_THAT(story.Next(), Contains("investigation_opened"));
  EXPECT_THAT(story.Next(), Not(Contains("case_closed")));
  story.Then("happened { edtf: '2026-01-21' } principal_informed {}");
  EXPECT_THAT(story.Next(), Not(Contains("principal_informed")));
  EXPECT_THAT(story.Next(), Contains("authority_notified"));
  story.Then("happened { edtf: '2026-01-22' } authority_notified {}")
      .Then("happened { edtf: '2026-01-22' } investigation_opened {}");
  EXPECT_THAT(story.Next(), Not(Contains("authority_notified")));
  EXPECT_THAT(story.Next(), Contains("investigation_concluded"));
}

TEST(Routine, AnInvestigationUnderWayGoesOnInTheNextRound) {
  Story story(Opened());
  story.Then("happened { edtf: '2026-01-13' } principal_informed {}")
      .Then("happened { edtf: '2026-01-14' } investigation_opened {}")
      .Then("happened { edtf: '2026-01-20' } staff_learned {}");
  EXPECT_THAT(story.Next(), Contains("principal_informed"));
  EXPECT_THAT(story.Next(), Not(Contains("investigation_opened")));
  EXPECT_THAT(story.Next(), Contains("investigation_concluded"));
}

TEST(Routine, WhatAnInvestigatorHearsOnceAssignedIsNoNewKnowledge) {
  Story story(Opened());
  story.Then("happened { edtf: '2026-01-13' } principal_informed {}")
      .Then("happened { edtf: '2026-01-14' } investigator_assigned { investigator: '$EVA' }")
      .Then("happened { edtf: '2026-01-20' } to: PARTY_INVESTIGATOR report_received {}");
  EXPECT_THAT(story.Next(), Not(Contains("principal_informed")));
  story.Then("happened { edtf: '2026-01-20' } to: PARTY_STAFF report_received {}");
  EXPECT_THAT(story.Next(), Contains("principal_informed"));
}

TEST(Routine, EachGuardianIsInformedAndGivenFeedback) {
  Story story(Opened());
  story.Then("person_declared { person: '$MAMMA' guardian_of: '$ADA' }")
      .Then("person_declared { person: '$PAPPA' guardian_of: '$ADA' }")
      .Then("investigation_opened {}")
      .Then("investigation_concluded { finding: FINDING_NOT_SUBSTANTIATED }")
      .Then("guardian_informed { guardian: '$MAMMA' }");
  EXPECT_THAT(story.Next(), Contains("guardian_informed")) << "the other one";
  story.Then("guardian_given_feedback { guardian: '$MAMMA' }");
  EXPECT_THAT(story.Next(), Contains("guardian_given_feedback"));
  story.Then("decision_not_to_inform { guardian: '$PAPPA' }");
  EXPECT_THAT(story.Next(), Not(Contains("guardian_informed")));
  EXPECT_THAT(story.Next(), Not(Contains("guardian_given_feedback")));
  story.Then("case_closed {}").Then("case_reopened {}").Then("investigation_concluded {}");
  EXPECT_THAT(story.Next(), Not(Contains("guardian_informed"))) << "told is told";
  EXPECT_THAT(story.Next(), Contains("guardian_given_feedback"));
}

TEST(Routine, AMeasureCarriedOutWithoutADecisionIsFollowedUpAndDecided) {
  Story story(Opened());
  story.Then("investigation_concluded { finding: FINDING_SUBSTANTIATED }")
      .Then("measure_carried_out { measure: 'm' }");
  EXPECT_THAT(story.Next(), Contains("measure_decided"));
  EXPECT_THAT(story.Next(), Contains("measure_followed_up"));
  EXPECT_THAT(story.Next(), Not(Contains("measure_carried_out")));
}

TEST(Routine, AMeasureThatWasInForceIsFollowedUpThoughItWasWithdrawn) {
  Story story(Opened());
  story.Then("investigation_concluded { finding: FINDING_SUBSTANTIATED }")
      .Then("measure_decided { measure: 'm' }")
      .Then("measure_carried_out { measure: 'm' }")
      .Then("measure_withdrawn { measure: 'm' }");
  EXPECT_THAT(story.Next(), Contains("measure_followed_up"));
  EXPECT_THAT(story.Next(), Not(Contains("measure_decided")));
  EXPECT_THAT(story.Next(), Not(Contains("measures_evaluated")));
  story.Then("measure_followed_up { measure: 'm' effect: EFFECT_NONE }");
  EXPECT_THAT(story.Next(), Not(Contains("measure_followed_up")));
  EXPECT_THAT(story.Next(), Contains("measures_evaluated"));
  // One that never was in force asks for nothing but another in its place.
  story.Then("measure_decided { measure: 'n' }").Then("measure_withdrawn { measure: 'n' }");
  EXPECT_THAT(story.Next(), Not(Contains("measure_carried_out")));
  EXPECT_THAT(story.Next(), Not(Contains("measure_followed_up")));
}

TEST(Routine, EachRoundHasMeasuresOfItsOwn) {
  Story story(Opened());
  story.Then("happened { edtf: '2026-01-05' } principal_informed {}")
      .Then("happened { edtf: '2026-01-05' } investigation_opened {}")
      .Then(
          "happened { edtf: '2026-01-07' } investigation_concluded { finding: "
          "FINDING_SUBSTANTIATED }");
  EXPECT_THAT(story.Next(), Contains("measure_decided"));
  story.Then("happened { edtf: '2026-01-20' } staff_learned {}");
  EXPECT_THAT(story.Next(), Contains("measure_decided")) << "the first round still waits for one";
  story.Then("happened { edtf: '2026-01-08' } measure_decided { measure: 'm1' }");
  EXPECT_THAT(story.Next(), Not(Contains("measure_decided"))) << "nothing is concluded anew";
  story.Then("happened { edtf: '2026-01-21' } principal_informed {}")
      .Then("happened { edtf: '2026-01-21' } investigation_opened {}")
      .Then(
          "happened { edtf: '2026-01-23' } investigation_concluded { finding: "
          "FINDING_SUBSTANTIATED }");
  EXPECT_THAT(story.Next(), Contains("measure_decided")) << "m1 answers for the first round";
  EXPECT_THAT(story.Next(), Contains("measure_carried_out")) << "of the first round";
  story.Then("happened { edtf: '2026-01-24' } measure_decided { measure: 'm2' }");
  EXPECT_THAT(story.Next(), Not(Contains("measure_decided")));
  story.Then("happened { edtf: '2026-01-25' } measure_withdrawn { measure: 'm2' }");
  EXPECT_THAT(story.Next(), Contains("measure_decided"));
}

TEST(Routine, AGuardianComplainsToTheAuthority) {
  Story story(Opened());
  story.Then(
      "children: '$ADA' by: PARTY_GUARDIAN to: PARTY_AUTHORITY channel: CHANNEL_LETTER"
      " complaint_received { complaint: 'c' }");
  EXPECT_THAT(story.Next(), ElementsAre("complaint_answered", "guardian_informed",
                                        "investigator_assigned", "investigation_opened"));
  story.Then("complaint_answered { complaint: 'c' answer: 'Vi utreder' }");
  EXPECT_THAT(story.Next(), Not(Contains("complaint_answered")));
}

TEST(Routine, UrgentDutiesTowardsOthersComeFirst) {
  Story story(Closed());
  story.Then("serious_event { hurt: HURT_STAFF }").Then("concern_arisen {}");
  EXPECT_THAT(story.Next(), ElementsAre("social_services_reported", "work_environment_reported",
                                        "staff_learned", "principal_informed", "authority_notified",
                                        "guardian_informed", "case_reopened"));
  story.Then("social_services_reported {}").Then("work_environment_reported {}");
  EXPECT_EQ(story.Next().front(), "staff_learned");
}

TEST(Routine, NoGuardianIsProposedWhereNoneMayBeTold) {
  auto proposed = [](const std::string& opening, const std::string& fact) {
    Story story(Initial());
    story.Then("incident_opened { unit: '$UNIT' " + opening + " }").Then(fact);
    return testing::Matches(Contains("guardian_informed"))(story.Next());
  };
  const std::string ada = "children { person: '$ADA' }";
  EXPECT_TRUE(proposed(ada, "staff_learned {}"));
  EXPECT_FALSE(proposed("children { person: '$ADA' adult_pupil: ANSWER_YES }", "staff_learned {}"));
  EXPECT_FALSE(proposed(ada, "decision_not_to_inform { reason: 'Hedersvåld' }"));
  EXPECT_FALSE(proposed(ada + " accused { kind: ACCUSED_KIND_GUARDIAN }", "staff_learned {}"));
  const std::string mother = "person_declared { person: '$MAMMA' guardian_of: '$ADA' ";
  EXPECT_TRUE(proposed(ada, mother + "}"));
  EXPECT_FALSE(proposed(ada, mother + "suspected: ANSWER_YES }"));
  // Whichever declaration says so, and in whatever order.
  Story divided(Initial());
  divided.Then("incident_opened { unit: '$UNIT' " + ada + " }").Then(mother + "}");
  EXPECT_THAT(divided.Next(), Contains("guardian_informed"));
  divided.Then("person_declared { person: '$MAMMA' suspected: ANSWER_YES }");
  EXPECT_THAT(divided.Next(), Not(Contains("guardian_informed")));
  EXPECT_THAT(divided.Then(mother + "}").Next(), Not(Contains("guardian_informed")));
  const std::string accused = " accused { person: '$PAPPA' kind: ACCUSED_KIND_GUARDIAN }";
  EXPECT_TRUE(proposed(ada + accused, mother + "}")) << "the other guardian may be told";
  EXPECT_FALSE(proposed(ada + accused, "person_declared { person: '$PAPPA' guardian_of: '$ADA' }"));
}

TEST(Routine, AReopenedCaseIsConcludedAndFedBackAgain) {
  Story story(Opened());
  story.Then("authority_notified {}")
      .Then("guardian_informed {}")
      .Then("investigator_assigned { investigator: '$EVA' }")
      .Then("investigation_opened {}")
      .Then("conversation_held {}")
      .Then("investigation_concluded { finding: FINDING_NOT_SUBSTANTIATED }")
      .Then("classified { type: CONDUCT_TYPE_NOT_SUBSTANTIATED }")
      .Then("guardian_given_feedback {}");
  EXPECT_THAT(story.Next(), ElementsAre("case_closed"));
  story.Then("case_closed {}").Then("case_reopened { reason: 'Nya uppgifter' }");
  EXPECT_THAT(story.Next(), ElementsAre("investigation_concluded"));
  EXPECT_EQ(story.Ada().reopened, 1);
}

TEST(Routine, AReopenedCaseThatFindsSomethingIsAskedForMeasuresAgain) {
  Story story(Opened());
  story.Then("investigation_concluded { finding: FINDING_PARTLY }")
      .Then("measure_decided { measure: 'm1' }")
      .Then("case_closed {}")
      .Then("case_reopened {}");
  EXPECT_THAT(story.Next(), Not(Contains("measure_decided"))) << "nothing is found anew";
  story.Then("investigation_concluded { finding: FINDING_SUBSTANTIATED }");
  EXPECT_THAT(story.Next(), Contains("measure_decided")) << "m1 did not help";
  story.Then("measure_decided { measure: 'm2' }");
  EXPECT_THAT(story.Next(), Not(Contains("measure_decided")));
}

TEST(Routine, AnIncidentWaitsForWhatAnyOfItsCasesWaitsFor) {
  Incident state = Folded(Facts("id: 'c' children: '$ADA' case_closed {}"), Opened());
  EXPECT_THAT(NextActions(state, "", {TestTimes()}), Contains("investigation_opened"));
  EXPECT_THAT(NextActions(state, "", {TestTimes()}), Contains("case_reopened"));
  EXPECT_THAT(NextActions(state, Uuid("ADA"), {TestTimes()}),
              Not(Contains("investigation_opened")));
  EXPECT_THAT(NextActions(state, Uuid("NILS"), {TestTimes()}), ElementsAre());
}

}  // namespace
}  // namespace skyndsamt::domain
