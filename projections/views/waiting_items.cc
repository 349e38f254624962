#include "projections/views/waiting_items.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "eventstore/base/coding.h"
#include "projections/law/edtf.h"
#include "projections/law/judge.h"
#include "projections/views/fact_stream.h"

namespace skyndsamt::views {
namespace {

using view::v1::WaitingItem;

// After every recorded instant: all facts and all policy of the log are known.
constexpr Micros kEverythingKnown = 253'402'300'799'000'000;  // the end of year 9999
constexpr size_t kUnitAt = 1;
constexpr size_t kRoleAt = kUnitAt + 16;

// Instants before 1970 sort before later ones too.
void PutInstant(std::string& key, Micros instant) {
  PutU64(key, static_cast<uint64_t>(instant) ^ (uint64_t{1} << 63));
}

// A limit's last instant: of a local date the end of that day.
std::optional<Micros> DueInstant(const std::string& due) {
  if (due.empty()) return std::nullopt;
  absl::Time instant;
  if (absl::ParseTime(absl::RFC3339_full, due, &instant, nullptr))
    return absl::ToUnixMicros(instant);
  const auto day = law::ParseEdtf(due);
  return day.ok() ? day->latest : std::nullopt;
}

std::string ItemKey(std::string_view unit, const StreamId& incident, const WaitingItem& item,
                    const law::Waiting& waiting) {
  std::string key = "w";
  key.append(unit).append(item.role()).push_back('\0');
  if (const auto due = DueInstant(item.due())) {
    PutInstant(key, *due);
  } else {
    PutU64(key, ~uint64_t{0});  // what has no due date comes last
  }
  if (waiting.since) {
    PutInstant(key, *waiting.since);
  } else {
    PutU64(key, 0);
  }
  key.append(incident.view()).append(item.child()).push_back('\0');
  PutU8(key, static_cast<uint8_t>(item.leg()));
  PutU16(key, static_cast<uint16_t>(item.round()));
  for (const std::string& part : {waiting.measure, waiting.guardian, waiting.request}) {
    key.append(part).push_back('\0');
  }
  return key;
}

WaitingItem ItemOf(const law::Waiting& waiting, const std::string& incident,
                   const std::string& child) {
  WaitingItem item;
  item.set_incident(incident);
  item.set_child(child);
  item.set_leg(waiting.leg);
  item.set_round(waiting.round);
  item.set_role(std::string(waiting.role));
  if (waiting.since) item.set_since(*waiting.since);
  item.set_due(waiting.due);
  item.set_measure(waiting.measure);
  return item;
}

// A duty that the whole incident has once, however many children it exposed.
bool OfIncident(event::v1::Leg leg) {
  return leg == event::v1::LEG_WORK_ENVIRONMENT_REPORT ||
         leg == event::v1::LEG_ANSWER_DOCUMENTS_REQUEST || leg == event::v1::LEG_ANSWER_COMPLAINT;
}

law::CaseFile FileOf(std::span<const law::Entry> entries, std::string_view unit_id,
                     const Organisation& organisation, const Unit* unit,
                     const law::PolicySet& policy) {
  law::CaseFile file;
  file.entries = entries;
  file.policy = &policy;
  file.as_of = entries.back().recorded;
  file.known_at = kEverythingKnown;
  if (unit == nullptr || unit_id.empty()) return file;
  file.form = unit->declared.form();
  file.report_receiver = unit->declared.report_receiver();
  if (const auto authority = organisation.FindAuthority(unit->authority)) {
    file.provider = authority->declared.provider();
  }
  return file;
}

}  // namespace

Waits WaitsOf(const StreamId& incident, std::span<const law::Entry> entries,
              const Organisation& organisation) {
  Waits waits;
  if (entries.empty()) return waits;
  const auto facts = law::EffectiveFacts(entries, kEverythingKnown);
  const std::string unit_id = UnitOf(facts);
  const auto unit_bytes = ParseUuid(unit_id);
  if (!unit_bytes.ok()) return waits;
  waits.row.set_unit(std::string(skyndsamt::View(*unit_bytes)));

  const auto unit = organisation.FindUnit(unit_id);
  const auto policy = organisation.PolicyOf(unit == nullptr ? "" : unit->authority);
  law::CaseFile file = FileOf(entries, unit_id, organisation, unit.get(), *policy);
  const std::string incident_id = incident.ToString();
  file.incident = incident_id;

  std::map<std::string, WaitingItem> sorted;
  std::set<std::pair<int, std::string>> of_incident;
  for (const std::string& child : ChildrenOf(facts)) {
    file.child = child;
    for (const law::Waiting& waiting : law::WaitingSteps(file)) {
      if (OfIncident(waiting.leg) && !of_incident.emplace(waiting.leg, waiting.request).second) {
        continue;
      }
      WaitingItem item = ItemOf(waiting, incident_id, child);
      std::string key = ItemKey(waits.row.unit(), incident, item, waiting);
      sorted.emplace(std::move(key), std::move(item));
    }
  }
  for (auto& [key, item] : sorted) {
    waits.row.add_keys(key);
    waits.items.push_back(std::move(item));
  }
  return waits;
}

std::string_view SortPart(std::string_view item_key) {
  return item_key.substr(item_key.find('\0', kRoleAt) + 1);
}

std::string_view UnitPart(std::string_view item_key) { return item_key.substr(kUnitAt, 16); }

std::string_view RolePart(std::string_view item_key) {
  return item_key.substr(kRoleAt, item_key.find('\0', kRoleAt) - kRoleAt);
}

}  // namespace skyndsamt::views
