// One leg at a time, with nothing beside it: what a better date and a later end may do to a
// verdict. Every failure prints the seed of its case.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "projections/law/holidays.h"
#include "random_case.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// The facts that start and end a leg, and what else it needs to be asked for.
struct OneLeg {
  Leg leg;
  std::function<void(Fact&)> start;
  std::function<void(Fact&)> end;
  std::function<void(Story&)> besides = [](Story&) {};
};

void Conclude(Fact& fact) {
  fact.mutable_investigation_concluded()->set_finding(FINDING_SUBSTANTIATED);
}

void FollowUp(Fact& fact) {
  fact.mutable_measure_followed_up()->set_measure("m");
  fact.mutable_measure_followed_up()->set_effect(EFFECT_SHOWN);
}

const OneLeg kLegs[] = {
    {LEG_REPORT_TO_PRINCIPAL, [](Fact& f) { f.mutable_staff_learned(); },
     [](Fact& f) { f.mutable_principal_informed(); }},
    {LEG_NOTIFY_AUTHORITY, [](Fact& f) { f.mutable_principal_informed(); },
     [](Fact& f) { f.mutable_authority_notified(); }},
    {LEG_START_INVESTIGATION, [](Fact& f) { f.mutable_authority_notified(); },
     [](Fact& f) { f.mutable_investigation_opened(); }},
    {LEG_COMPLETE_INVESTIGATION, [](Fact& f) { f.mutable_investigation_opened(); }, Conclude},
    {LEG_DECIDE_MEASURES, Conclude, [](Fact& f) { f.mutable_measure_decided()->set_measure("m"); }},
    {LEG_CARRY_OUT_MEASURES, [](Fact& f) { f.mutable_measure_decided()->set_measure("m"); },
     [](Fact& f) { f.mutable_measure_carried_out()->set_measure("m"); }},
    {LEG_FOLLOW_UP, [](Fact& f) { f.mutable_measure_carried_out()->set_measure("m"); }, FollowUp},
    {LEG_EVALUATE_MEASURES, FollowUp, [](Fact& f) { f.mutable_measures_evaluated(); }},
    {LEG_INFORM_GUARDIAN, [](Fact& f) { f.mutable_staff_learned(); },
     [](Fact& f) { f.mutable_guardian_informed(); }},
    {LEG_FEED_BACK_TO_GUARDIAN, Conclude, [](Fact& f) { f.mutable_guardian_given_feedback(); }},
    {LEG_FEED_BACK_TO_AUTHORITY, Conclude, [](Fact& f) { f.mutable_authority_given_feedback(); },
     [](Story& story) { story.Accused(ACCUSED_KIND_STAFF); }},
    {LEG_SOCIAL_SERVICES_REPORT, [](Fact& f) { f.mutable_concern_arisen(); },
     [](Fact& f) { f.mutable_social_services_reported(); }},
    {LEG_WORK_ENVIRONMENT_REPORT, [](Fact& f) { f.mutable_serious_event(); },
     [](Fact& f) { f.mutable_work_environment_reported(); }},
    {LEG_POLICE_REPORT, [](Fact& f) { f.mutable_principal_informed(); },
     [](Fact& f) { f.mutable_police_reported(); }},
    {LEG_ANSWER_DOCUMENTS_REQUEST,
     [](Fact& f) { f.mutable_documents_requested()->set_request("r"); },
     [](Fact& f) { f.mutable_documents_answered()->set_request("r"); }},
    {LEG_ANSWER_COMPLAINT, [](Fact& f) { f.mutable_complaint_received()->set_complaint("k"); },
     [](Fact& f) { f.mutable_complaint_answered()->set_complaint("k"); }},
};
static_assert(std::size(kLegs) == Leg_ARRAYSIZE - 1, "every leg");

struct Setting {
  const char* limit;
  DayCount days = DAY_COUNT_CALENDAR;
  bool roll_forward = false;
};
constexpr Setting kSettings[] = {{"P0D"},
                                 {"P7D"},
                                 {"P1M"},
                                 {"PT24H"},
                                 {"PT240H"},
                                 {"P5D", DAY_COUNT_WORKING},
                                 {"P7D", DAY_COUNT_CALENDAR, true},
                                 {"P1M", DAY_COUNT_CALENDAR, true}};

// A story of the leg's start, for its end to be added to.
Story Begun(const OneLeg& one, const Time& start, const Setting& setting) {
  Story story(kTold);
  auto& limit = story.Limit(one.leg, setting.limit);
  limit.set_days(setting.days);
  limit.set_roll_forward(setting.roll_forward);
  one.besides(story);
  one.start(story.Add("start", start.Edtf()));
  return story;
}

