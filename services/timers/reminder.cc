#include "services/timers/reminder.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"
#include "projections/law/calendar.h"
#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"
#include "projections/law/judge.h"
#include "skyndsamt/event/v1/reminder.pb.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::timers {
namespace {

constexpr Micros kHour = 3'600'000'000;
constexpr char kScope[] = "timers";

// A limit in hours: its end is an instant, not a day.
bool InHours(const views::DueStep& step) { return step.item.due().find('T') != std::string::npos; }

absl::CivilDay WorkingDaysBefore(absl::CivilDay day, int working_days, law::ClosingDays closed) {
  while (working_days > 0) {
    --day;
    if (law::IsWorkingDay(day) && !std::ranges::binary_search(closed, day)) --working_days;
  }
  return day;
}

// From when each stage holds, in the order of kStages; a stage that is none begins with the next.
std::array<Micros, 3> Beginnings(const views::DueStep& step, const Lead& lead) {
  const Micros overdue = step.late_after + 1;
  if (step.item.due().empty()) return {overdue, overdue, overdue};
  if (InHours(step)) {
    return {step.date - std::max(lead.hours, 1) * kHour, step.date - kHour, overdue};
  }
  const absl::CivilDay last = law::DayOf(step.date);
  return {law::StartOf(WorkingDaysBefore(last, lead.working_days, step.closed)), law::StartOf(last),
          overdue};
}

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kDueSoon:
      return "due_soon";
    case Stage::kDueNow:
      return "due_now";
    case Stage::kOverdue:
      return "overdue";
    case Stage::kNone:
      break;
  }
  return "";
}

event::v1::Reminder* MutableOf(Stage stage, event::v1::TimerEvent& event) {
  switch (stage) {
    case Stage::kDueSoon:
      return event.mutable_due_soon();
    case Stage::kDueNow:
      return event.mutable_due_now();
    default:
      return event.mutable_overdue();
  }
}

}  // namespace

Stage StageOf(const views::DueStep& step, Micros now, const Lead& lead) {
  const auto beginnings = Beginnings(step, lead);
  Stage stage = Stage::kNone;
  for (size_t i = 0; i < beginnings.size(); ++i) {
    if (now >= beginnings[i]) stage = kStages[i];
  }
  return stage;
}

std::optional<Micros> NextStageAt(const views::DueStep& step, Micros now, const Lead& lead) {
  for (const Micros begins : Beginnings(step, lead)) {
    if (begins > now) return begins;
  }
  return std::nullopt;
}

Micros LatestDate(Micros now, const Lead& lead, absl::CivilDay last) {
  constexpr Micros kLongestDay = 25 * kHour;
  return std::max(law::EndOf(last), now + std::max(lead.hours, 1) * kHour + kLongestDay);
}

std::string NameOf(const views::DueStep& step) {
  const auto& item = step.item;
  // Of a step of the whole incident the same whichever child it is listed with.
  const std::string child = law::OfWholeIncident(item.leg()) ? "" : item.child();
  std::string name = item.incident() + '\0' + child + '\0';
  PutU32(name, static_cast<uint32_t>(item.leg()));
  PutU32(name, static_cast<uint32_t>(item.round()));
  for (const std::string& part : {item.measure(), item.guardian(), item.request()}) {
    name.append(part).push_back('\0');
  }
  return name + (item.due().empty() ? "late from " + item.late_from() : item.due());
}

ReminderIds IdsOf(const std::string& name, Stage stage) {
  const std::string_view separator("\0", 1);
  const std::string id =
      FormatUuid(DerivedUuid(kScope, name + '\0' + std::string(StageName(stage))));
  const Bytes32 request = Sha256().Update(kScope).Update(separator).Update(id).Finish();
  std::string first;
  PutU32(first, 0);
  const Bytes32 event = Sha256()
                            .Update(std::string_view("skyndsamt/event/v1\0", 19))
                            .Update(kScope)
                            .Update(id)
                            .Update(first)
                            .Finish();
  // Nothing in a reminder could be guessed from a fingerprint: it is made of ids alone.
  return {RequestKey::FromBytes(View(request)), request, EventId::FromBytes(View(event))};
}

StreamId StreamOf(const std::string& incident) { return StreamId{DerivedUuid(kScope, incident)}; }

log::PreparedEvent EventOf(const views::DueStep& step, Stage stage, const ReminderIds& ids,
                           Position known_below) {
  event::v1::TimerEvent event;
  event::v1::Reminder& reminder = *MutableOf(stage, event);
  const auto& item = step.item;
  reminder.set_incident(item.incident());
  reminder.set_child(item.child());
  reminder.set_unit(item.unit());
  reminder.set_leg(item.leg());
  reminder.set_round(item.round());
  reminder.set_measure(item.measure());
  reminder.set_guardian(item.guardian());
  reminder.set_request(item.request());
  reminder.set_role(item.role());
  reminder.set_due(item.due());
  reminder.set_late_from(item.late_from());
  reminder.set_routine(item.routine());
  reminder.set_known_below(known_below);

  ::skyndsamt::log::v1::Body body;
  body.mutable_actor()->set_id(kScope);
  body.mutable_actor()->set_role("system");
  body.mutable_actor()->set_unit(item.unit());
  body.set_request_hash(std::string(ids.request.view()));
  body.set_fingerprint(std::string(View(ids.fingerprint)));
  body.set_count(1);
  event.SerializeToString(body.mutable_event());

  log::PreparedEvent prepared;
  prepared.id = ids.event;
  prepared.type = "timer." + std::string(StageName(stage));
  body.SerializeToString(&prepared.body);
  prepared.Prepare();
  return prepared;
}

}  // namespace skyndsamt::timers
