// Which fact is knowledge of whom: K of staff, P of the principal (rektor), A of the authority
// (huvudman). Skollagen (2010:800) 6 kap. 10 §. Pure functions, thread-safe.
//
//   staff_learned, relayed,      to own staff, staff, team, school health, an investigator    K
//   report_received              before one is assigned, other, or nobody named
//   principal_informed,          to the principal                                             P
//   report_received, relayed
//   authority_notified,          to the authority or the chief (none named = the authority)   A
//   report_received, complaint_received
//   principal_updated, authority_given_feedback nothing
//
// A child, a guardian or another adult as `by` of staff_learned or relayed is never K: what they
// tell is somebody's report_received. What the table does not name is read by who received it: a
// relay to the authority is A, a complaint handed to the principal P. Nothing is weighed: neither
// severity nor form (6:10 knows no gate), only who came to know.
#pragma once

#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::law {

enum class Knower { kNobody, kStaff, kPrincipal, kAuthority };

// `investigator_assigned`: one was certainly assigned before this fact; then what the investigator
// hears is part of the investigation and no staff's knowledge.
Knower WhoCameToKnow(const event::v1::Fact& fact, bool investigator_assigned);

// The fact is staff telling the principal, which is what Skollagen 6:10 first paragraph asks of
// them. Where `by` is not stated, principal_informed and relayed are by staff; a report is only
// where it or its reporter is.
bool IsStaffTellingPrincipal(const event::v1::Fact& fact);

// Staff telling the authority themselves, past the principal: `by` or the reporter says so.
bool IsStaffTellingAuthority(const event::v1::Fact& fact);

// A report or complaint of somebody's own, as opposed to the notification that the chain asks for.
bool IsReport(const event::v1::Fact& fact);

}  // namespace skyndsamt::law
