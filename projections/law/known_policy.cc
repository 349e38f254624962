#include "projections/law/known_policy.h"

#include <algorithm>
#include <utility>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

using event::v1::Leg;
using event::v1::PolicyReach;
using event::v1::Statute;
using event::v1::Yardstick;

bool ReachesRunning(PolicyReach reach) {
  return reach == event::v1::POLICY_REACH_RUNNING || reach == event::v1::POLICY_REACH_RUNNING_ANEW;
}

// Whether a duty that had started was still undone when something began: nothing where it certainly
// was done, else whether that is certain. What begins later than the clock is known to have run is
// not reached.
std::optional<bool> UndoneAt(const ClockTimes& clock, Micros begins) {
  if (clock.stopped.latest && *clock.stopped.latest < begins) return std::nullopt;
  return clock.stopped.earliest && *clock.stopped.earliest >= begins;
}

// The clock may have started before.
bool MayStartBefore(const ClockTimes& clock, Micros begins) {
  return !clock.started.earliest || *clock.started.earliest < begins;
}

absl::CivilDay FirstDay(const Interval& when) {
  return when.earliest ? DayOf(*when.earliest) : absl::CivilDay::min();
}

absl::CivilDay LastDay(const Interval& when) {
  return when.latest ? DayOf(*when.latest) : absl::CivilDay::max();
}

bool InForce(const StatuteInForce& read, absl::CivilDay first, absl::CivilDay last) {
  return read.from <= last && read.until >= first;
}

absl::CivilDay FirstDayOf(const PartOfYear& part, int year) {
  // A day that the month lacks is its last, as edtf.h reads it.
  const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(year, part.first.month) + 1) - 1;
  return std::min(last, absl::CivilDay(year, part.first.month, 1) + (part.first.day - 1));
}

bool ReachesReportsTo(event::v1::Party receiver, const Statute& statute) {
  const auto& receivers = statute.report_receivers();
  const auto same = [&](int named) {
    return GoesToAuthority(static_cast<event::v1::Party>(named)) == GoesToAuthority(receiver);
  };
  return receivers.empty() || std::ranges::any_of(receivers, same);
}

}  // namespace

KnownPolicy::KnownPolicy(const PolicySet& set, Micros known_at) {
  ReadRoutines(set, known_at);
  ReadRuleSet(set, known_at);
  ReadClosingDays(set, known_at);
  ReadOwnYardsticks(set, known_at);
}

const KnownPolicy& KnownPolicy::Empty() {
  static const KnownPolicy empty;
  return empty;
}

// By date; among equals the one recorded last, which alone is kept.
void KnownPolicy::ReadRoutines(const PolicySet& set, Micros known_at) {
  for (const auto& routine : set.routines_) {
    if (routine->recorded > known_at) continue;
    const RoutineVersion* version = &routine->read;
    const auto same = std::ranges::find(routines_, version->from, &RoutineVersion::from);
    if (same != routines_.end()) {
      *same = version;
    } else {
      routines_.push_back(version);
    }
    sets_parts_ = sets_parts_ || !version->parts.empty();
  }
  std::ranges::sort(routines_, {}, &RoutineVersion::from);
}

void KnownPolicy::ReadRuleSet(const PolicySet& set, Micros known_at) {
  Micros recorded = 0;
  for (const auto& rules : set.rule_sets_) {
    if (rules->recorded > known_at || (rules_ != nullptr && rules->recorded < recorded)) continue;
    rules_ = &rules->read;
    recorded = rules->recorded;
  }
  if (rules_ == nullptr) return;
  for (const StatuteInForce& read : rules_->statutes) {
    statutes_[read.statute->leg()].push_back(&read);
    ends_any_ = ends_any_ || read.statute->effect() == event::v1::STATUTE_EFFECT_ENDS;
  }
  for (const Yardstick& yardstick : rules_->published->yardsticks()) {
    yardsticks_[yardstick.leg()].push_back(&yardstick);
  }
}

void KnownPolicy::ReadClosingDays(const PolicySet& set, Micros known_at) {
  std::map<std::string, std::vector<const ClosingPeriod*>> by_unit;
  for (const auto& closing : set.closing_) {
    if (closing->recorded > known_at) continue;
    by_unit[closing->message.unit()].push_back(&closing->read);
  }
  if (by_unit.empty()) return;
  const auto& common = by_unit[""];
  for (const auto& [unit, own] : by_unit) {
    closed_[unit] = unit.empty() ? ClosedDays(common, {}) : ClosedDays(common, own);
  }
}

// Of those with the same id the one recorded last, in the place of the first.
void KnownPolicy::ReadOwnYardsticks(const PolicySet& set, Micros known_at) {
  std::vector<const Yardstick*> own;
  for (const auto& published : set.yardsticks_) {
    if (published->recorded > known_at) continue;
    for (const Yardstick& yardstick : published->message.yardsticks()) {
      const auto same = std::ranges::find(own, yardstick.id(), &Yardstick::id);
      if (same != own.end()) {
        *same = &yardstick;
      } else {
        own.push_back(&yardstick);
      }
    }
  }
  for (const Yardstick* yardstick : own) {
    if (!yardstick->withdrawn()) yardsticks_[yardstick->leg()].push_back(yardstick);
  }
}

