// What is said of the routine and of published decisions, where that is more than the usual.
#include "projections/law/explained_comparisons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy_story.h"
#include "projections/law/explained_times.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Lines(const LegTimeliness& leg) {
  std::vector<std::string> lines;
  for (const auto& line : leg.explanation()) lines.push_back(line.en());
  return lines;
}

// 1 April 2021 is a Thursday, Good Friday the 2nd, Easter Monday the 5th.
TEST(ExplainedComparisons, TheDaysThatALimitInWorkingDaysLeavesOutAreNamed) {
  Story story("2021-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P2D").set_days(DAY_COUNT_WORKING);
  story.Add("p", "2021-04-01").mutable_principal_informed();
  story.Add("a", "2021-04-07").mutable_authority_notified();
  const auto leg = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.routine().due(), "2021-04-07");
  EXPECT_THAT(Lines(leg), Contains("Saturdays and Sundays are not counted, nor are Good Friday "
                                   "2021-04-02, Easter Monday 2021-04-05."));
}

TEST(ExplainedComparisons, TheDayItStartsIsNotNamedAsLeftOut) {
  const absl::CivilDay good_friday(2021, 4, 2);
  EXPECT_EQ(NamedDaysOff(good_friday, good_friday + 4, {}).en, "Easter Monday 2021-04-05");
}

LegTimeliness ToldOnTheFifthDay(const std::string& reach) {
  PolicyStory story;
  story.Routine(
      "version: 'old' from: '2020-01-01' limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P7D' }");
  story.Routine(
      "version: 'new' from: '2021-06-01' limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P2D' } "
      "reach: " +
      reach);
  story.Fact("k", "2021-05-28", "staff_learned {}");
  story.Fact("p", "2021-06-02", "principal_informed {}");
  return story.Leg(LEG_REPORT_TO_PRINCIPAL, "2022-12-31");
}

TEST(ExplainedComparisons, AVersionThatReachedWhatWasUnderWaySaysSo) {
  EXPECT_THAT(Lines(ToldOnTheFifthDay("POLICY_REACH_RUNNING")),
              Contains("The version also applies to what was under way when it came into force."));
  EXPECT_THAT(Lines(ToldOnTheFifthDay("POLICY_REACH_RUNNING_ANEW")),
              Contains("The version also applies to what was under way when it came into force, "
                       "and its time is counted from 2021-06-01."));
  EXPECT_THAT(Lines(ToldOnTheFifthDay("POLICY_REACH_STARTED")),
              ::testing::Not(Contains(HasSubstr("under way"))));
}

// What is said, in one language, of the calendar between the start and the last instant in time.
void AddCalendarLines(const ReasonNode& node, bool swedish, std::vector<std::string>& lines) {
  const bool last = node.text().en().starts_with("So by ");
  for (const auto& ground : node.grounds()) {
    if (last) lines.push_back(swedish ? ground.text().sv() : ground.text().en());
    AddCalendarLines(ground, swedish, lines);
  }
}

// The last day, and the calendar's part in it, of a duty that began on that day and is counted anew
// from Thursday 5 February 2026, or another day.
std::vector<std::string> CountedAnew(const std::string& limit, const std::string& informed,
                                     const std::string& from = "2026-02-05", bool swedish = false) {
  PolicyStory story;
  story.Routine("version: 'new' reach: POLICY_REACH_RUNNING_ANEW from: '" + from +
                "' limits { leg: LEG_NOTIFY_AUTHORITY " + limit + " }");
  story.Fact("p", informed, "principal_informed {}");
  const LegTimeliness leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2026-12-31");
  std::vector<std::string> lines{leg.routine().due()};
  AddCalendarLines(leg.reasons(), swedish, lines);
  return lines;
}

TEST(ExplainedComparisons, WhatIsCountedAnewIsExplainedFromTheDayItIsCountedFrom) {
  // The month of the day it began on lacks nothing any more; that of the new first day does.
  EXPECT_THAT(CountedAnew("limit: 'P1M'", "2026-01-31"), ElementsAre("2026-03-05"));
  EXPECT_THAT(
      CountedAnew("limit: 'P1M'", "2026-01-15", "2026-01-31"),
      ElementsAre("2026-02-28", "The month has no day 31, so the time ends on its last day."));
  EXPECT_THAT(CountedAnew("limit: 'P1M'", "2026-01-15", "2026-01-31", /*swedish=*/true),
              ElementsAre("2026-02-28", "Månaden saknar dag 31, så tiden slutar dess sista dag."));
  // Christmas had passed.
  EXPECT_THAT(CountedAnew("limit: 'P3D' days: DAY_COUNT_WORKING", "2025-12-22"),
              ElementsAre("2026-02-10", "Saturdays and Sundays are not counted."));
  EXPECT_THAT(CountedAnew("limit: 'P3D' days: DAY_COUNT_WORKING", "2025-12-22", "2026-02-05",
                          /*swedish=*/true),
              ElementsAre("2026-02-10", "Lördagar och söndagar räknas inte."));
  // It had begun in summer time.
  EXPECT_THAT(CountedAnew("limit: 'PT24H'", "2025-10-01"),
              ElementsAre("2026-02-06T00:00:00+01:00"));
  EXPECT_THAT(CountedAnew("limit: 'PT24H'", "2026-01-15", "2026-03-29"),
              ElementsAre("2026-03-30T01:00:00+02:00",
                          "The clocks went forward in between; hours are counted as they pass."));
  // Neither does an open beginning take the calendar's part away.
  EXPECT_THAT(
      CountedAnew("limit: 'P1M'", "/2026-01-15", "2026-01-31"),
      ElementsAre("2026-02-28", "The month has no day 31, so the time ends on its last day."));
}

TEST(ExplainedComparisons, AStartThatStraddlesTwoVersionsSaysSo) {
  PolicyStory story;
  story.Routine(
      "version: 'old' from: '2020-01-01' limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P7D' }");
  story.Routine(
      "version: 'new' from: '2021-06-01' limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P2D' }");
  story.Fact("k", "2021-05-30/2021-06-01", "staff_learned {}");
  story.Fact("p", "2021-06-05", "principal_informed {}");
  EXPECT_THAT(Lines(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2022-12-31")),
              Contains("The start may lie in several versions of the routine (old,new); all were "
                       "applied."));
}

TEST(ExplainedComparisons, ADecisionIsPointedToByItsId) {
  PolicyStory story;
  story.Yardsticks(
      "version: '1' yardsticks { id: 'own' leg: LEG_NOTIFY_AUTHORITY days: 21 outcome: "
      "YARDSTICK_OUTCOME_CRITICISED conduct_en: 'three weeks' source: 'Skolinspektionen 2026' }");
  story.Fact("p", "2024-03-01", "principal_informed {}");
  const auto leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31");
  const auto& practice = leg.reasons().grounds();
  const auto points_to = [](const ReasonNode& conclusion) {
    return std::ranges::any_of(conclusion.grounds(), [](const ReasonNode& node) {
      return node.text().en().starts_with("Criticised: three weeks (Skolinspektionen 2026)") &&
             node.stands_on().yardstick() == "own" &&
             node.stands_on().citation() == "Skolinspektionen 2026";
    });
  };
  EXPECT_TRUE(std::ranges::any_of(practice, points_to)) << leg.reasons().DebugString();
}

}  // namespace
}  // namespace skyndsamt::law::testing
