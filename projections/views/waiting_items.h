// From an incident's facts to its items in the worklist, with their keys. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"
#include "projections/law/effective_facts.h"
#include "projections/law/judge.h"
#include "projections/views/organisation.h"
#include "skyndsamt/view/v1/worklist.pb.h"

namespace skyndsamt::views {

struct Waits {
  view::v1::WaitingRow row;                  // unit: its id's 16 bytes; keys ascending
  std::vector<view::v1::WaitingItem> items;  // in the order of the keys
};

// What waits in one case of the incident.
std::vector<law::Waiting> WaitingSteps(const StreamId& incident, std::string_view child,
                                       std::span<const law::Entry> entries,
                                       const Organisation& organisation);

// What waits in every case of the incident. A step of the whole incident (a request, a report to
// the work environment authority) is listed once, with the first child.
Waits WaitsOf(const StreamId& incident, std::span<const law::Entry> entries,
              const Organisation& organisation);

// What of an item's key sorts it among the items of several units and roles: due, since, the rest.
std::string_view SortPart(std::string_view item_key);
// Its unit's 16 bytes and its role.
std::string_view UnitPart(std::string_view item_key);
std::string_view RolePart(std::string_view item_key);

}  // namespace skyndsamt::views
