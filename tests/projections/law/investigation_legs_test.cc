#include <gtest/gtest.h>

#include <algorithm>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

Story Chain() {
  Story story("2021-12-31");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("p", "2021-03-02").mutable_principal_informed();
  return story;
}

TEST(StartInvestigation, CountsFromTheAuthorityElseASubstitute) {
  Story story = Chain();
  auto leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  EXPECT_EQ(leg.started().fact(), "p");
  EXPECT_TRUE(leg.started().substitute());
  EXPECT_TRUE(HasRemark(leg, REMARK_SUBSTITUTE_START));

  story.Add("a", "2021-03-10").mutable_authority_notified();
  story.Add("o", "2021-03-15").mutable_investigation_opened();
  leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  EXPECT_EQ(leg.started().fact(), "a");
  EXPECT_FALSE(leg.started().substitute());
  EXPECT_EQ(Days(leg), "5");
  EXPECT_EQ(leg.whole_chain_days().min(), 14) << "rule 5: nothing is laundered";
  EXPECT_EQ(leg.whole_chain_days().max(), 14);
}

// Rule 5: a late notification replaces the substitute; the whole chain is shown beside it.
TEST(StartInvestigation, ALateNotificationDoesNotHideTheChain) {
  Story story = Chain();
  story.Add("o", "2021-03-20").mutable_investigation_opened();
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_START_INVESTIGATION)), "18");
  story.Add("a", "2021-05-01").mutable_authority_notified();
  const auto leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  EXPECT_EQ(Days(leg), "0");
  EXPECT_TRUE(HasRemark(leg, REMARK_DONE_BEFORE_IT_BEGAN));
  EXPECT_EQ(leg.whole_chain_days().min(), 19);
}

TEST(StartInvestigation, AnUnrecordedOpeningIsBoundedByTheConclusion) {
  Story story = Chain();
  story.Add("a", "2021-03-05").mutable_authority_notified();
  story.Add("c", "2021-04-01").mutable_investigation_concluded()->set_finding(FINDING_PARTLY);
  const auto answer = story.Ask();
  const auto start = LegOf(answer, LEG_START_INVESTIGATION);
  EXPECT_EQ(start.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(start), "0..27");
  EXPECT_TRUE(HasRemark(start, REMARK_INFERRED_END));
  const auto complete = LegOf(answer, LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(complete.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(complete.days().min(), 0);
  EXPECT_FALSE(complete.days().has_max());
}

TEST(StartInvestigation, OneUnderWayEndsALaterRoundsLeg) {
  Story story = Chain();
  story.Add("a", "2021-03-03").mutable_authority_notified();
  story.Add("o", "2021-03-04").mutable_investigation_opened();
  story.Add("k2", "2021-04-01").mutable_staff_learned();
  story.Add("p2", "2021-04-02").mutable_principal_informed();
  story.Add("c", "2021-05-04")
      .mutable_investigation_concluded()
      ->set_finding(FINDING_SUBSTANTIATED);
  story.Add("d", "2021-05-05").mutable_measure_decided()->set_measure("m");
  const auto answer = story.Ask();
  const auto second = LegOf(answer, LEG_START_INVESTIGATION, 2);
  EXPECT_EQ(second.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(second), "0");
  EXPECT_EQ(second.ended().fact(), "o");
  EXPECT_TRUE(HasRemark(second, REMARK_UNDER_WAY_FROM_EARLIER_ROUND));
  // Its conclusion, and the measures after it, are those of both rounds.
  for (const int round : {1, 2}) {
    const auto complete = LegOf(answer, LEG_COMPLETE_INVESTIGATION, round);
    EXPECT_EQ(complete.ended().fact(), "c");
    EXPECT_EQ(Days(complete), "61");
    EXPECT_EQ(Days(LegOf(answer, LEG_DECIDE_MEASURES, round)), "1");
  }
}

TEST(StartInvestigation, AConcludedOneEndsNothingLater) {
  Story story = Chain();
  story.Add("o", "2021-03-04").mutable_investigation_opened();
  story.Add("c", "2021-03-20").mutable_investigation_concluded();
  story.Add("k2", "2021-04-01").mutable_staff_learned();
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_START_INVESTIGATION, 2).state(), LEG_STATE_PENDING);
  EXPECT_EQ(LegOf(answer, LEG_COMPLETE_INVESTIGATION, 1).state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(LegOf(answer, LEG_COMPLETE_INVESTIGATION, 2).state(), LEG_STATE_NOT_STARTED);
}

TEST(CompleteInvestigation, StartsAgainAtTheReopening) {
  Story story = Chain();
  story.Add("o", "2021-03-04").mutable_investigation_opened();
  auto leg = LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  story.Add("c1", "2021-03-20").mutable_investigation_concluded();
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION)), "16");
  story.Add("closed", "2021-03-21").mutable_case_closed();
  story.Add("r", "2021-06-01").mutable_case_reopened();
  leg = LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg.started().fact(), "r");
  story.Add("c2", "2021-06-11").mutable_investigation_concluded();
  leg = LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(Days(leg), "10");
  EXPECT_EQ(leg.ended().fact(), "c2");
  story.Add("r2", "2021-09-01").mutable_case_reopened();
  leg = LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg.started().fact(), "r2") << "the latest reopening counts";
}

