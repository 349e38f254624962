#include "projections/law/elapsed.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

// Where it is not certain whether the end has come, the clock may have stopped at its earliest and
// may still run at as_of.
Interval UpToAsOf(const Interval& end, Micros as_of) {
  Interval to = At(as_of);
  to.earliest = end.earliest ? std::min(*end.earliest, as_of) : end.earliest;
  return to;
}

// The fewest and the most of any possible start and end.
Range WorkingDaysOf(const std::vector<PossibleDays>& possible, ClosingDays closed) {
  Range working{.min = std::numeric_limits<int64_t>::max(), .max = 0};
  for (const PossibleDays& days : possible) {
    working.min = std::min(working.min, WorkingDays(days.start, days.first_end, closed));
    working.max = std::max(*working.max, WorkingDays(days.start, *days.last_end, closed));
  }
  return working;
}

// Working days need dates on both sides; they are no more than the days.
void CountWorkingDays(const CaseReading& reading, Elapsed& elapsed) {
  const Interval& from = elapsed.from;
  const Interval& to = elapsed.to;
  if (!from.earliest || !from.latest || !to.earliest || !to.latest) return;
  auto working = WorkingDays(from, to, reading.closed().days());
  if (working && working->max && elapsed.days.max) {
    working->max = std::min(*working->max, *elapsed.days.max);
  }
  if (const auto possible = PossibleDaysOf(elapsed); !possible.empty()) {
    working = WorkingDaysOf(possible, reading.closed().days());
  }
  elapsed.working_days = working;
  elapsed.closed = reading.closed().Within(DayOf(*from.earliest), DayOf(*to.latest));
}

// Of several facts, or joined from several readings (joined_legs.h): then the bounds as a whole may
// be narrower than those of the facts they are of.
bool Compound(const Moment& moment) {
  return moment.among.size() != 1 || moment.when != moment.among.front().fact->when;
}

// What both say, where each is so.
Range Narrower(Range a, const Range& b) {
  a.min = std::max(a.min, b.min);
  if (b.max) a.max = a.max ? std::min(*a.max, *b.max) : *b.max;
  if (a.max) a.max = std::max(a.min, *a.max);
  return a;
}

Range DaysBetween(const Moment& from, const Moment& to) {
  const Range days = CalendarDays(from, to);
  return Compound(from) || Compound(to) ? Narrower(days, CalendarDays(from.when, to.when)) : days;
}

Range HoursBetween(const Moment& from, const Moment& to) {
  const Range hours = Hours(from, to);
  return Compound(from) || Compound(to) ? Narrower(hours, Hours(from.when, to.when)) : hours;
}

Elapsed Between(const CaseReading& reading, const Moment& from, const Interval& to) {
  const Moment end{.when = to};
  Elapsed elapsed{
      .from = from.when, .to = to, .days = CalendarDays(from, end), .hours = Hours(from, end)};
  CountWorkingDays(reading, elapsed);
  return elapsed;
}

}  // namespace

std::vector<PossibleDays> PossibleDaysOf(const Elapsed& elapsed) {
  const Interval& from = elapsed.from;
  const Interval& to = elapsed.to;
  const Range& days = elapsed.days;
  if (elapsed.done_before || !from.earliest || !from.latest || days == CalendarDays(from, to)) {
    return {};
  }
  const absl::CivilDay last = DayOf(*from.latest);
  std::vector<PossibleDays> possible;
  if (last - DayOf(*from.earliest) >= kMostPossibleStarts) return possible;
  for (absl::CivilDay start = DayOf(*from.earliest); start <= last; ++start) {
    PossibleDays on{.start = start, .first_end = start + days.min};
    if (to.earliest) on.first_end = std::max(on.first_end, DayOf(*to.earliest));
    if (to.latest) on.last_end = DayOf(*to.latest);
    if (days.max)
      on.last_end = std::min(on.last_end.value_or(start + *days.max), start + *days.max);
    // A start after the last end took no time, and so says no more than one on that very day.
    if (!on.last_end || on.first_end <= *on.last_end) possible.push_back(on);
  }
  return possible;
}

std::optional<Elapsed> Measure(const CaseReading& reading, const LegOutcome& leg) {
  if (!leg.clocked() || !leg.started || !leg.started->certain ||
      leg.Has(api::v1::REMARK_CONTRADICTED)) {
    return std::nullopt;
  }
  const Moment& start = *leg.started;
  const Micros as_of = reading.file().as_of;
  if (!leg.ended) {
    Elapsed elapsed = Between(reading, start, At(as_of));
    elapsed.course = leg.state == api::v1::LEG_STATE_PENDING ? Course::kRunning : Course::kEither;
    return elapsed;
  }
  if (leg.state == api::v1::LEG_STATE_UNDETERMINED) {
    Elapsed elapsed = Between(reading, start, UpToAsOf(leg.ended->when, as_of));
    elapsed.course = Course::kEither;
    return elapsed;
  }
  if (CertainlyBefore(*leg.ended, start)) {
    return Elapsed{.done_before = true,
                   .from = start.when,
                   .to = leg.ended->when,
                   .days = {.min = 0, .max = 0},
                   .working_days = Range{.min = 0, .max = 0},
                   .hours = {.min = 0, .max = 0}};
  }
  Elapsed elapsed{.from = start.when,
                  .to = leg.ended->when,
                  .days = DaysBetween(start, *leg.ended),
                  .hours = HoursBetween(start, *leg.ended)};
  CountWorkingDays(reading, elapsed);
  return elapsed;
}

Elapsed CountedFrom(absl::CivilDay day, const CaseReading& reading, const Elapsed& elapsed) {
  Elapsed anew{.course = elapsed.course,
               .done_before = elapsed.done_before,
               .from = At(StartOf(day)),
               .to = elapsed.to};
  anew.days = CalendarDays(anew.from, anew.to);
  anew.hours = Hours(anew.from, anew.to);
  CountWorkingDays(reading, anew);
  return anew;
}

std::optional<Range> WholeChainDays(const CaseReading& reading, const LegOutcome& leg) {
  if (!leg.whole_chain_start || !leg.whole_chain_start->certain ||
      leg.whole_chain_start->contradicted()) {
    return std::nullopt;
  }
  if (leg.ended && leg.ended->certain) {
    return DaysBetween(*leg.whole_chain_start, *leg.ended);
  }
  const Interval to =
      leg.ended ? UpToAsOf(leg.ended->when, reading.file().as_of) : At(reading.file().as_of);
  return CalendarDays(leg.whole_chain_start->when, to);
}

}  // namespace skyndsamt::law