LegTimeliness Answered(const OneLeg& one, Story& story, std::string_view as_of) {
  // A request that was not made by then has no leg yet.
  for (const Timeliness answer = story.Ask(as_of); const auto& leg : answer.legs()) {
    if (leg.leg() == one.leg && leg.round() <= 1) return leg;
  }
  LegTimeliness none;
  none.set_state(LEG_STATE_NOT_STARTED);
  return none;
}

LegTimeliness Ask(const OneLeg& one, const Time& start, const Time& end, const Setting& setting,
                  std::string_view as_of = kTold) {
  Story story = Begun(one, start, setting);
  one.end(story.Add("end", end.Edtf()));
  return Answered(one, story, as_of);
}

// What counting the days one by one says: the last day in time, and the working days.
absl::CivilDay DueByCounting(absl::CivilDay start, const Setting& setting) {
  absl::CivilDay due = start;
  int left = setting.limit[1] - '0';
  if (setting.limit[2] == 'M') {
    due = AddMonths(start, left);
  } else {
    while (left > 0) {
      ++due;
      if (setting.days != DAY_COUNT_WORKING || IsWorkingDay(due)) --left;
    }
  }
  while (setting.roll_forward && !IsWorkingDay(due)) ++due;
  return due;
}
int64_t WorkingByCounting(absl::CivilDay start, absl::CivilDay to) {
  int64_t working = 0;
  for (absl::CivilDay day = start + 1; day <= to; ++day) working += IsWorkingDay(day) ? 1 : 0;
  return working;
}
bool InHours(const Setting& setting) {
  return std::string_view(setting.limit).find('T') != std::string_view::npos;
}

int Badness(RoutineVerdict verdict) {
  return verdict == ROUTINE_VERDICT_WITHIN ? 0 : verdict == ROUTINE_VERDICT_LATE ? 2 : 1;
}
int Badness(PracticePosition position) {
  switch (position) {
    case PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED:
      return 0;
    case PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED:
      return 3;
    case PRACTICE_POSITION_BETWEEN:
      return 2;
    default:
      return 1;
  }
}
// Undetermined lies between any two: only a step from a certain verdict to a better one is wrong.
bool Improved(PracticePosition from, PracticePosition to) {
  return Badness(to) < Badness(from) && to != PRACTICE_POSITION_UNDETERMINED;
}

TEST(LegProperty, ALaterEndNeverImproves) {
  const unsigned first = FirstSeed(20'121'127);
  std::map<std::string, int> met;
  for (int n = 0; n < CasesToTry(2'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const OneLeg& one = kLegs[dice.Throw(std::size(kLegs))];
    const Setting& setting = kSettings[dice.Throw(std::size(kSettings))];
    const Time start = Time::Any(dice).Narrower(dice);
    const Time end{.first = start.first + dice.Throw(14),
                   .last = std::max(start.last, start.first) + 14 + dice.Throw(14)};
    const int by = 1 + dice.Throw(20);
    const Time later{.first = end.first + by, .last = end.last + by};
    if (later.last > absl::CivilDay(2021, 12, 31)) continue;  // the story is told by then
    const auto before = Ask(one, start, end, setting);
    const auto after = Ask(one, start, later, setting);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + Leg_Name(one.leg) + " " + start.Edtf() +
                 ", " + end.Edtf() + " later " + std::to_string(by) + ", " + setting.limit);
    // An end that may lie before the start may end nothing; moved past it, it does.
    const bool follows = end.first >= start.last && !start.approximate;
    if (follows || before.routine().verdict() != ROUTINE_VERDICT_UNDETERMINED) {
      EXPECT_GE(Badness(after.routine().verdict()), Badness(before.routine().verdict()));
    }
    EXPECT_FALSE(Improved(before.practice().position(), after.practice().position()));
    EXPECT_GE(after.days().min(), before.days().min());
    EXPECT_GE(after.working_days().min(), before.working_days().min());
    ++met[Leg_Name(one.leg)];
    if (before.routine().verdict() != after.routine().verdict()) ++met["worse"];
  }
  if (CasesToTry(0) != 0) return;
  for (const OneLeg& one : kLegs) EXPECT_GT(met[Leg_Name(one.leg)], 30) << Leg_Name(one.leg);
  EXPECT_GT(met["worse"], 200);
}

