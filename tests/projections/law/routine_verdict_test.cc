// Against the authority's own routine: limits, versions, as_of and known_at.
#include <gtest/gtest.h>

#include "projections/law/policy.h"
#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// The verdict on telling the principal, from one stated time to another. Where it may be that the
// principal knew first, there may be a second round.
RoutineVerdict Told(const char* from, const char* to, const char* limit,
                    DayCount days = DAY_COUNT_CALENDAR, bool roll_forward = false) {
  Story story("2030-12-31");
  auto& set = story.Limit(LEG_REPORT_TO_PRINCIPAL, limit);
  set.set_days(days);
  set.set_roll_forward(roll_forward);
  story.Add("k", from).mutable_staff_learned();
  story.Add("p", to).mutable_principal_informed();
  return LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL, 1).routine().verdict();
}

TEST(Routine, ALimitInDaysEndsWithALocalDay) {
  EXPECT_EQ(Told("2026-03-02", "2026-03-09", "P7D"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-02T08:00", "2026-03-09T23:59", "P7D"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-02", "2026-03-10", "P7D"), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(Told("2026-03-02", "2026-03", "P7D"), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(Told("2026-03", "2026-05", "P7D"), ROUTINE_VERDICT_LATE);
}

TEST(Routine, TheSameDayIsALocalCalendarDay) {
  EXPECT_EQ(Told("2026-03-02T00:05", "2026-03-02T23:55", "P0D"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-02T23:55", "2026-03-03T00:05", "P0D"), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(Told("2026-03-02", "2026-03-02", "P0D"), ROUTINE_VERDICT_WITHIN);
}

TEST(Routine, AnIntervalThatEndsAtAMinuteEndsAtThatClockTime) {
  EXPECT_EQ(Told("2026-03-02T12:00", "2026-03-03/2026-03-03T12:00", "PT24H"),
            ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-02T12:00", "2026-03-03/2026-03-03T12:01", "PT24H"),
            ROUTINE_VERDICT_UNDETERMINED);
}

// 24 hours from Saturday 28 March 2026 12:00 end on Sunday at 13:00: the clocks go forward.
TEST(Routine, ALimitInHoursIsCountedAcrossAClockChange) {
  EXPECT_EQ(Told("2026-03-28T12:00", "2026-03-29T13:00", "PT24H"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-28T12:00", "2026-03-29T13:01", "PT24H"), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(Told("2026-10-24T12:00", "2026-10-25T11:00", "PT24H"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-10-24T12:00", "2026-10-25T11:01", "PT24H"), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(Told("2026-03-28", "2026-03-28", "PT24H"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-28", "2026-03-29", "PT24H"), ROUTINE_VERDICT_UNDETERMINED);
}

TEST(Routine, AMonthEndsOnTheSameNumberOrTheMonthsLast) {
  EXPECT_EQ(Told("2026-01-31", "2026-02-28", "P1M"), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-01-31", "2026-03-01", "P1M"), ROUTINE_VERDICT_LATE);
}

TEST(Routine, RollingForwardIsTheRoutinesOwnChoice) {
  // 2026-04-03 is långfredagen; the next working day is Tuesday the 7th.
  EXPECT_EQ(Told("2026-03-27", "2026-04-07", "P7D"), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(Told("2026-03-27", "2026-04-07", "P7D", DAY_COUNT_CALENDAR, true),
            ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2026-03-27", "2026-04-08", "P7D", DAY_COUNT_CALENDAR, true),
            ROUTINE_VERDICT_LATE);

  Story story("2026-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D").set_roll_forward(true);
  story.Add("k", "2026-03-27").mutable_staff_learned();
  story.Add("p", "2026-04-07").mutable_principal_informed();
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().due(), "2026-04-07");
  bool told = false;
  for (const auto& line : leg.explanation()) {
    told = told || line.sv().find("flyttat från 2026-04-03") != std::string::npos;
  }
  EXPECT_TRUE(told) << "which rule moved the date, and why";
}

TEST(Routine, WorkingDaysLeaveOutHolidaysAndEves) {
  EXPECT_EQ(Told("2025-12-19", "2026-01-07", "P7D", DAY_COUNT_WORKING), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(Told("2025-12-19", "2026-01-08", "P7D", DAY_COUNT_WORKING), ROUTINE_VERDICT_LATE);
}

TEST(Routine, WordsAloneSetNoLimit) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "").set_words("omgående");
  story.Add("k", "2021").mutable_staff_learned();
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_NO_LIMIT);
  EXPECT_EQ(leg.routine().words(), "omgående");
}

TEST(Routine, ALengthWithoutADateIsEnough) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D");
  story.Add("k", "2021").mutable_staff_learned();
  auto& told = story.After("p", "k", "P1D", "P5D");
  told.mutable_principal_informed();
  EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL).routine().verdict(),
            ROUTINE_VERDICT_WITHIN);
  told.mutable_happened()->mutable_relative()->set_at_least("P1M");
  told.mutable_happened()->mutable_relative()->set_at_most("P4M");
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(leg.days().min(), 28);
  EXPECT_EQ(leg.ended().edtf(), "k + P1M..P4M");
  story.facts()[1].mutable_happened()->set_edtf("unknown");
  EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL).days().min(), 28);
  EXPECT_EQ(WorkingDaysOf(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL)), "none");
}

