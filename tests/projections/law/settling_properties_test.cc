// Of whatever case: an answer that is undetermined says what would settle it.
#include <gtest/gtest.h>

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
  for (const auto& [by, times] : met) {
    RecordProperty(by, times);
    std::printf("%s %d\n", by.c_str(), times);
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