TEST(CompleteInvestigation, AnOrderThatIsNotCertainIsUndetermined) {
  Story story = Chain();
  story.Add("o", "2021-03-04").mutable_investigation_opened();
  story.Add("r", "2021-06-10").mutable_case_reopened();
  story.Add("c", "2021-06").mutable_investigation_concluded();
  EXPECT_EQ(LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION).state(), LEG_STATE_UNDETERMINED);
}

// Rule 9: the child heard after the accused adult is an observation, no leg.
TEST(Observation, TheChildHeardAfterTheAdult) {
  Story story = Chain();
  story.Accused(ACCUSED_KIND_STAFF);
  story.Add("adult", "2021-03-05")
      .mutable_conversation_held()
      ->set_with(CONVERSATION_WITH_ACCUSED_ADULT);
  ASSERT_EQ(story.Ask().observations_size(), 1);
  EXPECT_NE(story.Ask().observations(0).sv().find("inget samtal med barnet"), std::string::npos);
  story.Add("child", "2021-03-08").mutable_conversation_held()->set_with(CONVERSATION_WITH_CHILD);
  ASSERT_EQ(story.Ask().observations_size(), 1);
  EXPECT_NE(story.Ask().observations(0).sv().find("hördes efter"), std::string::npos);
  story.Add("first", "2021-03-03").mutable_conversation_held()->set_with(CONVERSATION_WITH_CHILD);
  EXPECT_EQ(story.Ask().observations_size(), 0);
}

TEST(Observation, AnAdultWhoMayNotHaveBeenHeardIsNotSaidToHaveBeen) {
  Story story("2022-12-31");
  story.Accused(ACCUSED_KIND_STAFF);
  story.Add("adult", "2021-03-05/2022-03-05")
      .mutable_conversation_held()
      ->set_with(CONVERSATION_WITH_ACCUSED_ADULT);
  EXPECT_EQ(story.Ask("2021-12-31").observations_size(), 0);
  EXPECT_EQ(story.Ask("2022-03-05").observations_size(), 1);
}

TEST(Contradiction, IsShownAndNoVerdictIsDrawnFromIt) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.After("p", "k", "P10D", "P5D").mutable_principal_informed();
  const auto answer = story.Ask();
  ASSERT_EQ(answer.contradictions_size(), 1);
  const auto leg = LegOf(answer, LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.state(), LEG_STATE_UNDETERMINED);
  EXPECT_TRUE(HasRemark(leg, REMARK_CONTRADICTED));
  EXPECT_EQ(Days(leg), "none");
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
}

