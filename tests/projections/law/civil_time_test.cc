#include "projections/law/civil_time.h"

#include <gtest/gtest.h>

#include <random>

#include "projections/law/holidays.h"

namespace skyndsamt::law {
namespace {

constexpr Micros kHour = 3'600'000'000;

Micros Local(int year, int month, int day, int hour, int minute = 0) {
  return absl::ToUnixMicros(
      absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, 0), Stockholm()));
}

TEST(CivilTime, HoldsADayFromItsFirstInstantToItsLast) {
  const absl::CivilDay day(2012, 6, 18);
  EXPECT_EQ(FormatInstant(StartOf(day)), "2012-06-18T00:00:00+02:00");
  EXPECT_EQ(FormatInstant(EndOf(day)), "2012-06-18T23:59:59.999999+02:00");
  EXPECT_EQ(FormatInstant(StartOf(absl::CivilDay(202, 3, 1))).substr(0, 19), "0202-03-01T00:00:00")
      << "a mistyped year has four digits, too";
  EXPECT_EQ(DayOf(StartOf(day)), day);
  EXPECT_EQ(DayOf(EndOf(day)), day);
  EXPECT_EQ(DayOf(StartOf(day) - 1), day - 1);
  EXPECT_EQ(FormatDay(day), "2012-06-18");
}

TEST(CivilTime, ChangesTheClockWhenSwedenDoes) {
  const auto length = [](int year, int month, int day) {
    const absl::CivilDay it(year, month, day);
    return (StartOf(it + 1) - StartOf(it)) / kHour;
  };
  EXPECT_EQ(length(2025, 3, 30), 23);
  EXPECT_EQ(length(2025, 10, 26), 25);
  EXPECT_EQ(length(2026, 3, 29), 23);
  EXPECT_EQ(length(2026, 10, 25), 25);
  EXPECT_EQ(length(2027, 3, 28), 23);
  EXPECT_EQ(length(2027, 10, 31), 25);
  EXPECT_EQ(length(2027, 10, 30), 24);
}

TEST(CivilTime, KeepsSummerTimeAfter2037) {
  for (int year = 2038; year <= 2199; ++year) {
    EXPECT_EQ(FormatInstant(StartOf(absl::CivilDay(year, 7, 1))).substr(19), "+02:00") << year;
    EXPECT_EQ(FormatInstant(StartOf(absl::CivilDay(year, 1, 1))).substr(19), "+01:00") << year;
  }
}

TEST(CivilTime, Adds24HoursAsTheyPassAndADayByTheClockFace) {
  const Micros saturday = Local(2026, 3, 28, 12);
  EXPECT_EQ(FormatInstant(AddToInstant(saturday, *ParseDuration("PT24H"))),
            "2026-03-29T13:00:00+02:00");
  EXPECT_EQ(FormatInstant(AddToInstant(saturday, *ParseDuration("P1D"))),
            "2026-03-29T12:00:00+02:00");
  const Micros autumn = Local(2026, 10, 24, 12);
  EXPECT_EQ(FormatInstant(AddToInstant(autumn, *ParseDuration("PT24H"))),
            "2026-10-25T11:00:00+01:00");
  EXPECT_EQ(FormatInstant(AddToInstant(autumn, *ParseDuration("P1D"))),
            "2026-10-25T12:00:00+01:00");
}

TEST(CivilTime, MovesAClockFaceThatIsSkippedToTheChange) {
  EXPECT_EQ(FormatInstant(AddToInstant(Local(2026, 3, 28, 2, 30), *ParseDuration("P1D"))),
            "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(FormatInstant(AddToInstant(Local(2026, 10, 24, 2, 30), *ParseDuration("P1D"))),
            "2026-10-25T02:30:00+02:00");
}

