// What settles an answer that is not a date: a length, a correction, a finding, or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "settled.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(Settling, ALimitInHoursIsSettledByALengthInHours) {
  Story story = Notified("2017-10", "2017-10/2017-11", "PT24H");
  const auto found = Of(LegOf(Settled(story), LEG_NOTIFY_AUTHORITY), QUESTION_ROUTINE);
  const auto length = std::ranges::find(found, SETTLED_BY_LENGTH, &Settling::by);
  ASSERT_NE(length, found.end());
  EXPECT_EQ(length->earlier().bound(), "PT23H");
}

TEST(Settling, WhereDecisionsDifferNoDateDoes) {
  PolicySet policy;
  ASSERT_TRUE(policy.Publish(0, ShippedRules()).ok());
  YardsticksPublished differ;
  differ.set_version("1");
  for (const auto& [days, outcome] :
       {std::pair(10, YARDSTICK_OUTCOME_ACCEPTED), {5, YARDSTICK_OUTCOME_CRITICISED}}) {
    Yardstick& yardstick = *differ.add_yardsticks();
    yardstick.set_id(std::to_string(days));
    yardstick.set_leg(LEG_NOTIFY_AUTHORITY);
    yardstick.set_days(days);
    yardstick.set_outcome(outcome);
  }
  ASSERT_TRUE(policy.Publish(0, differ).ok());
  Story story = Notified("2017-10-04", "2017-10-11", "P7D");
  CaseFile file = story.FileAt("2017-12-31");
  file.policy = &policy;
  Timeliness answer = Judge(file);
  Settle(file, answer);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_EQ(leg.practice().position(), PRACTICE_POSITION_UNDETERMINED);
  const auto found = Of(leg, QUESTION_PRACTICE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].by(), SETTLED_BY_NOTHING);
}

TEST(Settling, AContradictionMustBeCorrected) {
  Story story("2017-12-31");
  story.After("p", "a", "P2D").mutable_principal_informed();
  story.After("a", "p", "P1D").mutable_authority_notified();
  const auto found = Of(LegOf(Settled(story), LEG_NOTIFY_AUTHORITY), QUESTION_STATE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].by(), SETTLED_BY_CORRECTION);
  EXPECT_THAT(found[0].facts(), UnorderedElementsAre("p", "a"));
  auto& correction = *story.Add("r", "2017-12-01").mutable_correction();
  correction.set_of("p");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2017-10-01");
  correction.mutable_replacement()->mutable_principal_informed();
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_FULFILLED);
}

// Whether it was withdrawn by then hangs on a date that contradicts another: no better one is asked
// for, the two are to be corrected.
TEST(Settling, NoDateOfWhatIsContradictedIsAskedFor) {
  Story story("2018-12-31");
  story.Add("d", "2017-03-01").mutable_measure_decided()->set_measure("m");
  story.Add("w", "2017-10/2018-10").mutable_measure_withdrawn()->set_measure("m");
  const auto names_it = [&] {
    const CaseFile file = story.FileAt("2017-12-31");
    Timeliness answer = Judge(file);
    Settle(file, answer);
    const auto leg = LegOf(answer, LEG_CARRY_OUT_MEASURES);
    EXPECT_EQ(leg.state(), LEG_STATE_UNDETERMINED);
    return std::ranges::any_of(Of(leg, QUESTION_STATE), [](const Settling& settling) {
      return std::ranges::count(settling.facts(), "w") != 0;
    });
  };
  EXPECT_TRUE(names_it());
  story.After("talk", "w", "P5Y").mutable_conversation_held();
  EXPECT_FALSE(names_it());
}

TEST(Settling, AFindingThatIsNotOnRecord) {
  Story story("2017-12-31");
  story.Add("o", "2017-03-01").mutable_investigation_opened();
  story.Add("c", "2017-03-09").mutable_investigation_concluded();
  const auto found = Of(LegOf(Settled(story), LEG_DECIDE_MEASURES), QUESTION_STATE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].by(), SETTLED_BY_FINDING);
  EXPECT_THAT(found[0].facts(), ElementsAre("c"));
  Find(story, "c").mutable_investigation_concluded()->set_finding(FINDING_SUBSTANTIATED);
  EXPECT_EQ(LegOf(story.Ask(), LEG_DECIDE_MEASURES).state(), LEG_STATE_PENDING);
}

}  // namespace
}  // namespace skyndsamt::law::testing
