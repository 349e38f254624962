// From an incident's facts to its rows in the worklist: an item for each step that waits, and an
// entry in the index of due dates for each of which somebody may be reminded. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"
#include "projections/engine/rows.h"
#include "projections/law/effective_facts.h"
#include "projections/law/judge.h"
#include "projections/views/organisation.h"
#include "skyndsamt/view/v1/worklist.pb.h"

namespace skyndsamt::views {

struct Waits {
  view::v1::WaitingRow row;
  std::vector<engine::Row> rows;  // in the order of the keys
};

// What waits in one case of the incident.
std::vector<law::Waiting> WaitingSteps(const StreamId& incident, std::string_view child,
                                       std::span<const law::Entry> entries,
                                       const Organisation& organisation);

// What waits in every case of the incident. A step of the whole incident (a request, a report to
// the work environment authority) is listed once: with a child whose case lets anybody be reminded
// of it, if one does, and of those with the one where it is due first.
Waits WaitsOf(const StreamId& incident, std::span<const law::Entry> entries,
              const Organisation& organisation);

// What of an item's key sorts it among the items of several units and roles: its date, since, the
// rest.
std::string_view SortPart(std::string_view item_key);
// Its date (law::DateOf); nothing where no limit is set.
std::optional<Micros> DateIn(std::string_view item_key);
// Its unit's 16 bytes and its role.
std::string_view UnitPart(std::string_view item_key);
std::string_view RolePart(std::string_view item_key);

// The index of due dates: entries up to and with a date lie below this key; an entry's item.
std::string DueEnd(Micros date);
std::string_view ItemPart(std::string_view due_key);

}  // namespace skyndsamt::views
