#include <gtest/gtest.h>

#include "projections/law/case_facts.h"
#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

Story Concluded(Finding finding) {
  Story story("2021-12-31");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("o", "2021-03-02").mutable_investigation_opened();
  story.Add("c", "2021-03-10").mutable_investigation_concluded()->set_finding(finding);
  return story;
}

TEST(DecideMeasures, RunsFromASubstantiatedConclusion) {
  for (const Finding finding : {FINDING_SUBSTANTIATED, FINDING_PARTLY}) {
    Story story = Concluded(finding);
    EXPECT_EQ(LegOf(story.Ask(), LEG_DECIDE_MEASURES).state(), LEG_STATE_PENDING);
    story.Add("d", "2021-03-15").mutable_measure_decided()->set_measure("m");
    EXPECT_EQ(Days(LegOf(story.Ask(), LEG_DECIDE_MEASURES)), "5");
  }
}

TEST(DecideMeasures, IsNotRequiredWhenNotSubstantiated) {
  Story story = Concluded(FINDING_NOT_SUBSTANTIATED);
  const auto answer = story.Ask();
  for (const Leg leg : {LEG_DECIDE_MEASURES, LEG_FOLLOW_UP, LEG_EVALUATE_MEASURES}) {
    EXPECT_EQ(LegOf(answer, leg).state(), LEG_STATE_NOT_REQUIRED) << Leg_Name(leg);
  }
  EXPECT_EQ(LegOf(answer, LEG_FEED_BACK_TO_GUARDIAN).state(), LEG_STATE_PENDING);
}

TEST(DecideMeasures, AnUnstatedFindingSettlesNothing) {
  Story story = Concluded(FINDING_UNSPECIFIED);
  EXPECT_EQ(LegOf(story.Ask(), LEG_DECIDE_MEASURES).state(), LEG_STATE_UNDETERMINED);
}

TEST(CarryOutMeasures, IsLimitedByThePlansOwnDate) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Limit(LEG_CARRY_OUT_MEASURES, "P1D");
  auto& decided = *story.Add("d", "2021-03-15").mutable_measure_decided();
  decided.set_measure("m");
  decided.set_due("2021-03");
  auto leg = LegOf(story.Ask("2021-03-31"), LEG_CARRY_OUT_MEASURES);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(leg.routine().due(), "2021-03-31");
  EXPECT_EQ(LegOf(story.Ask("2021-04-01"), LEG_CARRY_OUT_MEASURES).routine().verdict(),
            ROUTINE_VERDICT_LATE);
  story.Add("done", "2021-03-31").mutable_measure_carried_out()->set_measure("m");
  leg = LegOf(story.Ask(), LEG_CARRY_OUT_MEASURES);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Days(leg), "16");
}

TEST(CarryOutMeasures, AnApproximateDateMustBeKeptOnEitherReading) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  auto& decided = *story.Add("d", "2021-03-15").mutable_measure_decided();
  decided.set_measure("m");
  decided.set_due("2021-04-30~");
  auto& done = story.Add("done", "2021-04-30");
  done.mutable_measure_carried_out()->set_measure("m");
  const auto verdict = [&](const char* day) {
    done.mutable_happened()->set_edtf(day);
    return LegOf(story.Ask(), LEG_CARRY_OUT_MEASURES).routine().verdict();
  };
  EXPECT_EQ(verdict("2021-04-29"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(verdict("2021-04-30"), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(verdict("2021-05-01"), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(verdict("2021-05-02"), ROUTINE_VERDICT_LATE);
}

TEST(CarryOutMeasures, OfTwoDecisionsEitherDateMayBeThePlans) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  auto& first = *story.Add("d1", "2021-03-15").mutable_measure_decided();
  first.set_measure("m");
  first.set_due("2021-03-20");
  auto& other = story.Add("d2", "2021-03-10/2021-03-31");
  other.mutable_measure_decided()->set_measure("m");
  const auto verdict = [&] {
    return LegOf(story.Ask(), LEG_CARRY_OUT_MEASURES).routine().verdict();
  };
  EXPECT_EQ(verdict(), ROUTINE_VERDICT_UNDETERMINED);
  other.mutable_measure_decided()->set_due("2021-03-20");
  EXPECT_EQ(verdict(), ROUTINE_VERDICT_LATE) << "both name the same date";
  other.mutable_measure_decided()->clear_due();
  other.mutable_happened()->set_edtf("2021-03-16");
  EXPECT_EQ(verdict(), ROUTINE_VERDICT_LATE) << "the first decision's date counts";
}

TEST(CarryOutMeasures, AWithdrawnMeasureIsNotRequired) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Add("d", "2021-03-15").mutable_measure_decided()->set_measure("m");
  story.Add("w", "2021-03-20").mutable_measure_withdrawn()->set_measure("m");
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_CARRY_OUT_MEASURES).state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(LegOf(answer, LEG_FOLLOW_UP).state(), LEG_STATE_NOT_REQUIRED);
}

