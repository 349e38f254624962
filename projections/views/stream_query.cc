// Queries that fold an incident's stream again: timeliness at any instant, and the audit trail.
#include <algorithm>
#include <string>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/judge.h"
#include "projections/views/audit_trail.h"
#include "projections/views/incident_file.h"
#include "projections/views/instants.h"
#include "projections/views/live_views.h"

namespace skyndsamt::views {

absl::StatusOr<IncidentFile> LiveViews::Read(const StreamId& incident, Position end) const {
  return IncidentFile::Read(log_, incident, end, organisation_->current(), clock_.Now());
}

absl::StatusOr<api::v1::Timeliness> LiveViews::GetTimeliness(std::string_view incident,
                                                             std::string_view child,
                                                             std::string_view as_of,
                                                             std::string_view known_at) const {
  auto id = StreamId::Parse(incident);
  if (!id.ok()) return id.status();
  const Position end = runner_->applied();
  auto file = Read(*id, end);
  if (!file.ok()) return file.status();
  auto as_of_instant = InstantOr(as_of, file->now(), "as_of");
  if (!as_of_instant.ok()) return as_of_instant.status();
  auto known_at_instant = InstantOr(known_at, file->now(), "known_at");
  if (!known_at_instant.ok()) return known_at_instant.status();
  auto meant = file->ChildMeant(child);
  if (!meant.ok()) return meant.status();
  api::v1::Timeliness answer = law::Judge(file->Ask(*meant, *as_of_instant, *known_at_instant));
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

absl::StatusOr<Page<TrailEntry>> LiveViews::ListAuditTrail(const TrailQuery& query) const {
  auto id = StreamId::Parse(query.incident);
  if (!id.ok()) return id.status();
  const Position end = runner_->applied();
  auto stream = FactStream::Read(log_, *id, end, /*keep_records=*/true);
  if (!stream.ok()) return stream.status();
  if (stream->empty()) return absl::NotFoundError("unknown incident");
  Revision from = 0;
  if (!query.after.empty()) {
    ByteReader after(query.after);
    from = after.U64() + 1;
    if (!after.complete()) return absl::InvalidArgumentError("page key");
  }
  if (!query.child.empty()) {
    const auto facts = law::EffectiveFacts(stream->entries(), stream->entries().back().recorded);
    const auto children = ChildrenOf(facts);
    if (std::ranges::find(children, query.child) == children.end()) {
      return absl::NotFoundError("unknown case");
    }
  }
  Page<TrailEntry> page;
  page.reflects = ReflectsBelow(end);
  for (auto& entry : TrailOf(*stream, query.child, log_.origin())) {
    if (entry.revision() < from) continue;
    if (page.items.size() == AtLeastOne(query.limit)) {
      PutU64(page.next, page.items.back().entry.revision());
      break;
    }
    const log::Record& record = stream->records()[entry.revision()];
    page.items.push_back({std::move(entry), record});
  }
  return page;
}

}  // namespace skyndsamt::views
