// Of whatever case: an answer that is undetermined says what would settle it, be it a fact that
// nobody recorded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "projections/law/settling.h"
#include "random_case.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

std::vector<Question> Undetermined(const LegTimeliness& leg) {
  std::vector<Question> open;
  if (leg.state() == LEG_STATE_UNDETERMINED) open.push_back(QUESTION_STATE);
  if (leg.routine().verdict() == ROUTINE_VERDICT_UNDETERMINED) open.push_back(QUESTION_ROUTINE);
  if (leg.practice().position() == PRACTICE_POSITION_UNDETERMINED) {
    open.push_back(QUESTION_PRACTICE);
  }
  return open;
}

Story Concluded() {
  Story story("2017-12-31");
  story.Limit(LEG_START_INVESTIGATION, "P7D", "1990-01-01");
  story.Limit(LEG_COMPLETE_INVESTIGATION, "P14D", "1990-01-01");
  story.Add("a", "2017-03-01").mutable_authority_notified();
  story.Add("c", "2017-05-10")
      .mutable_investigation_concluded()
      ->set_finding(FINDING_SUBSTANTIATED);
  return story;
}

// Nobody recorded when the investigation was opened: it ends one duty and begins another.
TEST(Settling, AnOpeningThatIsNotOnRecord) {
  for (const auto& [leg, last, before, after] :
       {std::tuple(LEG_START_INVESTIGATION, "2017-03-08", ROUTINE_VERDICT_WITHIN,
                   ROUTINE_VERDICT_LATE),
        std::tuple(LEG_COMPLETE_INVESTIGATION, "2017-04-25", ROUTINE_VERDICT_LATE,
                   ROUTINE_VERDICT_WITHIN)}) {
    Story story = Concluded();
    const CaseFile file = story.FileAt("2017-12-31");
    Timeliness answer = Judge(file);
    Settle(file, answer);
    const auto told = LegOf(answer, leg);
    ASSERT_EQ(told.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED) << Leg_Name(leg);
    ASSERT_EQ(told.settling_size(), 1) << told.DebugString();
    const Settling& settling = told.settling(0);
    EXPECT_EQ(settling.by(), SETTLED_BY_MISSING_START);
    EXPECT_TRUE(settling.either_way());
    EXPECT_EQ(settling.earlier().bound(), last);
    EXPECT_EQ(settling.earlier().routine(), before);
    EXPECT_EQ(settling.later().routine(), after);
    EXPECT_THAT(settling.text().sv(),
                ::testing::HasSubstr("en uppgift om när utredningen inleddes. Den saknas."));
    for (const auto& side : {settling.earlier(), settling.later()}) {
      Story opened = Concluded();
      opened.Add("o", side.bound()).mutable_investigation_opened();
      EXPECT_EQ(LegOf(opened.Ask(), leg).routine().verdict(), side.routine()) << side.bound();
    }
  }
}

TEST(SettlingProperty, WhatIsUndeterminedSaysWhatWouldSettleIt) {
  const unsigned first = FirstSeed(70'000);
  std::map<std::string, int> met;
  for (int n = 0; n < CasesToTry(60); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    plan.Tell(story);
    const std::string as_of = dice.Once(3) ? kTold : dice.AnyDay();
    const CaseFile file = story.FileAt(as_of);
    Timeliness answer = Judge(file);
    Settle(file, answer);
    SCOPED_TRACE("seed " + std::to_string(seed) + " as of " + as_of + plan.Text());
    for (const auto& leg : answer.legs()) {
      for (const Question question : Undetermined(leg)) {
        const auto says = std::ranges::find(leg.settling(), question, &Settling::question);
        EXPECT_NE(says, leg.settling().end()) << Key(leg) << " " << Question_Name(question);
        if (says == leg.settling().end()) continue;
        EXPECT_FALSE(says->text().sv().empty());
        ++met[SettledBy_Name(says->by())];
      }
    }
  }
  if (CasesToTry(0) != 0) return;
  int all = 0;
  for (const auto& [by, times] : met) all += times;
  EXPECT_GT(all, 250);
  EXPECT_LT(met[SettledBy_Name(SETTLED_BY_UNSPECIFIED)] * 50, all) << "nearly always found";
  for (const SettledBy by :
       {SETTLED_BY_TIME, SETTLED_BY_TIMES, SETTLED_BY_MISSING_START, SETTLED_BY_CORRECTION}) {
    EXPECT_GT(met[SettledBy_Name(by)], 5) << SettledBy_Name(by);
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
