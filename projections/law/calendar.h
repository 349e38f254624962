// Counting days: elapsed days exclude the day it starts and include the day it ends.
//
// 2012-06-18 to 2012-06-27 is 9 days and 6 working days. Working days leave out Saturdays, Sundays,
// public holidays and the three eves (holidays.h), and the closing days of a unit where a caller
// passes them (ascending, each once). Imprecise ends give ranges. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "absl/time/civil_time.h"
#include "projections/law/interval.h"

namespace skyndsamt::law {

using ClosingDays = std::span<const absl::CivilDay>;

// From least to most; never negative, since what was done before it began took no time.
struct Range {
  int64_t min = 0;
  std::optional<int64_t> max = std::nullopt;  // absent: unbounded
  bool operator==(const Range&) const = default;
};

// Negative when `to` lies before `from`.
int64_t CalendarDays(absl::CivilDay from, absl::CivilDay to);
// Working days in (from, to]; 0 when `to` lies before `from`. Constant time within 1900-2200.
int64_t WorkingDays(absl::CivilDay from, absl::CivilDay to, ClosingDays closed = {});
// The n-th working day after `from`, n >= 1; `from` itself for 0.
absl::CivilDay AddWorkingDays(absl::CivilDay from, int64_t n, ClosingDays closed = {});

// What lies between a start and an end that are imprecise.
Range CalendarDays(const Interval& from, const Interval& to);
// Working days need dates on both sides: absent when either is undated.
std::optional<Range> WorkingDays(const Interval& from, const Interval& to, ClosingDays closed = {});
// Whole hours that pass, floored, between half-open instants: a day and the ninth day after it lie
// 192 to 240 hours apart.
Range Hours(const Interval& from, const Interval& to);

}  // namespace skyndsamt::law
