// Against the authority's own routine: within it, later than it, or no limit set.
//
// A limit in days ends with a local day: day 0 is the day the clock started, P0D the same day. A
// limit in hours ends at an instant, counted as time passes, across clock changes. A limit in
// months ends on the day of the same number (Lag 1930:173); rolling a last day forward is the
// routine's own choice. Whether it is within is decided only where every possible start and end
// agree. A leg that still runs is never WITHIN. Where an imprecise start straddles versions of the
// routine each is applied; if they differ the verdict is UNDETERMINED. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "projections/law/elapsed.h"
#include "projections/law/leg.h"

namespace skyndsamt::law {

struct RoutineFinding {
  api::v1::RoutineVerdict verdict = api::v1::ROUTINE_VERDICT_NO_LIMIT;
  std::string words{};     // as the routine says
  std::string versions{};  // applied, oldest first, comma-separated; empty: none in force
  std::string limit{};     // ISO 8601; empty: no limit
  event::v1::DayCount days = event::v1::DAY_COUNT_UNSPECIFIED;
  bool straddles = false;                   // the start straddles versions that do not say the same
  bool own_date = false;                    // the limit is the plan's own date, not the routine
  std::optional<absl::CivilDay> due_day{};  // absent where undetermined or in hours
  std::optional<Micros> due_instant{};      // a limit in hours
  std::optional<absl::CivilDay> moved_from{};  // the day before it was rolled forward
  // The last instant at which it is not LATE for certain, however imprecise the start; a leg that
  // still runs is LATE at every as_of after it. Absent where no limit is set, no start is known, or
  // it is not certain that the duty is required.
  std::optional<Micros> late_after{};
  // What passes the limit was, at the latest, recorded by then. Absent without a certain due time.
  std::optional<Micros> due_end() const;
};

// `elapsed` absent: no length is known, so a limit gives UNDETERMINED.
RoutineFinding AgainstRoutine(const CaseReading& reading, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed);

}  // namespace skyndsamt::law
