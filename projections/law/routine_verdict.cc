#include "projections/law/routine_verdict.h"

#include <algorithm>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

using api::v1::RoutineVerdict;

// What is certain about an end and a limit.
enum class Compared { kWithin, kLate, kUnsure };

RoutineVerdict Verdict(Compared compared, Course course) {
  if (compared == Compared::kLate) return api::v1::ROUTINE_VERDICT_LATE;
  if (compared == Compared::kUnsure) return api::v1::ROUTINE_VERDICT_UNDETERMINED;
  switch (course) {
    case Course::kDone:
      return api::v1::ROUTINE_VERDICT_WITHIN;
    case Course::kRunning:
      return api::v1::ROUTINE_VERDICT_RUNNING;
    case Course::kEither:
      break;
  }
  return api::v1::ROUTINE_VERDICT_UNDETERMINED;
}

// A bound stated to the minute or second is that clock time, not the minute that follows it.
Interval AsClockTime(Interval when) {
  if (!when.latest || when.latest_precision > Precision::kMinute) return when;
  const Micros unit = when.latest_precision == Precision::kMinute ? 60'000'000 : 1'000'000;
  const Micros start = *when.latest + 1 - unit;
  if (start % unit == 0 && (!when.earliest || start >= *when.earliest)) when.latest = start;
  return when;
}

bool CountsWorkingDays(const Limit& limit) {
  return limit.words->days() == event::v1::DAY_COUNT_WORKING;
}

// The last day, before any rolling forward.
absl::CivilDay LastDay(const Limit& limit, absl::CivilDay start, const ClosedDays& closed) {
  const Duration& duration = *limit.duration;
  if (!CountsWorkingDays(limit)) return AddToDay(start, duration);
  return AddWorkingDays(AddMonths(start, duration.months), duration.days, closed.days());
}

absl::CivilDay DueDay(const Limit& limit, absl::CivilDay start, const ClosedDays& closed) {
  const absl::CivilDay last = LastDay(limit, start, closed);
  return limit.words->roll_forward() ? RollForward(last) : last;
}

// Whether the length keeps the limit, or exceeds it, whichever day it started on.
Compared CompareLength(const Limit& limit, const Elapsed& elapsed, const ClosedDays& closed) {
  const auto possible = PossibleDaysOf(elapsed);
  bool late = !possible.empty();
  bool within = late;
  for (const PossibleDays& days : possible) {
    if (!late && !within) break;
    const absl::CivilDay due = DueDay(limit, days.start, closed);
    late = late && days.first_end > due;
    within = within && days.last_end && *days.last_end <= due;
  }
  if (late) return Compared::kLate;
  return within ? Compared::kWithin : Compared::kUnsure;
}

Compared CompareDays(const Limit& limit, const Elapsed& elapsed, const ClosedDays& closed,
                     RoutineFinding& finding) {
  std::optional<absl::CivilDay> due_first, due_last;
  if (elapsed.from.earliest) due_first = DueDay(limit, DayOf(*elapsed.from.earliest), closed);
  if (elapsed.from.latest) due_last = DueDay(limit, DayOf(*elapsed.from.latest), closed);
  if (due_first) finding.first_due = EndOf(*due_first);
  if (due_last) finding.last_due = EndOf(*due_last);
  if (due_first && due_first == due_last) {
    const absl::CivilDay start = DayOf(*elapsed.from.earliest);
    const absl::CivilDay last = LastDay(limit, start, closed);
    finding.due_day = due_first;
    if (last != *due_first) finding.moved_from = last;
    if (CountsWorkingDays(limit)) finding.closed = closed.Within(start, last);
  }
  if (elapsed.done_before) return Compared::kWithin;
  if (due_last && elapsed.to.earliest && DayOf(*elapsed.to.earliest) > *due_last) {
    return Compared::kLate;
  }
  if (due_first && elapsed.to.latest && DayOf(*elapsed.to.latest) <= *due_first) {
    return Compared::kWithin;
  }
  const Compared by_length = CompareLength(limit, elapsed, closed);
  if (by_length != Compared::kUnsure) return by_length;
  // A length may be known where no date is. Rolling forward and working days only give more time.
  const DayBounds months = DaysOfMonths(limit.duration->months);
  if (elapsed.days.max && *elapsed.days.max <= months.least + limit.duration->days) {
    return Compared::kWithin;
  }
  const bool plain = !CountsWorkingDays(limit) && !limit.words->roll_forward();
  if (plain && elapsed.days.min > months.most + limit.duration->days) return Compared::kLate;
  return Compared::kUnsure;
}

