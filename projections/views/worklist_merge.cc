#include "projections/views/worklist_merge.h"

#include <algorithm>
#include <utility>

#include "projections/law/civil_time.h"
#include "projections/views/waiting_items.h"
#include "projections/views/worklist_view.h"

namespace skyndsamt::views {
namespace {

// Among items of other units and roles a key is sorted first by date, since and the rest, then by
// unit and role.
bool Before(std::string_view a, std::string_view b) {
  return std::pair(SortPart(a), a) < std::pair(SortPart(b), b);
}

}  // namespace

bool WorklistMerge::LaterFirst::operator()(const Head& a, const Head& b) const {
  return Before(b.key, a.key);
}

absl::StatusOr<WorklistMerge> WorklistMerge::Open(const engine::Snapshot& snapshot,
                                                  std::vector<std::string> units,
                                                  const std::string& role,
                                                  const std::string& after) {
  constexpr size_t kShortestKey = 1 + 16 + 1 + 8 + 8;
  if (!after.empty() && after.size() < kShortestKey) {
    return absl::InvalidArgumentError("page_token");
  }
  std::ranges::sort(units);
  units.erase(std::ranges::unique(units).begin(), units.end());
  WorklistMerge merge(snapshot.Scan("w"), after);
  for (const std::string& unit : units) {
    auto bytes = ParseUuid(unit);
    if (!bytes.ok()) return bytes.status();
    merge.AddUnit(skyndsamt::View(*bytes), role);
  }
  return merge;
}

// Adds the roles that a unit has items for, or one of them.
void WorklistMerge::AddUnit(std::string_view unit, const std::string& only_role) {
  const std::string prefix = WorklistView::ItemPrefix(unit);
  if (!only_role.empty()) return AddRole(prefix + only_role + '\0');
  cursor_.Seek(prefix);
  while (cursor_.Valid() && cursor_.key().starts_with(prefix)) {
    const std::string role(RolePart(cursor_.key()));
    AddRole(prefix + role + '\0');
    cursor_.Seek(prefix + role + '\1');
  }
}

void WorklistMerge::AddRole(const std::string& prefix) {
  if (after_.empty()) return Push(prefix, prefix);
  // The same place among this unit's and role's items, which the page may have given already.
  const std::string place = prefix + std::string(SortPart(after_));
  Push(prefix, Before(after_, place) ? place : place + '\0');
}

void WorklistMerge::Push(const std::string& prefix, const std::string& from) {
  cursor_.Seek(from);
  if (!cursor_.Valid() || !cursor_.key().starts_with(prefix)) return;
  heads_.push({prefix, std::string(cursor_.key()), std::string(cursor_.value())});
}

std::optional<WorklistMerge::Head> WorklistMerge::Next() {
  if (heads_.empty()) return std::nullopt;
  Head head = heads_.top();
  heads_.pop();
  Push(head.prefix, head.key + '\0');
  return head;
}

absl::StatusOr<api::v1::WorklistItem> ItemOf(const std::string& key, const std::string& value) {
  view::v1::WaitingItem row;
  if (!row.ParseFromString(value)) return absl::DataLossError("worklist row");
  api::v1::WorklistItem item;
  item.set_incident(row.incident());
  item.set_child(row.child());
  item.set_unit(FormatUuid(ToArray<16>(UnitPart(key))));
  item.set_leg(row.leg());
  item.set_round(row.round());
  item.set_role(row.role());
  if (row.has_since()) item.set_since(law::FormatInstant(row.since()));
  item.set_due(row.due());
  item.set_measure(row.measure());
  item.set_guardian(row.guardian());
  item.set_request(row.request());
  if (row.has_perhaps_late_after()) {
    item.set_perhaps_late_from(law::FormatInstant(row.perhaps_late_after() + 1));
  }
  if (row.has_late_after()) item.set_late_from(law::FormatInstant(row.late_after() + 1));
  item.set_routine(row.routine());
  item.set_imported(row.imported());
  item.set_after_reopening(row.after_reopening());
  item.set_uncertain(row.uncertain());
  return item;
}

}  // namespace skyndsamt::views
