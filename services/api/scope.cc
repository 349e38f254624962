#include "services/api/scope.h"

#include "services/access/roles.h"

namespace skyndsamt::api {

bool SeesUnit(const views::UnitDirectory& units, const access::Identity& caller,
              std::string_view unit) {
  const auto found = units.FindUnit(unit);
  return access::SeesUnit(caller, found == nullptr ? std::string_view() : found->authority, unit);
}

bool SeesAuthority(const access::Identity& caller, std::string_view authority) {
  return caller.authority.empty() || caller.authority == authority;
}

absl::Status SeesIncident(const views::Views& views, const access::Identity& caller,
                          std::string_view incident) {
  const auto unit = views.UnitOf(incident);
  if (!unit.ok()) return unit.status();
  return SeesUnit(views, caller, *unit) ? absl::OkStatus()
                                        : absl::NotFoundError("not in the caller's sight");
}

UnitsInSight SightOf(const views::UnitDirectory& units, const access::Identity& caller) {
  if (access::SeesWholeAuthority(caller)) {
    if (caller.authority.empty()) return {true, {}};
    return {false, units.UnitsOf(caller.authority)};
  }
  UnitsInSight sight;
  for (const std::string& unit : caller.units) {
    if (SeesUnit(units, caller, unit)) sight.units.push_back(unit);
  }
  return sight;
}

}  // namespace skyndsamt::api