TEST(FeedBack, OnTheDayOfTheConclusionOrLaterIsFeedbackHoweverImpreciseBoth) {
  Story story("2021-12-31");
  story.Add("o", "2021-03-02").mutable_investigation_opened();
  story.Add("c", "2021-03-11/2021-03-16").mutable_investigation_concluded();
  auto& given = story.Add("b", "2021-03-16/2021-04-08");
  given.mutable_guardian_given_feedback();
  EXPECT_EQ(LegOf(story.Ask(), LEG_FEED_BACK_TO_GUARDIAN).state(), LEG_STATE_FULFILLED);
  given.mutable_happened()->set_edtf("2021-03-15/2021-04-08");
  EXPECT_EQ(LegOf(story.Ask(), LEG_FEED_BACK_TO_GUARDIAN).state(), LEG_STATE_UNDETERMINED);
}

TEST(FeedBack, TheAuthorityIsToldWhereStaffPrincipalOrChiefIsAccused) {
  for (const AccusedKind kind :
       {ACCUSED_KIND_STAFF, ACCUSED_KIND_PRINCIPAL, ACCUSED_KIND_CHIEF, ACCUSED_KIND_CHILD}) {
    Story story = Concluded(FINDING_SUBSTANTIATED);
    story.Accused(kind);
    EXPECT_EQ(LegOf(story.Ask(), LEG_FEED_BACK_TO_AUTHORITY).state(),
              kind == ACCUSED_KIND_CHILD ? LEG_STATE_NOT_REQUIRED : LEG_STATE_PENDING)
        << AccusedKind_Name(kind);
  }
}

TEST(FollowUp, NeedsAnEffectAssessed) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Add("d", "2021-03-15").mutable_measure_decided()->set_measure("m");
  story.Add("done", "2021-03-20").mutable_measure_carried_out()->set_measure("m");
  auto& unassessed = *story.Add("f1", "2021-04-01").mutable_measure_followed_up();
  unassessed.set_measure("m");
  unassessed.set_effect(EFFECT_NOT_ASSESSED);
  EXPECT_EQ(LegOf(story.Ask(), LEG_FOLLOW_UP).state(), LEG_STATE_PENDING);
  auto& assessed = *story.Add("f2", "2021-04-20").mutable_measure_followed_up();
  assessed.set_measure("m");
  assessed.set_effect(EFFECT_NONE);
  const auto leg = LegOf(story.Ask(), LEG_FOLLOW_UP, 0, "m");
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(leg), "31");
  EXPECT_EQ(leg.ended().fact(), "f2");
}

TEST(FollowUp, EachMeasureIsFollowedUpOnItsOwn) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  for (const char* measure : {"m1", "m2"}) {
    story.Add(std::string("d-") + measure, "2021-03-15")
        .mutable_measure_decided()
        ->set_measure(measure);
    story.Add(std::string("o-") + measure, "2021-03-20")
        .mutable_measure_carried_out()
        ->set_measure(measure);
  }
  auto& followed = *story.Add("f", "2021-04-20").mutable_measure_followed_up();
  followed.set_measure("m1");
  followed.set_effect(EFFECT_SHOWN);
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_FOLLOW_UP, 0, "m1").state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(LegOf(answer, LEG_FOLLOW_UP, 0, "m2").state(), LEG_STATE_PENDING);
}

