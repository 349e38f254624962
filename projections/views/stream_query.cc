// Queries that fold an incident's stream again: timeliness at any instant, and the audit trail.
#include <algorithm>
#include <string>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/judge.h"
#include "projections/views/audit_trail.h"
#include "projections/views/fact_stream.h"
#include "projections/views/instants.h"
#include "projections/views/live_views.h"

namespace skyndsamt::views {
namespace {

absl::StatusOr<Micros> InstantOr(std::string_view text, Micros otherwise) {
  if (text.empty()) return otherwise;
  return ParseInstant(text);
}

// The child meant: the one named, or the incident's only one.
absl::StatusOr<std::string> ChildMeant(const std::vector<std::string>& children,
                                       std::string_view named) {
  if (named.empty()) {
    if (children.size() == 1) return children.front();
    return absl::InvalidArgumentError("the incident has several cases: name a child");
  }
  if (std::ranges::find(children, named) == children.end()) {
    return absl::NotFoundError("unknown case");
  }
  return std::string(named);
}

}  // namespace

absl::StatusOr<api::v1::Timeliness> LiveViews::GetTimeliness(std::string_view incident,
                                                             std::string_view child,
                                                             std::string_view as_of,
                                                             std::string_view known_at) const {
  auto id = StreamId::Parse(incident);
  if (!id.ok()) return id.status();
  const Position end = runner_->applied();
  auto stream = FactStream::Read(log_, *id, end);
  if (!stream.ok()) return stream.status();
  if (stream->empty()) return absl::NotFoundError("unknown incident");
  // Recorded instants may run ahead of the clock by a little: what is there is known now.
  const Micros now = std::max(clock_.Now(), stream->entries().back().recorded);
  auto as_of_instant = InstantOr(as_of, now);
  if (!as_of_instant.ok()) return as_of_instant.status();
  auto known_at_instant = InstantOr(known_at, now);
  if (!known_at_instant.ok()) return known_at_instant.status();
  const auto facts = law::EffectiveFacts(stream->entries(), now);
  auto meant = ChildMeant(ChildrenOf(facts), child);
  if (!meant.ok()) return meant.status();

  law::CaseFile file;
  const std::string incident_id = id->ToString();
  file.incident = incident_id;
  file.child = *meant;
  file.entries = stream->entries();
  file.as_of = *as_of_instant;
  file.known_at = *known_at_instant;
  const auto organisation = organisation_->current();
  const auto unit = organisation->FindUnit(views::UnitOf(facts));
  const auto policy = organisation->PolicyOf(unit == nullptr ? "" : unit->authority);
  file.policy = policy.get();
  if (unit != nullptr) {
    file.form = unit->declared.form();
    file.report_receiver = unit->declared.report_receiver();
    file.provider = organisation->FindAuthority(unit->authority)->declared.provider();
  }
  api::v1::Timeliness answer = law::Judge(file);
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
    auto meant = ChildMeant(ChildrenOf(facts), query.child);
    if (!meant.ok()) return meant.status();
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