TEST(CivilTime, EndsMonthsOnTheSameNumberOrTheLastDay) {
  EXPECT_EQ(AddMonths(absl::CivilDay(2026, 1, 31), 1), absl::CivilDay(2026, 2, 28));
  EXPECT_EQ(AddMonths(absl::CivilDay(2028, 1, 31), 1), absl::CivilDay(2028, 2, 29));
  EXPECT_EQ(AddMonths(absl::CivilDay(2026, 8, 31), 1), absl::CivilDay(2026, 9, 30));
  EXPECT_EQ(AddMonths(absl::CivilDay(2026, 2, 28), 1), absl::CivilDay(2026, 3, 28));
  EXPECT_EQ(AddMonths(absl::CivilDay(2028, 2, 29), 12), absl::CivilDay(2029, 2, 28));
  EXPECT_EQ(AddMonths(absl::CivilDay(2026, 3, 31), -1), absl::CivilDay(2026, 2, 28));
  EXPECT_EQ(AddMonths(absl::CivilDay(2026, 11, 15), 3), absl::CivilDay(2027, 2, 15));
  EXPECT_EQ(AddToDay(absl::CivilDay(2026, 1, 31), *ParseDuration("P1M1W")),
            absl::CivilDay(2026, 3, 7));
}

TEST(CivilTime, EndsWeeksOnTheSameWeekday) {
  for (absl::CivilDay day(2025, 1, 1); day < absl::CivilDay(2028, 1, 1); ++day) {
    EXPECT_EQ(absl::GetWeekday(AddToDay(day, *ParseDuration("P3W"))), absl::GetWeekday(day));
  }
}

TEST(CivilTime, RollsForwardToTheNextWeekday) {
  const auto rolled = [](int y, int m, int d) { return RollForward(absl::CivilDay(y, m, d)); };
  EXPECT_EQ(rolled(2026, 6, 18), absl::CivilDay(2026, 6, 18));  // a Thursday stays
  EXPECT_EQ(rolled(2026, 6, 19), absl::CivilDay(2026, 6, 22));  // midsommarafton
  EXPECT_EQ(rolled(2025, 12, 24), absl::CivilDay(2025, 12, 29));
  EXPECT_EQ(rolled(2025, 12, 31), absl::CivilDay(2026, 1, 2));
  EXPECT_EQ(rolled(2026, 4, 3), absl::CivilDay(2026, 4, 7));    // långfredagen
  EXPECT_EQ(rolled(2026, 1, 5), absl::CivilDay(2026, 1, 5));    // trettondagsafton is a weekday
  EXPECT_EQ(rolled(2026, 5, 15), absl::CivilDay(2026, 5, 15));  // so is a klämdag
  EXPECT_EQ(rolled(2026, 5, 16), absl::CivilDay(2026, 5, 18));  // a Saturday
}

TEST(CivilTime, NeverRollsBackOrSkipsAWorkingDay) {
  for (absl::CivilDay day(2024, 1, 1); day < absl::CivilDay(2034, 1, 1); ++day) {
    const absl::CivilDay to = RollForward(day);
    EXPECT_TRUE(IsWorkingDay(to));
    EXPECT_LE(to - day, 6);
    for (absl::CivilDay between = day; between < to; ++between) {
      EXPECT_FALSE(IsWorkingDay(between));
    }
  }
}

TEST(CivilTime, NeverDecreasesAndKeepsFractions) {
  std::mt19937_64 random(2);
  const Micros first = StartOf(absl::CivilDay(1910, 1, 1));
  const Micros last = StartOf(absl::CivilDay(2190, 1, 1));
  for (int i = 0; i < 5000; ++i) {
    const Micros a = first + static_cast<Micros>(random() % static_cast<uint64_t>(last - first));
    const Micros b = a + static_cast<Micros>(random() % (90 * 24 * uint64_t{kHour}));
    const Duration by{static_cast<int64_t>(random() % 30), static_cast<int64_t>(random() % 60),
                      static_cast<int64_t>(random() % 100'000), true};
    EXPECT_LE(AddToInstant(a, by), AddToInstant(b, by));
    EXPECT_EQ(AddToInstant(a, Duration{.seconds = 7, .timed = true}), a + 7'000'000);
    EXPECT_LE(StartOf(DayOf(a)), a);
    EXPECT_GE(EndOf(DayOf(a)), a);
  }
  const Micros before_1970 = Local(1960, 1, 31, 10) + 250'000;
  EXPECT_EQ(FormatInstant(AddToInstant(before_1970, *ParseDuration("P1M"))),
            "1960-02-29T10:00:00.25+01:00");
}

TEST(CivilTime, NamesItsTimeZoneData) {
  ASSERT_NE(TzdataVersion(), "unknown");
  EXPECT_EQ(TzdataVersion().size(), 5u);  // 2026a
  EXPECT_GE(TzdataVersion().substr(0, 4), "2020");
}

}  // namespace
}  // namespace skyndsamt::law
