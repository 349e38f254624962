// Who is calling: what a verified token says, and nothing else. The subject is a pseudonymous id
// (the identity provider's), never a name; it is what the log keeps as the actor.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"

namespace skyndsamt::access {

enum class Role {
  kStaff,         // personal: reports what it learns, sees its own units
  kPrincipal,     // rektor: handles the cases of its units
  kChief,         // skolchef, utbildningschef: every unit of the authority
  kCaseworker,    // handläggare at the authority (huvudman)
  kInvestigator,  // utredare
  kAuditor,       // granskare: reads everything of the authority, records nothing
  kStatistics,    // reads the log with its sealed parts closed
  kOperator,      // driftpersonal: backup and status, never a case
  kSystem,        // administration and integrations: declares authorities, units and routines
};

inline constexpr Role kAllRoles[] = {Role::kStaff,      Role::kPrincipal,    Role::kChief,
                                     Role::kCaseworker, Role::kInvestigator, Role::kAuditor,
                                     Role::kStatistics, Role::kOperator,     Role::kSystem};

// The name in tokens, the log and on screen, e.g. "caseworker".
std::string_view RoleName(Role role);
std::optional<Role> ParseRole(std::string_view name);

inline constexpr Micros kNoExpiry = std::numeric_limits<Micros>::max();

// A verified caller. Value type, immutable once made.
struct Identity {
  std::string issuer;
  std::string subject;
  Role role = Role::kStaff;
  std::string authority;           // id of the authority (huvudman); empty = every authority
  std::vector<std::string> units;  // ids of units; what they limit depends on the role (roles.h)
  Micros valid_until = kNoExpiry;  // from then on its token is refused: leeway is counted in

  bool operator==(const Identity&) const = default;
};

}  // namespace skyndsamt::access
