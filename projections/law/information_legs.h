// Telling those it concerns: the guardians (vårdnadshavare) and the authority (huvudman). The
// published routine of Sandsbro preschool asks for it; no statute gives a time. Pure, thread-safe.
#pragma once

#include "projections/law/investigation_legs.h"
#include "projections/law/leg.h"

namespace skyndsamt::law {

// The child's guardians: those declared as such, and those a fact names who are not declared to be
// another child's. One empty name where none is known, so that the duty itself is seen.
std::vector<std::string_view> GuardiansOf(const CaseReading& reading);

// Vårdnadshavare informeras, per case and guardian. Starts when anyone came to know (F), ends when
// the guardian was informed; feedback also informs. Not required for an adult pupil or after a
// recorded decision not to. Where that guardian is suspected it is neither required nor proposed.
LegOutcome InformGuardian(const CaseReading& reading, const Rounds& rounds,
                          std::string_view guardian);

// Återkoppling till vårdnadshavare, per case and guardian. Starts when the investigation concluded;
// feedback before that counts as information, not as feedback. Not required as above.
LegOutcome FeedBackToGuardian(const CaseReading& reading, std::string_view guardian,
                              const std::vector<Investigation>& investigations);

// Återkoppling till huvudman, per case. The adult variant, or where the routine in force asks.
LegOutcome FeedBackToAuthority(const CaseReading& reading, const Rounds& rounds,
                               const std::vector<Investigation>& investigations);

// Staff, principal or chief is accused; or a guardian or other adult, where the routine that was in
// force when it came to be known says that the adult variant holds for them.
Certainty AdultVariant(const CaseReading& reading, const Rounds& rounds);

}  // namespace skyndsamt::law
