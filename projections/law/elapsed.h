// How long a leg took, or has been running at as_of: calendar days, working days and hours, each
// from least to most. Elapsed days exclude the day it starts and include the day it ends. Pure,
// thread-safe.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "projections/law/calendar.h"
#include "projections/law/closing_days.h"
#include "projections/law/leg.h"

namespace skyndsamt::law {

enum class Course {
  kDone,     // ended for certain
  kRunning,  // not ended at as_of
  kEither,   // whether it has ended is not certain
};

struct Elapsed {
  Course course = Course::kDone;
  bool done_before = false;  // it was done before it began: 0 of everything
  Interval from{};
  Interval to{};  // the end, or as_of
  Range days{};
  std::optional<Range> working_days{};  // absent where either side has no date
  Range hours{};
  // The unit's closing days that may lie between: left out of the working days.
  std::span<const ClosedDay> closed{};
};

// A day on which a leg may have started, with the first and the last on which it may then have
// ended.
struct PossibleDays {
  absl::CivilDay start{};
  absl::CivilDay first_end{};
  std::optional<absl::CivilDay> last_end{};  // absent: open
};

// Over more possible starts a length is not followed day by day.
inline constexpr int64_t kMostPossibleStarts = 366;

// Every day on which it may have started, ascending, where the length is known better than the two
// dates say ("three weeks after some day in March"): what holds of each of them is certain. Empty
// where the dates alone say as much, the start is open, or the days are too many.
std::vector<PossibleDays> PossibleDaysOf(const Elapsed& elapsed);

// Absent where there is nothing to measure: no start, an uncertain or a contradicted one.
std::optional<Elapsed> Measure(const CaseReading& reading, const LegOutcome& leg);

// The same, counted from the beginning of a day on which it was under way.
Elapsed CountedFrom(absl::CivilDay day, const CaseReading& reading, const Elapsed& elapsed);

// From the earliest knowledge of anyone to the opening of the investigation, or as_of: what rule 5
// shows beside a late notification, so that nothing is laundered; and so beside a leg that a
// reopening began anew, from what it first began with. Absent without either.
std::optional<Range> WholeChainDays(const CaseReading& reading, const LegOutcome& leg);

}  // namespace skyndsamt::law
