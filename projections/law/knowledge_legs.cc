#include "projections/law/knowledge_legs.h"

#include "projections/law/knowledge.h"

namespace skyndsamt::law {
namespace {

using event::v1::LEG_NOTIFY_AUTHORITY;
using event::v1::LEG_REPORT_TO_PRINCIPAL;

bool ReceiverIsAuthority(const CaseReading& reading) {
  return reading.file().report_receiver == event::v1::PARTY_AUTHORITY ||
         reading.file().report_receiver == event::v1::PARTY_CHIEF;
}

// The authority heard of it from outside, not through the chain.
bool ReceivedItself(const Moment& authority) { return IsReport(authority.fact->fact()); }

}  // namespace

bool PastPrincipal(const CaseReading& reading) {
  return reading.case_facts().principal_accused || ReceiverIsAuthority(reading);
}

LegOutcome ReportToPrincipal(const CaseReading& reading, const Rounds& rounds, const Round& round) {
  if (reading.case_facts().principal_accused) {
    LegOutcome outcome = NotRequired(LEG_REPORT_TO_PRINCIPAL, Why::kPrincipalAccused);
    outcome.remarks.push_back(api::v1::REMARK_PRINCIPAL_ACCUSED);
    return outcome;
  }
  if (ReceiverIsAuthority(reading)) {
    return NotRequired(LEG_REPORT_TO_PRINCIPAL, Why::kReceiverIsAuthority);
  }
  const auto told = EarliestOf(rounds.In(round, IsStaffTellingPrincipal));
  // It went straight to the principal or the authority: they knew, and staff did not until later.
  const auto knew_first = [&](const std::optional<Moment>& who) {
    return who && who->certain &&
           (!round.staff || (round.staff->certain && reading.CertainlyBefore(*who, *round.staff)));
  };
  if (!told && (knew_first(round.principal) || knew_first(round.authority))) {
    LegOutcome outcome = NotRequired(LEG_REPORT_TO_PRINCIPAL, Why::kWentStraight);
    outcome.remarks.push_back(api::v1::REMARK_RECIPIENT_HAD_IT_DIRECTLY);
    return outcome;
  }
  return Decide(reading, LEG_REPORT_TO_PRINCIPAL, round.staff, told);
}

LegOutcome NotifyAuthority(const CaseReading& reading, const Rounds&, const Round& round) {
  const bool past_principal = PastPrincipal(reading);
  const auto& start = past_principal ? round.staff : round.principal;
  const auto& end = round.authority;
  const bool received_first = end && end->certain && ReceivedItself(*end) &&
                              (!start || (start->certain && reading.CertainlyBefore(*end, *start)));
  if (received_first) {
    LegOutcome outcome = NotRequired(LEG_NOTIFY_AUTHORITY, Why::kWentStraight);
    outcome.remarks.push_back(api::v1::REMARK_RECIPIENT_HAD_IT_DIRECTLY);
    return outcome;
  }
  LegOutcome outcome = Decide(reading, LEG_NOTIFY_AUTHORITY, start, end);
  if (reading.case_facts().principal_accused) {
    outcome.remarks.push_back(api::v1::REMARK_PRINCIPAL_ACCUSED);
  }
  return outcome;
}

}  // namespace skyndsamt::law
