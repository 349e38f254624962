// The policy a case is measured against: the authority's own routine in its versions, its units'
// closing days and its own yardsticks; and the statutes and published yardsticks of the rule set.
//
// Policy is events, so what was in force and what was known of it at any past instant can be asked:
// a set holds all that was published, KnownAt (known_policy.h) answers as of an instant of
// recording. A routine's version is in force from its date until a later one is; of two with the
// same date the one recorded last counts. Build, then ask from any thread; a set does not change
// while it is asked. Copies are cheap: what was published is shared.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "eventstore/base/ids.h"
#include "projections/law/closing_days.h"
#include "projections/law/duration.h"
#include "projections/law/edtf.h"
#include "projections/law/interval.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

class KnownPolicy;

// One limit of a routine, read.
struct Limit {
  const event::v1::RoutineLimit* words = nullptr;  // as published
  std::optional<Duration> duration{};              // absent: words only, no limit is set
};

// One version of the authority's routine, read.
struct RoutineVersion {
  const event::v1::RoutinePublished* published = nullptr;
  absl::CivilDay from{};
  Micros begins = 0;  // the first instant of `from`
  std::vector<Limit> limits{};
  std::vector<std::pair<event::v1::YearPart, PartOfYear>> parts{};

  // What it says about the leg at a unit of that form: the limit that names the form, else the one
  // that names none. Null where it says nothing.
  const Limit* For(event::v1::Leg leg, event::v1::UnitForm form) const;
};

// One statute of the rule set with its dates read.
struct StatuteInForce {
  const event::v1::Statute* statute = nullptr;
  absl::CivilDay from = absl::CivilDay::min();
  absl::CivilDay until = absl::CivilDay::max();
};

struct RuleSetVersion {
  const event::v1::RuleSetPublished* published = nullptr;
  std::vector<StatuteInForce> statutes{};
};

class PolicySet {
 public:
  PolicySet() = default;
  PolicySet(const PolicySet& other);
  PolicySet& operator=(const PolicySet& other);

  // In the order they were recorded. INVALID_ARGUMENT, and nothing added, where a date or a
  // duration is malformed.
  absl::Status Publish(Micros recorded, const event::v1::RoutinePublished& routine);
  absl::Status Publish(Micros recorded, const event::v1::RuleSetPublished& rule_set);
  absl::Status Publish(Micros recorded, const event::v1::ClosingDaysPublished& closing_days);
  absl::Status Publish(Micros recorded, const event::v1::YardsticksPublished& yardsticks);

  // What was known at an instant. Lives as long as the set, or any copy of it.
  std::shared_ptr<const KnownPolicy> KnownAt(Micros known_at) const;

  // KnownAt(known_at)'s answers to single questions.
  std::vector<const RoutineVersion*> RoutinesIn(const Interval& when, Micros known_at) const;
  std::string_view RuleSetVersion(Micros known_at) const;
  std::vector<const event::v1::Statute*> StatutesIn(event::v1::Leg leg, const Interval& when,
                                                    Micros known_at) const;
  std::vector<const event::v1::Yardstick*> Yardsticks(event::v1::Leg leg, Micros known_at) const;

 private:
  friend class KnownPolicy;

  // What was published, as it was and as it is read. Never changed, never moved: pointers into it
  // stay.
  template <typename Message, typename Read>
  struct Recorded {
    Micros recorded = 0;
    Message message;
    Read read;
  };
  using Routine = Recorded<event::v1::RoutinePublished, RoutineVersion>;
  using RuleSet = Recorded<event::v1::RuleSetPublished, law::RuleSetVersion>;
  using Closing = Recorded<event::v1::ClosingDaysPublished, ClosingPeriod>;
  struct Nothing {};
  using OwnYardsticks = Recorded<event::v1::YardsticksPublished, Nothing>;

  // Notes that something was recorded then: KnownAt's answers from there on are new.
  void Note(Micros recorded);

  std::vector<std::shared_ptr<const Routine>> routines_;
  std::vector<std::shared_ptr<const RuleSet>> rule_sets_;
  std::vector<std::shared_ptr<const Closing>> closing_;
  std::vector<std::shared_ptr<const OwnYardsticks>> yardsticks_;
  std::vector<Micros> recorded_;  // every instant at which something was recorded, ascending

  mutable std::mutex mutex_;
  mutable std::map<Micros, std::shared_ptr<const KnownPolicy>> known_;  // a few, by recorded_
};

}  // namespace skyndsamt::law
