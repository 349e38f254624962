#include "projections/law/policy.h"

#include <algorithm>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

using event::v1::Leg;
using event::v1::RoutinePublished;
using event::v1::RuleSetPublished;
using event::v1::Statute;
using event::v1::Yardstick;

absl::Status ReadDay(std::string_view text, absl::CivilDay& day) {
  if (text.size() != 10 || !absl::ParseCivilTime(std::string(text), &day) ||
      FormatDay(day) != text) {
    return absl::InvalidArgumentError("a local date is written as 2012-01-31");
  }
  return absl::OkStatus();
}

absl::Status ReadRoutine(const RoutinePublished& published, RoutineVersion& version) {
  version.published = &published;
  if (auto status = ReadDay(published.from(), version.from); !status.ok()) return status;
  for (const auto& words : published.limits()) {
    Limit limit{.words = &words, .duration = std::nullopt};
    if (!words.limit().empty()) {
      auto duration = ParseDuration(words.limit());
      if (!duration.ok()) return duration.status();
      limit.duration = *duration;
    }
    version.limits.push_back(limit);
  }
  return absl::OkStatus();
}

absl::Status ReadStatutes(const RuleSetPublished& published, std::vector<StatuteInForce>& out) {
  for (const Statute& statute : published.statutes()) {
    StatuteInForce read{.statute = &statute};
    if (!statute.from().empty()) {
      if (auto status = ReadDay(statute.from(), read.from); !status.ok()) return status;
    }
    if (!statute.until().empty()) {
      if (auto status = ReadDay(statute.until(), read.until); !status.ok()) return status;
    }
    out.push_back(read);
  }
  return absl::OkStatus();
}

absl::CivilDay FirstDay(const Interval& when) {
  return when.earliest ? DayOf(*when.earliest) : absl::CivilDay::min();
}

absl::CivilDay LastDay(const Interval& when) {
  return when.latest ? DayOf(*when.latest) : absl::CivilDay::max();
}

}  // namespace

const Limit* RoutineVersion::For(Leg leg) const {
  const auto found =
      std::ranges::find_if(limits, [&](const Limit& limit) { return limit.words->leg() == leg; });
  return found == limits.end() ? nullptr : &*found;
}

PolicySet::PolicySet(const PolicySet& other) { *this = other; }

PolicySet& PolicySet::operator=(const PolicySet& other) {
  if (this == &other) return *this;
  routines_.clear();
  rule_sets_.clear();
  // What was published was readable once, so it is again.
  for (const auto& routine : other.routines_) {
    Publish(routine.recorded, routine.published).IgnoreError();
  }
  for (const auto& rules : other.rule_sets_) Publish(rules.recorded, rules.published).IgnoreError();
  return *this;
}

absl::Status PolicySet::Publish(Micros recorded, const RoutinePublished& routine) {
  auto& kept = routines_.emplace_back(RecordedRoutine{recorded, routine, {}});
  auto status = ReadRoutine(kept.published, kept.version);
  if (!status.ok()) routines_.pop_back();
  return status;
}

absl::Status PolicySet::Publish(Micros recorded, const RuleSetPublished& rule_set) {
  auto& kept = rule_sets_.emplace_back(RecordedRuleSet{recorded, rule_set, {}});
  auto status = ReadStatutes(kept.published, kept.statutes);
  if (!status.ok()) rule_sets_.pop_back();
  return status;
}

std::vector<const RoutineVersion*> PolicySet::RoutinesIn(const Interval& when,
                                                         Micros known_at) const {
  // By date; among equals the one recorded last, which alone is kept.
  std::vector<const RoutineVersion*> known;
  for (const auto& routine : routines_) {
    if (routine.recorded > known_at) continue;
    const auto same = std::ranges::find_if(
        known, [&](const RoutineVersion* v) { return v->from == routine.version.from; });
    if (same != known.end()) {
      *same = &routine.version;
    } else {
      known.push_back(&routine.version);
    }
  }
  std::ranges::sort(known, {}, &RoutineVersion::from);

  const absl::CivilDay first = FirstDay(when);
  const absl::CivilDay last = LastDay(when);
  std::vector<const RoutineVersion*> in_force;
  if (known.empty() || first < known.front()->from) in_force.push_back(nullptr);
  for (size_t i = 0; i < known.size(); ++i) {
    const bool begun = known[i]->from <= last;
    const bool replaced = i + 1 < known.size() && known[i + 1]->from <= first;
    if (begun && !replaced) in_force.push_back(known[i]);
  }
  return in_force;
}

const PolicySet::RecordedRuleSet* PolicySet::RuleSetAt(Micros known_at) const {
  const RecordedRuleSet* last = nullptr;
  for (const auto& rules : rule_sets_) {
    if (rules.recorded <= known_at && (last == nullptr || rules.recorded >= last->recorded)) {
      last = &rules;
    }
  }
  return last;
}

std::string_view PolicySet::RuleSetVersion(Micros known_at) const {
  const RecordedRuleSet* rules = RuleSetAt(known_at);
  return rules == nullptr ? std::string_view() : rules->published.version();
}

std::vector<const Statute*> PolicySet::StatutesIn(Leg leg, const Interval& when,
                                                  Micros known_at) const {
  std::vector<const Statute*> found;
  const RecordedRuleSet* rules = RuleSetAt(known_at);
  if (rules == nullptr) return found;
  for (const auto& read : rules->statutes) {
    if (read.statute->leg() == leg && read.from <= LastDay(when) && read.until >= FirstDay(when)) {
      found.push_back(read.statute);
    }
  }
  return found;
}

std::vector<const Yardstick*> PolicySet::Yardsticks(Leg leg, Micros known_at) const {
  std::vector<const Yardstick*> found;
  const RecordedRuleSet* rules = RuleSetAt(known_at);
  if (rules == nullptr) return found;
  for (const Yardstick& yardstick : rules->published.yardsticks()) {
    if (yardstick.leg() == leg) found.push_back(&yardstick);
  }
  return found;
}

}  // namespace skyndsamt::law
