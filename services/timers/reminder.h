// When a step is to be reminded of, and the event that does it. Pure functions, thread-safe.
//
//   due soon   from the beginning of the day that lies `working_days` before the last day; of a
//              limit in hours, from `hours` before its end
//   due now    from the beginning of the last day; of a limit in hours, from an hour before its end
//   overdue    after the last instant at which the step is not late for certain, as the law engine
//              says: the timers judge nothing themselves
//
// Working days are those of the step's unit: nobody is there to read a reminder on its closing days
// (stängningsdagar). Where the clock's start is imprecise the last day is not certain: such a step
// is overdue or nothing. What holds now is told, what was passed over is not: a step that was
// entered weeks late is overdue and was never due soon.
#pragma once

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "eventstore/base/ids.h"
#include "eventstore/log/event_log.h"
#include "projections/views/views.h"

namespace skyndsamt::timers {

struct Lead {
  int working_days = 2;
  int hours = 4;
};

// Each is told at most once of a step and its date, and none after a later one.
enum class Stage { kNone, kDueSoon, kDueNow, kOverdue };
inline constexpr Stage kStages[] = {Stage::kDueSoon, Stage::kDueNow, Stage::kOverdue};

Stage StageOf(const views::DueStep& step, Micros now, const Lead& lead);
// The next instant after `now` at which it has another stage; absent if none comes.
std::optional<Micros> NextStageAt(const views::DueStep& step, Micros now, const Lead& lead);
// The latest date that a step can have which has a stage before the next local midnight, where
// `last` is the first working day after the lead, so the `working_days` + 1st after the local
// day of `now`, at the unit where it comes last.
Micros LatestDate(Micros now, const Lead& lead, absl::CivilDay last);

// A step with its date: incident, child (unless the whole incident has it once), leg, round,
// measure, guardian, request, and the date by the routine. A new date, after a correction or under
// a new routine, is told of anew.
std::string NameOf(const views::DueStep& step);

// What the log remembers of a reminder for ever: the same step, date and stage are the same
// request, so that it is recorded once, however often it is asked for.
struct ReminderIds {
  RequestKey request;
  Bytes32 fingerprint{};
  EventId event;
};
ReminderIds IdsOf(const std::string& name, Stage stage);

// The stream of an incident's reminders.
StreamId StreamOf(const std::string& incident);
// The event, ready for the log. Everything below `known_below` was known.
log::PreparedEvent EventOf(const views::DueStep& step, Stage stage, const ReminderIds& ids,
                           Position known_below);

}  // namespace skyndsamt::timers
