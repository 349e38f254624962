#include "services/access/identity.h"

namespace skyndsamt::access {

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kStaff:
      return "staff";
    case Role::kPrincipal:
      return "principal";
    case Role::kChief:
      return "chief";
    case Role::kCaseworker:
      return "caseworker";
    case Role::kInvestigator:
      return "investigator";
    case Role::kAuditor:
      return "auditor";
    case Role::kStatistics:
      return "statistics";
    case Role::kOperator:
      return "operator";
    case Role::kSystem:
      return "system";
  }
  return "";
}

std::optional<Role> ParseRole(std::string_view name) {
  for (Role role : kAllRoles) {
    if (RoleName(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace skyndsamt::access
