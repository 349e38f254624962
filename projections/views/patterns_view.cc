#include "projections/views/patterns_view.h"

#include "eventstore/base/coding.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::views {
namespace {

std::string IndexOf(char table, std::string_view id) {
  const auto bytes = ParseUuid(id);
  if (!bytes.ok()) return "";
  return std::string(1, table).append(View(*bytes));
}

// What a fact says an incident is of: its opening, or the opening that a correction puts in place.
const event::v1::IncidentOpened* OpeningIn(const event::v1::Fact& fact) {
  if (fact.has_incident_opened()) return &fact.incident_opened();
  if (!fact.correction().has_replacement()) return nullptr;
  return OpeningIn(fact.correction().replacement());
}

}  // namespace

std::string PatternsView::ChildIndex(std::string_view child) { return IndexOf('c', child); }

std::string PatternsView::AccusedIndex(std::string_view person) { return IndexOf('a', person); }

std::string PatternsView::PlaceIndex(std::string_view unit, std::string_view place) {
  std::string index = IndexOf('p', unit);
  if (!index.empty()) index.append(place).push_back('\0');
  return index;
}

StreamId PatternsView::IncidentIn(std::string_view key) {
  return StreamId::FromBytes(key.substr(key.size() - 16));
}

absl::Status PatternsView::Apply(const engine::Event& event, engine::Rows& rows) {
  if (event.record.kind() != "incident") return absl::OkStatus();
  const auto* opened = OpeningIn(static_cast<const event::v1::Fact&>(event.message));
  if (opened == nullptr) return absl::OkStatus();
  std::string end;
  PutU64(end, event.record.position);
  end.append(event.record.stream.view());
  const auto add = [&](const std::string& index) {
    if (!index.empty()) rows.Put(index + end, "");
  };
  for (const auto& child : opened->children()) add(ChildIndex(child.person()));
  for (const auto& accused : opened->accused()) add(AccusedIndex(accused.person()));
  if (!opened->place().empty()) add(PlaceIndex(opened->unit(), opened->place()));
  return absl::OkStatus();
}

}  // namespace skyndsamt::views
