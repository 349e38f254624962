#include "projections/views/organisation_view.h"

#include <set>
#include <string>
#include <utility>

namespace skyndsamt::views {

absl::Status OrganisationView::Load(const engine::Rows& rows) {
  auto loaded = LoadOrganisation(rows);
  if (!loaded.ok()) return loaded.status();
  working_ = *std::move(loaded);
  now_->Say(working_);
  return absl::OkStatus();
}

absl::Status OrganisationView::Apply(const engine::Event& event, engine::Rows& rows) {
  const auto row = OrganisationRowOf(event);
  if (!row) return absl::OkStatus();
  rows.Put(OrganisationKey(event.record.position), row->SerializeAsString());
  changed_ = true;
  std::set<std::string> touched;
  return working_.Apply(event.record.position, *row, touched);
}

absl::Status OrganisationView::Flush(Position, engine::Rows&) {
  if (!changed_) return absl::OkStatus();
  changed_ = false;
  now_->Say(working_);
  return absl::OkStatus();
}

}  // namespace skyndsamt::views
