#include "projections/statistics/period.h"

#include "projections/law/civil_time.h"

namespace skyndsamt::statistics {

int32_t PeriodOf(Micros instant, int months) {
  const absl::CivilDay day = law::DayOf(instant);
  const auto month = static_cast<int32_t>(day.year() * 12 + day.month() - 1);
  return month - month % months;
}

absl::CivilDay FirstDay(int32_t month) { return absl::CivilDay(month / 12, month % 12 + 1, 1); }

}  // namespace skyndsamt::statistics
