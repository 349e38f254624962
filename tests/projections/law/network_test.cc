#include "projections/law/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"

namespace skyndsamt::law {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Interval When(std::string_view edtf) { return *ParseEdtf(edtf); }

std::string Days(const Interval& i) {
  return (i.earliest ? FormatDay(DayOf(*i.earliest)) : "..") + "/" +
         (i.latest ? FormatDay(DayOf(*i.latest)) : "..");
}

// `to` happened between `least` and `most` (empty: no bound) after `from`, as `to` says.
Relation After(size_t from, size_t to, std::string_view least, std::string_view most = "") {
  Relation out{.from = from, .to = to, .stated_by = to};
  if (!least.empty()) out.at_least = *ParseDuration(least);
  if (!most.empty()) out.at_most = *ParseDuration(most);
  return out;
}

std::vector<std::vector<size_t>> Contradictions(const Network& network) {
  std::vector<std::vector<size_t>> out;
  for (const Contradicting& contradicting : network.contradictions()) {
    out.push_back(contradicting.points);
  }
  return out;
}

TEST(Network, LeavesPointsWithoutRelationsAsTheyAre) {
  Network network;
  network.AddPoint(When("2012-06-18"));
  network.AddPoint(When("2012-06-27~"));
  network.AddPoint(When("unknown"));
  network.Solve();
  EXPECT_EQ(network.Narrowed(0), When("2012-06-18"));
  EXPECT_EQ(network.Narrowed(1), When("2012-06-27~"));
  EXPECT_EQ(network.CalendarDays(0, 1), (Range{9, 9}));
  EXPECT_EQ(network.Hours(0, 1), (Range{192, 240}));
  EXPECT_EQ(network.CalendarDays(0, 2), (Range{0, std::nullopt}));
  EXPECT_TRUE(network.CertainlyBefore(0, 1));
  EXPECT_FALSE(network.CertainlyBefore(1, 0));
  EXPECT_THAT(Contradictions(network), IsEmpty());
}

TEST(Network, KnowsALengthWhereNoDateIs) {
  Network network;
  const size_t first = network.AddPoint(When("unknown"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M", "P4M"));
  network.Solve();
  EXPECT_TRUE(network.Narrowed(second).undated());
  EXPECT_EQ(network.CalendarDays(first, second), (Range{28, 123}));
  EXPECT_EQ(network.CalendarDays(second, first), (Range{0, 0}));
  EXPECT_TRUE(network.CertainlyBefore(first, second));
  EXPECT_EQ(*network.Hours(first, second).max, 124 * 24 + 1);
}

TEST(Network, AnchorsAMonthToADate) {
  Network network;
  const size_t first = network.AddPoint(When("2013-09-10"));
  const size_t second = network.AddPoint(When("unknown"));
  const size_t third = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M", "P1M"));
  network.AddRelation(After(second, third, "P1M", "P2M"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(second)), "2013-10-10/2013-10-10");
  EXPECT_EQ(Days(network.Narrowed(third)), "2013-11-10/2013-12-10");
  EXPECT_EQ(network.CalendarDays(first, second), (Range{30, 30}));
}

// Between the first of March and its return a month is 31 days, from February it is 28.
TEST(Network, CountsAMonthFromEveryDayItMayHaveBegunOn) {
  Network network;
  const size_t first = network.AddPoint(When("2026-02-15/2026-03-05"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M", "P1M"));
  network.Solve();
  EXPECT_EQ(network.CalendarDays(first, second), (Range{28, 31}));
}

// A day and two hours after noon, by the clock on the wall, is 25 hours later where an hour was
// left out that night, and 27 where one came twice.
TEST(Network, AllowsForTheClockChangeInALengthOfDaysAndHours) {
  for (const auto& [noon, two_next_day] : {std::pair("2026-03-28T12:00", "2026-03-29T14:00"),
                                           {"2026-10-24T12:00", "2026-10-25T14:00"}}) {
    Network network;
    const size_t first = network.AddPoint(When(noon));
    const size_t second = network.AddPoint(When("unknown"));
    network.AddRelation(After(first, second, "P1DT2H", "P1DT2H"));
    network.Solve();
    const Interval after = When(two_next_day);
    EXPECT_LE(*network.Narrowed(second).earliest, *after.earliest) << noon;
    EXPECT_GE(*network.Narrowed(second).latest, *after.latest) << noon;
  }
}

TEST(Network, KnowsAnOrderWithinTheDay) {
  Network network;
  const size_t first = network.AddPoint(When("unknown"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "PT1H", "PT3H"));
  network.Solve();
  EXPECT_EQ(network.CalendarDays(first, second).min, 0);
  EXPECT_TRUE(network.CertainlyBefore(first, second));
  EXPECT_FALSE(network.CertainlyBefore(second, first));
}

// Two days after about the 10th, in March: off by a day, if at all, and not by a month.
TEST(Network, WhatComesFromAnApproximateDayIsApproximateByADay) {
  Network network;
  const size_t first = network.AddPoint(When("2021-03-10~"));
  const size_t second = network.AddPoint(When("2021-03"));
  network.AddRelation(After(first, second, "P2D"));
  network.Solve();
  EXPECT_TRUE(network.Narrowed(second).earliest_approximate);
  EXPECT_EQ(network.Narrowed(second).earliest_precision, Precision::kDay);
}

TEST(Network, EndsAMonthOnItsLastDay) {
  Network network;
  const size_t first = network.AddPoint(When("2026-01-20/2026-01-30"));
  const size_t second = network.AddPoint(When("unknown"));
  const size_t third = network.AddPoint(When("2026-01-31/.."));
  const size_t fourth = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M", "P1M"));
  network.AddRelation(After(third, fourth, "P1M"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(second)), "2026-02-20/2026-02-28");
  EXPECT_EQ(network.CalendarDays(first, second), (Range{29, 31}));
  EXPECT_EQ(Days(network.Narrowed(fourth)), "2026-02-28/..");
}

TEST(Network, AnchorsAMonthFromItsEnd) {
  Network network;
  const size_t first = network.AddPoint(When("unknown"));
  const size_t second = network.AddPoint(When("2013-03-10"));
  network.AddRelation(After(first, second, "P1M", "P1M"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(first)), "2013-02-10/2013-02-10");
}

TEST(Network, NarrowsAnEarlierFactFromALaterOne) {
  Network network;
  const size_t told = network.AddPoint(When("2012"));
  const size_t reported = network.AddPoint(When("2012-06-27"));
  network.AddRelation(After(told, reported, "P7D", "P14D"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(told)), "2012-06-13/2012-06-20");
  EXPECT_EQ(network.CalendarDays(told, reported), (Range{7, 14}));
}

TEST(Network, ReadsAWeekAsTheSeventhDayAtAnyHour) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06-18T14:30"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P7D", "P7D"));
  network.Solve();
  EXPECT_EQ(FormatInstant(*network.Narrowed(second).earliest), "2012-06-25T00:00:00+02:00");
  EXPECT_EQ(FormatInstant(*network.Narrowed(second).latest), "2012-06-25T23:59:59.999999+02:00");
}

TEST(Network, CountsHoursAsTheyPass) {
  Network network;
  const size_t first = network.AddPoint(At(*When("2026-03-28T12:00").earliest));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "PT24H", "PT24H"));
  network.Solve();
  EXPECT_EQ(FormatInstant(*network.Narrowed(second).earliest), "2026-03-29T13:00:00+02:00");
  EXPECT_EQ(network.Hours(first, second), (Range{24, 24}));
}

