// Queries about cases, answered from the rows of case_status; only how many rounds a case has had,
// and whether the routine of its first knowledge makes it one of the adult variant, is read from
// the stream, since it follows from times.
#include <algorithm>
#include <string>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/information_legs.h"
#include "projections/law/rounds.h"
#include "projections/views/case_fold.h"
#include "projections/views/case_status_view.h"
#include "projections/views/incident_file.h"
#include "projections/views/live_views.h"

namespace skyndsamt::views {
namespace {

using view::v1::CaseRow;
using view::v1::IncidentRow;

api::v1::MeasureStatus MeasureOf(const view::v1::MeasureRow& row) {
  api::v1::MeasureStatus measure;
  measure.set_measure(row.measure());
  measure.set_level(row.level());
  if (row.has_responsible()) *measure.mutable_responsible() = row.responsible();
  measure.set_due(row.due());
  measure.set_carried_out(row.carried_out());
  measure.set_withdrawn(row.withdrawn());
  measure.set_effect(row.effect());
  return measure;
}

// Where a page of cases ended: the key of the incident in its unit's index, and how many of its
// cases were given.
std::string PageKey(std::string_view index_key, uint32_t given) {
  std::string key(index_key);
  PutU32(key, given);
  return key;
}

struct PageStart {
  std::string index_key;  // u <unit 16> <incident 16>; empty: from the beginning
  uint32_t given = 0;
};

absl::StatusOr<PageStart> ReadPageKey(std::string_view after) {
  constexpr size_t kIndexKey = 1 + 16 + 16;
  PageStart start;
  if (after.empty()) return start;
  ByteReader reader(after);
  start.index_key = std::string(reader.Take(kIndexKey));
  start.given = reader.U32();
  if (!reader.complete()) return absl::InvalidArgumentError("page key");
  return start;
}

}  // namespace

absl::StatusOr<IncidentRow> LiveViews::ReadRow(const engine::Snapshot& snapshot,
                                               const StreamId& incident) {
  auto stored = snapshot.Get(CaseStatusView::IncidentKey(incident));
  if (!stored.ok()) return stored.status();
  if (!*stored) return absl::NotFoundError("unknown incident");
  IncidentRow row;
  if (!row.ParseFromString(**stored)) return absl::DataLossError("case_status row");
  return row;
}

absl::StatusOr<std::string> LiveViews::UnitOf(std::string_view incident) const {
  auto id = StreamId::Parse(incident);
  if (!id.ok()) return id.status();
  auto snapshot = runner_->Read("case_status");
  if (!snapshot.ok()) return snapshot.status();
  auto row = ReadRow(*snapshot, *id);
  if (!row.ok()) return row.status();
  return row->unit();
}

absl::StatusOr<LiveViews::FromTimes> LiveViews::FromTimesOf(const StreamId& incident,
                                                            const CaseRow& one,
                                                            Position end) const {
  FromTimes answer{.adult_variant = one.adult_variant()};
  const bool routine_decides = one.guardian_accused() && !one.adult_variant();
  if (one.knowledge() <= 1 && !routine_decides) return answer;
  auto read = IncidentFile::Read(log_, incident, end, organisation_->current(), clock_.Now());
  if (absl::IsNotFound(read.status())) return absl::DataLossError("an incident's stream is empty");
  if (!read.ok()) return read.status();
  const law::CaseFile file = read->Ask(one.child(), {read->now(), read->now()});
  const law::CaseReading reading(file);
  const law::Rounds rounds(reading);
  answer.rounds = static_cast<int>(rounds.all().size());
  if (routine_decides) answer.adult_variant = law::AdultVariant(reading, rounds) == true;
  return answer;
}

absl::StatusOr<api::v1::Case> LiveViews::CaseOf(const StreamId& incident, const IncidentRow& row,
                                                const CaseRow& one, Position end) const {
  auto from_times = FromTimesOf(incident, one, end);
  if (!from_times.ok()) return from_times.status();
  api::v1::Case answer;
  answer.set_incident(incident.ToString());
  answer.set_child(one.child());
  if (const auto unit = FindUnit(row.unit())) answer.set_authority(unit->authority);
  answer.set_unit(row.unit());
  answer.set_state(StateOf(one));
  answer.set_adult_variant(from_times->adult_variant);
  answer.set_principal_accused(one.principal_accused());
  answer.set_investigator(one.investigator());
  answer.set_finding(one.finding());
  answer.set_type(one.type());
  for (const auto& measure : one.measures()) *answer.add_measures() = MeasureOf(measure);
  *answer.mutable_linked_incidents() = one.linked();
  answer.set_rounds(from_times->rounds);
  answer.set_reopened(one.reopened());
  answer.set_revision(row.revision());
  answer.set_last_recorded(law::FormatInstant(row.last_recorded()));
  answer.set_imported(one.imported());
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

absl::StatusOr<api::v1::Case> LiveViews::GetCase(std::string_view incident,
                                                 std::string_view child) const {
  auto id = StreamId::Parse(incident);
  if (!id.ok()) return id.status();
  auto snapshot = runner_->Read("case_status");
  if (!snapshot.ok()) return snapshot.status();
  auto row = ReadRow(*snapshot, *id);
  if (!row.ok()) return row.status();
  if (child.empty() && row->cases_size() > 1) {
    return absl::InvalidArgumentError("the incident has several cases: name a child");
  }
  const auto one = std::ranges::find_if(row->cases(), [&](const CaseRow& candidate) {
    return child.empty() || candidate.child() == child;
  });
  if (one == row->cases().end()) return absl::NotFoundError("unknown case");
  return CaseOf(*id, *row, *one, snapshot->applied());
}

absl::StatusOr<bool> LiveViews::AddCases(const StreamId& incident, const engine::Snapshot& snapshot,
                                         uint32_t from, size_t limit,
                                         Page<api::v1::Case>& page) const {
  auto row = ReadRow(snapshot, incident);
  if (!row.ok()) return row.status();
  auto unit = ParseUuid(row->unit());
  const std::string index_key =
      CaseStatusView::UnitPrefix(unit.ok() ? skyndsamt::View(*unit) : std::string(16, '\0'))
          .append(incident.view());
  for (uint32_t i = from; i < static_cast<uint32_t>(row->cases_size()); ++i) {
    if (page.items.size() == limit) {
      page.next = PageKey(index_key, i);
      return false;
    }
    auto one = CaseOf(incident, *row, row->cases(static_cast<int>(i)), snapshot.applied());
    if (!one.ok()) return one.status();
    page.items.push_back(*std::move(one));
  }
  return true;
}

absl::StatusOr<Page<api::v1::Case>> LiveViews::ListCases(const CaseQuery& query) const {
  auto snapshot = runner_->Read("case_status");
  if (!snapshot.ok()) return snapshot.status();
  auto start = ReadPageKey(query.after);
  if (!start.ok()) return start.status();
  Page<api::v1::Case> page;
  page.reflects = ReflectsBelow(snapshot->applied());
  const size_t limit = AtLeastOne(query.limit);
  if (!query.incident.empty()) {
    auto id = StreamId::Parse(query.incident);
    if (!id.ok()) return id.status();
    if (!query.units.empty()) {
      const auto row = ReadRow(*snapshot, *id);
      if (!row.ok()) return row.status();
      if (std::ranges::find(query.units, row->unit()) == query.units.end()) return page;
    }
    auto added = AddCases(*id, *snapshot, start->given, limit, page);
    if (!added.ok()) return added.status();
    return page;
  }
  std::vector<std::string> prefixes;
  for (const std::string& unit : query.units) {
    auto bytes = ParseUuid(unit);
    if (!bytes.ok()) return bytes.status();
    prefixes.push_back(CaseStatusView::UnitPrefix(skyndsamt::View(*bytes)));
  }
  if (prefixes.empty()) prefixes.push_back(CaseStatusView::UnitPrefix(""));
  std::ranges::sort(prefixes);
  prefixes.erase(std::ranges::unique(prefixes).begin(), prefixes.end());
  for (const std::string& prefix : prefixes) {
    auto cursor = snapshot->Scan(prefix, start->index_key);
    for (; cursor.Valid(); cursor.Next()) {
      const std::string_view key = cursor.key();
      const uint32_t from = key == start->index_key ? start->given : 0;
      if (page.items.size() == limit) {
        page.next = PageKey(key, from);
        return page;
      }
      const auto incident = StreamId::FromBytes(key.substr(1 + 16));
      auto added = AddCases(incident, *snapshot, from, limit, page);
      if (!added.ok()) return added.status();
      if (!*added) return page;
    }
    if (auto status = cursor.status(); !status.ok()) return status;
  }
  return page;
}

}  // namespace skyndsamt::views
