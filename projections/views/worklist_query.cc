// Queries by date: the worklist of several units and roles, what is forecast of it, and what falls
// due in all of them.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "projections/law/calendar.h"
#include "projections/law/civil_time.h"
#include "projections/law/forecast.h"
#include "projections/law/known_policy.h"
#include "projections/views/instants.h"
#include "projections/views/live_views.h"
#include "projections/views/waiting_items.h"
#include "projections/views/worklist_merge.h"

namespace skyndsamt::views {
namespace {

using api::v1::Forecast;
using api::v1::ForecastStep;
using api::v1::WorklistItem;

constexpr int64_t kUsualDays = 7;

// Empty: the end of the day in a week. INVALID_ARGUMENT "until" for what lies before `from`.
absl::StatusOr<Micros> UntilOf(std::string_view text, Micros from) {
  auto until = InstantOr(text, law::EndOf(law::DayOf(from) + kUsualDays), "until");
  if (until.ok() && *until < from) return absl::InvalidArgumentError("until");
  return until;
}

// The step of a forecast that an item of the worklist is; null if it waits no more.
const ForecastStep* StepOf(const Forecast& forecast, const WorklistItem& item) {
  for (const ForecastStep& step : forecast.steps()) {
    if (step.leg() == item.leg() && step.round() == item.round() &&
        step.measure() == item.measure() && step.guardian() == item.guardian() &&
        step.request() == item.request()) {
      return &step;
    }
  }
  return nullptr;
}

// The policy of the authority that has a unit on a day, as known now; nobody's where the unit is
// not declared.
std::shared_ptr<const law::KnownPolicy> PolicyAt(const Organisation& organisation,
                                                 std::string_view unit, absl::CivilDay day) {
  const auto declared = organisation.FindUnit(unit, day);
  return organisation.PolicyOf(declared ? declared->authority : "")->KnownAt(kEverythingKnown);
}

void SetUnit(const std::string& unit, Forecast& forecast) {
  forecast.set_unit(unit);
  for (ForecastStep& step : *forecast.mutable_steps()) step.set_unit(unit);
}

}  // namespace

std::vector<law::Waiting> LiveViews::WaitingSteps(const StreamId& incident, std::string_view child,
                                                  std::span<const law::Entry> entries) const {
  return views::WaitingSteps(incident, child, entries, *organisation_->current());
}

absl::StatusOr<WorklistMerge> LiveViews::Merged(const engine::Snapshot& snapshot,
                                                const WorklistQuery& query) const {
  return WorklistMerge::Open(snapshot,
                             query.units.empty() ? organisation_->current()->Units() : query.units,
                             query.role, query.after);
}

absl::StatusOr<Page<WorklistItem>> LiveViews::ListWorklist(const WorklistQuery& query) const {
  auto snapshot = runner_->Read("worklist");
  if (!snapshot.ok()) return snapshot.status();
  auto merge = Merged(*snapshot, query);
  if (!merge.ok()) return merge.status();
  Page<WorklistItem> page;
  page.reflects = ReflectsBelow(snapshot->settled());
  std::string last;
  while (page.items.size() < AtLeastOne(query.limit)) {
    auto head = merge->Next();
    if (!head) break;
    auto item = ItemOf(head->key, head->value);
    if (!item.ok()) return item.status();
    page.items.push_back(*std::move(item));
    last = std::move(head->key);
  }
  if (auto status = merge->status(); !status.ok()) return status;
  if (!merge->empty()) page.next = std::move(last);
  return page;
}

absl::StatusOr<Forecast> LiveViews::GetForecast(std::string_view incident, std::string_view child,
                                                std::string_view until,
                                                std::string_view as_of) const {
  const Position end = runner_->applied();
  auto file = Read(incident, end);
  if (!file.ok()) return file.status();
  auto from = InstantOr(as_of, file->now(), "as_of");
  if (!from.ok()) return from.status();
  auto then = UntilOf(until, *from);
  if (!then.ok()) return then.status();
  auto meant = file->ChildMeant(child, *from);
  if (!meant.ok()) return meant.status();
  Forecast forecast = law::Foresee(file->Ask(*meant, {*from, *from}), *then);
  SetUnit(file->unit(), forecast);
  SetReflects(end, forecast.mutable_reflects());
  return forecast;
}

absl::StatusOr<ForecastPage> LiveViews::ListForecast(const ForecastQuery& query) const {
  auto snapshot = runner_->Read("worklist");
  if (!snapshot.ok()) return snapshot.status();
  const Micros now = clock_.Now();
  auto until = UntilOf(query.until, now);
  if (!until.ok()) return until.status();
  auto merge = Merged(*snapshot, query.worklist);
  if (!merge.ok()) return merge.status();
  ForecastPage page;
  page.reflects = ReflectsBelow(snapshot->settled());
  page.as_of = now;
  page.until = *until;
  const Position end = runner_->applied();
  std::map<std::pair<std::string, std::string>, Forecast> cases;
  std::string last;
  while (page.items.size() < AtLeastOne(query.worklist.limit)) {
    auto head = merge->Next();
    if (!head) break;
    // Late, or perhaps so, is only what had a date before.
    const auto date = DateIn(head->key);
    if (query.only_late && (!date || *date >= *until)) return page;
    auto item = ItemOf(head->key, head->value);
    if (!item.ok()) return item.status();
    last = std::move(head->key);
    if (item->after_reopening()) continue;
    auto [known, added] = cases.try_emplace({item->incident(), item->child()});
    if (added) {
      auto file = Read(item->incident(), end);
      if (!file.ok()) return file.status();
      const Micros from = std::max(now, file->now());
      known->second = law::Foresee(file->Ask(item->child(), {from, from}), std::max(from, *until));
      SetUnit(item->unit(), known->second);
    }
    const ForecastStep* step = StepOf(known->second, *item);
    if (step == nullptr) continue;
    if (query.only_late && !step->perhaps_late_then()) continue;
    page.items.push_back(*step);
  }
  if (auto status = merge->status(); !status.ok()) return status;
  if (!merge->empty()) page.next = std::move(last);
  return page;
}

absl::StatusOr<Page<DueStep>> LiveViews::ListDue(Micros by, size_t limit,
                                                 const std::string& after) const {
  auto snapshot = runner_->Read("worklist");
  if (!snapshot.ok()) return snapshot.status();
  Page<DueStep> page;
  page.reflects = ReflectsBelow(snapshot->settled());
  const auto organisation = organisation_->current();
  const absl::CivilDay today = Today();
  const std::string end = DueEnd(by);
  auto cursor = snapshot->Scan("t", after.empty() ? "t" : after + '\0');
  for (; cursor.Valid() && cursor.key() < end; cursor.Next()) {
    if (page.items.size() == AtLeastOne(limit)) break;
    const std::string key(ItemPart(cursor.key()));
    auto stored = snapshot->Get(key);
    if (!stored.ok()) return stored.status();
    view::v1::WaitingItem row;
    if (!*stored || !row.ParseFromString(**stored)) return absl::DataLossError("worklist row");
    auto item = ItemOf(key, **stored);
    if (!item.ok()) return item.status();
    auto policy = PolicyAt(*organisation, item->unit(), today);
    const law::ClosingDays closed = policy->ClosedAt(item->unit()).days();
    page.items.push_back(
        {*std::move(item), *DateIn(key), row.late_after(), closed, std::move(policy)});
    page.next = std::string(cursor.key());
  }
  if (auto status = cursor.status(); !status.ok()) return status;
  if (!cursor.Valid() || cursor.key() >= end) page.next.clear();
  return page;
}

absl::CivilDay LiveViews::LastWorkingDay(absl::CivilDay after, int64_t n) const {
  const auto organisation = organisation_->current();
  const absl::CivilDay today = Today();
  absl::CivilDay last = law::AddWorkingDays(after, n);
  for (const std::string& unit : organisation->Units()) {
    const auto policy = PolicyAt(*organisation, unit, today);
    last = std::max(last, law::AddWorkingDays(after, n, policy->ClosedAt(unit).days()));
  }
  return last;
}

}  // namespace skyndsamt::views
