// The policy a case is measured against: the authority's own routine in its versions, and the
// statutes and published yardsticks that the product ships as data.
//
// Policy is events, so what was in force and what was known of it at any past instant can be asked.
// A routine's version is in force from its date until a later one is; of two with the same date the
// one recorded last counts. Which version applies is decided by when a duty's clock started; where
// an imprecise start straddles versions, all of them apply and a verdict needs them to agree.
// Build, then ask from any thread; a set does not change while it is asked.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "eventstore/base/ids.h"
#include "projections/law/duration.h"
#include "projections/law/interval.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// One limit of a routine, read.
struct Limit {
  const event::v1::RoutineLimit* words = nullptr;  // as published
  std::optional<Duration> duration{};              // absent: words only, no limit is set
};

// One version of the authority's routine, read.
struct RoutineVersion {
  const event::v1::RoutinePublished* published = nullptr;
  absl::CivilDay from{};
  std::vector<Limit> limits{};

  // Null where the routine says nothing about the leg.
  const Limit* For(event::v1::Leg leg) const;
};

// One statute of the rule set with its dates read.
struct StatuteInForce {
  const event::v1::Statute* statute = nullptr;
  absl::CivilDay from = absl::CivilDay::min();
  absl::CivilDay until = absl::CivilDay::max();
};

class PolicySet {
 public:
  PolicySet() = default;
  // Copies re-read what was published; everything handed out points into this object.
  PolicySet(const PolicySet& other);
  PolicySet& operator=(const PolicySet& other);

  // INVALID_ARGUMENT, and nothing added, where a date or a duration is malformed.
  absl::Status Publish(Micros recorded, const event::v1::RoutinePublished& routine);
  absl::Status Publish(Micros recorded, const event::v1::RuleSetPublished& rule_set);

  // The versions of the routine in force at some instant of `when`, oldest first, as known at
  // `known_at`. A null stands for a time before the first version, when no routine was in force.
  std::vector<const RoutineVersion*> RoutinesIn(const Interval& when, Micros known_at) const;

  // The version of the rule set that was recorded last at `known_at`; empty if none was.
  std::string_view RuleSetVersion(Micros known_at) const;
  std::vector<const event::v1::Statute*> StatutesIn(event::v1::Leg leg, const Interval& when,
                                                    Micros known_at) const;
  std::vector<const event::v1::Yardstick*> Yardsticks(event::v1::Leg leg, Micros known_at) const;

 private:
  struct RecordedRoutine {
    Micros recorded;
    event::v1::RoutinePublished published;
    RoutineVersion version;
  };
  struct RecordedRuleSet {
    Micros recorded;
    event::v1::RuleSetPublished published;
    std::vector<StatuteInForce> statutes;
  };

  const RecordedRuleSet* RuleSetAt(Micros known_at) const;

  // Deques: what they hold never moves.
  std::deque<RecordedRoutine> routines_;
  std::deque<RecordedRuleSet> rule_sets_;
};

}  // namespace skyndsamt::law
