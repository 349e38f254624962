// The authority (huvudman): that it exists, its units, and the policy it has published: versions of
// its own routine, closing days, yardsticks. A decider over AuthorityEvent, one stream per
// authority. Pure.
//
// Declaring the authority or a unit again updates it. A version of a policy is published once; what
// is wrong with one is policy_checks.h's to say.
//
// Value types, no synchronisation of their own.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "eventstore/base/ids.h"
#include "services/domain/rejection.h"
#include "services/domain/time_check.h"
#include "skyndsamt/event/v1/organisation.pb.h"

namespace skyndsamt::domain {

using event::v1::AuthorityEvent;

// What commands need of a unit (enhet).
struct UnitState {
  event::v1::UnitForm form = event::v1::UNIT_FORM_UNSPECIFIED;
  std::string principal;  // person id of the rektor; may be empty
  event::v1::Party report_receiver = event::v1::PARTY_UNSPECIFIED;  // unspecified: the principal
  std::vector<std::string> places;  // codes of the unit's own list; empty: it keeps none
  bool operator==(const UnitState&) const = default;
};

struct Authority {
  std::string id;  // empty: nothing declared yet
  event::v1::ProviderType provider = event::v1::PROVIDER_TYPE_UNSPECIFIED;
  absl::flat_hash_map<std::string, UnitState> units;                      // by unit id
  absl::flat_hash_set<std::string> routines;                              // versions published
  absl::flat_hash_set<std::pair<std::string, std::string>> closing_days;  // unit, version
  absl::flat_hash_set<std::string> yardstick_versions;
  absl::flat_hash_set<std::string> yardsticks;  // ids of those that stand

  bool operator==(const Authority&) const = default;
  size_t ApproximateBytes() const;  // for a cache bounded in bytes
};

struct ChangeAuthority {
  AuthorityEvent change;
  // The server's local date in Europe/Stockholm, yyyy-mm-dd: a routine from before it is backdated.
  std::string today;
  Micros now = 0;
  const TimeCheck* times = nullptr;  // reads the limits' durations; never null
};

using AuthorityDecision = std::variant<std::vector<AuthorityEvent>, Rejection>;

Authority InitialAuthority();
// Folds one recorded event; every event ever recorded is accepted.
void Evolve(Authority& authority, const AuthorityEvent& event);
// The event to append, or why not. Refusals name fields under "authority", "unit", "routine",
// "closing_days" or "yardsticks", as the requests of the organisation and policy services do.
AuthorityDecision Decide(const Authority& authority, ChangeAuthority command);

}  // namespace skyndsamt::domain
