#include "projections/law/policy.h"

#include <algorithm>
#include <utility>

#include "projections/law/civil_time.h"
#include "projections/law/known_policy.h"

namespace skyndsamt::law {
namespace {

using event::v1::Leg;
using event::v1::RoutinePublished;
using event::v1::Statute;

// How many instants' answers are kept: nearly all questions are about now.
constexpr size_t kRemembered = 8;

// "--08-18": a day of every year; 29 February is one.
absl::Status ReadMonthDay(std::string_view text, MonthDay& day) {
  absl::CivilDay in_leap_year;
  if (!text.starts_with("--")) return absl::InvalidArgumentError("a day of the year");
  auto status = ReadDay(std::string("2000-").append(text.substr(2)), in_leap_year);
  if (status.ok()) day = {in_leap_year.month(), in_leap_year.day()};
  return status;
}

absl::Status ReadRoutine(const RoutinePublished& published, RoutineVersion& version) {
  version.published = &published;
  if (auto status = ReadDay(published.from(), version.from); !status.ok()) return status;
  version.begins = StartOf(version.from);
  for (const auto& words : published.limits()) {
    Limit limit{.words = &words, .duration = std::nullopt};
    if (!words.limit().empty()) {
      auto duration = ParseDuration(words.limit());
      if (!duration.ok()) return duration.status();
      limit.duration = *duration;
    }
    version.limits.push_back(limit);
  }
  for (const auto& bounds : published.year_parts()) {
    PartOfYear part{};
    if (auto status = ReadMonthDay(bounds.first_day(), part.first); !status.ok()) return status;
    if (auto status = ReadMonthDay(bounds.last_day(), part.last); !status.ok()) return status;
    version.parts.emplace_back(bounds.part(), part);
  }
  return absl::OkStatus();
}

absl::Status ReadRuleSet(const event::v1::RuleSetPublished& published, RuleSetVersion& version) {
  version.published = &published;
  for (const Statute& statute : published.statutes()) {
    StatuteInForce read{.statute = &statute};
    if (!statute.from().empty()) {
      if (auto status = ReadDay(statute.from(), read.from); !status.ok()) return status;
    }
    if (!statute.until().empty()) {
      if (auto status = ReadDay(statute.until(), read.until); !status.ok()) return status;
    }
    version.statutes.push_back(read);
  }
  return absl::OkStatus();
}

}  // namespace

const Limit* RoutineVersion::For(Leg leg, event::v1::UnitForm form) const {
  const Limit* general = nullptr;
  for (const Limit& limit : limits) {
    if (limit.words->leg() != leg) continue;
    const auto& forms = limit.words->forms();
    if (forms.empty() && general == nullptr) general = &limit;
    if (std::ranges::find(forms, form) != forms.end()) return &limit;
  }
  return general;
}

PolicySet::PolicySet(const PolicySet& other) { *this = other; }

PolicySet& PolicySet::operator=(const PolicySet& other) {
  if (this == &other) return *this;
  routines_ = other.routines_;
  rule_sets_ = other.rule_sets_;
  closing_ = other.closing_;
  yardsticks_ = other.yardsticks_;
  recorded_ = other.recorded_;
  const std::lock_guard lock(mutex_);
  known_.clear();
  return *this;
}

void PolicySet::Note(Micros recorded) {
  recorded_.insert(std::ranges::upper_bound(recorded_, recorded), recorded);
  const std::lock_guard lock(mutex_);
  known_.clear();
}

absl::Status PolicySet::Publish(Micros recorded, const RoutinePublished& routine) {
  auto kept = std::make_shared<Routine>(Routine{recorded, routine, {}});
  if (auto status = ReadRoutine(kept->message, kept->read); !status.ok()) return status;
  routines_.push_back(std::move(kept));
  Note(recorded);
  return absl::OkStatus();
}

absl::Status PolicySet::Publish(Micros recorded, const event::v1::RuleSetPublished& rule_set) {
  auto kept = std::make_shared<RuleSet>(RuleSet{recorded, rule_set, {}});
  if (auto status = ReadRuleSet(kept->message, kept->read); !status.ok()) return status;
  rule_sets_.push_back(std::move(kept));
  Note(recorded);
  return absl::OkStatus();
}

absl::Status PolicySet::Publish(Micros recorded,
                                const event::v1::ClosingDaysPublished& closing_days) {
  auto kept = std::make_shared<Closing>(Closing{recorded, closing_days, {}});
  auto period = ReadClosingPeriod(kept->message);
  if (!period.ok()) return period.status();
  kept->read = *std::move(period);
  closing_.push_back(std::move(kept));
  Note(recorded);
  return absl::OkStatus();
}

absl::Status PolicySet::Publish(Micros recorded, const event::v1::YardsticksPublished& yardsticks) {
  auto kept = std::make_shared<OwnYardsticks>(OwnYardsticks{recorded, yardsticks, {}});
  // An authority need not write English: what is said in Swedish alone stands for both.
  for (auto& yardstick : *kept->message.mutable_yardsticks()) {
    if (yardstick.conduct_en().empty()) yardstick.set_conduct_en(yardstick.conduct_sv());
    if (yardstick.differs_en().empty()) yardstick.set_differs_en(yardstick.differs_sv());
  }
  yardsticks_.push_back(std::move(kept));
  Note(recorded);
  return absl::OkStatus();
}

std::shared_ptr<const KnownPolicy> PolicySet::KnownAt(Micros known_at) const {
  // The same is known from one recording to the next.
  const auto next = std::ranges::upper_bound(recorded_, known_at);
  const Micros since = next == recorded_.begin() ? known_at : *std::prev(next);
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(since);
    if (found != known_.end()) return found->second;
  }
  auto known = std::make_shared<const KnownPolicy>(*this, since);
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kRemembered) known_.clear();
  return known_.try_emplace(since, std::move(known)).first->second;
}

std::vector<const RoutineVersion*> PolicySet::RoutinesIn(const Interval& when,
                                                         Micros known_at) const {
  const auto found = KnownAt(known_at)->RoutinesIn(when);
  return {found.begin(), found.end()};
}

std::string_view PolicySet::RuleSetVersion(Micros known_at) const {
  return KnownAt(known_at)->rule_set();
}

std::vector<const Statute*> PolicySet::StatutesIn(Leg leg, const Interval& when,
                                                  Micros known_at) const {
  return KnownAt(known_at)->StatutesIn(leg, when);
}

std::vector<const event::v1::Yardstick*> PolicySet::Yardsticks(Leg leg, Micros known_at) const {
  const auto known = KnownAt(known_at);
  const auto found = known->Yardsticks(leg);
  return {found.begin(), found.end()};
}

}  // namespace skyndsamt::law
