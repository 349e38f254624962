#include "projections/views/case_status_view.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "projections/views/case_fold.h"
#include "projections/views/fact_stream.h"

namespace skyndsamt::views {
namespace {

// The 16 bytes of a unit's id; nothing where it is none.
std::optional<Bytes16> UnitBytes(std::string_view unit) {
  auto bytes = ParseUuid(unit);
  if (!bytes.ok()) return std::nullopt;
  return *bytes;
}

}  // namespace

std::string CaseStatusView::IncidentKey(const StreamId& incident) {
  return std::string("i").append(incident.view());
}

std::string CaseStatusView::UnitPrefix(std::string_view unit) {
  return std::string("u").append(unit);
}

absl::StatusOr<CaseStatusView::Remembered*> CaseStatusView::Find(const StreamId& incident,
                                                                 bool is_new,
                                                                 const engine::Rows& rows) {
  auto [it, added] = memory_.try_emplace(incident);
  Remembered& remembered = it->second;
  remembered.recent = true;
  if (!added) return &remembered;
  order_.push_back(incident);
  if (is_new) return &remembered;
  auto stored = rows.Get(IncidentKey(incident));
  if (!stored.ok()) return stored.status();
  if (*stored && !remembered.row.ParseFromString(**stored)) {
    return absl::DataLossError("case_status row");
  }
  remembered.indexed = remembered.row.unit();
  return &remembered;
}

absl::Status CaseStatusView::Apply(const engine::Event& event, engine::Rows& rows) {
  if (event.record.kind() != "incident") return absl::OkStatus();
  auto found = Find(event.record.stream, event.record.revision == 0, rows);
  if (!found.ok()) return found.status();
  Remembered& remembered = **found;
  if (!std::exchange(remembered.changed, true)) changed_.push_back(event.record.stream);
  const auto& fact = static_cast<const event::v1::Fact&>(event.message);
  if (fact.has_correction()) {
    remembered.corrected = true;
  } else if (!remembered.corrected) {
    Fold(remembered.row, fact, fact);
  }
  remembered.row.set_revision(event.record.revision);
  remembered.row.set_last_recorded(event.record.recorded);
  return absl::OkStatus();
}

absl::Status CaseStatusView::Flush(Position end, engine::Rows& rows) {
  std::ranges::sort(changed_);  // rows in key order are written faster
  for (const StreamId& incident : changed_) {
    Remembered& remembered = memory_.find(incident)->second;
    if (remembered.corrected) {
      if (auto status = Refold(incident, end, remembered); !status.ok()) return status;
    }
    Reindex(incident, remembered, rows);
    rows.Put(IncidentKey(incident), remembered.row.SerializeAsString());
    remembered.changed = false;
  }
  changed_.clear();
  Forget();
  return absl::OkStatus();
}

absl::Status CaseStatusView::Refold(const StreamId& incident, Position end,
                                    Remembered& remembered) {
  auto stream = FactStream::Read(log_, incident, end);
  if (!stream.ok()) return stream.status();
  view::v1::IncidentRow row = FoldAll(stream->entries());
  row.set_revision(remembered.row.revision());
  row.set_last_recorded(remembered.row.last_recorded());
  remembered.row = std::move(row);
  remembered.corrected = false;
  return absl::OkStatus();
}

void CaseStatusView::Reindex(const StreamId& incident, Remembered& remembered, engine::Rows& rows) {
  if (remembered.indexed == remembered.row.unit()) return;
  if (const auto old = UnitBytes(remembered.indexed)) {
    rows.Delete(UnitPrefix(skyndsamt::View(*old)).append(incident.view()));
  }
  if (const auto unit = UnitBytes(remembered.row.unit())) {
    rows.Put(UnitPrefix(skyndsamt::View(*unit)).append(incident.view()), "");
  }
  remembered.indexed = remembered.row.unit();
}

void CaseStatusView::Forget() {
  while (memory_.size() > remembered_) {
    const StreamId oldest = order_.front();
    order_.pop_front();
    const auto it = memory_.find(oldest);
    if (std::exchange(it->second.recent, false)) {
      order_.push_back(oldest);
    } else {
      memory_.erase(it);
    }
  }
}

}  // namespace skyndsamt::views
