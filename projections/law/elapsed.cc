#include "projections/law/elapsed.h"

#include <algorithm>

namespace skyndsamt::law {
namespace {

// Where it is not certain whether the end has come, the clock may have stopped at its earliest and
// may still run at as_of.
Interval UpToAsOf(const Interval& end, Micros as_of) {
  Interval to = At(as_of);
  to.earliest = end.earliest ? std::min(*end.earliest, as_of) : end.earliest;
  return to;
}

// Dates on both sides, and no more working days than days.
std::optional<Range> WorkingDaysBetween(const Interval& from, const Interval& to,
                                        const Range& days) {
  if (!from.earliest || !from.latest || !to.earliest || !to.latest) return std::nullopt;
  auto working = WorkingDays(from, to);
  if (working && working->max && days.max) working->max = std::min(*working->max, *days.max);
  return working;
}

Elapsed Between(const Moment& from, const Interval& to) {
  const Moment end{.when = to};
  Elapsed elapsed{
      .from = from.when, .to = to, .days = CalendarDays(from, end), .hours = Hours(from, end)};
  elapsed.working_days = WorkingDaysBetween(from.when, to, elapsed.days);
  return elapsed;
}

}  // namespace

std::optional<Elapsed> Measure(const CaseReading& reading, const LegOutcome& leg) {
  if (!leg.clocked() || !leg.started || !leg.started->certain ||
      leg.Has(api::v1::REMARK_CONTRADICTED)) {
    return std::nullopt;
  }
  const Moment& start = *leg.started;
  const Micros as_of = reading.file().as_of;
  if (!leg.ended) {
    Elapsed elapsed = Between(start, At(as_of));
    elapsed.course = leg.state == api::v1::LEG_STATE_PENDING ? Course::kRunning : Course::kEither;
    return elapsed;
  }
  if (leg.state == api::v1::LEG_STATE_UNDETERMINED) {
    Elapsed elapsed = Between(start, UpToAsOf(leg.ended->when, as_of));
    elapsed.course = Course::kEither;
    return elapsed;
  }
  Elapsed elapsed = Between(start, leg.ended->when);
  elapsed.done_before = CertainlyBefore(*leg.ended, start);
  if (elapsed.done_before) {
    elapsed.days = elapsed.hours = {.min = 0, .max = 0};
    elapsed.working_days = Range{.min = 0, .max = 0};
    return elapsed;
  }
  elapsed.days = CalendarDays(start, *leg.ended);
  elapsed.hours = Hours(start, *leg.ended);
  elapsed.working_days = WorkingDaysBetween(start.when, leg.ended->when, elapsed.days);
  return elapsed;
}

std::optional<Range> WholeChainDays(const CaseReading& reading, const LegOutcome& leg) {
  if (!leg.whole_chain_start || !leg.whole_chain_start->certain ||
      leg.whole_chain_start->contradicted()) {
    return std::nullopt;
  }
  if (leg.ended && leg.ended->certain) {
    return CalendarDays(*leg.whole_chain_start, *leg.ended);
  }
  const Interval to =
      leg.ended ? UpToAsOf(leg.ended->when, reading.file().as_of) : At(reading.file().as_of);
  return CalendarDays(leg.whole_chain_start->when, to);
}

}  // namespace skyndsamt::law
