#include "projections/views/live_preview.h"

#include <algorithm>
#include <utility>

#include "projections/law/civil_time.h"
#include "projections/views/case_file.h"
#include "projections/views/case_status_view.h"
#include "projections/views/fact_stream.h"
#include "projections/views/instants.h"
#include "projections/views/policy_steps.h"

namespace skyndsamt::views {
namespace {

using api::v1::VerdictChange;
using law::LegVerdict;

constexpr char kView[] = "case_status";

// The policy as it would be with the draft published at an instant.
absl::StatusOr<std::shared_ptr<const law::PolicySet>> WithDraft(const law::PolicySet& policy,
                                                                const api::v1::PolicyDraft& draft,
                                                                Micros recorded) {
  auto with = std::make_shared<law::PolicySet>(policy);
  absl::Status status;
  const auto publish = [&](const auto& published) {
    if (status.ok()) status = with->Publish(recorded, published);
  };
  for (const auto& routine : draft.routines()) publish(routine);
  for (const auto& closing_days : draft.closing_days()) publish(closing_days);
  for (const auto& yardsticks : draft.yardsticks()) publish(yardsticks);
  if (draft.has_rule_set()) publish(draft.rule_set());
  if (!status.ok()) return status;
  return with;
}

// The same duty among others, most likely at the same place; null where it is not there.
const LegVerdict* Find(const std::vector<LegVerdict>& legs, size_t at, const LegVerdict& duty) {
  if (at < legs.size() && legs[at].SameDuty(duty)) return &legs[at];
  const auto found =
      std::ranges::find_if(legs, [&](const LegVerdict& leg) { return leg.SameDuty(duty); });
  return found == legs.end() ? nullptr : &*found;
}

void Fill(const LegVerdict& from, api::v1::LegVerdict& to) {
  to.set_state(from.state);
  to.set_routine(from.routine);
  to.set_practice(from.practice);
  to.set_version(from.version);
  to.set_due(from.due);
  if (!from.working_days) return;
  to.mutable_working_days()->set_min(static_cast<int32_t>(from.working_days->min));
  if (from.working_days->max) {
    to.mutable_working_days()->set_max(static_cast<int32_t>(*from.working_days->max));
  }
}

void AddChange(const LegVerdict* before, const LegVerdict* after, bool verdict_changes,
               api::v1::CaseChange& to) {
  const LegVerdict& duty = before != nullptr ? *before : *after;
  VerdictChange& change = *to.add_legs();
  change.set_leg(duty.leg);
  change.set_round(duty.round);
  change.set_measure(std::string(duty.measure));
  change.set_guardian(std::string(duty.guardian));
  change.set_request(std::string(duty.request));
  if (before != nullptr) Fill(*before, *change.mutable_before());
  if (after != nullptr) Fill(*after, *change.mutable_after());
  change.set_verdict_changes(verdict_changes);
}

}  // namespace

LivePreview::LivePreview(const PreviewQuery& query,
                         std::shared_ptr<const Organisation> organisation, log::EventLog& log,
                         const engine::Runner& runner)
    : organisation_(std::move(organisation)),
      log_(log),
      runner_(runner),
      authority_(query.authority),
      end_(runner.applied()),
      summary_only_(query.summary_only) {}

absl::StatusOr<std::unique_ptr<LivePreview>> LivePreview::Begin(
    const PreviewQuery& query, std::shared_ptr<const Organisation> organisation, Micros now,
    log::EventLog& log, const engine::Runner& runner) {
  std::unique_ptr<LivePreview> preview(
      new LivePreview(query, std::move(organisation), log, runner));
  // Recorded instants may run ahead of the clock by a little; what is there is known.
  now = std::max(now, LastRecorded(*preview->organisation_, query.authority));
  preview->known_at_ = preview->as_of_ = now;
  if (!query.as_of.empty()) {
    const auto as_of = ParseInstant(query.as_of);
    if (!as_of.ok()) return as_of.status();
    preview->as_of_ = *as_of;
  }
  auto after = WithDraft(*preview->organisation_->PolicyOf(query.authority), query.draft, now);
  if (!after.ok()) return after.status();
  preview->after_ = *std::move(after);
  for (const std::string& unit : query.units) {
    const auto bytes = ParseUuid(unit);
    if (!bytes.ok()) return bytes.status();
    preview->prefixes_.push_back(CaseStatusView::UnitPrefix(skyndsamt::View(*bytes)));
  }
  return preview;
}

absl::Status LivePreview::Count() {
  const auto snapshot = runner_.Read(kView);
  if (!snapshot.ok()) return snapshot.status();
  for (const std::string& prefix : prefixes_) {
    auto cursor = snapshot->Scan(prefix);
    for (; cursor.Valid(); cursor.Next()) ++total_;
    if (!cursor.status().ok()) return cursor.status();
  }
  counted_ = true;
  return absl::OkStatus();
}

absl::Status LivePreview::Next(size_t incidents, api::v1::PreviewPolicyResponse& step) {
  step.Clear();
  if (!counted_) {
    if (auto status = Count(); !status.ok()) return status;
    incidents = 0;
  }
  const auto snapshot = runner_.Read(kView);
  if (!snapshot.ok()) return snapshot.status();
  for (; unit_ < prefixes_.size() && incidents > 0; ++unit_, from_.clear()) {
    auto cursor = snapshot->Scan(prefixes_[unit_], from_);
    for (; cursor.Valid() && incidents > 0; cursor.Next(), --incidents) {
      const auto incident = StreamId::FromBytes(cursor.key().substr(prefixes_[unit_].size()));
      if (auto status = JudgeIncident(incident, step); !status.ok()) return status;
      ++done_;
    }
    if (!cursor.status().ok()) return cursor.status();
    if (cursor.Valid()) {
      from_ = std::string(cursor.key());
      break;
    }
  }
  // An incident that came meanwhile may be passed, too; what it holds is not looked at.
  total_ = std::max(total_, done_);
  step.set_incidents_done(done_);
  step.set_incidents_total(total_);
  if (unit_ == prefixes_.size()) Summarise(*step.mutable_summary());
  return absl::OkStatus();
}

absl::Status LivePreview::JudgeIncident(const StreamId& incident,
                                        api::v1::PreviewPolicyResponse& step) {
  const auto stream = FactStream::Read(log_, incident, end_);
  if (!stream.ok()) return stream.status();
  const auto facts = law::EffectiveFacts(stream->entries(), known_at_);
  if (facts.empty()) return absl::OkStatus();
  const std::string incident_id = incident.ToString();
  law::CaseFile file;
  file.incident = incident_id;
  file.entries = stream->entries();
  file.as_of = as_of_;
  file.known_at = known_at_;
  // The draft is the authority's that publishes it: of a unit that it has handed over it counts for
  // the time before. A draft of rules is then not seen in what it would change: those of the case
  // are read with the policy of the authority that has the unit at as_of, whose preview tells of
  // it.
  law::CaseFile after = file;
  FillUnit(*organisation_, UnitOf(facts), file);
  FillUnit(*organisation_, UnitOf(facts), {authority_, after_.get()}, after);
  for (const std::string& child : ChildrenOf(facts)) {
    file.child = after.child = child;
    JudgeCase(file, after, step);
  }
  return absl::OkStatus();
}

void LivePreview::JudgeCase(const law::CaseFile& file, const law::CaseFile& with_draft,
                            api::v1::PreviewPolicyResponse& step) {
  const law::CaseVerdict before = law::VerdictOf(file);
  const law::CaseVerdict after = law::VerdictOf(with_draft);
  counts_.set_cases(counts_.cases() + 1);

  api::v1::CaseChange change;
  bool verdict_changes = false;
  const auto compare = [&](const LegVerdict* was, const LegVerdict* is) {
    const bool same = was != nullptr && is != nullptr && was->SameVerdict(*is);
    if (same && was->due == is->due) return;
    AddChange(was, is, !same, change);
    if (same) return;
    verdict_changes = true;
    const LegVerdict none;
    const LegVerdict& a = was == nullptr ? none : *was;
    const LegVerdict& b = is == nullptr ? none : *is;
    const event::v1::Leg leg = was == nullptr ? b.leg : a.leg;
    ++transitions_[{leg, a.state, a.routine, a.practice, b.state, b.routine, b.practice}];
  };
  for (size_t i = 0; i < before.legs.size(); ++i) {
    compare(&before.legs[i], Find(after.legs, i, before.legs[i]));
  }
  for (size_t i = 0; i < after.legs.size(); ++i) {
    if (Find(before.legs, i, after.legs[i]) == nullptr) compare(nullptr, &after.legs[i]);
  }
  if (change.legs().empty()) return;
  if (!verdict_changes) {
    counts_.set_cases_due_otherwise(counts_.cases_due_otherwise() + 1);
  } else if (before.closed) {
    counts_.set_closed_cases_changed(counts_.closed_cases_changed() + 1);
  } else {
    counts_.set_open_cases_changed(counts_.open_cases_changed() + 1);
  }
  if (summary_only_) return;
  change.set_incident(std::string(file.incident));
  change.set_child(std::string(file.child));
  change.set_unit(std::string(file.unit));
  change.set_closed(before.closed);
  *step.add_changes() = std::move(change);
}

void LivePreview::Summarise(api::v1::PreviewSummary& summary) const {
  summary = counts_;
  summary.set_as_of(law::FormatInstant(as_of_));
  for (const auto& [transition, legs] : transitions_) {
    auto& count = *summary.add_transitions();
    count.set_leg(std::get<0>(transition));
    count.set_state_before(std::get<1>(transition));
    count.set_routine_before(std::get<2>(transition));
    count.set_practice_before(std::get<3>(transition));
    count.set_state_after(std::get<4>(transition));
    count.set_routine_after(std::get<5>(transition));
    count.set_practice_after(std::get<6>(transition));
    count.set_legs(legs);
  }
  summary.mutable_reflects()->set_log(log_.origin());
  summary.mutable_reflects()->set_position(end_ == 0 ? 0 : end_ - 1);
}

}  // namespace skyndsamt::views
