#include "projections/law/duration.h"

#include <gtest/gtest.h>

#include <random>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

TEST(Duration, ReadsWhatRoutinesAndRelativeTimesSay) {
  EXPECT_EQ(*ParseDuration("P1M"), (Duration{.months = 1}));
  EXPECT_EQ(*ParseDuration("P7D"), (Duration{.days = 7}));
  EXPECT_EQ(*ParseDuration("P2W"), (Duration{.days = 14}));
  EXPECT_EQ(*ParseDuration("P1Y"), (Duration{.months = 12}));
  EXPECT_EQ(*ParseDuration("PT24H"), (Duration{.seconds = 86400, .timed = true}));
  EXPECT_EQ(*ParseDuration("PT1H30M5S"), (Duration{.seconds = 5405, .timed = true}));
  EXPECT_EQ(*ParseDuration("P1Y2M3DT4H"),
            (Duration{.months = 14, .days = 3, .seconds = 14400, .timed = true}));
}

TEST(Duration, TellsTheSameDayFromTheSameInstant) {
  EXPECT_FALSE(ParseDuration("P0D")->timed);
  EXPECT_TRUE(ParseDuration("PT0S")->timed);
  EXPECT_NE(*ParseDuration("P0D"), *ParseDuration("PT0S"));
}

TEST(Duration, RefusesWhatIsMalformed) {
  for (const char* text :
       {"",     "P",     "PT",    "1D",    "P1",        "P1DT",  "PD",      "P-1D",  "-P1D",
        "+P1D", "P1.5D", "P1,5D", "P1H",   "PT1D",      "P1D2M", "PT1M1H",  "P1M1M", "p1m",
        "P1m",  " P1M",  "P1M ",  "P1M\n", "P1234567D", "P 1M",  "PT1HT1M", "P1X",   "P١D"}) {
    const auto parsed = ParseDuration(text);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(Duration, IsWrittenAsItIsRead) {
  for (const char* text :
       {"P1M", "P7D", "PT24H", "P1Y2M3DT4H", "P0D", "PT0S", "PT1H30M", "P1Y", "PT5S", "P999999D"}) {
    EXPECT_EQ(FormatDuration(*ParseDuration(text)), text);
  }
  EXPECT_EQ(FormatDuration(*ParseDuration("P2W")), "P14D");
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const bool timed = random() % 2 == 0;
    const Duration duration{static_cast<int64_t>(random() % 5000),
                            static_cast<int64_t>(random() % 5000),
                            timed ? static_cast<int64_t>(random() % 5'000'000) : 0, timed};
    EXPECT_EQ(*ParseDuration(FormatDuration(duration)), duration);
  }
}

TEST(Duration, KnowsHowLongMonthsMayLast) {
  EXPECT_EQ(DaysOfMonths(1).least, 28);
  EXPECT_EQ(DaysOfMonths(1).most, 31);
  EXPECT_EQ(DaysOfMonths(2).least, 59);
  EXPECT_EQ(DaysOfMonths(2).most, 62);
  EXPECT_EQ(DaysOfMonths(12).least, 365);
  EXPECT_EQ(DaysOfMonths(12).most, 366);
}

// Every start in 400 years lies within the bounds, and up to two years the bounds are reached.
TEST(Duration, BoundsMonthsOverAllStarts) {
  for (const int64_t months : {0,  1,  2,  3,  4,  5,  6,  7,  8,   9,   10,   11,   12,  13,
                               14, 23, 24, 47, 48, 49, 60, 96, 100, 120, 1199, 1200, 1201}) {
    const DayBounds bounds = DaysOfMonths(months);
    int64_t least = 1'000'000;
    int64_t most = 0;
    const absl::CivilDay end(2300, 1, 1);
    for (absl::CivilDay day(1900, 1, 1); day < end; ++day) {
      const int64_t days = AddMonths(day, months) - day;
      least = std::min(least, days);
      most = std::max(most, days);
    }
    EXPECT_LE(bounds.least, least) << months;
    EXPECT_GE(bounds.most, most) << months;
    if (months <= 12) {
      EXPECT_EQ(bounds.least, least) << months;
      EXPECT_EQ(bounds.most, most) << months;
    }
  }
}

}  // namespace
}  // namespace skyndsamt::law
