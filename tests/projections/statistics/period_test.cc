// Periods begin at Swedish midnight, and are named by their first month.
#include "projections/statistics/period.h"

#include <gtest/gtest.h>

#include "projections/law/civil_time.h"

namespace skyndsamt::statistics {
namespace {

TEST(Period, BeginsAtTheFirstMidnightOfItsFirstMonth) {
  const absl::CivilDay first(2026, 7, 1);
  for (const int months : {1, 3, 6}) {
    EXPECT_EQ(FirstDay(PeriodOf(law::StartOf(first), months)), first);
    EXPECT_EQ(FirstDay(PeriodOf(law::StartOf(first) - 1, months) + months), first);
  }
  EXPECT_EQ(FirstDay(PeriodOf(law::StartOf(first), 12)), absl::CivilDay(2026, 1, 1));
}

TEST(Period, OfTheYearsEndIsTheYears) {
  const absl::CivilDay last(2026, 12, 31);
  EXPECT_EQ(FirstDay(PeriodOf(law::EndOf(last), 6)), absl::CivilDay(2026, 7, 1));
  EXPECT_EQ(FirstDay(PeriodOf(law::EndOf(last), 6) + 6), absl::CivilDay(2027, 1, 1));
}

}  // namespace
}  // namespace skyndsamt::statistics
