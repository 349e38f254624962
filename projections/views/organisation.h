// The organisation as the log declares it: authorities (huvudmän), their units and routines, and
// the shipped rule set, each with the instant it was recorded, so that an answer can be given as it
// was known then. Small (thousands of units), kept in memory whole.
//
// Value semantics behind shared_ptr<const>: a reader keeps what it got while the writer goes on.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "eventstore/base/ids.h"
#include "projections/law/policy.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

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
  Position position = 0;
  event::v1::RuleSetPublished rule_set;
};

struct AuthorityState {
  event::v1::AuthorityDeclared declared;  // as declared last
  std::vector<std::string> units;         // ids, ascending
  std::vector<RecordedRoutine> routines;  // in log order
  // Routines and rule sets, for the law.
  std::shared_ptr<const law::PolicySet> policy;
};

// Immutable once handed out. Ids are UUID texts in lower case.
class Organisation {
 public:
  std::shared_ptr<const Unit> FindUnit(std::string_view unit) const;
  std::shared_ptr<const AuthorityState> FindAuthority(std::string_view authority) const;
  // Never null: for an authority without a routine it holds the rule sets alone.
  std::shared_ptr<const law::PolicySet> PolicyOf(std::string_view authority) const;
  const absl::btree_map<std::string, std::shared_ptr<const Unit>>& units() const { return units_; }
  const absl::btree_map<std::string, std::shared_ptr<const AuthorityState>>& authorities() const {
    return authorities_;
  }
  const std::vector<std::shared_ptr<const RecordedRuleSet>>& rule_sets() const {
    return rule_sets_;
  }

  // A copy with one more event. The units whose cases may be judged otherwise now are added to
  // `touched`. INVALID_ARGUMENT if a routine or rule set cannot be read.
  absl::StatusOr<std::shared_ptr<const Organisation>> With(Micros recorded, Position position,
                                                           std::string_view authority,
                                                           const event::v1::AuthorityEvent& event,
                                                           std::vector<std::string>& touched) const;
  absl::StatusOr<std::shared_ptr<const Organisation>> With(Micros recorded, Position position,
                                                           const event::v1::SystemEvent& event,
                                                           std::vector<std::string>& touched) const;

 private:
  absl::Status RefreshPolicy(std::string_view authority);

  absl::btree_map<std::string, std::shared_ptr<const Unit>> units_;
  absl::btree_map<std::string, std::shared_ptr<const AuthorityState>> authorities_;
  std::vector<std::shared_ptr<const RecordedRuleSet>> rule_sets_;
  std::shared_ptr<const law::PolicySet> rules_alone_ = std::make_shared<law::PolicySet>();
};

}  // namespace skyndsamt::views