TEST(Network, PutsTheSameDayOnTheSameDay) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06-18T14:30"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P0D", "P0D"));
  network.Solve();
  EXPECT_EQ(*network.Narrowed(second).earliest, *When("2012-06-18T14:30").earliest);
  EXPECT_EQ(*network.Narrowed(second).latest, EndOf(absl::CivilDay(2012, 6, 18)));
}

TEST(Network, KeepsACertainOrder) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06"));
  const size_t second = network.AddPoint(When("2012-06-10/2012-06-20"));
  network.AddRelation({.from = first, .to = second, .stated_by = second});
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(first)), "2012-06-01/2012-06-20");
  EXPECT_EQ(Days(network.Narrowed(second)), "2012-06-10/2012-06-20");
  EXPECT_EQ(network.CalendarDays(first, second), (Range{0, 19}));
}

TEST(Network, CarriesApproximationAlong) {
  Network network;
  const size_t first = network.AddPoint(When("2013-09~"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P7D", "P7D"));
  network.Solve();
  const Interval& narrowed = network.Narrowed(second);
  EXPECT_TRUE(narrowed.earliest_approximate && narrowed.latest_approximate);
  EXPECT_EQ(narrowed.earliest_precision, Precision::kMonth);
}

TEST(Network, NamesTheEntriesThatContradict) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06-18"));
  const size_t second =
      network.AddPoint(NotAfter(When("unknown"), EndOf(absl::CivilDay(2012, 6, 20))));
  const size_t third = network.AddPoint(When("2015"));
  const size_t fourth = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M"));  // yet it was recorded two days later
  network.AddRelation(After(third, fourth, "P1D", "P1D"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(first, second)));
  EXPECT_TRUE(network.contradicted(first));
  EXPECT_TRUE(network.contradicted(second));
  EXPECT_FALSE(network.contradicted(third));
  EXPECT_EQ(Days(network.Narrowed(second)), "../2012-06-20");
  EXPECT_EQ(Days(network.Narrowed(fourth)), "2015-01-02/2016-01-01");
}

TEST(Network, NamesACircleOfRelativeTimes) {
  Network network;
  for (int i = 0; i < 4; ++i) network.AddPoint(When("unknown"));
  network.AddRelation(After(1, 2, "P7D"));
  network.AddRelation(After(2, 3, ""));
  network.AddRelation(After(3, 1, "PT1H"));
  network.AddRelation(After(0, 1, "P1D"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(1, 2, 3)));
  EXPECT_FALSE(network.contradicted(0));
}

TEST(Network, NamesALengthThatIsItsOwnContradiction) {
  Network network;
  network.AddPoint(When("unknown"));
  network.AddPoint(When("unknown"));
  network.AddRelation(After(0, 1, "P2M", "P1M"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(1)));
}

TEST(Network, NamesATimeThatEndsBeforeItBegins) {
  Network network;
  network.AddPoint(NotAfter(When("2012-06-18"), EndOf(absl::CivilDay(2012, 6, 1))));
  network.AddPoint(When("2013"));
  network.AddRelation(After(0, 1, "P1D"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(0)));
  EXPECT_FALSE(network.contradicted(1));
}

TEST(Network, FindsEveryContradiction) {
  Network network;
  for (int i = 0; i < 3; ++i) {
    network.AddPoint(When("2012-06-18"));
    network.AddPoint(When("2012-06-19"));
    network.AddRelation(After(2 * i, 2 * i + 1, "P2D"));
  }
  network.Solve();
  EXPECT_THAT(
      Contradictions(network),
      ::testing::UnorderedElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4, 5)));
}

