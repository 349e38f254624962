// Queries that fold an incident's stream again: timeliness at any instant, and the audit trail.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/comparison.h"
#include "projections/law/judge.h"
#include "projections/law/settling.h"
#include "projections/views/audit_trail.h"
#include "projections/views/incident_file.h"
#include "projections/views/instants.h"
#include "projections/views/live_views.h"

namespace skyndsamt::views {
namespace {

// INVALID_ARGUMENT with the name of the field. Nothing is known of what is yet to be recorded: the
// latest that can be known at is now, and the answer says so.
absl::StatusOr<law::Instants> ReadInstants(const InstantsAsked& asked, Micros now) {
  auto as_of = InstantOr(asked.as_of, now, "as_of");
  if (!as_of.ok()) return as_of.status();
  auto known_at = InstantOr(asked.known_at, now, "known_at");
  if (!known_at.ok()) return known_at.status();
  return law::Instants{*as_of, std::min(*known_at, now)};
}

// Entries made after a deadline or an announced inspection, by position, each once.
using LateByPosition = std::multimap<Position, api::v1::LateEntry>;

void AddLate(const law::CaseFile& file, LateByPosition& late) {
  const api::v1::Timeliness judged = law::Judge(file, law::Detail::kVerdicts);
  for (const auto& entry : judged.late_entries()) {
    const auto [first, last] = late.equal_range(entry.position());
    const bool known = std::any_of(first, last, [&](const auto& other) {
      return other.second.SerializeAsString() == entry.SerializeAsString();
    });
    if (!known) late.emplace(entry.position(), entry);
  }
}

}  // namespace

absl::StatusOr<IncidentFile> LiveViews::Read(std::string_view incident, Position end,
                                             bool keep_records) const {
  auto id = StreamId::Parse(incident);
  if (!id.ok()) return absl::InvalidArgumentError("incident");
  return IncidentFile::Read(log_, *id, end, organisation_->current(), clock_.Now(), keep_records);
}

absl::StatusOr<api::v1::Timeliness> LiveViews::GetTimeliness(std::string_view incident,
                                                             std::string_view child,
                                                             std::string_view as_of,
                                                             std::string_view known_at) const {
  const Position end = runner_->applied();
  auto file = Read(incident, end);
  if (!file.ok()) return file.status();
  auto instants = ReadInstants({as_of, known_at}, file->now());
  if (!instants.ok()) return instants.status();
  auto meant = file->ChildMeant(child, instants->known_at);
  if (!meant.ok()) return meant.status();
  const law::CaseFile question = file->Ask(*meant, *instants);
  api::v1::Timeliness answer = law::Judge(question);
  law::Settle(question, answer);
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

absl::StatusOr<api::v1::CompareTimelinessResponse> LiveViews::CompareTimeliness(
    std::string_view incident, std::string_view child, const InstantsAsked& before,
    const InstantsAsked& after) const {
  const Position end = runner_->applied();
  auto file = Read(incident, end);
  if (!file.ok()) return file.status();
  auto from = ReadInstants(before, file->now());
  if (!from.ok()) return from.status();
  auto to = ReadInstants(after, file->now());
  if (!to.ok()) return to.status();
  auto meant = file->ChildMeant(child, to->known_at);
  if (absl::IsNotFound(meant.status())) meant = file->ChildMeant(child, from->known_at);
  if (!meant.ok()) return meant.status();
  const auto [first, last] = std::minmax(from->known_at, to->known_at);
  auto answer = law::Compare([&](law::Instants at) { return file->Ask(*meant, at); }, *from, *to,
                             file->PolicyBetween(first, last));
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

std::string KeyAfter(const api::v1::AuditEntry& entry) {
  std::string key;
  PutU64(key, entry.revision());
  return key;
}

absl::StatusOr<Page<TrailEntry>> LiveViews::ListAuditTrail(const TrailQuery& query) const {
  const Position end = runner_->applied();
  auto file = Read(query.incident, end, /*keep_records=*/true);
  if (!file.ok()) return file.status();
  Revision from = 0;
  if (!query.after.empty()) {
    ByteReader after(query.after);
    from = after.U64() + 1;
    if (!after.complete()) return absl::InvalidArgumentError("page key");
  }
  std::vector<std::string> children = file->children();
  if (!query.child.empty()) {
    if (!file->EverNamed(query.child)) return absl::NotFoundError("unknown case");
    children = {query.child};
  }
  const law::Instants now{file->now(), file->now()};
  LateByPosition late;
  for (const std::string& child : children) AddLate(file->Ask(child, now), late);
  Page<TrailEntry> page;
  page.reflects = ReflectsBelow(end);
  for (auto& entry :
       TrailOf(file->stream(), query.child, log_.origin(), *file->Ask("", now).policy)) {
    if (entry.revision() < from) continue;
    if (page.items.size() == AtLeastOne(query.limit)) {
      page.next = KeyAfter(page.items.back().entry);
      break;
    }
    const auto [first, last] = late.equal_range(entry.position().position());
    for (auto one = first; one != last; ++one) *entry.add_late() = one->second;
    const log::Record& record = file->stream().records()[entry.revision()];
    page.items.push_back({std::move(entry), record});
  }
  return page;
}

}  // namespace skyndsamt::views
