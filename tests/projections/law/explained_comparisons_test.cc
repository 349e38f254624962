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
