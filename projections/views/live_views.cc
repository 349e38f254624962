#include "projections/views/live_views.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/views/case_status_view.h"
#include "projections/views/live_preview.h"
#include "projections/views/patterns_view.h"
#include "projections/views/worklist_view.h"
#include "skyndsamt/event/v1/reminder.pb.h"

namespace skyndsamt::views {
namespace {

// Every field of a oneof is an event: its type is the stream's kind and the field's name.
void AddKinds(const std::string& kind, const google::protobuf::Message& prototype,
              engine::Decoder& decoder) {
  const auto* events = prototype.GetDescriptor()->FindOneofByName("kind");
  for (int i = 0; i < events->field_count(); ++i) {
    decoder.Add(kind + "." + events->field(i)->name(), prototype);
  }
}

engine::Decoder MakeDecoder() {
  engine::Decoder decoder;
  AddKinds("incident", event::v1::Fact::default_instance(), decoder);
  AddKinds("authority", event::v1::AuthorityEvent::default_instance(), decoder);
  AddKinds("system", event::v1::SystemEvent::default_instance(), decoder);
  AddKinds("timer", event::v1::TimerEvent::default_instance(), decoder);
  return decoder;
}

}  // namespace

const engine::Decoder& KnownEvents() {
  static const engine::Decoder decoder = MakeDecoder();
  return decoder;
}

absl::StatusOr<std::unique_ptr<Views>> Views::Open(const ViewsOptions& options, log::EventLog& log,
                                                   const Clock& clock) {
  auto views = std::make_unique<LiveViews>(log, clock);
  if (auto status = views->Open(options); !status.ok()) return status;
  return views;
}

absl::Status LiveViews::Open(const ViewsOptions& options) {
  const auto make_views = [this] {
    auto organisation = std::make_unique<OrganisationView>();
    organisation_ = organisation->now();
    std::vector<std::unique_ptr<engine::View>> all;
    all.push_back(std::move(organisation));
    all.push_back(std::make_unique<CaseStatusView>(log_));
    all.push_back(std::make_unique<WorklistView>(log_));
    all.push_back(std::make_unique<PatternsView>());
    return all;
  };
  auto runner = engine::Runner::Open(options.runner, log_, KnownEvents(), make_views);
  if (!runner.ok()) return runner.status();
  runner_ = *std::move(runner);
  return absl::OkStatus();
}

void LiveViews::WaitFor(Position position, Reach reach, engine::Runner::Deadline deadline,
                        std::function<void(absl::Status)> done) {
  runner_->WaitFor(position, reach, deadline, std::move(done));
}

absl::StatusOr<std::unique_ptr<PolicyPreview>> LiveViews::PreviewPolicy(
    const PreviewQuery& query) const {
  // Recorded instants may run ahead of the clock by a little: what is there is known now.
  Micros now = clock_.Now();
  if (const Position end = runner_->applied(); end > 0) {
    log::ReadOptions options;
    options.from = end - 1;
    options.max_records = 1;
    const auto last = log_.ReadAll(options);
    if (!last.ok()) return last.status();
    if (!last->records.empty()) now = std::max(now, last->records.front().recorded);
  }
  return LivePreview::Begin(query, organisation_->current(), now, log_, *runner_);
}

absl::CivilDay LiveViews::Today() const { return law::DayOf(clock_.Now()); }

std::shared_ptr<const Unit> LiveViews::FindUnit(std::string_view unit) const {
  return organisation_->current()->FindUnit(unit, Today());
}

Declarations LiveViews::DeclarationsOf(std::string_view unit) const {
  return organisation_->current()->DeclarationsOf(unit);
}

std::vector<std::string> LiveViews::UnitsOf(std::string_view authority) const {
  return organisation_->current()->UnitsOf(authority, Today());
}

std::shared_ptr<const AuthorityState> LiveViews::FindAuthority(std::string_view authority) const {
  return organisation_->current()->FindAuthority(authority);
}

void LiveViews::SetReflects(Position end, ::skyndsamt::log::v1::LogPosition* reflects) const {
  reflects->set_log(log_.origin());
  reflects->set_position(end == 0 ? 0 : end - 1);
}

std::optional<Position> ReflectsBelow(Position end) {
  if (end == 0) return std::nullopt;
  return end - 1;
}

size_t AtLeastOne(size_t limit) { return std::max<size_t>(limit, 1); }

absl::StatusOr<std::optional<ChangedCases>> ChangedBy(const log::Record& record) {
  google::protobuf::Arena arena;
  auto decoded = KnownEvents().Decode(record, &arena);
  if (!decoded.ok()) return decoded.status();
  if (record.kind() != "incident") return std::nullopt;
  const auto& fact = static_cast<const event::v1::Fact&>(*decoded->message);
  ChangedCases changed;
  changed.incident = record.stream.ToString();
  // What a correction strikes through may have concerned any child.
  if (!fact.has_correction()) {
    changed.children.assign(fact.children().begin(), fact.children().end());
  }
  return changed;
}

}  // namespace skyndsamt::views
