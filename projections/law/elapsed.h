// How long a leg took, or has been running at as_of: calendar days, working days and hours, each
// from least to most. Elapsed days exclude the day it starts and include the day it ends. Pure,
// thread-safe.
#pragma once

#include <optional>
#include <span>

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

// Absent where there is nothing to measure: no start, an uncertain or a contradicted one.
std::optional<Elapsed> Measure(const CaseReading& reading, const LegOutcome& leg);

// The same, counted from the beginning of a day on which it was under way.
Elapsed CountedFrom(absl::CivilDay day, const CaseReading& reading, const Elapsed& elapsed);

// From the earliest knowledge of anyone to the opening of the investigation, or as_of: what rule 5
// shows beside a late notification, so that nothing is laundered. Absent without either.
std::optional<Range> WholeChainDays(const CaseReading& reading, const LegOutcome& leg);

}  // namespace skyndsamt::law
