// Conflicts of interest (jäv): whose turn a step is, and what a reader should know. They start no
// duty, stop no clock and excuse nobody from passing on what they heard. Pure, thread-safe.
#pragma once

#include <optional>

#include "projections/law/case_reading.h"

namespace skyndsamt::law {

// The chief education officer (skolchef) takes over: the principal (rektor) is accused, or has
// certainly declared a conflict. The principal is the unit's at as_of; of a unit that names none
// whoever the case declares as one, and then each of them must have.
bool PrincipalSetAside(const CaseReading& reading);

// The investigator has declared a conflict while the investigation was open, and nobody has been
// assigned in their place.
struct StayedInConflict {
  const EffectiveFact* assigned = nullptr;
  const EffectiveFact* declared = nullptr;
};
// Absent where there is none, or it is not certain who the investigator is.
std::optional<StayedInConflict> WhoStayedInConflict(const CaseReading& reading);

}  // namespace skyndsamt::law
