// Instants and the civil calendar of Europe/Stockholm, and how periods are added to either.
//
// "Same day" is a local calendar day. The time zone comes from the system's tzdata through Abseil
// (right from 1900 to 2199); a process without it stops at the first use, for no answer could be
// trusted. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "eventstore/base/ids.h"
#include "projections/law/duration.h"

namespace skyndsamt::law {

absl::TimeZone Stockholm();
// The version of the time zone data, as "2026a"; "unknown" where the system does not tell.
std::string_view TzdataVersion();

// The local day an instant falls on.
absl::CivilDay DayOf(Micros instant);
// The first and the last instant of a local day: [00:00:00.000000, 23:59:59.999999].
Micros StartOf(absl::CivilDay day);
Micros EndOf(absl::CivilDay day);

// Months by Lag (1930:173) 1 §: the day of the same number, or the month's last day where it lacks
// it: 31 January + 1 month = 28 or 29 February. May be negative.
absl::CivilDay AddMonths(absl::CivilDay day, int64_t months);
// Months, then days; the seconds of a timed duration do not move a day and must be zero.
absl::CivilDay AddToDay(absl::CivilDay day, const Duration& duration);
// Months and days by the local clock face, then seconds as they pass: 24 hours from Saturday
// 28 March 2026 12:00 end on Sunday at 13:00, one day at 12:00. A clock face that a clock change
// skips becomes the instant of the change; of a repeated one the first is meant. Never decreasing
// in `instant`.
Micros AddToInstant(Micros instant, const Duration& duration);

// Lag (1930:173) 2 §: a last day that is a Sunday, public holiday, Saturday, midsommarafton,
// julafton or nyårsafton gives way to the next weekday. Whether it applies is the caller's choice:
// it does to statutes' periods of weeks, months and years, to a routine only where it says so.
absl::CivilDay RollForward(absl::CivilDay day);

// For people and answers: 2012-06-18, and RFC 3339 with Stockholm's offset,
// 2012-06-18T14:30:00+02:00 (fractions of a second only where there are any).
std::string FormatDay(absl::CivilDay day);
// A local date as policy writes it, 2012-01-31. INVALID_ARGUMENT for any other text.
absl::Status ReadDay(std::string_view text, absl::CivilDay& day);
std::string FormatInstant(Micros instant);

}  // namespace skyndsamt::law
