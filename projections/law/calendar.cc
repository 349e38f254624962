#include "projections/law/calendar.h"

#include <algorithm>
#include <cassert>

#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"

namespace skyndsamt::law {
namespace {

constexpr Micros kHour = 3'600'000'000;

// Monday-Friday in [from, to), from <= to.
int64_t WeekdaysIn(absl::CivilDay from, absl::CivilDay to) {
  const int64_t days = to - from;
  int64_t count = days / 7 * 5;
  for (absl::CivilDay day = to - days % 7; day < to; ++day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday) ++count;
  }
  return count;
}

int64_t FloorHours(Micros span) { return span <= 0 ? 0 : span / kHour; }

// Least and most of a count that never decreases in `to` and never increases in `from`.
template <typename Count>
Range Between(const Interval& from, const Interval& to, const Count& count) {
  Range out;
  if (from.latest && to.earliest && *from.latest < *to.earliest) {
    out.min = std::max<int64_t>(0, count(DayOf(*from.latest), DayOf(*to.earliest)));
  }
  if (from.earliest && to.latest) {
    out.max = std::max<int64_t>(0, count(DayOf(*from.earliest), DayOf(*to.latest)));
  }
  return out;
}

}  // namespace

int64_t CalendarDays(absl::CivilDay from, absl::CivilDay to) { return to - from; }

int64_t WorkingDays(absl::CivilDay from, absl::CivilDay to, ClosingDays closed) {
  if (to <= from) return 0;
  const absl::CivilDay first = from + 1;
  const absl::CivilDay end = to + 1;
  const auto begin = std::lower_bound(closed.begin(), closed.end(), first);
  const auto closing_days =
      std::count_if(begin, std::lower_bound(begin, closed.end(), end), IsWorkingDay);
  return WeekdaysIn(first, end) - ClosedWeekdaysIn(first, end) - closing_days;
}

absl::CivilDay AddWorkingDays(absl::CivilDay from, int64_t n, ClosingDays closed) {
  assert(n >= 0);
  while (n > 0) {
    ++from;
    if (IsWorkingDay(from) && !std::binary_search(closed.begin(), closed.end(), from)) --n;
  }
  return from;
}

Range CalendarDays(const Interval& from, const Interval& to) {
  return Between(from, to, [](absl::CivilDay a, absl::CivilDay b) { return CalendarDays(a, b); });
}

std::optional<Range> WorkingDays(const Interval& from, const Interval& to, ClosingDays closed) {
  if (from.undated() || to.undated()) return std::nullopt;
  return Between(
      from, to, [closed](absl::CivilDay a, absl::CivilDay b) { return WorkingDays(a, b, closed); });
}

Range Hours(const Interval& from, const Interval& to) {
  Range out;
  if (from.latest && to.earliest) out.min = FloorHours(*to.earliest - *from.latest);
  if (from.earliest && to.latest) out.max = FloorHours(*to.latest + 1 - *from.earliest);
  return out;
}

}  // namespace skyndsamt::law