// Rule 8: a closed case still takes follow-up.
TEST(FollowUp, RunsFromTheClosingWhereNothingWasCarriedOut) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Add("closed", "2021-04-01").mutable_case_closed();
  auto leg = LegOf(story.Ask(), LEG_FOLLOW_UP);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg.started().fact(), "closed");
  auto& followed = *story.Add("f", "2021-05-01").mutable_measure_followed_up();
  followed.set_effect(EFFECT_SHOWN);
  leg = LegOf(story.Ask(), LEG_FOLLOW_UP);
  EXPECT_EQ(Days(leg), "30");
}

TEST(EvaluateMeasures, RunsFromTheLastFollowUp) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Add("d", "2021-03-15").mutable_measure_decided()->set_measure("m");
  EXPECT_EQ(LegOf(story.Ask(), LEG_EVALUATE_MEASURES).state(), LEG_STATE_NOT_STARTED);
  for (const auto& [id, day] : {std::pair("f1", "2021-04-01"), {"f2", "2021-05-01"}}) {
    auto& followed = *story.Add(id, day).mutable_measure_followed_up();
    followed.set_measure("m");
    followed.set_effect(EFFECT_PARTLY);
  }
  EXPECT_EQ(LegOf(story.Ask(), LEG_EVALUATE_MEASURES).state(), LEG_STATE_PENDING);
  story.Add("e", "2021-05-11").mutable_measures_evaluated();
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_EVALUATE_MEASURES)), "10");
  // A follow-up that comes after it leaves no time to count, but how long it took is told.
  auto& followed = *story.Add("f3", "2021-09-01").mutable_measure_followed_up();
  followed.set_measure("m");
  followed.set_effect(EFFECT_SHOWN);
  const auto leg = LegOf(story.Ask(), LEG_EVALUATE_MEASURES);
  EXPECT_EQ(Days(leg), "0");
  EXPECT_EQ(leg.remarks(0), REMARK_DONE_BEFORE_IT_BEGAN);
  EXPECT_EQ(leg.whole_chain_days().min(), 10);
  EXPECT_EQ(leg.whole_chain_days().max(), 10);
  // Evaluated once more, that is what the last follow-up is counted to.
  auto& again = story.Add("e2", "2021-09-05");
  again.mutable_measures_evaluated();
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_EVALUATE_MEASURES)), "4");
  again.mutable_happened()->set_edtf("2021-08/2021-09-11");
  EXPECT_EQ(LegOf(story.Ask(), LEG_EVALUATE_MEASURES).state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_EVALUATE_MEASURES)), "0..10");
}

Fact& Guardian(Story& story, const char* id) {
  auto& person = *story.Add(std::string("declared-") + id, "unknown").mutable_person_declared();
  person.set_person(id);
  person.set_kind(PARTY_GUARDIAN);
  person.add_guardian_of("child-1");
  return story.facts().back();
}

TEST(InformGuardian, RunsFromTheEarliestKnowledgeForEachGuardian) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  Guardian(story, "g1");
  Guardian(story, "g2");
  story.Add("i", "2021-03-04").mutable_guardian_informed()->set_guardian("g1");
  const auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_INFORM_GUARDIAN, 0, "g1")), "3");
  EXPECT_EQ(LegOf(answer, LEG_INFORM_GUARDIAN, 0, "g2").state(), LEG_STATE_PENDING);
}

TEST(InformGuardian, AnUnnamedGuardianMeansAll) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  Guardian(story, "g1");
  Guardian(story, "g2");
  story.Add("i", "2021-03-04").mutable_guardian_informed();
  const auto answer = story.Ask();
  for (const char* id : {"g1", "g2"}) {
    EXPECT_EQ(Days(LegOf(answer, LEG_INFORM_GUARDIAN, 0, id)), "3");
  }
}

TEST(InformGuardian, ASuspectedGuardianIsNeverProposed) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  Guardian(story, "g1").mutable_person_declared()->set_suspected(ANSWER_YES);
  Guardian(story, "g2");
  const auto answer = story.Ask();
  for (const Leg leg : {LEG_INFORM_GUARDIAN, LEG_FEED_BACK_TO_GUARDIAN}) {
    EXPECT_EQ(LegOf(answer, leg, 0, "g1").state(), LEG_STATE_NOT_REQUIRED);
    EXPECT_EQ(LegOf(answer, leg, 0, "g2").state(), LEG_STATE_PENDING);
  }
  for (const Waiting& step : story.Steps()) EXPECT_NE(step.guardian, "g1");
}

