#include "projections/statistics/statistics_view.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "projections/law/civil_time.h"
#include "projections/statistics/period.h"

namespace skyndsamt::statistics {
namespace {

using event::v1::TimerEvent;

constexpr char kTouched[] = "t";
constexpr char kOverdue[] = "v";
constexpr char kIncident[] = "c";
constexpr char kWaiting[] = "w";
constexpr char kMembers[] = "m";
constexpr char kFigure[] = "f";
constexpr char kNumber[] = "n";
constexpr size_t kIdBytes = std::tuple_size_v<Bytes16>;

std::string Key(const char* table, std::string_view a, std::string_view b = {}) {
  return std::string(table).append(a).append(b);
}

bool Waits(const view::v1::StatisticsStep& step) { return step.figure().empty(); }

// The last 16 bytes of each key.
std::vector<std::string> IdsOf(const std::vector<engine::Row>& rows) {
  std::vector<std::string> ids;
  for (const engine::Row& row : rows) {
    ids.emplace_back(std::string_view(row.key).substr(row.key.size() - kIdBytes));
  }
  return ids;
}

}  // namespace

std::string StatisticsView::NumberKey(uint64_t number) {
  std::string key = kNumber;
  PutU64(key, number);
  return key;
}

absl::Status StatisticsView::Load(const engine::Rows& rows) {
  auto organisation = views::LoadOrganisation(rows);
  if (!organisation.ok()) return organisation.status();
  organisation_ = *std::move(organisation);
  auto state = working_.Get<view::v1::StatisticsState>(rows, kState);
  if (!state.ok()) return state.status();
  if (*state) state_ = **state;
  auto touched = working_.Scan(rows, kTouched);
  if (!touched.ok()) return touched.status();
  for (const std::string& id : IdsOf(*touched)) touched_.insert(StreamId::FromBytes(id));
  return absl::OkStatus();
}

absl::Status StatisticsView::Apply(const engine::Event& event, engine::Rows& rows) {
  const Micros recorded = event.record.recorded;
  if (state_.months() > 0) {
    const Micros next = law::StartOf(FirstDay(state_.period() + state_.months()));
    if (recorded >= next) {
      Closing closing{.rows = rows,
                      .end = event.record.position,
                      .at = next - 1,
                      .organisation = std::make_shared<views::Organisation>(organisation_)};
      if (absl::Status status = Close(closing); !status.ok()) return status;
      state_.set_months(0);
    }
  }
  if (state_.months() == 0) {
    state_.set_months(method_.months);
    state_.set_period(PeriodOf(recorded, method_.months));
    working_.Put(rows, kState, state_);
  }
  return Touch(event, rows);
}

absl::Status StatisticsView::Flush(Position, engine::Rows&) {
  working_.Begin();
  return absl::OkStatus();
}

absl::Status StatisticsView::Touch(const engine::Event& event, engine::Rows& rows) {
  if (const auto row = views::OrganisationRowOf(event)) {
    working_.Put(rows, views::OrganisationKey(event.record.position), *row);
    std::set<std::string> unused;
    return organisation_.Apply(event.record.position, *row, unused);
  }
  StreamId incident = event.record.stream;
  if (event.record.kind() == "timer") {
    const auto& timer = static_cast<const TimerEvent&>(event.message);
    if (!timer.has_overdue()) return absl::OkStatus();
    const auto parsed = StreamId::Parse(timer.overdue().incident());
    if (!parsed.ok()) return absl::OkStatus();
    incident = *parsed;
    working_.Put(rows, Key(kOverdue, incident.view(), NameOf(timer.overdue())), timer.overdue());
  } else if (event.record.kind() != "incident") {
    return absl::OkStatus();
  }
  if (touched_.insert(incident).second) working_.Put(rows, Key(kTouched, incident.view()));
  return absl::OkStatus();
}

absl::Status StatisticsView::Close(Closing& closing) {
  for (const StreamId& incident : touched_) {
    if (absl::Status status = ReadAgain(incident, closing); !status.ok()) return status;
    working_.Delete(closing.rows, Key(kTouched, incident.view()));
  }
  touched_.clear();
  for (const std::string& figure : closing.changed) {
    if (absl::Status status = Revise(figure, closing); !status.ok()) return status;
  }
  return TellWaiting(closing);
}

absl::StatusOr<std::vector<event::v1::Reminder>> StatisticsView::OverdueOf(
    const StreamId& incident, const engine::Rows& rows) const {
  auto found = working_.Scan(rows, Key(kOverdue, incident.view()));
  if (!found.ok()) return found.status();
  std::vector<event::v1::Reminder> overdue(found->size());
  for (size_t i = 0; i < found->size(); ++i) {
    if (!overdue[i].ParseFromString((*found)[i].value)) return absl::DataLossError("overdue row");
  }
  return overdue;
}

absl::Status StatisticsView::ReadAgain(const StreamId& incident, Closing& closing) {
  auto file =
      views::IncidentFile::Read(log_, incident, closing.end, closing.organisation, closing.at);
  // A reminder of what is no incident here: nothing to count.
  if (absl::IsNotFound(file.status())) return absl::OkStatus();
  if (!file.ok()) return file.status();
  auto overdue = OverdueOf(incident, closing.rows);
  if (!overdue.ok()) return overdue.status();
  const std::string id(incident.view());
  auto before = working_.Get<Incident>(closing.rows, Key(kIncident, id));
  if (!before.ok()) return before.status();
  Incident now = Belonging(*file, incident, *closing.organisation, closing.at);
  Steps steps = StepsOf(*file, *overdue, closing.at);
  if (now.authority().empty()) steps.clear();
  for (auto& [name, step] : steps) step.set_since(state_.period());
  if (*before) {
    working_.Delete(closing.rows, Key(kWaiting, (*before)->authority(), id));
    for (auto& old : *(*before)->mutable_steps()) {
      const auto found = steps.find(old.name());
      if (found != steps.end()) {
        found->second.set_since(old.since());
        found->second.set_figure(old.figure());
        *found->second.mutable_told() = old.told();
      } else if (!Waits(old)) {
        old.set_gone(true);
        steps[old.name()] = old;
      }
      if (!Waits(old)) closing.changed.insert(old.figure());
    }
  }
  for (auto& [name, step] : steps) *now.add_steps() = std::move(step);
  PutIncident(id, now, closing.rows);
  return absl::OkStatus();
}

void StatisticsView::PutIncident(const std::string& id, const Incident& incident,
                                 engine::Rows& rows) {
  working_.Put(rows, Key(kIncident, id), incident);
  const std::string waiting = Key(kWaiting, incident.authority(), id);
  if (std::ranges::any_of(incident.steps(), Waits)) {
    working_.Put(rows, waiting);
  } else {
    working_.Delete(rows, waiting);
  }
}

absl::StatusOr<StatisticsView::Incidents> StatisticsView::ReadIncidents(
    const std::vector<std::string>& ids, const engine::Rows& rows) const {
  Incidents incidents;
  for (const std::string& id : ids) {
    auto found = working_.Get<Incident>(rows, Key(kIncident, id));
    if (!found.ok()) return found.status();
    if (!*found) return absl::DataLossError("statistics: an incident's row is missing");
    incidents[id] = **std::move(found);
  }
  return incidents;
}

absl::Status StatisticsView::Revise(const std::string& figure, Closing& closing) {
  auto old = working_.Get<v1::Figure>(closing.rows, Key(kFigure, figure));
  if (!old.ok()) return old.status();
  auto ids = working_.Scan(closing.rows, Key(kMembers, figure));
  if (!ids.ok()) return ids.status();
  auto incidents = ReadIncidents(IdsOf(*ids), closing.rows);
  if (!incidents.ok()) return incidents.status();
  if (!*old) return absl::DataLossError("statistics: a figure's row is missing");
  Members members;
  for (auto& [id, incident] : *incidents) {
    for (auto& step : *incident.mutable_steps()) {
      if (step.figure() == figure) members.push_back({&incident, &step});
    }
  }
  const Revision revision = statistics::Revise(**old, members, method_.k);
  if (revision.kind == Revision::Kind::kNone) return absl::OkStatus();
  const auto wait_again = [](const Members& some) {
    for (const Member& member : some) {
      member.step->clear_figure();
      member.step->clear_told();
    }
  };
  wait_again(revision.leaving);
  if (revision.kind == Revision::Kind::kWithdrawn) wait_again(revision.staying);
  for (const Member& member : revision.staying) {
    if (!Waits(*member.step)) *member.step->mutable_told() = member.step->values();
  }
  for (auto& [id, incident] : *incidents) {
    auto& steps = *incident.mutable_steps();
    steps.erase(std::remove_if(steps.begin(), steps.end(),
                               [](const auto& step) { return step.gone() && Waits(step); }),
                steps.end());
    const bool told = std::ranges::any_of(
        incident.steps(), [&](const auto& step) { return step.figure() == figure; });
    if (!told) working_.Delete(closing.rows, Key(kMembers, figure, id));
    PutIncident(id, incident, closing.rows);
  }
  Send(revision.figure, closing);
  return absl::OkStatus();
}

absl::Status StatisticsView::TellWaiting(Closing& closing) {
  auto waiting = working_.Scan(closing.rows, kWaiting);
  if (!waiting.ok()) return waiting.status();
  std::map<std::string, std::vector<std::string>> by_authority;
  for (const engine::Row& row : *waiting) {
    const size_t authority = row.key.size() - 1 - kIdBytes;
    by_authority[row.key.substr(1, authority)].emplace_back(
        std::string_view(row.key).substr(1 + authority));
  }
  for (const auto& [authority, ids] : by_authority) {
    if (absl::Status status = TellWaitingOf(ids, closing); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status StatisticsView::TellWaitingOf(const std::vector<std::string>& ids, Closing& closing) {
  auto incidents = ReadIncidents(ids, closing.rows);
  if (!incidents.ok()) return incidents.status();
  Members waiting;
  for (auto& [id, incident] : *incidents) {
    for (auto& step : *incident.mutable_steps()) {
      if (Waits(step)) waiting.push_back({&incident, &step});
    }
  }
  for (const auto& [group, members] : ToRelease(waiting, state_.period(), method_.k)) {
    TellGroup(group, members, closing);
  }
  for (const auto& [id, incident] : *incidents) {
    for (const auto& step : incident.steps()) {
      if (!Waits(step)) working_.Put(closing.rows, Key(kMembers, step.figure(), id));
    }
    PutIncident(id, incident, closing.rows);
  }
  return absl::OkStatus();
}

void StatisticsView::TellGroup(const Group& group, const Members& members, Closing& closing) {
  int32_t first = state_.period();
  if (!Guarded(group.step)) {
    for (const Member& member : members) first = std::min(first, member.step->since());
  }
  v1::Figure figure;
  figure.set_authority(group.authority);
  figure.set_form(group.form);
  figure.set_unit(group.unit);
  figure.set_first_day(law::FormatDay(FirstDay(first)));
  figure.set_last_day(law::FormatDay(FirstDay(state_.period() + state_.months()) - 1));
  figure.set_step(group.step);
  figure.set_leg(group.leg);
  figure.set_imported(group.imported);
  // Of what the figure itself says: nothing else is in its id.
  const Bytes16 id = DerivedUuid(
      "skyndsamt/statistics/v1",
      absl::StrCat(log_.origin(), "/", figure.last_day(), "/", group.authority, "/", group.form,
                   "/", group.unit, "/", group.step, "/", group.leg, "/", group.imported ? 1 : 0));
  figure.set_id(FormatUuid(id));
  Tell(members, method_.k, !group.unit.empty(), figure);
  if (Guarded(group.step)) figure.clear_breakdowns();
  for (const Member& member : members) {
    member.step->set_figure(std::string(skyndsamt::View(id)));
    *member.step->mutable_told() = member.step->values();
  }
  Send(figure, closing);
}

void StatisticsView::Send(const v1::Figure& figure, Closing& closing) {
  view::v1::StatisticsTold told;
  *told.mutable_figure() = figure;
  told.set_at(closing.at + 1);
  told.set_end(closing.end);
  working_.Put(closing.rows, NumberKey(state_.figures()), told);
  state_.set_figures(state_.figures() + 1);
  working_.Put(closing.rows, Key(kFigure, StreamId::Parse(figure.id())->view()), figure);
}

}  // namespace skyndsamt::statistics
