#include "services/domain/rights.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "services/domain/incident_checks.h"

namespace skyndsamt::domain {
namespace {

using Kinds = std::vector<Fact::KindCase>;

}  // namespace

bool PrincipalAccused(const Incident& incident, std::string_view principal) {
  return absl::c_any_of(incident.accused_principals, [&](const std::string& accused) {
    return accused.empty() || principal.empty() || accused == principal;
  });
}

bool MayRecord(const Incident& incident, Fact::KindCase kind, const Rights& rights,
               std::string_view principal) {
  return rights.MayRecord(kind) &&
         (rights.MayRecordWherePrincipalAccused(kind) || !PrincipalAccused(incident, principal));
}

std::optional<Rejection> CheckRights(const Incident& incident, const Fact& fact,
                                     const Rights& rights, std::string_view principal,
                                     const std::string& path) {
  Kinds recorded = {fact.kind_case()}, corrected;
  if (fact.has_correction()) {
    recorded.clear();
    if (fact.correction().has_replacement()) {
      recorded.push_back(fact.correction().replacement().kind_case());
    }
    corrected = KindsThere(incident, fact.correction().of());
  }
  const auto role = [&](Fact::KindCase kind) { return rights.MayRecord(kind); };
  if (!absl::c_all_of(recorded, role) || !absl::c_all_of(corrected, role)) {
    return Rejection{api::v1::REASON_ROLE_NOT_ALLOWED, path};
  }
  if (!PrincipalAccused(incident, principal)) return std::nullopt;
  if (absl::c_all_of(
          recorded,
          [&](Fact::KindCase kind) { return rights.MayRecordWherePrincipalAccused(kind); }) &&
      absl::c_all_of(corrected, [&](Fact::KindCase kind) {
        return rights.MayCorrectWherePrincipalAccused(kind);
      })) {
    return std::nullopt;
  }
  return Rejection{api::v1::REASON_CONFLICT_OF_INTEREST, path};
}

}  // namespace skyndsamt::domain
