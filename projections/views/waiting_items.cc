#include "projections/views/waiting_items.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"
#include "projections/law/forecast.h"
#include "projections/views/case_file.h"
#include "projections/views/fact_stream.h"

namespace skyndsamt::views {
namespace {

using view::v1::WaitingItem;

constexpr uint64_t kNoDate = ~uint64_t{0};
constexpr uint64_t kSign = uint64_t{1} << 63;
constexpr size_t kUnitAt = 1;
constexpr size_t kRoleAt = kUnitAt + 16;

// Instants before 1970 sort before later ones too.
void PutInstant(std::string& key, Micros instant) {
  PutU64(key, static_cast<uint64_t>(instant) ^ kSign);
}

std::string ItemKey(std::string_view unit, const StreamId& incident, const WaitingItem& item,
                    const law::Waiting& waiting) {
  std::string key = "w";
  key.append(unit).append(item.role()).push_back('\0');
  if (const auto date = law::DateOf(waiting)) {
    PutInstant(key, *date);
  } else {
    PutU64(key, kNoDate);  // what has no date comes last
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

// Nobody is reminded of what was brought in later, nor of what a closed case does not take, nor of
// what perhaps is no duty or is done: a reminder states that it is one and waits.
std::optional<std::string> DueKey(const std::string& item_key, const law::Waiting& waiting) {
  const auto date = law::DateOf(waiting);
  if (!date || !waiting.late_after || waiting.uncertain || waiting.imported ||
      waiting.after_reopening) {
    return std::nullopt;
  }
  std::string key = "t";
  PutInstant(key, *date);
  return key + item_key;
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
  item.set_guardian(waiting.guardian);
  item.set_request(waiting.request);
  if (waiting.perhaps_late_after) item.set_perhaps_late_after(*waiting.perhaps_late_after);
  if (waiting.late_after) item.set_late_after(*waiting.late_after);
  item.set_routine(waiting.routine);
  item.set_imported(waiting.imported);
  item.set_after_reopening(waiting.after_reopening);
  item.set_uncertain(waiting.uncertain);
  return item;
}

uint64_t DigestOf(std::string_view value) {
  return ByteReader(skyndsamt::View(Sha256Of(value))).U64();
}

struct ChildsStep {
  std::string child;
  law::Waiting waiting;
};

// Which of its cases tells a step of the whole incident: one that nothing keeps from being reminded
// of, then the one whose date comes first; of equals the first child's.
bool TellsBefore(const law::Waiting& a, const law::Waiting& b) {
  const auto order = [](const law::Waiting& step) {
    return std::tuple(step.imported, step.after_reopening, step.uncertain,
                      law::DateOf(step).value_or(std::numeric_limits<Micros>::max()));
  };
  return order(a) < order(b);
}

// A question about an incident's cases. The organisation outlives it.
class Question {
 public:
  Question(const StreamId& incident, std::span<const law::Entry> entries, std::string_view unit_id,
           const Organisation& organisation)
      : incident_(incident.ToString()) {
    file_.incident = incident_;
    file_.entries = entries;
    file_.as_of = std::max(entries.back().recorded, organisation.TouchedAt(unit_id));
    file_.known_at = kEverythingKnown;
    FillUnit(organisation, unit_id, file_);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  const std::string& incident() const { return incident_; }
  std::vector<law::Waiting> WaitingOf(std::string_view child) {
    file_.child = child;
    return law::WaitingSteps(file_);
  }

 private:
  const std::string incident_;
  law::CaseFile file_;
};

// What waits in all cases, each step of the whole incident once.
std::vector<ChildsStep> StepsOfAll(const std::vector<std::string>& children, Question& question) {
  std::vector<ChildsStep> steps;
  std::map<std::pair<int, std::string>, size_t> of_incident;  // where each is in `steps`
  for (const std::string& child : children) {
    for (law::Waiting& waiting : question.WaitingOf(child)) {
      if (law::OfWholeIncident(waiting.leg)) {
        const auto [at, added] =
            of_incident.try_emplace({waiting.leg, waiting.request}, steps.size());
        if (!added) {
          ChildsStep& told = steps[at->second];
          if (TellsBefore(waiting, told.waiting)) told = {child, std::move(waiting)};
          continue;
        }
      }
      steps.push_back({child, std::move(waiting)});
    }
  }
  return steps;
}

}  // namespace

std::vector<law::Waiting> WaitingSteps(const StreamId& incident, std::string_view child,
                                       std::span<const law::Entry> entries,
                                       const Organisation& organisation) {
  if (entries.empty()) return {};
  const auto facts = law::EffectiveFacts(entries, kEverythingKnown);
  return Question(incident, entries, UnitOf(facts), organisation).WaitingOf(child);
}

Waits WaitsOf(const StreamId& incident, std::span<const law::Entry> entries,
              const Organisation& organisation) {
  Waits waits;
  if (entries.empty()) return waits;
  const auto facts = law::EffectiveFacts(entries, kEverythingKnown);
  const std::string unit_id = UnitOf(facts);
  const auto unit_bytes = ParseUuid(unit_id);
  if (!unit_bytes.ok()) return waits;
  waits.row.set_unit(std::string(skyndsamt::View(*unit_bytes)));

  Question question(incident, entries, unit_id, organisation);
  std::map<std::string, std::string> sorted;
  for (const auto& [child, waiting] : StepsOfAll(ChildrenOf(facts), question)) {
    const WaitingItem item = ItemOf(waiting, question.incident(), child);
    const std::string key = ItemKey(waits.row.unit(), incident, item, waiting);
    if (auto due = DueKey(key, waiting)) sorted.emplace(*std::move(due), "");
    sorted.emplace(key, item.SerializeAsString());
  }
  for (auto& [key, value] : sorted) {
    waits.row.add_keys(key);
    waits.row.add_values(DigestOf(value));
    waits.rows.push_back({key, std::move(value)});
  }
  return waits;
}

std::string_view SortPart(std::string_view item_key) {
  return item_key.substr(item_key.find('\0', kRoleAt) + 1);
}

std::optional<Micros> DateIn(std::string_view item_key) {
  const uint64_t date = ByteReader(SortPart(item_key)).U64();
  if (date == kNoDate) return std::nullopt;
  return static_cast<Micros>(date ^ kSign);
}

std::string_view UnitPart(std::string_view item_key) { return item_key.substr(kUnitAt, 16); }

std::string_view RolePart(std::string_view item_key) {
  return item_key.substr(kRoleAt, item_key.find('\0', kRoleAt) - kRoleAt);
}

std::string DueEnd(Micros date) {
  std::string key = "t";
  PutInstant(key, date + 1);
  return key;
}

std::string_view ItemPart(std::string_view due_key) { return due_key.substr(1 + 8); }

}  // namespace skyndsamt::views
