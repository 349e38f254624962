// Lengths of time as routines and relative times state them: ISO 8601 durations.
// Values and pure functions: thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace skyndsamt::law {

// Kept in three parts because they are counted differently: months and days by the calendar
// (P1M, P7D; a year is 12 months, a week 7 days), seconds by the clock (PT24H), across clock
// changes. P0D is the same day, PT0S the same instant: `timed` tells them apart.
struct Duration {
  int64_t months = 0;
  int64_t days = 0;
  int64_t seconds = 0;
  bool timed = false;  // has hours, minutes or seconds: counted between instants, not days

  bool operator==(const Duration&) const = default;
};

// P1M, P7D, P2W, PT24H, P1Y2M3DT4H: at least one part, whole numbers of up to six digits, units in
// order (Y M W D T H M S), no sign, no lower case. INVALID_ARGUMENT otherwise; nothing is echoed.
absl::StatusOr<Duration> ParseDuration(std::string_view text);

// The shortest text that ParseDuration reads as the same value: P7D, P1Y2M, PT24H.
std::string FormatDuration(const Duration& duration);

// How many days `months` months may last, when it is not known which: 28-31 for one, 59-62 for
// two, 365-366 for twelve.
struct DayBounds {
  int64_t least = 0;
  int64_t most = 0;
};
DayBounds DaysOfMonths(int64_t months);

}  // namespace skyndsamt::law