absl::InlinedVector<const RoutineVersion*, 2> KnownPolicy::RoutinesIn(const Interval& when) const {
  absl::InlinedVector<const RoutineVersion*, 2> in_force;
  const auto replaced_by = [&](const RoutineVersion& next) {
    return when.earliest && next.begins <= *when.earliest;
  };
  if (routines_.empty() || !replaced_by(*routines_.front())) in_force.push_back(nullptr);
  for (size_t i = 0; i < routines_.size(); ++i) {
    const bool begun = !when.latest || routines_[i]->begins <= *when.latest;
    const bool replaced = i + 1 < routines_.size() && replaced_by(*routines_[i + 1]);
    if (begun && !replaced) in_force.push_back(routines_[i]);
  }
  return in_force;
}

AppliedRoutines KnownPolicy::RoutinesFor(const ClockTimes& clock) const {
  AppliedRoutines applied;
  for (const RoutineVersion* version : RoutinesIn(clock.started)) applied.push_back({version});
  for (const RoutineVersion* version : routines_) {
    const PolicyReach reach = version->published->reach();
    if (!ReachesRunning(reach) || !MayStartBefore(clock, version->begins)) continue;
    const auto undone = UndoneAt(clock, version->begins);
    if (!undone) continue;
    if (*undone) {
      const auto earlier = std::ranges::remove_if(applied, [&](const AppliedRoutine& a) {
        return a.version == nullptr || a.version->begins < version->begins;
      });
      applied.erase(earlier.begin(), earlier.end());
    }
    const bool anew = reach == event::v1::POLICY_REACH_RUNNING_ANEW;
    // Counted from its own start the duty is judged alike, wherever that start lies.
    if (!anew && std::ranges::find(applied, version, &AppliedRoutine::version) != applied.end()) {
      continue;
    }
    applied.push_back({version, true, anew});
  }
  return applied;
}

std::string_view KnownPolicy::VersionOf(const event::v1::Yardstick& yardstick) const {
  if (rules_ == nullptr) return {};
  const auto& yardsticks = rules_->published->yardsticks();
  const bool in_rule_set =
      std::ranges::any_of(yardsticks, [&](const auto& one) { return &one == &yardstick; });
  return in_rule_set ? rule_set() : std::string_view();
}

std::string_view KnownPolicy::rule_set() const {
  return rules_ == nullptr ? std::string_view() : rules_->published->version();
}

std::vector<const Statute*> KnownPolicy::StatutesIn(Leg leg, const Interval& when) const {
  return StatutesFor(leg, {when, when});
}

std::vector<const Statute*> KnownPolicy::StatutesFor(Leg leg, const ClockTimes& clock) const {
  std::vector<const Statute*> found;
  const auto of_leg = statutes_.find(leg);
  if (of_leg == statutes_.end()) return found;
  const absl::CivilDay first = FirstDay(clock.started);
  const absl::CivilDay last = LastDay(clock.started);
  for (const StatuteInForce* read : of_leg->second) {
    const bool reached = read->from > last && ReachesRunning(read->statute->reach()) &&
                         UndoneAt(clock, StartOf(read->from)).has_value();
    if (reached || InForce(*read, first, last)) found.push_back(read->statute);
  }
  return found;
}

std::span<const Yardstick* const> KnownPolicy::Yardsticks(Leg leg) const {
  const auto found = yardsticks_.find(leg);
  if (found == yardsticks_.end()) return {};
  return found->second;
}

const ClosedDays& KnownPolicy::ClosedAt(std::string_view unit) const {
  static const ClosedDays none;
  if (closed_.empty()) return none;
  const auto found = closed_.find(unit);
  return found == closed_.end() ? closed_.begin()->second : found->second;
}

PartOfYear KnownPolicy::Of(event::v1::YearPart part, int year) const {
  const PartOfYear otherwise = AsSwedesSpeak().Of(part, year);
  if (!sets_parts_) return otherwise;
  const absl::CivilDay first = FirstDayOf(otherwise, year);
  const auto later = std::ranges::upper_bound(routines_, first, {}, &RoutineVersion::from);
  if (later == routines_.begin()) return otherwise;
  for (const auto& [named, bounds] : (*std::prev(later))->parts) {
    if (named == part) return bounds;
  }
  return otherwise;
}

bool GoesToAuthority(event::v1::Party report_receiver) {
  return report_receiver == event::v1::PARTY_AUTHORITY || report_receiver == event::v1::PARTY_CHIEF;
}

bool Binds(const Statute& statute, const UnitTerms& unit) {
  const auto& providers = statute.providers();
  const auto& except = statute.except_forms();
  const bool bound = providers.empty() || unit.provider == event::v1::PROVIDER_TYPE_UNSPECIFIED ||
                     std::ranges::find(providers, unit.provider) != providers.end();
  return bound && ReachesReportsTo(unit.report_receiver, statute) &&
         std::ranges::find(except, unit.form) == except.end();
}

}  // namespace skyndsamt::law