// Exact dates, day by day: every verdict is what counting the days one by one says.
TEST(LegProperty, ExactDatesAreCountedOneByOne) {
  const unsigned first = FirstSeed(20'260'318);
  std::map<RoutineVerdict, int> met;
  for (int n = 0; n < CasesToTry(2'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const OneLeg& one = kLegs[dice.Throw(std::size(kLegs))];
    const Setting& setting = kSettings[dice.Throw(std::size(kSettings))];
    if (InHours(setting)) continue;
    const absl::CivilDay start = absl::CivilDay(2021, 1, 1) + dice.Throw(300);
    const absl::CivilDay end = start + dice.Throw(45);
    const absl::CivilDay as_of = start + dice.Throw(60);
    const auto leg = Ask(one, {start, start}, {end, end}, setting, FormatDay(as_of));
    const bool done = end <= as_of;
    const absl::CivilDay to = done ? end : as_of;
    const absl::CivilDay due = DueByCounting(start, setting);
    const int64_t working = WorkingByCounting(start, to);
    const RoutineVerdict verdict = to > due ? ROUTINE_VERDICT_LATE
                                   : done   ? ROUTINE_VERDICT_WITHIN
                                            : ROUTINE_VERDICT_RUNNING;
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + Leg_Name(one.leg) + " " + FormatDay(start) +
                 " to " + FormatDay(end) + ", " + setting.limit + " as of " + FormatDay(as_of));
    EXPECT_EQ(leg.state(), done ? LEG_STATE_FULFILLED : LEG_STATE_PENDING);
    EXPECT_EQ(Days(leg), std::to_string(to - start));
    EXPECT_EQ(WorkingDaysOf(leg), std::to_string(working));
    EXPECT_EQ(leg.routine().due(), FormatDay(due));
    EXPECT_EQ(RoutineVerdict_Name(leg.routine().verdict()), RoutineVerdict_Name(verdict));
    ++met[verdict];
  }
  if (CasesToTry(0) != 0) return;
  for (const auto& [verdict, times] : met) EXPECT_GT(times, 100) << RoutineVerdict_Name(verdict);
  EXPECT_EQ(met.size(), 3u);
}

// A length is known and no date: late, or within, if it is so on every day on which it may have
// begun, and only then, under a limit of whatever kind; and so for the working days.
TEST(LegProperty, ALengthIsJudgedOnEveryDayItMayHaveBegun) {
  const unsigned first = FirstSeed(20'270'412);
  std::map<std::string, int> met;
  for (int n = 0; n < CasesToTry(2'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const OneLeg& one = kLegs[dice.Throw(std::size(kLegs))];
    const Setting& setting = kSettings[dice.Throw(std::size(kSettings))];
    if (InHours(setting)) continue;
    const absl::CivilDay begins = absl::CivilDay(2021, 1, 1) + dice.Throw(200);
    const Time known{.first = begins, .last = begins + dice.Throw(80)};
    const int least = 1 + dice.Throw(40);
    const int most = least + dice.Throw(12);
    Story story = Begun(one, known, setting);
    one.end(story.After("end", "start", "P" + std::to_string(least) + "D",
                        "P" + std::to_string(most) + "D"));
    bool late = true;
    bool within = true;
    int64_t fewest = 1'000;
    int64_t longest = 0;
    for (absl::CivilDay day = known.first; day <= known.last; ++day) {
      late = late && day + least > DueByCounting(day, setting);
      within = within && day + most <= DueByCounting(day, setting);
      fewest = std::min(fewest, WorkingByCounting(day, day + least));
      longest = std::max(longest, WorkingByCounting(day, day + most));
    }
    const RoutineVerdict verdict = late     ? ROUTINE_VERDICT_LATE
                                   : within ? ROUTINE_VERDICT_WITHIN
                                            : ROUTINE_VERDICT_UNDETERMINED;
    const auto leg = Answered(one, story, kTold);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + Leg_Name(one.leg) + " " + known.Edtf() +
                 ", " + std::to_string(least) + " to " + std::to_string(most) + ", " +
                 setting.limit);
    EXPECT_EQ(RoutineVerdict_Name(leg.routine().verdict()), RoutineVerdict_Name(verdict));
    EXPECT_EQ(leg.working_days().min(), fewest);
    EXPECT_EQ(leg.working_days().max(), longest);
    const bool plain = setting.days != DAY_COUNT_WORKING && !setting.roll_forward;
    ++met[RoutineVerdict_Name(verdict) + (plain ? " plain" : "")];
    if (::testing::Test::HasFailure()) return;
  }
  if (CasesToTry(0) != 0) return;
  EXPECT_EQ(met.size(), 6u);
  for (const auto& [what, times] : met) EXPECT_GT(times, 50) << what;
}

}  // namespace
}  // namespace skyndsamt::law::testing
