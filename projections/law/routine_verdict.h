// Against the authority's own routine: within it, later than it, or no limit set.
//
// A limit in days ends with a local day: day 0 is the day the clock started, P0D the same day. A
// limit in hours ends at an instant, counted as time passes, across clock changes. A limit in
// months ends on the day of the same number (Lag 1930:173); rolling a last day forward is the
// routine's own choice. Whether it is within is decided only where every possible start and end
// agree; where the length is known better than the dates, start by start (elapsed.h). A leg that
// still runs is never WITHIN. Working days leave out the unit's closing days; a
// last day is rolled forward as the statute does it, which knows none. The version in force when
// the clock started applies, unless a later one says that it reaches what was under way
// (known_policy.h); where several possible ones apply and differ the verdict is UNDETERMINED. Pure,
// thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "absl/time/civil_time.h"
#include "projections/law/closing_days.h"
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
  // The last instant in time if it began as early, and as late, as it may; open where its start is,
  // no limit is set, or it is not certain that the duty is required. After `last_due`, and never
  // earlier, a leg that still runs is LATE for certain.
  std::optional<Micros> first_due{};
  std::optional<Micros> last_due{};
  // The limit is one in working days: the closing days between the start and the due day.
  std::span<const ClosedDay> closed{};
  // A version that came into force while the leg was under way, and says that it reaches it. Where
  // the time is counted from its first day rather than from the leg's start, that day.
  bool reached_under_way = false;
  std::optional<absl::CivilDay> counted_from{};
  // What passes the limit was, at the latest, recorded by then. Absent without a certain due time.
  std::optional<Micros> due_end() const;
};

// `elapsed` absent: no length is known, so a limit gives UNDETERMINED.
RoutineFinding AgainstRoutine(const CaseReading& reading, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed);

}  // namespace skyndsamt::law