// Some day in March and told on 21 days later: no March has 21 days with three working days among
// them, and none in which a week is put off by two.
TEST(Routine, ALengthIsTriedOnEveryDayItMayHaveBegun) {
  Story story("2026-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P3D").set_days(DAY_COUNT_WORKING);
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D").set_roll_forward(true);
  story.Add("k", "2026-03").mutable_staff_learned();
  story.After("p", "k", "P21D", "P21D").mutable_principal_informed();
  auto& notified = story.After("a", "p", "P12D", "P12D");
  notified.mutable_authority_notified();
  const auto answer = [&](Leg leg) { return LegOf(story.Ask(), leg, 1); };
  EXPECT_EQ(WorkingDaysOf(answer(LEG_REPORT_TO_PRINCIPAL)), "13..15");
  EXPECT_EQ(answer(LEG_REPORT_TO_PRINCIPAL).routine().verdict(), ROUTINE_VERDICT_LATE);
  // From 22 March to 21 April: a seventh day that is långfredagen gives way to the 7th.
  EXPECT_EQ(answer(LEG_NOTIFY_AUTHORITY).routine().verdict(), ROUTINE_VERDICT_LATE);
  notified.mutable_happened()->mutable_relative()->set_at_least("P11D");
  EXPECT_EQ(answer(LEG_NOTIFY_AUTHORITY).routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
}

// One or two weeks before a day from 10 April on: over Easter there are three working days from
// 1 April to the 8th, but that was too early, and four from långfredagen to the 10th.
TEST(Routine, ALengthAndADateAreTakenTogether) {
  Story story("2026-12-31");
  story.Limit(LEG_INFORM_GUARDIAN, "P3D").set_days(DAY_COUNT_WORKING);
  story.Add("g", "2026-04-10/2026-04-20").mutable_guardian_informed();
  auto& learned = story.After("k", "g", "P7D", "P14D");
  learned.mutable_staff_learned();
  learned.mutable_happened()->mutable_relative()->set_before("g");
  const auto leg = LegOf(story.Ask(), LEG_INFORM_GUARDIAN);
  EXPECT_EQ(WorkingDaysOf(leg), "4..10");
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE);
}

// Over more days than a year a length is compared with the limit's own least and most alone.
TEST(Routine, OverMoreThanAYearALengthIsNotFollowedDayByDay) {
  Story story("2026-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P3D").set_days(DAY_COUNT_WORKING);
  auto& learned = story.Add("k", "2024");  // a leap year, all of it
  learned.mutable_staff_learned();
  story.After("p", "k", "P21D", "P21D").mutable_principal_informed();
  const auto leg = [&] { return LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL, 1); };
  EXPECT_EQ(WorkingDaysOf(leg()), "9..15");  // fewest over Christmas
  EXPECT_EQ(leg().routine().verdict(), ROUTINE_VERDICT_LATE);
  learned.mutable_happened()->set_edtf("2024-01-01/2025-01-01");
  EXPECT_EQ(WorkingDaysOf(leg()), "0..21");
  EXPECT_EQ(leg().routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
}

TEST(Routine, TheVersionInForceWhenTheLegStartedCounts) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D", "2020-01-01");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D", "2021-06-01");
  auto& learned = story.Add("k", "2021-05-31");
  learned.mutable_staff_learned();
  story.Add("p", "2021-06-04").mutable_principal_informed();
  auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(leg.routine().version(), "r1");
  learned.mutable_happened()->set_edtf("2021-06-01");
  leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(leg.routine().version(), "r2");
}

TEST(Routine, WhereTheStartStraddlesVersionsBothApply) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D", "2020-01-01");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D", "2021-06-01");
  story.Add("k", "2021-05-31/2021-06-01").mutable_staff_learned();
  auto& told = story.Add("p", "2021-06-04");
  told.mutable_principal_informed();
  auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_TRUE(HasRemark(leg, REMARK_STRADDLES_VERSIONS));
  EXPECT_EQ(leg.routine().version(), "r1,r2");
  told.mutable_happened()->set_edtf("2021-08-01");
  leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE) << "late by either";
}

TEST(Routine, BeforeItsFirstVersionThereIsNoLimit) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D", "2021-06-01");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL).routine().verdict(),
            ROUTINE_VERDICT_NO_LIMIT);
}

