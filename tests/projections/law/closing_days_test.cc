// Closing days of a unit: no working days of its cases, and nothing else.
#include "projections/law/closing_days.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "policy_story.h"
#include "projections/law/holidays.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

constexpr char kAutumnBreak[] =
    "version: 'lov' unit: 'unit' from: '2026-08-01' until: '2027-06-30'"
    " days { first: '2026-10-26' last: '2026-10-30' reason: 'höstlov' }";

// Known on Friday 23 October 2026, told on Tuesday 3 November: 11 days, 7 working days.
PolicyStory Told() {
  PolicyStory story;
  story.Fact("k", "2026-10-23", "staff_learned {}")
      .Fact("p", "2026-11-03", "principal_informed {}");
  return story;
}

TEST(ClosingDays, AreNoWorkingDaysOfTheUnitsCases) {
  PolicyStory story = Told();
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "7");
  story.Closed(kAutumnBreak);
  const auto leg = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31");
  EXPECT_EQ(WorkingDaysOf(leg), "2");
  EXPECT_EQ(Days(leg), "11") << "they suspend nothing";
  story.file.unit = "another";
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "7");
}

TEST(ClosingDays, WhatIsNoWorkingDayAnywayIsNone) {
  PolicyStory story = Told();
  story.Closed(
      "version: 'lov' unit: 'unit' from: '2026-08-01' until: '2027-06-30'"
      " days { first: '2026-10-24' last: '2026-11-01' reason: 'höstlov med helger' }");
  EXPECT_EQ(story.policy.KnownAt(EndOfTime("2200"))->ClosedAt("unit").days().size(), 5u);
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "2");
}

TEST(ClosingDays, MoveALimitInWorkingDaysAndNoOther) {
  const auto due = [](const char* limit) {
    PolicyStory story = Told();
    story.Closed(kAutumnBreak);
    story.Routine(std::string("version: '1' from: '2020-01-01' limits { leg: "
                              "LEG_REPORT_TO_PRINCIPAL ") +
                  limit + " }");
    const auto leg = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31");
    return leg.routine().due() + " " + RoutineVerdict_Name(leg.routine().verdict()).substr(16);
  };
  EXPECT_EQ(due("limit: 'P2D' days: DAY_COUNT_WORKING"), "2026-11-03 WITHIN");
  EXPECT_EQ(due("limit: 'P1D' days: DAY_COUNT_WORKING"), "2026-11-02 LATE");
  EXPECT_EQ(due("limit: 'P2D'"), "2026-10-25 LATE");
  // The statute's weekdays know no closing days: Sunday gives way to Monday, closed or not.
  EXPECT_EQ(due("limit: 'P2D' roll_forward: true"), "2026-10-26 LATE");
}

TEST(ClosingDays, AreFindableWhereTheyCount) {
  PolicyStory story = Told();
  story.Closed(kAutumnBreak);
  const auto known = story.policy.KnownAt(EndOfTime("2200"));
  const auto closed =
      known->ClosedAt("unit").Within(absl::CivilDay(2026, 10, 27), absl::CivilDay(2026, 10, 29));
  ASSERT_EQ(closed.size(), 2u) << "the day it starts is not counted";
  EXPECT_EQ(closed.front().day, absl::CivilDay(2026, 10, 28));
  EXPECT_EQ(closed.front().span->reason(), "höstlov");
  EXPECT_EQ(closed.front().version->version(), "lov");
}

TEST(ClosingDays, ALaterVersionReplacesThePeriodItCovers) {
  PolicyStory story = Told();
  story.Closed(kAutumnBreak, "2026-01-01");
  story.Closed(
      "version: 'ändrat' unit: 'unit' from: '2026-10-01' until: '2026-10-28'"
      " days { first: '2026-10-26' reason: 'planeringsdag' }",
      "2026-11-10");
  // 27 and 28 October are open again; 29 and 30 lie outside the period and stay closed.
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "4");
  const auto days = [&](const char* known_at) {
    return story.policy.KnownAt(EndOfTime(known_at))->ClosedAt("unit").days().size();
  };
  EXPECT_EQ(days("2025-12-31"), 0u);
  EXPECT_EQ(days("2026-11-09"), 5u) << "as it was known then";
  EXPECT_EQ(days("2026-11-10"), 3u);
}

TEST(ClosingDays, OfAllUnitsStandBesideAUnitsOwn) {
  PolicyStory story = Told();
  story.Closed(
      "version: 'alla' from: '2026-08-01' until: '2027-06-30'"
      " days { first: '2026-10-30' reason: 'kompetensdag' }");
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "6");
  story.Closed(
      "version: 'egna' unit: 'unit' from: '2026-08-01' until: '2027-06-30'"
      " days { first: '2026-10-26' reason: 'planeringsdag' }");
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "5");
  story.file.unit = "another";
  EXPECT_EQ(WorkingDaysOf(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2026-12-31")), "6");
}

TEST(ClosingDays, WhatIsMisplacedIsNotPublished) {
  PolicySet policy;
  for (const char* text :
       {"from: '2026-08-01' until: '2026-07-31'", "from: '2026-08-01' until: '2056-07-31'",
        "from: '2026-08-01' until: 'maj'",
        "from: '2026-08-01' until: '2026-08-31' days { first: '2026-07-31' }",
        "from: '2026-08-01' until: '2026-08-31' days { first: '2026-08-31' last: '2026-09-01' }",
        "from: '2026-08-01' until: '2026-08-31' days { first: '2026-08-03' last: '2026-08-02' }"}) {
    EXPECT_FALSE(policy.Publish(0, FromText<ClosingDaysPublished>(text)).ok()) << text;
  }
  EXPECT_TRUE(policy.KnownAt(0)->ClosedAt("unit").days().empty());
}

// Against a set of days kept one by one.
TEST(ClosingDays, CountLikeDaysKeptOneByOne) {
  std::mt19937 random(20261125);
  const absl::CivilDay first(2026, 1, 1);
  for (int round = 0; round < 200; ++round) {
    PolicySet policy;
    std::set<absl::CivilDay> closed[2];  // of all units, of the unit
    for (int i = 0; i < 6; ++i) {
      const int own = static_cast<int>(random() % 2);
      const absl::CivilDay from = first + random() % 60;
      const absl::CivilDay until = from + random() % 40;
      ClosingDaysPublished published;
      if (own == 1) published.set_unit("unit");
      published.set_from(FormatDay(from));
      published.set_until(FormatDay(until));
      for (absl::CivilDay day = from; day <= until; ++day) closed[own].erase(day);
      for (absl::CivilDay day = from; day <= until; ++day) {
        if (random() % 4 != 0) continue;
        published.add_days()->set_first(FormatDay(day));
        closed[own].insert(day);
      }
      ASSERT_TRUE(policy.Publish(i, published).ok());
    }
    const ClosingDays days = policy.KnownAt(100)->ClosedAt("unit").days();
    const absl::CivilDay from = first + random() % 80;
    const absl::CivilDay to = from + random() % 60;
    int64_t working = 0;
    for (absl::CivilDay day = from + 1; day <= to; ++day) {
      working += IsWorkingDay(day) && !closed[0].contains(day) && !closed[1].contains(day);
    }
    EXPECT_EQ(WorkingDays(from, to, days), working);
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
