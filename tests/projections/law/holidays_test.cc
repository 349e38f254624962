#include "projections/law/holidays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace skyndsamt::law {
namespace {

using ::testing::ElementsAre;

// The closed Mondays-Fridays of a year as "d/m", an eve with a star.
std::vector<std::string> ClosedWeekdays(int year) {
  std::vector<std::string> out;
  for (absl::CivilDay day(year, 1, 1); day.year() == year; ++day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) continue;
    if (IsWorkingDay(day)) continue;
    const Holiday* holiday = HolidayOn(day);
    if (holiday == nullptr) return {"closed without a reason"};
    out.push_back(absl::StrCat(day.day(), "/", day.month(), holiday->eve ? "*" : ""));
  }
  return out;
}

TEST(Holidays, CloseTheWeekdaysOf2025To2027) {
  EXPECT_THAT(ClosedWeekdays(2025), ElementsAre("1/1", "6/1", "18/4", "21/4", "1/5", "29/5", "6/6",
                                                "20/6*", "24/12*", "25/12", "26/12", "31/12*"));
  EXPECT_THAT(ClosedWeekdays(2026), ElementsAre("1/1", "6/1", "3/4", "6/4", "1/5", "14/5", "19/6*",
                                                "24/12*", "25/12", "31/12*"));
  EXPECT_THAT(ClosedWeekdays(2027),
              ElementsAre("1/1", "6/1", "26/3", "29/3", "6/5", "25/6*", "24/12*", "31/12*"));
}

TEST(Holidays, ComputeEaster) {
  const std::map<int, absl::CivilDay> known = {
      {1913, absl::CivilDay(1913, 3, 23)}, {1943, absl::CivilDay(1943, 4, 25)},
      {1954, absl::CivilDay(1954, 4, 18)}, {1981, absl::CivilDay(1981, 4, 19)},
      {2000, absl::CivilDay(2000, 4, 23)}, {2008, absl::CivilDay(2008, 3, 23)},
      {2025, absl::CivilDay(2025, 4, 20)}, {2026, absl::CivilDay(2026, 4, 5)},
      {2027, absl::CivilDay(2027, 3, 28)}, {2038, absl::CivilDay(2038, 4, 25)},
      {2049, absl::CivilDay(2049, 4, 18)}, {2076, absl::CivilDay(2076, 4, 19)}};
  for (const auto& [year, easter] : known) EXPECT_EQ(EasterSunday(year), easter);
  for (int year = 1583; year < 4000; ++year) {
    const absl::CivilDay easter = EasterSunday(year);
    EXPECT_EQ(absl::GetWeekday(easter), absl::Weekday::sunday);
    EXPECT_GE(easter, absl::CivilDay(year, 3, 22));
    EXPECT_LE(easter, absl::CivilDay(year, 4, 25));
  }
}

TEST(Holidays, FollowTheChangesOfTheLaw) {
  // Whit Monday until 2004, the National Day from 2005, May Day from 1939.
  EXPECT_TRUE(IsPublicHoliday(absl::CivilDay(2004, 5, 31)));
  EXPECT_FALSE(IsPublicHoliday(absl::CivilDay(2005, 5, 16)));
  EXPECT_TRUE(IsWorkingDay(absl::CivilDay(2002, 6, 6)));
  EXPECT_TRUE(IsPublicHoliday(absl::CivilDay(2005, 6, 6)));
  EXPECT_FALSE(IsPublicHoliday(absl::CivilDay(1936, 5, 1)));
  EXPECT_TRUE(IsPublicHoliday(absl::CivilDay(1939, 5, 1)));
  // Before 1953.
  EXPECT_TRUE(IsPublicHoliday(absl::CivilDay(1952, 6, 24)));
  EXPECT_EQ(HolidayOn(absl::CivilDay(1952, 6, 23))->sv, "midsommarafton");
  EXPECT_EQ(HolidayOn(absl::CivilDay(1953, 6, 20))->sv, "midsommardagen");
  EXPECT_EQ(HolidayOn(absl::CivilDay(1952, 11, 1)), nullptr);
  EXPECT_EQ(HolidayOn(absl::CivilDay(1953, 10, 31))->sv, "alla helgons dag");
  EXPECT_EQ(HolidayOn(absl::CivilDay(2021, 10, 30)), nullptr);
  EXPECT_EQ(HolidayOn(absl::CivilDay(2021, 11, 6))->sv, "alla helgons dag");
  EXPECT_TRUE(IsPublicHoliday(absl::CivilDay(1952, 3, 25)));
  EXPECT_FALSE(IsPublicHoliday(absl::CivilDay(1953, 3, 25)));
}

