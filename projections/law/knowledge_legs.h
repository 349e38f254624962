// The reporting chain, per case and round: staff to principal to authority.
// Skollagen (2010:800) 6 kap. 10 § first paragraph; neither step carries a time word there.
// Each round's chain goes by what the unit was when the round began.
// Severity is no gate: no function here weighs what was reported. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// Anmälan till rektor. Personalen är skyldig att anmäla till rektorn. Starts when staff came to
// know (K), ends when staff told the principal. Not required when it went straight to the principal
// or the authority, or the principal is accused.
LegOutcome ReportToPrincipal(const CaseReading& reading, const Rounds& rounds, const Round& round);

// Anmälan till huvudman. Rektorn är skyldig att anmäla till huvudmannen. Starts when the principal
// came to know (P); where the principal is accused, when staff did. Ends when the authority came to
// know (A). Not required when the authority received the report itself.
LegOutcome NotifyAuthority(const CaseReading& reading, const Rounds& rounds, const Round& round);

}  // namespace skyndsamt::law