TEST(Policy, KnowsOnlyWhatWasRecordedByThen) {
  PolicySet policy;
  RoutinePublished routine;
  routine.set_version("a");
  routine.set_from("2020-01-01");
  ASSERT_TRUE(policy.Publish(10, routine).ok());
  routine.set_version("b");  // the same day again: the one recorded last counts
  ASSERT_TRUE(policy.Publish(20, routine).ok());
  const Interval day = At(EndOfTime("2020-05-01"));
  EXPECT_EQ(policy.RoutinesIn(day, 5), std::vector<const RoutineVersion*>{nullptr});
  EXPECT_EQ(policy.RoutinesIn(day, 15).at(0)->published->version(), "a");
  EXPECT_EQ(policy.RoutinesIn(day, 25).at(0)->published->version(), "b");
  const PolicySet copy = policy;
  EXPECT_EQ(copy.RoutinesIn(day, 25).at(0)->published->version(), "b");
  EXPECT_EQ(copy.RoutinesIn(day, 25), policy.RoutinesIn(day, 25)) << "what was published is shared";

  routine.set_from("2020-02-31");
  EXPECT_FALSE(policy.Publish(30, routine).ok());
  routine.set_from("2020-01-01");
  routine.add_limits()->set_limit("7 days");
  EXPECT_FALSE(policy.Publish(30, routine).ok());
  EXPECT_EQ(policy.RoutinesIn(day, 40).at(0)->published->version(), "b") << "nothing was added";
}

TEST(Policy, RuleSetsAreKnownFromWhenTheyWereRecorded) {
  PolicySet policy;
  ASSERT_TRUE(policy.Publish(10, ShippedRules()).ok());
  EXPECT_EQ(policy.RuleSetVersion(5), "");
  EXPECT_TRUE(policy.Yardsticks(LEG_SOCIAL_SERVICES_REPORT, 5).empty());
  EXPECT_EQ(policy.RuleSetVersion(10), ShippedRules().version());
  EXPECT_EQ(policy.Yardsticks(LEG_SOCIAL_SERVICES_REPORT, 10).size(), 2u);
}

TEST(AsOf, BoundsAreNeverClippedIntoCertainty) {
  Story story("2021-12-31");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("p", "2021-03").mutable_principal_informed();
  const auto state = [&](const char* as_of) {
    return LegOf(story.Ask(as_of), LEG_REPORT_TO_PRINCIPAL).state();
  };
  EXPECT_EQ(state("2021-02-28"), LEG_STATE_NOT_STARTED);
  EXPECT_EQ(state("2021-03-15"), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(state("2021-03-31"), LEG_STATE_FULFILLED);
}

TEST(AsOf, WhatHappenedLaterHasNotHappenedYet) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("p", "2021-03-20").mutable_principal_informed();
  const auto verdict = [&](const char* as_of) {
    return LegOf(story.Ask(as_of), LEG_REPORT_TO_PRINCIPAL).routine().verdict();
  };
  EXPECT_EQ(verdict("2021-03-08"), ROUTINE_VERDICT_RUNNING) << "the last day is not over";
  EXPECT_EQ(verdict("2021-03-09"), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(verdict("2021-12-31"), ROUTINE_VERDICT_LATE);
}

TEST(KnownAt, CorrectionsNeverHideWhatTheyCorrected) {
  Story story("2021-12-31");
  story.RecordedAt("2021-03-01T12:00").Add("k", "2021-03-01").mutable_staff_learned();
  story.RecordedAt("2021-03-02T12:00").Add("p", "2021-03-02").mutable_principal_informed();
  auto& correction =
      *story.RecordedAt("2021-04-01T12:00").Add("c", "2021-04-01").mutable_correction();
  correction.set_of("p");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2021-03-20");
  correction.mutable_replacement()->mutable_principal_informed();
  auto& reversal =
      *story.RecordedAt("2021-05-01T12:00").Add("r", "2021-05-01").mutable_correction();
  reversal.set_of("c");
  reversal.set_withdrawn(true);
  const auto days = [&](const char* known_at) {
    return Days(LegOf(story.Ask("2021-12-31", known_at), LEG_REPORT_TO_PRINCIPAL));
  };
  EXPECT_EQ(days("2021-03-31"), "1");
  EXPECT_EQ(days("2021-04-30"), "19");
  EXPECT_EQ(days("2021-12-31"), "1");
}

TEST(Documentation, DoneInTimeButEnteredLateIsMarked) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D");
  story.RecordedAt("2021-03-01T12:00").Add("k", "2021-03-01").mutable_staff_learned();
  story.RecordedAt("2021-03-20T12:00").Add("p", "2021-03-02").mutable_principal_informed();
  const auto answer = story.Ask();
  const auto leg = LegOf(answer, LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_TRUE(HasRemark(leg, REMARK_DOCUMENTED_LATE));
  EXPECT_EQ(answer.observations_size(), 1);
}

TEST(Documentation, NoLagIsReadFromAnImportedFact) {
  Story story("2021-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("p", "2021-03-02").mutable_principal_informed();
  EXPECT_FALSE(HasRemark(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL), REMARK_DOCUMENTED_LATE));
}

}  // namespace
}  // namespace skyndsamt::law::testing