TEST(Network, StandsTimesFarAwayAndLengthsBeyondReason) {
  Network network;
  network.AddPoint(When("0000"));
  network.AddPoint(When("9999"));
  network.AddPoint(When("unknown"));
  network.AddRelation(After(0, 1, "P999999Y999999M999999DT999999H", "P999999Y"));
  network.AddRelation(After(1, 2, "P999999Y"));
  network.AddRelation(After(2, 0, "PT999999H"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ::testing::SizeIs(1));
}

TEST(Network, SolvesALongChainInEitherOrder) {
  for (const bool reversed : {false, true}) {
    constexpr size_t kPoints = 200;
    Network network;
    for (size_t p = 0; p < kPoints; ++p) {
      const bool anchor = p == (reversed ? kPoints - 1 : 0);
      network.AddPoint(anchor ? When("2012-06-18") : When("unknown"));
    }
    for (size_t p = 0; p + 1 < kPoints; ++p) {
      const size_t from = reversed ? p + 1 : p;
      const size_t to = reversed ? p : p + 1;
      network.AddRelation(After(from, to, "P1D", "P2D"));
    }
    network.Solve();
    EXPECT_THAT(Contradictions(network), IsEmpty());
    EXPECT_EQ(Days(network.Narrowed(reversed ? 0 : kPoints - 1)), "2013-01-03/2013-07-21");
  }
}

}  // namespace
}  // namespace skyndsamt::law
