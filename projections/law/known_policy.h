// The policy as it was known at one instant, and what of it applies to a duty.
//
// Which version of the routine applies is decided by when the duty's clock started, unless a later
// version says that it reaches duties under way, too. Where an imprecise start, or an imprecise
// end, leaves several possible, all of them apply and a verdict needs them to agree. Statutes are
// chosen in the same way. Immutable, thread-safe; points into the PolicySet it was asked of.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "projections/law/policy.h"
#include "projections/law/unit_terms.h"
#include "skyndsamt/event/v1/shared.pb.h"

namespace skyndsamt::law {

// When a duty's clock started, and when it stopped or, as far as is known, has been running to.
struct ClockTimes {
  Interval started{};
  Interval stopped{};
};

// A version that applies. Null: none was in force, before the first.
struct AppliedRoutine {
  const RoutineVersion* version = nullptr;
  bool running = false;  // reached a duty that was under way on the version's first day
  bool anew = false;     // and its time is counted from that day

  bool operator==(const AppliedRoutine&) const = default;
};
using AppliedRoutines = std::vector<AppliedRoutine>;

class KnownPolicy final : public PartsOfYear {
 public:
  // Nothing published: no routine, no statutes, no yardsticks.
  KnownPolicy() = default;
  KnownPolicy(const PolicySet& set, Micros known_at);
  // What is asked when there is no policy at all.
  static const KnownPolicy& Empty();

  // The versions in force at some instant of `when`, oldest first; a null for the time before the
  // first.
  absl::InlinedVector<const RoutineVersion*, 2> RoutinesIn(const Interval& when) const;
  // The versions that apply to a duty.
  AppliedRoutines RoutinesFor(const ClockTimes& clock) const;

  // The rule set's version; empty if there is none.
  std::string_view rule_set() const;
  // In force at some instant of `when`, in the rule set's order.
  std::vector<const event::v1::Statute*> StatutesIn(event::v1::Leg leg, const Interval& when) const;
  // Those that apply to a duty: in force when its clock started, and later ones that reach duties
  // under way.
  std::vector<const event::v1::Statute*> StatutesFor(event::v1::Leg leg,
                                                     const ClockTimes& clock) const;

  // Some statute of the rule set ends a duty.
  bool ends_any() const { return ends_any_; }

  // The rule set's, then the authority's own, each in the order first published.
  std::span<const event::v1::Yardstick* const> Yardsticks(event::v1::Leg leg) const;

  // The version of the rule set that a yardstick is in; empty for one of the authority's own.
  std::string_view VersionOf(const event::v1::Yardstick& yardstick) const;

  // Of a unit; of one that has none of its own, the authority's for all units.
  const ClosedDays& ClosedAt(std::string_view unit) const;

  // A part of the year as the routine sets it that was in force on the first day the part otherwise
  // has; where that sets none, as Swedes speak.
  PartOfYear Of(event::v1::YearPart part, int year) const override;

 private:
  void ReadRoutines(const PolicySet& set, Micros known_at);
  void ReadRuleSet(const PolicySet& set, Micros known_at);
  void ReadClosingDays(const PolicySet& set, Micros known_at);
  void ReadOwnYardsticks(const PolicySet& set, Micros known_at);

  std::vector<const RoutineVersion*> routines_;  // by date; of each date the one recorded last
  bool sets_parts_ = false;                      // some version sets a part of the year
  const RuleSetVersion* rules_ = nullptr;
  bool ends_any_ = false;
  std::map<event::v1::Leg, std::vector<const StatuteInForce*>> statutes_;
  std::map<event::v1::Leg, std::vector<const event::v1::Yardstick*>> yardsticks_;
  std::map<std::string, ClosedDays, std::less<>> closed_;  // by unit; empty: of all units
};

// Reports from staff of a unit with that receiver go to the authority itself (or its chief); else
// to the principal.
bool GoesToAuthority(event::v1::Party report_receiver);

// Whether a statute binds a unit: its provider's type, its form and its receiver of reports. What
// is not known of type and form excludes nothing.
bool Binds(const event::v1::Statute& statute, const UnitTerms& unit);

}  // namespace skyndsamt::law
