// The pattern of a child, an accused person or a place: which incidents, from the view's index;
// what they are, from their streams.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/views/instants.h"
#include "projections/views/live_views.h"
#include "projections/views/pattern.h"
#include "projections/views/patterns_view.h"

namespace skyndsamt::views {
namespace {

constexpr size_t kMostIncidents = 200;

// INVALID_ARGUMENT with the name of the field.
absl::StatusOr<std::string> IndexOf(const PatternQuery& query) {
  const bool by_child = !query.child.empty();
  const bool by_accused = !query.accused.empty();
  std::string index = by_child     ? PatternsView::ChildIndex(query.child)
                      : by_accused ? PatternsView::AccusedIndex(query.accused)
                                   : PatternsView::PlaceIndex(query.unit, query.place);
  if (!index.empty()) return index;
  return absl::InvalidArgumentError(by_child ? "child" : by_accused ? "accused" : "place.unit");
}

}  // namespace

absl::StatusOr<std::vector<StreamId>> LiveViews::InSight(const PatternQuery& query,
                                                         std::string_view index) const {
  auto patterns = runner_->Read("patterns");
  if (!patterns.ok()) return patterns.status();
  auto cases = runner_->Read("case_status");
  if (!cases.ok()) return cases.status();
  std::set<StreamId> seen;
  std::vector<StreamId> incidents;
  auto cursor = patterns->Scan(index);
  for (; cursor.Valid(); cursor.Next()) {
    const StreamId incident = PatternsView::IncidentIn(cursor.key());
    if (!seen.insert(incident).second) continue;
    if (query.units) {
      auto row = ReadRow(*cases, incident);
      if (absl::IsNotFound(row.status())) continue;
      if (!row.ok()) return row.status();
      if (std::ranges::find(*query.units, row->unit()) == query.units->end()) continue;
    }
    incidents.push_back(incident);
  }
  if (auto status = cursor.status(); !status.ok()) return status;
  return incidents;
}

absl::StatusOr<api::v1::Pattern> LiveViews::GetPattern(const PatternQuery& query) const {
  auto index = IndexOf(query);
  if (!index.ok()) return index.status();
  const Position end = runner_->applied();
  const Micros now = clock_.Now();
  auto as_of = InstantOr(query.as_of, now, "as_of");
  if (!as_of.ok()) return as_of.status();
  auto known_at = InstantOr(query.known_at, now, "known_at");
  if (!known_at.ok()) return known_at.status();
  *known_at = std::min(*known_at, now);
  auto incidents = InSight(query, *index);
  if (!incidents.ok()) return incidents.status();
  const size_t left_out =
      incidents->size() > kMostIncidents ? incidents->size() - kMostIncidents : 0;
  incidents->erase(incidents->begin(), incidents->begin() + static_cast<ptrdiff_t>(left_out));

  const PatternOf of{query.child, query.accused, query.unit, query.place};
  std::vector<PatternPart> parts;
  for (const StreamId& incident : *incidents) {
    auto file = Read(incident.ToString(), end);
    if (absl::IsNotFound(file.status())) continue;  // beyond `end`
    if (!file.ok()) return file.status();
    auto part = ReadPart(file->Ask("", {query.as_of.empty() ? file->now() : *as_of,
                                        query.known_at.empty() ? file->now() : *known_at}),
                         of);
    if (part) parts.push_back(*std::move(part));
  }
  api::v1::Pattern pattern = Weave(std::move(parts), of);
  pattern.set_as_of(law::FormatInstant(*as_of));
  pattern.set_known_at(law::FormatInstant(*known_at));
  pattern.set_left_out(static_cast<int32_t>(left_out));
  SetReflects(end, pattern.mutable_reflects());
  return pattern;
}

}  // namespace skyndsamt::views
