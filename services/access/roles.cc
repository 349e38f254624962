#include "services/access/roles.h"

#include <algorithm>
#include <initializer_list>

namespace skyndsamt::access {
namespace {

using event::v1::Fact;
using Roles = uint32_t;

constexpr Roles Of(std::initializer_list<Role> roles) {
  Roles set = 0;
  for (Role role : roles) set |= 1u << static_cast<int>(role);
  return set;
}

// Those who handle a case, from the classroom to the authority.
constexpr Roles kHandlers =
    Of({Role::kPrincipal, Role::kChief, Role::kCaseworker, Role::kInvestigator, Role::kSystem});
constexpr Roles kEveryoneInSchool = kHandlers | Of({Role::kStaff});
constexpr Roles kCaseReaders = kEveryoneInSchool | Of({Role::kAuditor});
constexpr Roles kAuthority = Of({Role::kChief, Role::kCaseworker, Role::kSystem});
constexpr Roles kLogReaders = Of({Role::kAuditor, Role::kStatistics, Role::kSystem});
constexpr Roles kOrganisationReaders = kCaseReaders | Of({Role::kStatistics});
constexpr Roles kOperators = Of({Role::kOperator, Role::kSystem});

Roles CallersOf(Rpc rpc) {
  switch (rpc) {
    case Rpc::kRecordFacts:
    case Rpc::kReceiveReport:
      return kEveryoneInSchool;
    case Rpc::kGetCase:
    case Rpc::kListCases:
    case Rpc::kListWorklist:
    case Rpc::kGetTimeliness:
    case Rpc::kCompareTimeliness:
    case Rpc::kGetForecast:
    case Rpc::kListForecast:
    case Rpc::kGetPattern:
    case Rpc::kListAuditTrail:
    case Rpc::kWatchCases:
      return kCaseReaders;
    case Rpc::kReadEvents:
    case Rpc::kSubscribeEvents:
      return kLogReaders;
    case Rpc::kGetCheckpoint:
    case Rpc::kGetProof:
      return kLogReaders | kOperators;
    // Statutes are every authority's: whoever administers the system publishes them.
    case Rpc::kDeclareAuthority:
    case Rpc::kPublishRuleSet:
      return Of({Role::kSystem});
    case Rpc::kDeclareUnit:
    case Rpc::kPublishRoutine:
    case Rpc::kPublishYardsticks:
      return kAuthority;
    // A principal knows when the own unit is closed; the call looks at which unit it is.
    case Rpc::kPublishClosingDays:
      return kAuthority | Of({Role::kPrincipal});
    case Rpc::kPreviewPolicy:
      return kAuthority | Of({Role::kAuditor});
    case Rpc::kGetAuthority:
    case Rpc::kListUnits:
    case Rpc::kListRoutines:
    case Rpc::kListClosingDays:
    case Rpc::kListYardsticks:
    case Rpc::kGetRuleSet:
    case Rpc::kListRuleSets:
      return kOrganisationReaders;
    case Rpc::kGetServerStatus:
      return kOperators | Of({Role::kAuditor});
    case Rpc::kCreateBackup:
      return kOperators;
  }
  return 0;
}

// What staff may record: what they learn, tell and do themselves before a principal takes over
// ("Personalen utreder, pratar, informerar, dokumenterar"), and requests put to any employee.
constexpr Fact::KindCase kStaffFacts[] = {
    Fact::kIncidentOpened,     Fact::kPersonDeclared,
    Fact::kStaffLearned,       Fact::kRelayed,
    Fact::kPrincipalInformed,  Fact::kPrincipalUpdated,
    Fact::kAuthorityNotified,  // past a principal who is accused, or gets no reports at the unit
    Fact::kReportReceived,     Fact::kComplaintReceived,
    Fact::kStaffInquiryHeld,   Fact::kConversationHeld,
    Fact::kTeamContacted,      Fact::kMeasureCarriedOut,
    Fact::kGuardianInformed,   Fact::kGuardianGivenFeedback,
    Fact::kDocumentsRequested, Fact::kDocumentsAnswered,
    Fact::kConcernArisen,      Fact::kSocialServicesReported,
    Fact::kSeriousEvent,       Fact::kPoliceReported,
    Fact::kDocumentAdded,      Fact::kConflictDeclared,
    Fact::kCorrection,
};

// Decisions that are the principal's or the authority's and not an appointed investigator's.
constexpr Fact::KindCase kNotInvestigators[] = {
    Fact::kInvestigatorAssigned,
    Fact::kCaseClosed,
    Fact::kCaseReopened,
    Fact::kDecisionNotToInform,
};

// What a principal who is accused may not do (jäv): investigate, decide, or judge what came of it.
constexpr Fact::KindCase kNotTheAccuseds[] = {
    Fact::kInvestigatorAssigned, Fact::kStaffInquiryHeld,  Fact::kInvestigationOpened,
    Fact::kConversationHeld,     Fact::kFindingRecorded,   Fact::kInvestigationConcluded,
    Fact::kClassified,           Fact::kMeasureDecided,    Fact::kMeasureWithdrawn,
    Fact::kMeasureFollowedUp,    Fact::kMeasuresEvaluated, Fact::kDecisionNotToInform,
    Fact::kComplaintAnswered,    Fact::kCaseClosed,        Fact::kCaseReopened,
};

// What an accused principal alone knows best, and may put right.
constexpr Fact::KindCase kTheAccusedsOwn[] = {
    Fact::kPrincipalInformed,
    Fact::kPrincipalUpdated,
    Fact::kAuthorityNotified,
};

template <size_t N>
bool Contains(const Fact::KindCase (&list)[N], Fact::KindCase kind) {
  return std::find(std::begin(list), std::end(list), kind) != std::end(list);
}

bool Names(const std::vector<std::string>& units, std::string_view unit) {
  return std::find(units.begin(), units.end(), unit) != units.end();
}

}  // namespace

bool MayCall(Role role, Rpc rpc) { return (CallersOf(rpc) & Of({role})) != 0; }

bool Records(Rpc rpc) {
  switch (rpc) {
    case Rpc::kRecordFacts:
    case Rpc::kReceiveReport:
    case Rpc::kDeclareAuthority:
    case Rpc::kDeclareUnit:
    case Rpc::kPublishRoutine:
    case Rpc::kPublishClosingDays:
    case Rpc::kPublishYardsticks:
    case Rpc::kPublishRuleSet:
      return true;
    case Rpc::kGetCase:
    case Rpc::kListCases:
    case Rpc::kListWorklist:
    case Rpc::kGetTimeliness:
    case Rpc::kCompareTimeliness:
    case Rpc::kGetForecast:
    case Rpc::kListForecast:
    case Rpc::kGetPattern:
    case Rpc::kListAuditTrail:
    case Rpc::kWatchCases:
    case Rpc::kReadEvents:
    case Rpc::kSubscribeEvents:
    case Rpc::kGetCheckpoint:
    case Rpc::kGetProof:
    case Rpc::kGetAuthority:
    case Rpc::kListUnits:
    case Rpc::kListRoutines:
    case Rpc::kListClosingDays:
    case Rpc::kListYardsticks:
    case Rpc::kGetRuleSet:
    case Rpc::kListRuleSets:
    case Rpc::kPreviewPolicy:
    case Rpc::kGetServerStatus:
    case Rpc::kCreateBackup:
      return false;
  }
  return true;
}

bool MayRecord(Role role, Fact::KindCase kind) {
  switch (role) {
    case Role::kStaff:
      return Contains(kStaffFacts, kind);
    case Role::kInvestigator:
      return !Contains(kNotInvestigators, kind);
    case Role::kPrincipal:
    case Role::kChief:
    case Role::kCaseworker:
    case Role::kSystem:
      return true;
    case Role::kAuditor:
    case Role::kStatistics:
    case Role::kOperator:
      return false;
  }
  return false;
}

bool MayImport(Role role) { return (kAuthority & Of({role})) != 0; }

bool MayRecordWherePrincipalAccused(Role role, Fact::KindCase kind) {
  return role != Role::kPrincipal || !Contains(kNotTheAccuseds, kind);
}

bool MayCorrectWherePrincipalAccused(Role role, Fact::KindCase kind) {
  return role != Role::kPrincipal || Contains(kTheAccusedsOwn, kind);
}

bool MayOpenSealed(Role role) { return (kCaseReaders & Of({role})) != 0; }

bool SeesWholeAuthority(const Identity& identity) {
  switch (identity.role) {
    case Role::kStaff:
    case Role::kPrincipal:
    case Role::kInvestigator:
      return false;
    default:
      return identity.units.empty();
  }
}

bool SeesUnit(const Identity& identity, std::string_view authority, std::string_view unit) {
  if (!identity.authority.empty() && identity.authority != authority) return false;
  return SeesWholeAuthority(identity) || Names(identity.units, unit);
}

}  // namespace skyndsamt::access