TEST(Holidays, AreNamedForPeople) {
  EXPECT_EQ(HolidayOn(absl::CivilDay(2012, 6, 22))->sv, "midsommarafton");
  EXPECT_EQ(HolidayOn(absl::CivilDay(2012, 6, 22))->en, "Midsummer Eve");
  EXPECT_TRUE(HolidayOn(absl::CivilDay(2012, 6, 22))->eve);
  EXPECT_EQ(HolidayOn(absl::CivilDay(2026, 5, 14))->sv, "Kristi himmelsfärdsdag");
  EXPECT_EQ(HolidayOn(absl::CivilDay(2026, 5, 17)), nullptr);  // a Sunday like any
  EXPECT_TRUE(IsPublicHoliday(absl::CivilDay(2026, 5, 17)));
}

TEST(Holidays, AreNoHalfDaysOrBridges) {
  for (const absl::CivilDay day :
       {absl::CivilDay(2026, 1, 5), absl::CivilDay(2026, 4, 2), absl::CivilDay(2026, 4, 30),
        absl::CivilDay(2026, 5, 15), absl::CivilDay(2026, 10, 30)}) {
    EXPECT_TRUE(IsWorkingDay(day));
    EXPECT_EQ(HolidayOn(day), nullptr);
  }
  // påskafton is closed as a Saturday, not as a holiday
  EXPECT_FALSE(IsWorkingDay(absl::CivilDay(2026, 4, 4)));
  EXPECT_FALSE(IsPublicHoliday(absl::CivilDay(2026, 4, 4)));
  // an eve is closed but no public holiday
  EXPECT_FALSE(IsWorkingDay(absl::CivilDay(2026, 12, 24)));
  EXPECT_FALSE(IsPublicHoliday(absl::CivilDay(2026, 12, 24)));
}

TEST(Holidays, CountClosedWeekdaysAsOneByOne) {
  // From before the tabulated years to after them.
  int64_t sum = 0;
  const absl::CivilDay first(1890, 1, 1);
  for (absl::CivilDay day = first; day.year() < 2215; ++day) {
    if (day.day() == 1 || day.month() == 12) {
      ASSERT_EQ(ClosedWeekdaysIn(first, day), sum) << absl::FormatCivilTime(day);
    }
    const absl::Weekday weekday = absl::GetWeekday(day);
    const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
    if (!weekend && !IsWorkingDay(day)) ++sum;
  }
  EXPECT_EQ(ClosedWeekdaysIn(absl::CivilDay(2026, 1, 1), absl::CivilDay(2027, 1, 1)), 10);
  EXPECT_EQ(ClosedWeekdaysIn(absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 1, 1)), 0);
}

TEST(Holidays, AnswerManyThreadsAlike) {
  std::vector<std::thread> threads;
  std::vector<int> closed(4, 0);
  for (size_t i = 0; i < closed.size(); ++i) {
    threads.emplace_back([&closed, i] {
      for (absl::CivilDay day(2000, 1, 1); day.year() < 2010; ++day) {
        if (!IsWorkingDay(day)) ++closed[i];
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(closed[0], 1000);
  EXPECT_THAT(closed, ::testing::Each(closed[0]));
}

}  // namespace
}  // namespace skyndsamt::law
