#include "projections/views/worklist_view.h"

#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/civil_time.h"
#include "projections/views/fact_stream.h"
#include "projections/views/waiting_items.h"

namespace skyndsamt::views {
namespace {

constexpr char kSweeps[] = "s";
constexpr char kDay[] = "y";
constexpr absl::CivilDay kFirstDay(1970, 1, 1);
constexpr size_t kSweepsAtOnce = 1024;

std::string Key(char table, std::string_view bytes) { return std::string(1, table).append(bytes); }

std::string UnitKey(std::string_view unit, const StreamId& incident) {
  return Key('u', unit).append(incident.view());
}

// Most facts leave most of what waits as it was.
void PutChanges(const view::v1::WaitingRow& before, const Waits& after, engine::Rows& rows) {
  int at = 0;
  for (size_t i = 0; i < after.rows.size(); ++i) {
    const engine::Row& row = after.rows[i];
    for (; at < before.keys_size() && before.keys(at) < row.key; ++at) rows.Delete(before.keys(at));
    const bool known = at < before.keys_size() && before.keys(at) == row.key;
    const int now = static_cast<int>(i);
    const bool same = known && before.values(at) == after.row.values(now);
    if (!same) rows.Put(row.key, row.value);
    at += known;
  }
  for (; at < before.keys_size(); ++at) rows.Delete(before.keys(at));
}

}  // namespace

std::string WorklistView::ItemPrefix(std::string_view unit) { return Key('w', unit); }

absl::Status WorklistView::Load(const engine::Rows& rows) {
  auto organisation = LoadOrganisation(rows);
  if (!organisation.ok()) return organisation.status();
  organisation_ = *std::move(organisation);
  const auto day = rows.Get(kDay);
  if (!day.ok()) return day.status();
  if (*day) {
    std::set<std::string> known;
    const auto reached = kFirstDay + static_cast<int64_t>(ByteReader(**day).U64());
    organisation_.Reach(reached, known);
    day_ends_ = law::StartOf(reached + 1);
  }
  std::string from = kSweeps;
  while (true) {
    auto found = rows.Scan(kSweeps, from, kSweepsAtOnce);
    if (!found.ok()) return found.status();
    for (engine::Row& row : *found) sweeps_[row.key.substr(1)] = std::move(row.value);
    if (found->size() < kSweepsAtOnce) break;
    from = found->back().key + '\0';
  }
  return put_off_.Load(rows);
}

void WorklistView::Reach(absl::CivilDay day, engine::Rows& rows) {
  organisation_.Reach(day, touched_);
  day_ends_ = law::StartOf(day + 1);
  std::string days;
  PutU64(days, static_cast<uint64_t>(day - kFirstDay));
  rows.Put(kDay, days);
}

absl::Status WorklistView::Apply(const engine::Event& event, engine::Rows& rows) {
  const Micros recorded = event.record.recorded;
  if (recorded >= day_ends_) Reach(law::DayOf(recorded), rows);
  if (event.record.kind() == "incident") {
    put_off_.Mark(event.record.stream);
    recent_.Add(event.record, event.body);
    return absl::OkStatus();
  }
  const auto row = OrganisationRowOf(event);
  if (!row) return absl::OkStatus();
  rows.Put(OrganisationKey(event.record.position), row->SerializeAsString());
  return organisation_.Apply(event.record.position, *row, touched_);
}

absl::Status WorklistView::Flush(Position, engine::Rows& rows) {
  put_off_.Flush(rows);
  for (const std::string& unit : touched_) {
    const auto bytes = ParseUuid(unit);
    if (!bytes.ok()) continue;  // no incident can belong to it
    const std::string id(skyndsamt::View(*bytes));
    sweeps_[id] = Key('u', id);
    rows.Put(Key('s', id), sweeps_[id]);
  }
  touched_.clear();
  return absl::OkStatus();
}

Position WorklistView::Settled(Position end) const {
  if (!HasWork()) return end;
  return sweeps_.empty() ? put_off_.settled() : 0;
}

absl::Status WorklistView::Work(Position end, size_t items, engine::Rows& rows) {
  auto swept = Sweep(end, items, rows);
  if (!swept.ok()) return swept.status();
  if (*swept >= items || put_off_.empty()) return absl::OkStatus();
  auto taken = put_off_.Take(items - *swept, end, rows);
  if (!taken.ok()) return taken.status();
  for (const StreamId& incident : *taken) {
    if (auto status = Settle(incident, end, rows); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> WorklistView::Sweep(Position end, size_t items, engine::Rows& rows) {
  size_t swept = 0;
  while (!sweeps_.empty() && swept < items) {
    auto& [unit, from] = *sweeps_.begin();
    auto found = rows.Scan(Key('u', unit), from, items - swept);
    if (!found.ok()) return found.status();
    for (const engine::Row& row : *found) {
      const auto incident = StreamId::FromBytes(std::string_view(row.key).substr(1 + 16));
      if (auto status = Settle(incident, end, rows); !status.ok()) return status;
    }
    const bool through = found->size() < items - swept;
    swept += found->size();
    if (through) {
      rows.Delete(Key('s', unit));
      sweeps_.erase(unit);
    } else {
      from = found->back().key + '\0';
      rows.Put(Key('s', unit), from);
    }
  }
  return swept;
}

absl::StatusOr<FactStream> WorklistView::FactsOf(const StreamId& incident, Position end) {
  auto recent = recent_.Find(incident);
  if (!recent.ok()) return recent.status();
  if (*recent) return **std::move(recent);
  return FactStream::Read(log_, incident, end);
}

absl::Status WorklistView::Settle(const StreamId& incident, Position end, engine::Rows& rows) {
  std::this_thread::yield();  // rather a command's answer than this
  auto stream = FactsOf(incident, end);
  if (!stream.ok()) return stream.status();
  const Waits waits = WaitsOf(incident, stream->entries(), organisation_);
  view::v1::WaitingRow before;
  auto stored = rows.Get(Key('i', incident.view()));
  if (!stored.ok()) return stored.status();
  if (*stored && !before.ParseFromString(**stored)) return absl::DataLossError("worklist row");

  if (before.unit() != waits.row.unit()) {
    if (!before.unit().empty()) rows.Delete(UnitKey(before.unit(), incident));
    if (!waits.row.unit().empty()) rows.Put(UnitKey(waits.row.unit(), incident), "");
  }
  PutChanges(before, waits, rows);
  std::string after = waits.row.SerializeAsString();
  if (after != *stored) rows.Put(Key('i', incident.view()), after);
  return absl::OkStatus();
}

}  // namespace skyndsamt::views
