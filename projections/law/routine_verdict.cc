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

// A time stated to the minute or second is that clock time, not the minute that follows it.
Interval AsClockTime(Interval when) {
  if (when.earliest && when.earliest_precision <= Precision::kMinute && when.latest &&
      *when.latest - *when.earliest < 60'000'000) {
    when.latest = when.earliest;
  }
  return when;
}

bool CountsWorkingDays(const Limit& limit) {
  return limit.words->days() == event::v1::DAY_COUNT_WORKING;
}

// The last day, before any rolling forward.
absl::CivilDay LastDay(const Limit& limit, absl::CivilDay start) {
  const Duration& duration = *limit.duration;
  if (!CountsWorkingDays(limit)) return AddToDay(start, duration);
  return AddWorkingDays(AddMonths(start, duration.months), duration.days);
}

absl::CivilDay DueDay(const Limit& limit, absl::CivilDay start) {
  const absl::CivilDay last = LastDay(limit, start);
  return limit.words->roll_forward() ? RollForward(last) : last;
}

Compared CompareDays(const Limit& limit, const Elapsed& elapsed, RoutineFinding& finding) {
  std::optional<absl::CivilDay> due_first, due_last;
  if (elapsed.from.earliest) due_first = DueDay(limit, DayOf(*elapsed.from.earliest));
  if (elapsed.from.latest) due_last = DueDay(limit, DayOf(*elapsed.from.latest));
  if (due_last) finding.late_after = EndOf(*due_last);
  if (due_first && due_first == due_last) {
    finding.due_day = due_first;
    const absl::CivilDay last = LastDay(limit, DayOf(*elapsed.from.earliest));
    if (last != *due_first) finding.moved_from = last;
  }
  if (elapsed.done_before) return Compared::kWithin;
  if (due_last && elapsed.to.earliest && DayOf(*elapsed.to.earliest) > *due_last) {
    return Compared::kLate;
  }
  if (due_first && elapsed.to.latest && DayOf(*elapsed.to.latest) <= *due_first) {
    return Compared::kWithin;
  }
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
  finding.late_after = due_last;
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
  finding.late_after = EndOf(DayOf(*Widened(due).latest));
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

RoutineFinding AgainstVersion(const RoutineVersion* routine, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed) {
  RoutineFinding finding;
  if (routine == nullptr) return finding;
  finding.versions = routine->published->version();
  const Limit* limit = routine->For(leg.leg);
  if (limit == nullptr) return finding;
  finding.words = limit->words->words();
  finding.limit = limit->words->limit();
  if (!limit->duration) return finding;
  finding.days = limit->words->days();
  finding.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
  if (!elapsed) return finding;
  const Compared compared = limit->duration->timed ? CompareInstants(*limit, *elapsed, finding)
                                                   : CompareDays(*limit, *elapsed, finding);
  finding.verdict = Verdict(compared, elapsed->course);
  return finding;
}

// The start may be anywhere in `when`; without one, the end or as_of stands for it.
Interval TimeOfStart(const CaseReading& reading, const LegOutcome& leg) {
  if (leg.started) return leg.started->when;
  if (leg.ended) return leg.ended->when;
  return At(reading.file().as_of);
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
  if (reading.file().policy == nullptr) return {};
  RoutineFinding finding;
  bool first = true;
  for (const RoutineVersion* routine :
       reading.file().policy->RoutinesIn(TimeOfStart(reading, leg), reading.file().known_at)) {
    RoutineFinding next = AgainstVersion(routine, leg, elapsed);
    if (first) {
      finding = std::move(next);
      first = false;
      continue;
    }
    // Both versions apply; where they do not agree nothing is certain.
    const bool same_limit = next.limit == finding.limit && next.words == finding.words &&
                            next.due_end() == finding.due_end();
    if (next.verdict != finding.verdict) next.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
    next.straddles = finding.straddles || !same_limit;
    if (!same_limit) next.due_day = next.moved_from = std::nullopt, next.due_instant.reset();
    // Late for certain is what is late by each.
    next.late_after = next.late_after && finding.late_after
                          ? std::max(next.late_after, finding.late_after)
                          : std::nullopt;
    if (!finding.versions.empty()) next.versions = finding.versions + "," + next.versions;
    finding = std::move(next);
  }
  return finding;
}

}  // namespace

RoutineFinding AgainstRoutine(const CaseReading& reading, const LegOutcome& leg,
                              const std::optional<Elapsed>& elapsed) {
  RoutineFinding finding = AgainstLimit(reading, leg, elapsed);
  if (leg.perhaps_not_required && finding.verdict != api::v1::ROUTINE_VERDICT_NO_LIMIT) {
    finding.verdict = api::v1::ROUTINE_VERDICT_UNDETERMINED;
    finding.late_after.reset();
  }
  return finding;
}

}  // namespace skyndsamt::law
