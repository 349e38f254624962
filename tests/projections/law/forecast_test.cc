// What the law says of instants that have not come yet, and that it says the same when they have.
#include "projections/law/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "random_case.h"
#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

std::vector<std::string> InOrder(const Forecast& forecast) {
  std::vector<std::string> legs;
  for (const ForecastStep& step : forecast.steps()) legs.push_back(Leg_Name(step.leg()));
  return legs;
}

ForecastStep StepOf(const Forecast& forecast, Leg leg) {
  for (const ForecastStep& step : forecast.steps()) {
    if (step.leg() == leg) return step;
  }
  ADD_FAILURE() << "nothing waits for " << Leg_Name(leg);
  return {};
}

// Told to the principal on 1 March; a week to notify the authority, two to begin.
Story ToldThePrincipal() {
  Story story("2021-03-05");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.Limit(LEG_START_INVESTIGATION, "P14D");
  story.Add("p", "2021-03-01").mutable_principal_informed();
  return story;
}

TEST(Forecast, SaysWhatWouldBeLateIfNothingIsDone) {
  Story story = ToldThePrincipal();
  const Forecast forecast = Foresee(story.FileAt("2021-03-05"), EndOfTime("2021-03-10"));
  const ForecastStep notify = StepOf(forecast, LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(notify.due(), "2021-03-08");
  EXPECT_EQ(notify.late_from(), FormatInstant(EndOfTime("2021-03-08") + 1));
  EXPECT_EQ(notify.limit(), "P7D");
  EXPECT_EQ(notify.verdict_now(), ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(notify.verdict_then(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(notify.days_then().min(), 9);
  const ForecastStep start = StepOf(forecast, LEG_START_INVESTIGATION);
  EXPECT_EQ(start.verdict_then(), ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(start.due(), "2021-03-15");
}

TEST(Forecast, WhatIsDueFirstComesFirstAndWhatHasNoDateLast) {
  Story story = ToldThePrincipal();
  EXPECT_THAT(InOrder(Foresee(story.FileAt("2021-03-05"), EndOfTime("2021-03-10"))),
              ::testing::ElementsAre("LEG_NOTIFY_AUTHORITY", "LEG_START_INVESTIGATION",
                                     "LEG_INFORM_GUARDIAN"));
}

// A plan "about March" is due in March, though only May would be late for certain.
TEST(Forecast, AnApproximatePlanIsSortedByTheDateItNames) {
  Story story("2021-03-05");
  story.Limit(LEG_COMPLETE_INVESTIGATION, "P1M");
  story.Add("o", "2021-03-02").mutable_investigation_opened();
  auto& decided = *story.Add("d", "2021-03-03").mutable_measure_decided();
  decided.set_measure("m");
  decided.set_due("2021-03~");
  const Forecast forecast = Foresee(story.FileAt("2021-03-05"), EndOfTime("2021-03-10"));
  EXPECT_THAT(InOrder(forecast),
              ::testing::ElementsAre("LEG_CARRY_OUT_MEASURES", "LEG_COMPLETE_INVESTIGATION"));
  EXPECT_EQ(StepOf(forecast, LEG_CARRY_OUT_MEASURES).late_from(),
            FormatInstant(EndOfTime("2021-04-30") + 1));
}

// Told at some time in March: thirty days from then may be over that month, and are in April.
TEST(Forecast, AnImpreciseStartIsDueBetweenTwoDaysAndPerhapsLateInBetween) {
  Story story("2021-03-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P30D");
  story.Add("p", "2021-03").mutable_principal_informed();
  const auto by = [&](const char* day) {
    return StepOf(Foresee(story.FileAt("2021-03-31"), EndOfTime(day)), LEG_NOTIFY_AUTHORITY);
  };
  EXPECT_EQ(by("2021-03-31").due(), "");
  EXPECT_EQ(by("2021-03-31").perhaps_late_from(), FormatInstant(EndOfTime("2021-03-31") + 1));
  EXPECT_EQ(by("2021-03-31").late_from(), FormatInstant(EndOfTime("2021-04-30") + 1));
  EXPECT_FALSE(by("2021-03-31").perhaps_late_then());
  EXPECT_TRUE(by("2021-04-01").perhaps_late_then());
  EXPECT_EQ(by("2021-04-01").verdict_then(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_TRUE(by("2021-05-01").perhaps_late_then());
  EXPECT_EQ(by("2021-05-01").verdict_then(), ROUTINE_VERDICT_LATE);
}

// The routine asks for a police report from the 16th on, and the principal was told in March.
TEST(Forecast, ADutyThatPerhapsDidNotAriseWaitsAsSuchAndIsNeverLateForCertain) {
  Story story("2026-04-30");
  story.Limit(LEG_POLICE_REPORT, "P2D", "2026-03-16").set_required(true);
  story.Add("p", "2026-03").mutable_principal_informed();
  const ForecastStep step =
      StepOf(Foresee(story.FileAt("2026-04-30"), EndOfTime("2026-05-10")), LEG_POLICE_REPORT);
  EXPECT_TRUE(step.uncertain());
  EXPECT_EQ(step.verdict_then(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(step.late_from(), "");
  story.Add("r", "2026-04-20").mutable_police_reported();
  for (const Waiting& waiting : story.Steps()) EXPECT_NE(waiting.leg, LEG_POLICE_REPORT);
}

// At some time after the 5th the principal was told, and on the 20th it is not certain that it had
// been done: it waits. Had it been at the earliest on the 15th, it is late done or undone.
TEST(Forecast, WhatPerhapsIsNotDoneWaitsAndIsLateOnlyIfItIsEitherWay) {
  Story story("2026-04-30");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D");
  story.Add("k", "2026-03-02").mutable_staff_learned();
  auto& told = story.Add("p", "2026-03-05/2026-05-20");
  told.mutable_principal_informed();
  const auto by = [&](const char* day) {
    return StepOf(Foresee(story.FileAt(day), EndOfTime(day)), LEG_REPORT_TO_PRINCIPAL);
  };
  ASSERT_EQ(LegOf(story.Ask("2026-03-20"), LEG_REPORT_TO_PRINCIPAL).state(),
            LEG_STATE_UNDETERMINED);
  EXPECT_TRUE(by("2026-03-20").uncertain());
  EXPECT_EQ(by("2026-03-20").late_from(), "");
  EXPECT_TRUE(by("2026-03-20").perhaps_late_then());
  EXPECT_EQ(by("2026-03-09").verdict_then(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_FALSE(by("2026-03-09").perhaps_late_then()) << "done or not, it is in time that day";
  told.mutable_happened()->set_edtf("2026-03-15/2026-05-20");
  EXPECT_TRUE(by("2026-03-20").uncertain());
  EXPECT_EQ(by("2026-03-20").verdict_then(), ROUTINE_VERDICT_LATE) << "told late, or not yet";
  EXPECT_EQ(by("2026-03-20").late_from(), FormatInstant(EndOfTime("2026-03-09") + 1));
}

TEST(Forecast, AClosedCaseTakesTheInvestigationOnlyWhenItIsReopened) {
  Story story = ToldThePrincipal();
  EXPECT_FALSE(
      StepOf(Foresee(story.FileAt("2021-03-05"), EndOfTime("2021-03-10")), LEG_START_INVESTIGATION)
          .after_reopening());
  story.Add("closed", "2021-03-04").mutable_case_closed();
  const Forecast forecast = Foresee(story.FileAt("2021-03-05"), EndOfTime("2021-03-10"));
  EXPECT_TRUE(StepOf(forecast, LEG_START_INVESTIGATION).after_reopening());
  EXPECT_FALSE(StepOf(forecast, LEG_NOTIFY_AUTHORITY).after_reopening());
}

RoutineVerdict VerdictAt(CaseFile file, const Waiting& step, Micros as_of) {
  file.as_of = as_of;
  const Timeliness answer = Judge(file);
  for (const LegTimeliness& leg : answer.legs()) {
    if (leg.leg() == step.leg && leg.round() == step.round && leg.measure() == step.measure &&
        leg.guardian() == step.guardian && leg.request() == step.request) {
      return leg.routine().verdict();
    }
  }
  return ROUTINE_VERDICT_UNSPECIFIED;
}

// When everything has happened only time passes: to the microsecond a step is late from when the
// forecast said, and what has no such instant is never late.
TEST(ForecastProperty, NamesTheVeryInstantFromWhichAStepIsLate) {
  const unsigned first = FirstSeed(70'000);
  std::map<std::string, int> met;
  for (int n = 0; n < CasesToTry(600); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    plan.Tell(story);
    // Of the plan's own limits most have run out by then.
    for (int leg = LEG_REPORT_TO_PRINCIPAL; leg <= LEG_ANSWER_COMPLAINT; ++leg) {
      constexpr const char* kLong[] = {"P1Y", "P400D", "P7M10D", "PT9000H"};
      if (dice.Once(2)) story.Limit(static_cast<Leg>(leg), kLong[dice.Throw(4)], "2021-03-01");
    }
    const CaseFile file = story.FileAt(kTold);
    for (const auto& step : WaitingSteps(file)) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + Leg_Name(step.leg) + plan.Text());
      EXPECT_EQ(step.late, step.late_after && *step.late_after < file.as_of);
      if (!step.late_after) {
        EXPECT_NE(VerdictAt(file, step, EndOfTime("2099-12-31")), ROUTINE_VERDICT_LATE);
        ++met["never"];
        continue;
      }
      if (step.late) {
        ++met["late"];
        continue;
      }
      EXPECT_NE(VerdictAt(file, step, *step.late_after), ROUTINE_VERDICT_LATE);
      EXPECT_EQ(VerdictAt(file, step, *step.late_after + 1), ROUTINE_VERDICT_LATE);
      ++met[step.due.empty() ? "not yet, from an uncertain start" : "not yet"];
    }
    if (::testing::Test::HasFailure()) return;
  }
  if (CasesToTry(0) != 0) return;
  for (const char* what : {"never", "late", "not yet", "not yet, from an uncertain start"}) {
    EXPECT_GT(met[what], 30) << what;
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