// A decision not to, or a withdrawal, ends a duty; that it was late by then is told all the same.
TEST(GivenUp, AfterItsDayIsToldToHaveBeenLate) {
  const auto told = [](const char* decided) {
    Story story = Concluded(FINDING_SUBSTANTIATED);
    story.Limit(LEG_INFORM_GUARDIAN, "P7D");
    story.Add("n", decided).mutable_decision_not_to_inform();
    story.Add("d", "2021-03-15").mutable_measure_decided()->set_measure("m");
    story.facts().back().mutable_measure_decided()->set_due("2021-04-01");
    story.Add("w", decided).mutable_measure_withdrawn()->set_measure("m");
    return story.Ask();
  };
  const auto late = [&](const char* decided, Leg leg) {
    const auto answer = LegOf(told(decided), leg);
    EXPECT_EQ(answer.state(), LEG_STATE_NOT_REQUIRED);
    EXPECT_EQ(answer.routine().verdict(), ROUTINE_VERDICT_UNSPECIFIED);
    return answer.reasons().DebugString().find("its time had already passed") != std::string::npos;
  };
  EXPECT_FALSE(late("2021-03-08", LEG_INFORM_GUARDIAN));
  EXPECT_TRUE(late("2021-03-09", LEG_INFORM_GUARDIAN));
  EXPECT_FALSE(late("2021-04-01", LEG_CARRY_OUT_MEASURES));
  EXPECT_TRUE(late("2021-04-02", LEG_CARRY_OUT_MEASURES));
  EXPECT_FALSE(late("2021-03", LEG_CARRY_OUT_MEASURES));
}

// Nobody suspected anyone before the day it is said of; without a day it is not certain when.
TEST(InformGuardian, ASuspicionDoesNotReachBackOverAsOf) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  Fact& declared = Guardian(story, "g1");
  declared.mutable_person_declared()->set_suspected(ANSWER_YES);
  declared.mutable_happened()->set_edtf("2021-04-20");
  const auto state = [&](const char* as_of) {
    return LegOf(story.Ask(as_of), LEG_INFORM_GUARDIAN, 0, "g1").state();
  };
  EXPECT_EQ(state("2021-04-19"), LEG_STATE_PENDING);
  EXPECT_EQ(state("2021-04-20"), LEG_STATE_NOT_REQUIRED);
  declared.mutable_happened()->set_edtf("2021-04");
  EXPECT_EQ(state("2021-04-20"), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(state("2021-04-30"), LEG_STATE_NOT_REQUIRED);
}

TEST(InformGuardian, WhereSomeGuardianIsAccusedNoneIsProposed) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Accused(ACCUSED_KIND_GUARDIAN);
  Guardian(story, "g1");
  EXPECT_EQ(LegOf(story.Ask(), LEG_INFORM_GUARDIAN).state(), LEG_STATE_NOT_REQUIRED);
}

TEST(InformGuardian, AnAdultPupilHasNone) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Child("child-1", ANSWER_YES);
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_INFORM_GUARDIAN).state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(LegOf(answer, LEG_FEED_BACK_TO_GUARDIAN).state(), LEG_STATE_NOT_REQUIRED);
}

TEST(InformGuardian, ADecisionNotToIsHeeded) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  Guardian(story, "g1");
  Guardian(story, "g2");
  story.Add("not", "2021-03-03").mutable_decision_not_to_inform()->set_guardian("g1");
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_INFORM_GUARDIAN, 0, "g1").state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(LegOf(answer, LEG_INFORM_GUARDIAN, 0, "g2").state(), LEG_STATE_PENDING);
}

TEST(InformGuardian, ADecisionThatMayNotYetBeTakenLeavesItOpen) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Add("not", "2021-05").mutable_decision_not_to_inform()->set_guardian("g1");
  EXPECT_EQ(LegOf(story.Ask("2021-04-30"), LEG_INFORM_GUARDIAN).state(), LEG_STATE_PENDING);
  EXPECT_EQ(LegOf(story.Ask("2021-05-15"), LEG_INFORM_GUARDIAN).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(story.Ask("2021-05-31"), LEG_INFORM_GUARDIAN).state(), LEG_STATE_NOT_REQUIRED);
}