Compared CompareInstants(const Limit& limit, const Elapsed& elapsed, RoutineFinding& finding) {
  const Interval from = AsClockTime(elapsed.from);
  const Interval to = AsClockTime(elapsed.to);
  std::optional<Micros> due_first, due_last;
  if (from.earliest) due_first = AddToInstant(*from.earliest, *limit.duration);
  if (from.latest) due_last = AddToInstant(*from.latest, *limit.duration);
  if (due_first && due_first == due_last) finding.due_instant = due_first;
  finding.first_due = due_first;
  finding.last_due = due_last;
  if (elapsed.done_before) return Compared::kWithin;
  if (due_last && to.earliest && *to.earliest > *due_last) return Compared::kLate;
  if (due_first && to.latest && *to.latest <= *due_first) return Compared::kWithin;
  if (limit.duration->months == 0) {
    const int64_t allowed = limit.duration->days * 86'400 + limit.duration->seconds;
    if (limit.duration->days == 0 && elapsed.hours.min * 3'600 > allowed) return Compared::kLate;
    if (limit.duration->days == 0 && elapsed.hours.max &&
        (*elapsed.hours.max + 1) * 3'600 <= allowed) {
      return Compared::kWithin;
    }
  }
  return Compared::kUnsure;
}

// The plan's own date: a measure is due by the end of the period that the plan names. An
// approximate one must be passed, or kept, on either reading.
RoutineFinding AgainstPlan(const Interval& due, const std::optional<Elapsed>& elapsed) {
  const Micros last = *due.latest;
  RoutineFinding finding{.own_date = true};
  finding.due_day = DayOf(last);
  finding.first_due = EndOf(DayOf(*Tightened(due).latest));
  finding.last_due = EndOf(DayOf(*Widened(due).latest));
  if (!elapsed) {
    finding.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
    return finding;
  }
  Compared compared = Compared::kUnsure;
  if (elapsed->to.earliest && DayOf(*elapsed->to.earliest) > DayOf(*Widened(due).latest)) {
    compared = Compared::kLate;
  } else if (elapsed->to.latest && DayOf(*elapsed->to.latest) <= DayOf(*Tightened(due).latest)) {
    compared = Compared::kWithin;
  }
  finding.verdict = Verdict(compared, elapsed->course);
  return finding;
}

RoutineFinding AgainstVersion(const CaseReading& reading, const RoutineVersion* routine,
                              event::v1::UnitForm form, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed) {
  RoutineFinding finding;
  if (routine == nullptr) return finding;
  finding.versions = routine->published->version();
  const Limit* limit = routine->For(leg.leg, form);
  if (limit == nullptr) return finding;
  finding.words = limit->words->words();
  finding.limit = limit->words->limit();
  if (!limit->duration) return finding;
  finding.days = limit->words->days();
  finding.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
  if (!elapsed) return finding;
  const Compared compared = limit->duration->timed
                                ? CompareInstants(*limit, *elapsed, finding)
                                : CompareDays(*limit, *elapsed, reading.closed(), finding);
  finding.verdict = Verdict(compared, elapsed->course);
  return finding;
}

// The earlier and the later of two; open where either is.
std::optional<Micros> Earlier(std::optional<Micros> a, std::optional<Micros> b) {
  if (!a || !b) return std::nullopt;
  return std::min(*a, *b);
}
std::optional<Micros> Later(std::optional<Micros> a, std::optional<Micros> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

RoutineFinding AgainstApplied(const CaseReading& reading, const AppliedRoutine& applied,
                              event::v1::UnitForm form, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed) {
  const bool anew = applied.anew && elapsed;
  RoutineFinding finding =
      AgainstVersion(reading, applied.version, form, leg,
                     anew ? CountedFrom(applied.version->from, reading, *elapsed) : elapsed);
  finding.reached_under_way = applied.running;
  if (anew) finding.counted_from = applied.version->from;
  return finding;
}

// The start may be anywhere in its interval; without one, the end or as_of stands for it.
ClockTimes ClockOf(const CaseReading& reading, const LegOutcome& leg,
                   const std::optional<Elapsed>& elapsed) {
  if (elapsed) return {elapsed->from, elapsed->to};
  const Interval stopped = leg.ended ? leg.ended->when : At(reading.file().as_of);
  return {leg.started ? leg.started->when : stopped, stopped};
}

// Both findings apply; where they do not agree nothing is certain.
RoutineFinding Joined(const RoutineFinding& finding, RoutineFinding next) {
  const bool same_limit = next.limit == finding.limit && next.words == finding.words &&
                          next.due_end() == finding.due_end();
  if (next.verdict != finding.verdict) next.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
  next.straddles = finding.straddles || !same_limit;
  if (!same_limit) {
    next.due_day = next.moved_from = std::nullopt;
    next.due_instant = std::nullopt;
  }
  next.first_due = Earlier(next.first_due, finding.first_due);
  next.last_due = Later(next.last_due, finding.last_due);
  next.reached_under_way = next.reached_under_way || finding.reached_under_way;
  if (finding.versions != next.versions && !finding.versions.empty()) {
    next.versions = finding.versions + "," + next.versions;
  }
  return next;
}

}  // namespace

std::optional<Micros> RoutineFinding::due_end() const {
  if (due_instant) return due_instant;
  if (due_day) return EndOf(*due_day);
  return std::nullopt;
}

namespace {

RoutineFinding AgainstLimit(const CaseReading& reading, const LegOutcome& leg,
                            const std::optional<Elapsed>& elapsed) {
  if (leg.plan_uncertain) {
    return {.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED, .own_date = true};
  }
  if (leg.plan_due) return AgainstPlan(*leg.plan_due, elapsed);
  std::optional<RoutineFinding> finding;
  for (const auto& [unit, clock] : reading.UnitFor(ClockOf(reading, leg, elapsed), leg.unit_at)) {
    for (const AppliedRoutine& applied : reading.PolicyOf(*unit).RoutinesFor(clock)) {
      RoutineFinding next = AgainstApplied(reading, applied, unit->form, leg, elapsed);
      finding = finding ? Joined(*finding, std::move(next)) : std::move(next);
    }
  }
  return std::move(finding).value_or(RoutineFinding{});
}

}  // namespace

RoutineFinding AgainstRoutine(const CaseReading& reading, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed) {
  RoutineFinding finding = AgainstLimit(reading, leg, elapsed);
  if (leg.perhaps_not_required && finding.verdict != api::v1::ROUTINE_VERDICT_NO_LIMIT) {
    finding.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
    finding.last_due.reset();
  }
  return finding;
}

}  // namespace skyndsamt::law
