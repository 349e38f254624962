// Reports to others. Each is started by a fact that says so, never by mere knowledge of a quarrel
// and never by a machine's judgement of severity. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// Orosanmälan till socialnämnden, per child. Socialtjänstlagen (2025:400), before it (2001:453)
// 14 kap. 1 §: "genast". Starts when concern arose; else when anyone came to know (F), but only
// once it was reported. It has no part in the rounds of the chain; a further concern that arose
// after the report is not answered by it and is a leg of its own, which counts them: the second is
// round 2. That it is not required is never said by the machine.
Legs SocialServicesReports(const CaseReading& reading, const Rounds& rounds);

// Anmälan till Arbetsmiljöverket, per incident. Arbetsmiljölagen (1977:1160) 3 kap. 3 a §: "utan
// dröjsmål". Starts with the serious event; else F, once it was reported. Not required when only a
// preschool child or a child in after-school care was hurt; such an event starts nothing.
LegOutcome WorkEnvironmentReport(const CaseReading& reading, const Rounds& rounds);

// Polisanmälan, per case: as the policy in force says, data and never code: a limit of the routine
// that asks for it or sets a time, or a statute that requires it, unless the statute excepts units
// of this form (preschools) and the routine does not name them. What the rule set's statutes have
// never reached, no earlier time reached either. It starts when the principal came to know (P), and
// what was in force then decides who asks for it, as for every other leg; while the principal does
// not know, what is in force at as_of. Reported all the same, F stands in for P.
LegOutcome PoliceReport(const CaseReading& reading, const Rounds& rounds);

}  // namespace skyndsamt::law
