// The organisation as the log declares it: authorities (huvudmän), their units and routines, and
// the shipped rule set, each with the instant it was recorded, so that an answer can be given as it
// was known then. Small (thousands of units), so it is kept in memory whole; two views fold it,
// each at its own position, and keep its events as rows.
//
// A value: copies share what has not changed. Reading a const one is thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
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

struct Unit {
  std::string authority;
  event::v1::UnitDeclared declared;  // as declared last
};

struct RecordedRoutine {
  Micros recorded = 0;
  Position position = 0;
  event::v1::RoutinePublished routine;
};

struct RecordedRuleSet {
  Micros recorded = 0;
  event::v1::RuleSetPublished rule_set;
};

struct AuthorityState {
  event::v1::AuthorityDeclared declared;  // as declared last
  std::set<std::string, std::less<>> units;
  std::vector<RecordedRoutine> routines;  // in log order
};

// Ids are UUID texts in lower case.
class Organisation {
 public:
  std::shared_ptr<const Unit> FindUnit(std::string_view unit) const;  // null if none
  std::shared_ptr<const AuthorityState> FindAuthority(std::string_view authority) const;
  // Its routines and the rule sets, for the law. Never null: an authority without a routine has the
  // rule sets alone.
  std::shared_ptr<const law::PolicySet> PolicyOf(std::string_view authority) const;
  std::vector<std::string> Units() const;  // every unit, ascending
  // The last; null before the first.
  std::shared_ptr<const RecordedRuleSet> rule_set() const;

  // Takes one event. The units whose cases may be judged otherwise from now on are added to
  // `touched`. INVALID_ARGUMENT if a routine or a rule set cannot be read.
  absl::Status Apply(Position position, const view::v1::OrganisationRow& row,
                     std::set<std::string>& touched);

 private:
  absl::Status ApplyToAuthority(Position position, const view::v1::OrganisationRow& row,
                                std::set<std::string>& touched);
  absl::Status BuildPolicy(std::string_view authority);

  std::map<std::string, std::shared_ptr<const Unit>, std::less<>> units_;
  std::map<std::string, std::shared_ptr<const AuthorityState>, std::less<>> authorities_;
  std::map<std::string, std::shared_ptr<const law::PolicySet>, std::less<>> policies_;
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
