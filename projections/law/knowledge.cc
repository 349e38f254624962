#include "projections/law/knowledge.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::Party;

Knower ByReceiver(Party to, bool investigator_assigned) {
  switch (to) {
    case event::v1::PARTY_PRINCIPAL:
      return Knower::kPrincipal;
    case event::v1::PARTY_AUTHORITY:
    case event::v1::PARTY_CHIEF:
      return Knower::kAuthority;
    case event::v1::PARTY_INVESTIGATOR:
      return investigator_assigned ? Knower::kNobody : Knower::kStaff;
    case event::v1::PARTY_UNSPECIFIED:
    case event::v1::PARTY_STAFF:
    case event::v1::PARTY_OWN_STAFF:
    case event::v1::PARTY_TEAM:
    case event::v1::PARTY_SCHOOL_HEALTH:
    case event::v1::PARTY_OTHER:
      return Knower::kStaff;
    default:
      return Knower::kNobody;  // a child, a guardian, the police, a supervisory authority
  }
}

bool IsStaff(Party party) {
  switch (party) {
    case event::v1::PARTY_STAFF:
    case event::v1::PARTY_OWN_STAFF:
    case event::v1::PARTY_TEAM:
    case event::v1::PARTY_SCHOOL_HEALTH:
    case event::v1::PARTY_INVESTIGATOR:
      return true;
    default:
      return false;
  }
}

bool NeverStaff(Party by) {
  return by == event::v1::PARTY_CHILD || by == event::v1::PARTY_GUARDIAN ||
         by == event::v1::PARTY_OTHER;
}

// A fact that says itself who came to know; `to` is heeded only where it says something else.
Knower Unless(Party to, Knower said) {
  return to == event::v1::PARTY_UNSPECIFIED ? said : ByReceiver(to, false);
}

}  // namespace

Knower WhoCameToKnow(const Fact& fact, bool investigator_assigned) {
  switch (fact.kind_case()) {
    case Fact::kStaffLearned:
      return NeverStaff(fact.by()) ? Knower::kNobody : Knower::kStaff;
    case Fact::kRelayed: {
      const Knower knower = ByReceiver(fact.to(), investigator_assigned);
      return knower == Knower::kStaff && NeverStaff(fact.by()) ? Knower::kNobody : knower;
    }
    case Fact::kReportReceived:
      return ByReceiver(fact.to(), investigator_assigned);
    case Fact::kPrincipalInformed:
      return Knower::kPrincipal;
    case Fact::kAuthorityNotified:
      return Unless(fact.to(), Knower::kAuthority) == Knower::kAuthority ? Knower::kAuthority
                                                                         : Knower::kNobody;
    case Fact::kComplaintReceived:
      return Unless(fact.to(), Knower::kAuthority);
    default:
      return Knower::kNobody;
  }
}

bool IsStaffTellingPrincipal(const Fact& fact) {
  const bool unstated = fact.by() == event::v1::PARTY_UNSPECIFIED;
  switch (fact.kind_case()) {
    case Fact::kPrincipalInformed:
      return unstated || IsStaff(fact.by());
    case Fact::kRelayed:
      return fact.to() == event::v1::PARTY_PRINCIPAL && (unstated || IsStaff(fact.by()));
    case Fact::kReportReceived:
      return fact.to() == event::v1::PARTY_PRINCIPAL &&
             (IsStaff(fact.by()) || IsStaff(fact.report_received().reporter().party()));
    default:
      return false;
  }
}

bool IsStaffTellingAuthority(const Fact& fact) {
  const bool by_staff = IsStaff(fact.by()) || IsStaff(fact.report_received().reporter().party());
  return by_staff && WhoCameToKnow(fact, /*investigator_assigned=*/false) == Knower::kAuthority;
}

bool IsReport(const Fact& fact) {
  return fact.has_report_received() || fact.has_complaint_received();
}

}  // namespace skyndsamt::law
