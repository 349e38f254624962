// What the tests of the timers share: a world of cases (case_world.h) with its views at work, and
// what the log holds of reminders. For one test at a time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"
#include "projections/law/judge.h"
#include "projections/views/instants.h"
#include "services/timers/timers.h"
#include "skyndsamt/event/v1/reminder.pb.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::timers {

// A reminder that the log holds.
struct Recorded {
  Position position = 0;
  Micros recorded = 0;
  StreamId stream;
  std::string step;  // which step and date
  Stage stage = Stage::kNone;
  event::v1::Reminder reminder;
};

// By which a step and its date are known again: one that the whole incident has once may be listed
// with another child later.
inline std::string NameIn(event::v1::Reminder step) {
  if (law::OfWholeIncident(step.leg())) step.clear_child();
  if (!step.due().empty()) step.clear_late_from();
  return step.SerializeAsString();
}

// Nothing for what somebody else than the timers has put there.
inline std::optional<Recorded> ReadReminder(const log::Record& record) {
  ::skyndsamt::log::v1::Body body;
  event::v1::TimerEvent event;
  EXPECT_TRUE(body.ParseFromString(record.body) && event.ParseFromString(body.event()));
  if (body.actor().id() != "timers") return std::nullopt;
  Recorded read{record.position, record.recorded, record.stream, {}, Stage::kNone, {}};
  if (event.has_due_soon()) read.stage = Stage::kDueSoon, read.reminder = event.due_soon();
  if (event.has_due_now()) read.stage = Stage::kDueNow, read.reminder = event.due_now();
  if (event.has_overdue()) read.stage = Stage::kOverdue, read.reminder = event.overdue();
  event::v1::Reminder step = read.reminder;
  step.clear_known_below();
  step.clear_role();
  step.clear_routine();
  step.clear_unit();
  read.step = NameIn(std::move(step));
  return read;
}

// In the order of the log.
inline std::vector<Recorded> Reminders(log::EventLog& log) {
  std::vector<Recorded> all;
  log::ReadOptions options;
  options.from = 0;
  options.filter.kinds = {"timer"};
  while (options.from) {
    auto read = log.ReadAll(options);
    EXPECT_TRUE(read.ok()) << read.status();
    if (!read.ok()) break;
    for (const log::Record& record : read->records) {
      if (auto one = ReadReminder(record)) all.push_back(*std::move(one));
    }
    options.from = read->next;
  }
  return all;
}

// Each at most once, and never an earlier stage after a later one.
inline std::map<std::string, Stage> ExpectEachOnceAndInOrder(const std::vector<Recorded>& all) {
  std::map<std::string, Stage> latest;
  for (const Recorded& one : all) {
    Stage& known = latest[one.step];
    EXPECT_LT(known, one.stage) << "at position " << one.position << ": "
                                << one.reminder.ShortDebugString();
    known = one.stage;
  }
  return latest;
}

class TimersWorld {
 public:
  explicit TimersWorld(uint64_t seed) : world(seed) {
    world.DeclareOrganisation();
    OpenViews();
  }

  void OpenViews() {
    views.reset();
    views = world.OpenViews();
    views->runner().Start();
  }

  // A log opened anew on the same directory, as a restart does.
  void Restart() {
    views.reset();
    world.Reopen("log");
    OpenViews();
  }

  void SetClock(const std::string& instant) { world.clock().Set(*views::ParseInstant(instant)); }

  // An incident whose principal was told on a day.
  void Open(const std::string& incident, const std::string& informed) {
    world.Record(incident,
                 "id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' } accused { "
                 "kind: ACCUSED_KIND_CHILD } }",
                 "id: 'p' happened { edtf: '" + informed + "' } principal_informed {}");
  }

  std::unique_ptr<Timers> NewTimers(log::EventLog& log) {
    TimerOptions options;
    options.patience = std::chrono::minutes(5);
    return std::make_unique<Timers>(log, *views, world.clock(), options);
  }
  std::unique_ptr<Timers> NewTimers() { return NewTimers(world.log()); }

  views::CaseWorld world;
  std::unique_ptr<views::Views> views;
};

}  // namespace skyndsamt::timers
