#include "projections/law/conflicts.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace skyndsamt::law {
namespace {

using event::v1::Fact;

std::optional<Moment> ConflictOf(const CaseReading& reading, std::string_view person) {
  auto declared = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_conflict_declared() && fact.conflict_declared().person() == person;
  }));
  return declared && declared->certain ? declared : std::nullopt;
}

std::vector<std::string_view> Principals(const CaseReading& reading) {
  const std::string_view now = reading.UnitNow().principal;
  if (!now.empty()) return {now};
  std::vector<std::string_view> principals;
  for (const EffectiveFact& effective : reading.effective()) {
    const auto& declared = effective.fact->person_declared();
    if (declared.kind() == event::v1::PARTY_PRINCIPAL) principals.push_back(declared.person());
  }
  return principals;
}

// Certainly concluded before, and not reopened since.
bool WasOver(const CaseReading& reading, const Moment& when) {
  const auto concluded =
      LatestOf(reading.Those([](const Fact& fact) { return fact.has_investigation_concluded(); }));
  return concluded && concluded->certain && reading.case_facts().reopened == 0 &&
         CertainlyBefore(*concluded, when);
}

}  // namespace

bool PrincipalSetAside(const CaseReading& reading) {
  if (reading.case_facts().Accuses(reading.UnitNow().principal)) return true;
  const auto principals = Principals(reading);
  return !principals.empty() && std::ranges::all_of(principals, [&](std::string_view person) {
    return ConflictOf(reading, person).has_value();
  });
}

std::optional<StayedInConflict> WhoStayedInConflict(const CaseReading& reading) {
  const auto assigned =
      LatestOf(reading.Those([](const Fact& fact) { return fact.has_investigator_assigned(); }));
  if (!assigned || !assigned->certain || !assigned->others.empty()) return std::nullopt;
  const auto declared =
      ConflictOf(reading, assigned->fact->fact().investigator_assigned().investigator());
  if (!declared || WasOver(reading, *declared)) return std::nullopt;
  return StayedInConflict{assigned->stated(), declared->stated()};
}

}  // namespace skyndsamt::law
