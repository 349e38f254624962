// What a caller may see, asked of the organisation as the log declares it. What lies outside is
// answered as if it were not there (NOT_FOUND), so that nobody learns of a secret case by asking.
//
// Thread-safety: pure functions over views. SeesIncident touches disk, the others do not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "projections/views/views.h"
#include "services/access/identity.h"

namespace skyndsamt::api {

bool SeesUnit(const views::UnitDirectory& units, const access::Identity& caller,
              std::string_view unit);
// An authority's own matters: routine, units, declaration.
bool SeesAuthority(const access::Identity& caller, std::string_view authority);
// NOT_FOUND where there is no such incident, or not for this caller; INVALID_ARGUMENT for what is
// no id; else why the views could not tell.
absl::Status SeesIncident(const views::Views& views, const access::Identity& caller,
                          std::string_view incident);

// The units of a listing: all there are, or these (none: nothing to list).
struct UnitsInSight {
  bool all = false;
  std::vector<std::string> units;
  bool nothing() const { return !all && units.empty(); }
};
UnitsInSight SightOf(const views::UnitDirectory& units, const access::Identity& caller);

}  // namespace skyndsamt::api