TEST(FeedBackToGuardian, BeforeTheConclusionIsInformationOnly) {
  Story story = Concluded(FINDING_SUBSTANTIATED);
  story.Add("early", "2021-03-05").mutable_guardian_given_feedback()->set_guardian("g1");
  auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_INFORM_GUARDIAN)), "4");
  EXPECT_EQ(LegOf(answer, LEG_FEED_BACK_TO_GUARDIAN).state(), LEG_STATE_PENDING);
  story.Add("same-day", "2021-03-10").mutable_guardian_given_feedback()->set_guardian("g1");
  answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_FEED_BACK_TO_GUARDIAN).state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(LegOf(answer, LEG_FEED_BACK_TO_GUARDIAN)), "0");
}

TEST(FeedBackToAuthority, BelongsToTheAdultVariantUnlessTheRoutineAsks) {
  Story child = Concluded(FINDING_SUBSTANTIATED);
  child.Accused(ACCUSED_KIND_CHILD);
  EXPECT_EQ(LegOf(child.Ask(), LEG_FEED_BACK_TO_AUTHORITY).state(), LEG_STATE_NOT_REQUIRED);
  child.Limit(LEG_FEED_BACK_TO_AUTHORITY, "").set_required(true);
  EXPECT_EQ(LegOf(child.Ask(), LEG_FEED_BACK_TO_AUTHORITY).state(), LEG_STATE_PENDING);

  Story adult = Concluded(FINDING_SUBSTANTIATED);
  adult.Accused(ACCUSED_KIND_STAFF);
  EXPECT_EQ(LegOf(adult.Ask(), LEG_FEED_BACK_TO_AUTHORITY).state(), LEG_STATE_PENDING);
  adult.Add("fb", "2021-03-15").mutable_authority_given_feedback();
  EXPECT_EQ(Days(LegOf(adult.Ask(), LEG_FEED_BACK_TO_AUTHORITY)), "5");

  Story guardian = Concluded(FINDING_SUBSTANTIATED);
  guardian.Accused(ACCUSED_KIND_OTHER_ADULT);
  EXPECT_EQ(LegOf(guardian.Ask(), LEG_FEED_BACK_TO_AUTHORITY).state(), LEG_STATE_NOT_REQUIRED);
}

TEST(CaseFacts, FollowACaseThroughItsStages) {
  Story story("2021-12-31");
  const auto stage = [&] {
    std::vector<Entry> entries;
    for (auto& fact : story.facts()) entries.push_back({entries.size(), 0, &fact});
    const auto effective = EffectiveFacts(entries, 1);
    return ReadCase(effective, "child-1").stage;
  };
  EXPECT_EQ(stage(), CaseStage::kKnown);
  story.Add("a", "2021-03-01").mutable_authority_notified();
  EXPECT_EQ(stage(), CaseStage::kNotified);
  story.Add("o", "2021-03-01").mutable_investigation_opened();
  EXPECT_EQ(stage(), CaseStage::kUnderInvestigation);
  story.Add("c", "2021-03-01").mutable_investigation_concluded();
  EXPECT_EQ(stage(), CaseStage::kConcluded);
  story.Add("d", "2021-03-01").mutable_measure_decided()->set_measure("m");
  EXPECT_EQ(stage(), CaseStage::kMeasures);
  auto& followed = *story.Add("f", "2021-03-01").mutable_measure_followed_up();
  followed.set_measure("m");
  followed.set_effect(EFFECT_SHOWN);
  EXPECT_EQ(stage(), CaseStage::kFollowedUp);
  story.Add("x", "2021-03-01").mutable_case_closed();
  EXPECT_EQ(stage(), CaseStage::kClosed);
  story.Add("r", "2021-03-01").mutable_case_reopened();
  EXPECT_EQ(stage(), CaseStage::kUnderInvestigation);
}

TEST(CaseFacts, AMeasureThatWasInForceWaitsForFollowUpThoughItWasWithdrawn) {
  MeasureFacts measure{.withdrawn = true};
  EXPECT_TRUE(measure.settled());
  measure.carried_out = true;
  EXPECT_FALSE(measure.settled());
  measure.effect = EFFECT_NOT_ASSESSED;
  EXPECT_FALSE(measure.settled());
  measure.effect = EFFECT_NONE;
  EXPECT_TRUE(measure.settled());
}

}  // namespace
}  // namespace skyndsamt::law::testing
