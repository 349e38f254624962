// Moving the end of a duty later never improves its verdict: among all the facts of a case, and
// where only the length between two facts is known. One leg alone, with dates:
// judge_properties_test. Every failure prints the seed of its case.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "random_case.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// Undetermined lies between any two: only a step from a certain verdict to a better one is wrong.
bool Improved(PracticePosition from, PracticePosition to) {
  const auto badness = [](PracticePosition position) {
    return position == PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED     ? 0
           : position == PRACTICE_POSITION_BETWEEN                ? 1
           : position == PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED ? 2
                                                                  : -1;
  };
  return badness(to) >= 0 && badness(to) < badness(from);
}

void ExpectNoBetter(const LegTimeliness& before, const LegTimeliness& after) {
  if (before.routine().verdict() == ROUTINE_VERDICT_LATE) {
    EXPECT_EQ(after.routine().verdict(), ROUTINE_VERDICT_LATE);
  }
  EXPECT_FALSE(Improved(before.practice().position(), after.practice().position()));
  EXPECT_GE(after.days().min(), before.days().min());
  EXPECT_GE(after.working_days().min(), before.working_days().min());
}

std::string Start(const LegTimeliness& leg) {
  return leg.started().fact() + " " + leg.started().earliest() + " " + leg.started().latest();
}

// Whether another's time is told by that fact's.
bool MovesOthers(const Plan& plan, const std::string& id) {
  return std::ranges::any_of(plan.steps, [&](const Plan::Step& step) {
    const auto& relative = step.fact.happened().relative();
    return relative.before() == id || relative.after() == id;
  });
}

// The legs that the fact ends in both tellings, from the same start: moved far enough it may belong
// to another round, and another fact may end the leg.
TEST(CaseProperty, ALaterEndNeverImprovesWhatItEnds) {
  const unsigned first = FirstSeed(50'000);
  std::map<std::string, int> met;
  for (int n = 0; n < CasesToTry(6'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    Plan plan = Plan::Any(dice);
    const auto moved = static_cast<size_t>(dice.Throw(static_cast<int>(plan.steps.size())));
    std::optional<Time>& time = plan.steps[moved].time;
    const int by = 1 + dice.Throw(30);
    // The story is told by then.
    if (!time || time->open_end || time->last + by > absl::CivilDay(2021, 12, 31)) continue;
    Story told(kTold), told_later(kTold);
    const std::string& id = plan.steps[moved].fact.id();
    if (MovesOthers(plan, id)) continue;
    plan.Tell(told);
    time->first += by;
    time->last += by;
    plan.Tell(told_later);
    std::map<std::string, LegTimeliness> later;
    const Timeliness before = told.Ask(), after = told_later.Ask();
    if (before.contradictions_size() + after.contradictions_size() > 0) continue;
    for (const auto& leg : after.legs()) later[Key(leg)] = leg;
    for (const auto& leg : before.legs()) {
      if (leg.state() != LEG_STATE_FULFILLED || leg.ended().fact() != id) continue;
      const auto found = later.find(Key(leg));
      if (found == later.end() || found->second.state() != LEG_STATE_FULFILLED) continue;
      if (found->second.ended().fact() != id || Start(leg) != Start(found->second)) continue;
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + id + " by " + std::to_string(by) + " " +
                   Key(leg) + plan.Text());
      ExpectNoBetter(leg, found->second);
      ++met[Leg_Name(leg.leg())];
      if (leg.routine().verdict() != found->second.routine().verdict()) ++met["worse"];
    }
    if (::testing::Test::HasFailure()) return;
  }
  if (CasesToTry(0) != 0) return;
  for (int leg = LEG_REPORT_TO_PRINCIPAL; leg <= LEG_ANSWER_COMPLAINT; ++leg) {
    EXPECT_GT(met[Leg_Name(static_cast<Leg>(leg))], 3) << Leg_Name(static_cast<Leg>(leg));
  }
  EXPECT_GT(met["worse"], 10);
}

// "About three months later": no date is known of either, but how long it was is.
TEST(LegProperty, ALongerStatedLengthNeverImproves) {
  const unsigned first = FirstSeed(60'000);
  std::map<std::string, int> met;
  const auto days = [](int n) { return "P" + std::to_string(n) + "D"; };
  for (int n = 0; n < CasesToTry(2'000); ++n) {
    Dice dice(first + static_cast<unsigned>(n));
    const std::string start = Time::Any(dice).Edtf();
    const int least = dice.Throw(40), most = least + dice.Throw(20), by = 1 + dice.Throw(20);
    const char* limits[] = {"P7D", "P1M", "P5D", "P30D"};
    const std::string limit = limits[dice.Throw(4)];
    const auto working = dice.Once(3) ? DAY_COUNT_WORKING : DAY_COUNT_CALENDAR;
    const bool rolls = dice.Once(3);
    const auto ask = [&](int more) {
      Story story("2023-12-31");
      auto& own = story.Limit(LEG_NOTIFY_AUTHORITY, limit);
      own.set_days(limit == "P1M" ? DAY_COUNT_CALENDAR : working);
      own.set_roll_forward(rolls);
      story.Add("start", start).mutable_principal_informed();
      story.After("end", "start", days(least + more), days(most + more))
          .mutable_authority_notified();
      return LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY, 1);
    };
    const LegTimeliness before = ask(0), after = ask(by);
    SCOPED_TRACE("seed " + std::to_string(first + static_cast<unsigned>(n)) + " " + start + ", " +
                 days(least) + " to " + days(most) + ", by " + days(by) + ", limit " + limit);
    ExpectNoBetter(before, after);
    ++met[RoutineVerdict_Name(before.routine().verdict())];
    if (before.routine().verdict() != after.routine().verdict()) ++met["worse"];
    if (::testing::Test::HasFailure()) return;
  }
  if (CasesToTry(0) != 0) return;
  EXPECT_GT(met["ROUTINE_VERDICT_WITHIN"], 100);
  EXPECT_GT(met["ROUTINE_VERDICT_LATE"], 300);
  EXPECT_GT(met["worse"], 200);
}

}  // namespace
}  // namespace skyndsamt::law::testing
