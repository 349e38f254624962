// The worklist's query: the items of several units and roles, merged by due and since.
#include <algorithm>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/views/live_views.h"
#include "projections/views/waiting_items.h"
#include "projections/views/worklist_view.h"

namespace skyndsamt::views {
namespace {

// The next item of one unit and role. Its key sorts it among those of other units and roles: first
// by due, since and the rest, then by unit and role.
struct Head {
  std::string prefix;  // w <unit 16> <role> 0
  std::string key;
  std::string value;
};

bool Before(std::string_view a, std::string_view b) {
  return std::pair(SortPart(a), a) < std::pair(SortPart(b), b);
}

struct LaterFirst {
  bool operator()(const Head& a, const Head& b) const { return Before(b.key, a.key); }
};

// Merges with one cursor that seeks from head to head, however many units there are.
class Merge {
 public:
  Merge(const engine::Snapshot& snapshot, std::string after)
      : cursor_(snapshot.Scan("w")), after_(std::move(after)) {}

  // Adds the roles that a unit has items for, or one of them.
  void AddUnit(std::string_view unit, const std::string& only_role) {
    const std::string prefix = WorklistView::ItemPrefix(unit);
    if (!only_role.empty()) return AddRole(prefix + only_role + '\0');
    cursor_.Seek(prefix);
    while (cursor_.Valid() && cursor_.key().starts_with(prefix)) {
      const std::string role(RolePart(cursor_.key()));
      AddRole(prefix + role + '\0');
      cursor_.Seek(prefix + role + '\1');
    }
  }

  std::optional<Head> Next() {
    if (heads_.empty()) return std::nullopt;
    Head head = heads_.top();
    heads_.pop();
    Push(head.prefix, head.key + '\0');
    return head;
  }

  bool empty() const { return heads_.empty(); }
  absl::Status status() const { return cursor_.status(); }

 private:
  void AddRole(const std::string& prefix) {
    if (after_.empty()) return Push(prefix, prefix);
    // The same place among this unit's and role's items, which the page may have given already.
    const std::string place = prefix + std::string(SortPart(after_));
    Push(prefix, Before(after_, place) ? place : place + '\0');
  }

  void Push(const std::string& prefix, const std::string& from) {
    cursor_.Seek(from);
    if (!cursor_.Valid() || !cursor_.key().starts_with(prefix)) return;
    heads_.push({prefix, std::string(cursor_.key()), std::string(cursor_.value())});
  }

  engine::Cursor cursor_;
  const std::string after_;
  std::priority_queue<Head, std::vector<Head>, LaterFirst> heads_;
};

absl::StatusOr<api::v1::WorklistItem> ItemOf(const Head& head) {
  view::v1::WaitingItem row;
  if (!row.ParseFromString(head.value)) return absl::DataLossError("worklist row");
  api::v1::WorklistItem item;
  item.set_incident(row.incident());
  item.set_child(row.child());
  item.set_unit(FormatUuid(ToArray<16>(UnitPart(head.key))));
  item.set_leg(row.leg());
  item.set_round(row.round());
  item.set_role(row.role());
  if (row.has_since()) item.set_since(law::FormatInstant(row.since()));
  item.set_due(row.due());
  item.set_measure(row.measure());
  item.set_guardian(row.guardian());
  item.set_request(row.request());
  return item;
}

}  // namespace

std::vector<law::Waiting> LiveViews::WaitingSteps(const StreamId& incident, std::string_view child,
                                                  std::span<const law::Entry> entries) const {
  return views::WaitingSteps(incident, child, entries, *organisation_->current());
}

absl::StatusOr<Page<api::v1::WorklistItem>> LiveViews::ListWorklist(
    const WorklistQuery& query) const {
  constexpr size_t kShortestKey = 1 + 16 + 1 + 8 + 8;
  if (!query.after.empty() && query.after.size() < kShortestKey) {
    return absl::InvalidArgumentError("page key");
  }
  auto snapshot = runner_->Read("worklist");
  if (!snapshot.ok()) return snapshot.status();
  std::vector<std::string> units =
      query.units.empty() ? organisation_->current()->Units() : query.units;
  std::ranges::sort(units);
  units.erase(std::ranges::unique(units).begin(), units.end());
  Merge merge(*snapshot, query.after);
  for (const std::string& unit : units) {
    auto bytes = ParseUuid(unit);
    if (!bytes.ok()) return bytes.status();
    merge.AddUnit(skyndsamt::View(*bytes), query.role);
  }
  Page<api::v1::WorklistItem> page;
  page.reflects = ReflectsBelow(snapshot->settled());
  const size_t limit = AtLeastOne(query.limit);
  std::string last;
  while (page.items.size() < limit) {
    auto head = merge.Next();
    if (!head) break;
    auto item = ItemOf(*head);
    if (!item.ok()) return item.status();
    page.items.push_back(*std::move(item));
    last = std::move(head->key);
  }
  if (auto status = merge.status(); !status.ok()) return status;
  if (!merge.empty()) page.next = std::move(last);
  return page;
}

}  // namespace skyndsamt::views
