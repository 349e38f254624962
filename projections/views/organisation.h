// The organisation as the log declares it: authorities (huvudmän), their units and policy, and the
// rule sets, each with the instant it was recorded, so that an answer can be given as it was known
// then. Small (thousands of units), so it is kept in memory whole; two views fold it, each at its
// own position, and keep its events as rows.
//
// A value: copies share what has not changed. Reading a const one is thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/base/ids.h"
#include "projections/engine/rows.h"
#include "projections/engine/view.h"
#include "projections/law/policy.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"
#include "skyndsamt/view/v1/organisation.pb.h"

namespace skyndsamt::views {

// After every recorded instant: all facts and all policy of the log are known.
inline constexpr Micros kEverythingKnown = 253'402'300'799'000'000;  // the end of year 9999

// Something that was published or declared, and when.
template <typename Message>
struct Recorded {
  Micros recorded = 0;
  Position position = 0;
  Message message;
};
template <typename Message>
using History = std::vector<Recorded<Message>>;  // in log order

// A unit as one declaration says. What it is on a day is InForceOn's to say.
struct Unit {
  std::string authority;
  absl::CivilDay from = absl::CivilDay::min();  // the first day on which it is so; min: always
  event::v1::UnitDeclared declared;
  Micros recorded = 0;
  Position position = 0;
};

using Declarations = std::vector<std::shared_ptr<const Unit>>;  // of one unit, in log order
// The one in force on a day: of those that have begun the one that began last, of equals the one
// recorded last; one without a first day takes the place of all before it. Where none has begun,
// the first to come. Null if there are none.
std::shared_ptr<const Unit> InForceOn(const Declarations& declarations, absl::CivilDay day,
                                      Micros known_at = kEverythingKnown);

// Those that nothing said later has taken the place of, by their first day.
Declarations Standing(const Declarations& declarations);

struct AuthorityState {
  event::v1::AuthorityDeclared declared;                 // as declared last
  History<event::v1::AuthorityDeclared> declarations{};  // that one, too
  // Whichever it has declared: those that it has, has had and is to have.
  std::set<std::string, std::less<>> units_ever;
  History<event::v1::RoutinePublished> routines;
  History<event::v1::ClosingDaysPublished> closing_days;
  History<event::v1::YardsticksPublished> yardsticks;
};

using RecordedRuleSet = Recorded<event::v1::RuleSetPublished>;

// Ids are UUID texts in lower case.
class Organisation {
 public:
  // As it is on a day, by what had been declared at an instant; null if nothing had.
  std::shared_ptr<const Unit> FindUnit(std::string_view unit, absl::CivilDay day,
                                       Micros known_at = kEverythingKnown) const;
  // Every declaration of the unit, in log order.
  const Declarations& DeclarationsOf(std::string_view unit) const;
  // What kind of provider the authority had declared itself to be at an instant.
  event::v1::ProviderType ProviderOf(std::string_view authority, Micros known_at) const;
  std::shared_ptr<const AuthorityState> FindAuthority(std::string_view authority) const;
  // What it has published and the rule sets, for the law. Never null: an authority that has
  // published nothing has the rule sets alone.
  std::shared_ptr<const law::PolicySet> PolicyOf(std::string_view authority) const;
  std::vector<std::string> Units() const;  // every unit, ascending
  // Those that an authority has on a day, ascending.
  std::vector<std::string> UnitsOf(std::string_view authority, absl::CivilDay day) const;
  // When the unit's cases were last touched (see Apply and Reach); the earliest instant there is if
  // they have not been.
  Micros TouchedAt(std::string_view unit) const;
  // In log order.
  std::span<const std::shared_ptr<const RecordedRuleSet>> rule_sets() const { return rule_sets_; }

  // Takes one event. The units whose cases may be judged otherwise from now on are added to
  // `touched`. INVALID_ARGUMENT if a routine, a rule set or a unit's first day cannot be
  // read.
  absl::Status Apply(Position position, const view::v1::OrganisationRow& row,
                     std::set<std::string>& touched);
  // It is this day now, or a later one than before: adds the units of what begins up to it, a
  // routine or what a unit is, and had not begun when it was said last that a day was reached.
  void Reach(absl::CivilDay day, std::set<std::string>& touched);

 private:
  absl::Status ApplyTo(Position position, const view::v1::OrganisationRow& row,
                       std::set<std::string>& touched);
  absl::Status ApplyToAuthority(Position position, const view::v1::OrganisationRow& row,
                                std::set<std::string>& touched);
  // Adds what was published to a policy. A policy that was handed out does not change.
  template <typename Message>
  absl::Status AddToPolicy(std::string_view authority, Micros recorded, const Message& published);

  // Each with all its declarations, in log order; never empty.
  std::map<std::string, Declarations, std::less<>> units_;
  std::map<std::string, std::shared_ptr<const AuthorityState>, std::less<>> authorities_;
  std::map<std::string, std::shared_ptr<const law::PolicySet>, std::less<>> policies_;
  std::map<std::string, Micros, std::less<>> touched_at_;  // by unit
  absl::CivilDay reached_ = absl::CivilDay::min();
  std::vector<std::shared_ptr<const RecordedRuleSet>> rule_sets_;
  std::shared_ptr<const law::PolicySet> rules_alone_ = std::make_shared<law::PolicySet>();
};

// The row of an event of an authority's or the system's stream; nothing for any other.
std::optional<view::v1::OrganisationRow> OrganisationRowOf(const engine::Event& event);
// Rows are kept under one letter and the position.
std::string OrganisationKey(Position position);
// Folds the rows that were kept.
absl::StatusOr<Organisation> LoadOrganisation(const engine::Rows& rows);

}  // namespace skyndsamt::views
