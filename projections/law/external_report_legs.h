// Reports to others. Each is started by a fact that says so, never by mere knowledge of a quarrel
// and never by a machine's judgement of severity. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// Orosanmälan till socialnämnden, per child: a leg for each concern (oro) that arose, which is its
// `request`, whatever the round. Socialtjänstlagen (2025:400), before it (2001:453) 14 kap. 1 §:
// "genast". A report answers what had arisen by its day and nothing that arose afterwards; one that
// no concern on record had asked for is counted from when anyone came to know (F), and where
// nothing was recorded at all the leg has not started. That it is not required is never said by the
// machine.
Legs SocialServicesReports(const CaseReading& reading, const Rounds& rounds);

// Anmälan till Arbetsmiljöverket, per incident: a leg for each serious event in the same way.
// Arbetsmiljölagen (1977:1160) 3 kap. 3 a §: "utan dröjsmål". Not required of an event in which
// only a preschool child or a child in after-school care was hurt.
Legs WorkEnvironmentReports(const CaseReading& reading, const Rounds& rounds);

// Polisanmälan, per case: as the policy in force says, data and never code: a limit of the routine
// that asks for it or sets a time, or a statute that requires it, unless the statute excepts units
// of this form (preschools) and the routine does not name them. What the rule set's statutes have
// never reached, no earlier time reached either. It starts when the principal came to know (P), and
// what was in force then decides who asks for it, as for every other leg; while the principal does
// not know, what is in force at as_of. Reported all the same, F stands in for P.
LegOutcome PoliceReport(const CaseReading& reading, const Rounds& rounds);

}  // namespace skyndsamt::law