TEST(Contradiction, AFactSaidToHappenAfterItWasEntered) {
  Story story("2021-12-31");
  story.RecordedAt("2021-03-01T12:00");
  story.Add("k", "2021-03-05").mutable_staff_learned();
  const auto answer = story.Ask();
  ASSERT_EQ(answer.contradictions_size(), 1);
  EXPECT_EQ(answer.contradictions(0).facts(0), "k");
  ASSERT_EQ(answer.contradictions(0).entries_size(), 1);
  EXPECT_EQ(answer.contradictions(0).entries(0).text().en(),
            "Fact k: staff came to know 2021-03-05, yet was entered 2021-03-01T12:00:00+01:00.");
}

// Opened in January, concluded in June; reopened and concluded within a day. The verdict is of what
// the reopening began, and beside it stands what it took.
TEST(CompleteInvestigation, AReopeningHidesNotHowLongItTookBefore) {
  Story story("2026-12-31");
  story.Limit(LEG_COMPLETE_INVESTIGATION, "P30D");
  story.Limit(LEG_DECIDE_MEASURES, "P7D");
  const auto conclude = [&](const char* id, const char* day, Finding finding) {
    story.Add(id, day).mutable_investigation_concluded()->set_finding(finding);
  };
  story.Add("o", "2026-01-03").mutable_investigation_opened();
  conclude("c1", "2026-06-01", FINDING_SUBSTANTIATED);
  story.Add("closed", "2026-06-02").mutable_case_closed();
  story.Add("again", "2026-07-02").mutable_case_reopened();
  conclude("c2", "2026-07-03", FINDING_SUBSTANTIATED);
  story.Add("m", "2026-07-03").mutable_measure_decided()->set_measure("m1");
  auto leg = LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(Days(leg), "1");
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(leg.whole_chain_days().min(), 181);
  EXPECT_EQ(leg.whole_chain_days().max(), 181);
  const auto says = [&](const char* text) {
    return std::ranges::any_of(leg.explanation(),
                               [&](const auto& line) { return line.en() == text; });
  };
  EXPECT_TRUE(
      says("From when the investigation was first opened, before the reopening: 181 days."));
  EXPECT_TRUE(std::ranges::any_of(leg.explanation(), [](const auto& line) {
    return line.en().starts_with("Before the reopening, after 149 days: ");
  }));
  leg = LegOf(story.Ask(), LEG_DECIDE_MEASURES);
  EXPECT_EQ(Days(leg), "0");
  EXPECT_EQ(leg.whole_chain_days().min(), 32);
  EXPECT_TRUE(
      says("From when the investigation was first concluded, before the reopening: 32 days."));
  // The first time nothing was found, so nothing was to be decided on.
  story.facts()[2].mutable_investigation_concluded()->set_finding(FINDING_NOT_SUBSTANTIATED);
  EXPECT_FALSE(LegOf(story.Ask(), LEG_DECIDE_MEASURES).has_whole_chain_days());
  EXPECT_FALSE(LegOf(story.Ask("2026-06-30"), LEG_COMPLETE_INVESTIGATION).has_whole_chain_days())
      << "not reopened yet";
}

TEST(CompleteInvestigation, WhatWasNeverConcludedBeforeAReopeningIsCountedFromItsOpening) {
  Story story("2026-12-31");
  story.Add("o", "2026-01-03").mutable_investigation_opened();
  story.Add("closed", "2026-06-02").mutable_case_closed();
  story.Add("again", "2026-07-02").mutable_case_reopened();
  story.Add("c", "2026-07-03")
      .mutable_investigation_concluded()
      ->set_finding(FINDING_SUBSTANTIATED);
  story.Add("m", "2026-07-13").mutable_measure_decided()->set_measure("m1");
  const auto answer = story.Ask();
  const auto leg = LegOf(answer, LEG_COMPLETE_INVESTIGATION);
  EXPECT_EQ(leg.whole_chain_days().min(), 181);
  for (const auto& line : leg.explanation()) {
    EXPECT_FALSE(line.en().starts_with("Before the reopening"));
  }
  EXPECT_FALSE(LegOf(answer, LEG_DECIDE_MEASURES).has_whole_chain_days());
}

}  // namespace
}  // namespace skyndsamt::law::testing
