#include "projections/law/calendar.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/holidays.h"

namespace skyndsamt::law {
namespace {

Interval When(std::string_view edtf) { return *ParseEdtf(edtf); }

TEST(Calendar, CountsTheWorkedExamples) {
  struct Example {
    absl::CivilDay from;
    absl::CivilDay to;
    int64_t days;
    int64_t working;
  };
  const Example examples[] = {
      {absl::CivilDay(2012, 6, 18), absl::CivilDay(2012, 6, 27), 9, 6},
      {absl::CivilDay(2012, 6, 26), absl::CivilDay(2012, 6, 27), 1, 1},
      {absl::CivilDay(2004, 3, 13), absl::CivilDay(2004, 3, 23), 10, 7},
      {absl::CivilDay(2025, 12, 19), absl::CivilDay(2026, 1, 7), 19, 7},
      {absl::CivilDay(2026, 6, 18), absl::CivilDay(2026, 6, 18), 0, 0},
  };
  for (const Example& e : examples) {
    EXPECT_EQ(CalendarDays(e.from, e.to), e.days);
    EXPECT_EQ(WorkingDays(e.from, e.to), e.working);
  }
}

TEST(Calendar, CountsWorkingDaysAsOneByOneWithClosingDays) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 3000; ++i) {
    const absl::CivilDay from = absl::CivilDay(1898, 1, 1) + static_cast<int>(random() % 112'000);
    const absl::CivilDay to = from + static_cast<int>(random() % 900) - 20;
    std::vector<absl::CivilDay> closed;
    for (absl::CivilDay day = from - 30; day < to + 30; ++day) {
      if (random() % 9 == 0) closed.push_back(day);
    }
    int64_t plain = 0;
    int64_t open = 0;
    for (absl::CivilDay day = from + 1; day <= to; ++day) {
      if (!IsWorkingDay(day)) continue;
      ++plain;
      if (std::find(closed.begin(), closed.end(), day) == closed.end()) ++open;
    }
    ASSERT_EQ(WorkingDays(from, to), plain) << FormatDay(from) << " " << FormatDay(to);
    ASSERT_EQ(WorkingDays(from, to, closed), open) << FormatDay(from) << " " << FormatDay(to);
  }
}

TEST(Calendar, CountsAcrossAllTime) {
  EXPECT_GT(WorkingDays(absl::CivilDay(1, 1, 1), absl::CivilDay(9999, 12, 31)), 2'400'000);
}

TEST(Calendar, AddsWorkingDaysSoThatTheyCountBack) {
  EXPECT_EQ(AddWorkingDays(absl::CivilDay(2012, 6, 18), 6), absl::CivilDay(2012, 6, 27));
  EXPECT_EQ(AddWorkingDays(absl::CivilDay(2012, 6, 18), 0), absl::CivilDay(2012, 6, 18));
  std::mt19937_64 random(4);
  for (int i = 0; i < 2000; ++i) {
    const absl::CivilDay from = absl::CivilDay(1950, 1, 1) + static_cast<int>(random() % 90'000);
    const int64_t n = 1 + static_cast<int64_t>(random() % 60);
    const std::vector<absl::CivilDay> closed = {from + 3, from + 4, from + 10};
    const absl::CivilDay to = AddWorkingDays(from, n, closed);
    ASSERT_EQ(WorkingDays(from, to, closed), n);
    ASSERT_EQ(WorkingDays(from, to - 1, closed), n - 1);
  }
}

TEST(Calendar, GivesExactRangesForDates) {
  const Interval from = When("2012-06-18");
  const Interval to = When("2012-06-27");
  EXPECT_EQ(CalendarDays(from, to), (Range{9, 9}));
  EXPECT_EQ(WorkingDays(from, to), (Range{6, 6}));
  EXPECT_EQ(Hours(from, to), (Range{192, 240}));
}

TEST(Calendar, GivesRangesForWhatIsImprecise) {
  EXPECT_EQ(CalendarDays(When("2021-12"), When("2022-02")), (Range{32, 89}));
  EXPECT_EQ(CalendarDays(When("HT2017"), When("2018-04")), (Range{91, 272}));
  EXPECT_EQ(CalendarDays(When("2012-06-18"), When("2012-06-20/..")), (Range{2, std::nullopt}));
  EXPECT_EQ(CalendarDays(When("../2012-06-18"), When("2012-06-20")), (Range{2, std::nullopt}));
  EXPECT_EQ(WorkingDays(When("../2012-06-18"), When("2012-06-20")), (Range{2, std::nullopt}));
}

TEST(Calendar, IsNeverNegativeWhenTheEndLiesFirst) {
  EXPECT_EQ(CalendarDays(When("2012-06-27"), When("2012-06-18")), (Range{0, 0}));
  EXPECT_EQ(WorkingDays(When("2012-06-27"), When("2012-06-18")), (Range{0, 0}));
  EXPECT_EQ(Hours(When("2012-06-27"), When("2012-06-18")), (Range{0, 0}));
  EXPECT_EQ(CalendarDays(When("2012-06"), When("2012-06")), (Range{0, 29}));
}

TEST(Calendar, LeavesWorkingDaysOutWithoutDatesOnBothSides) {
  EXPECT_EQ(WorkingDays(When("unknown"), When("2012-06-18")), std::nullopt);
  EXPECT_EQ(WorkingDays(When("2012-06-18"), When("unknown")), std::nullopt);
  EXPECT_EQ(CalendarDays(When("unknown"), When("2012-06-18")), (Range{0, std::nullopt}));
}

TEST(Calendar, CountsHoursAcrossTheClockChange) {
  EXPECT_EQ(Hours(When("2026-03-28"), When("2026-03-30")), (Range{23, 71}));
  EXPECT_EQ(Hours(At(0), At(int64_t{24} * 3'600'000'000)), (Range{24, 24}));
  EXPECT_EQ(Hours(When("2026-06-18T14:30"), When("2026-06-19T14:30")), (Range{23, 24}));
}

// Whatever instants two intervals allow, their count lies within the range, and it is reached.
TEST(Calendar, RangesHoldEveryPairAndNoMore) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 300; ++i) {
    const absl::CivilDay a = absl::CivilDay(2024, 1, 1) + static_cast<int>(random() % 800);
    const absl::CivilDay b = a + static_cast<int>(random() % 12);
    const absl::CivilDay c = a + static_cast<int>(random() % 40) - 10;
    const absl::CivilDay d = c + static_cast<int>(random() % 12);
    const Interval from{.earliest = StartOf(a), .latest = EndOf(b)};
    const Interval to{.earliest = StartOf(c), .latest = EndOf(d)};
    Range days{1000, 0};
    Range working{1000, 0};
    for (absl::CivilDay x = a; x <= b; ++x) {
      for (absl::CivilDay y = c; y <= d; ++y) {
        const int64_t n = std::max<int64_t>(0, CalendarDays(x, y));
        const int64_t w = WorkingDays(x, y);
        days = {std::min(days.min, n), std::max(*days.max, n)};
        working = {std::min(working.min, w), std::max(*working.max, w)};
      }
    }
    ASSERT_EQ(CalendarDays(from, to), days);
    ASSERT_EQ(WorkingDays(from, to), working);
  }
}

}  // namespace
}  // namespace skyndsamt::law
