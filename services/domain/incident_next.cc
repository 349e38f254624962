// The next steps of a case: the duties that wait, then the routine's next ones.
#include <algorithm>

#include "absl/algorithm/container.h"
#include "services/domain/incident.h"
#include "services/domain/rights.h"

namespace skyndsamt::domain {
namespace {

using Kinds = std::vector<Fact::KindCase>;

bool IsAbout(const std::vector<std::string>& children, std::string_view child) {
  return children.empty() || absl::c_linear_search(children, child);
}

// The child's guardians who may be told: a suspected or accused one is neither informed nor
// proposed to be. Where none is declared, "" stands for whoever they are, unless one of them,
// nobody says which, is accused.
std::vector<std::string_view> GuardiansToTell(const Incident& incident, std::string_view child,
                                              const CaseState& state) {
  std::vector<std::string_view> guardians;
  if (state.adult_pupil || child.empty() || incident.unnamed_guardian_accused) return guardians;
  bool declared = false;
  for (const auto& [person, guardian] : incident.guardians) {
    if (!absl::c_linear_search(guardian.children, child)) continue;
    declared = true;
    if (!guardian.suspected && !incident.accused.contains(person)) guardians.push_back(person);
  }
  if (!declared && !incident.guardian_accused) guardians.emplace_back();
  return guardians;
}

// Whether a guardian who may be told still waits for a word of these kinds.
bool AGuardianWaits(const Incident& incident, std::string_view child, const CaseState& state,
                    const Kinds& words) {
  return absl::c_any_of(GuardiansToTell(incident, child, state), [&](std::string_view guardian) {
    return absl::c_none_of(state.told, [&](const GuardianWord& word) {
      const bool meant = word.guardian.empty() || guardian.empty() || word.guardian == guardian;
      return meant && absl::c_linear_search(words, word.kind);
    });
  });
}

// A reopening takes the conclusion back; new knowledge asks for one of its own.
bool Concluded(const CaseState& state, const Round& round) {
  return state.Done(Fact::kInvestigationConcluded) && round.concluded;
}

// Duties with a word for haste of their own, whatever the investigation finds.
void AddUrgent(const Incident& incident, const CaseState& state, const TimeCheck& times,
               Kinds& next) {
  auto unanswered = [](const auto& question) {
    return question.second.asked && !question.second.answered;
  };
  if (AwaitsReport(state.dated, Fact::kConcernArisen, Fact::kSocialServicesReported, times)) {
    next.push_back(Fact::kSocialServicesReported);  // genast
  }
  if (AwaitsReport(state.dated, Fact::kSeriousEvent, Fact::kWorkEnvironmentReported, times)) {
    next.push_back(Fact::kWorkEnvironmentReported);  // utan dröjsmål
  }
  if (absl::c_any_of(incident.requests, unanswered)) next.push_back(Fact::kDocumentsAnswered);
  if (absl::c_any_of(incident.complaints, unanswered)) next.push_back(Fact::kComplaintAnswered);
}

// The chain of reporting (Skollagen 6:10) in its latest round: past a principal who is accused, or
// who does not receive the reports at this unit.
void AddReporting(const Round& round, bool past_principal, Kinds& next) {
  if (!round.authority && !round.principal && !past_principal) {
    if (!round.staff) next.push_back(Fact::kStaffLearned);
    next.push_back(Fact::kPrincipalInformed);
  }
  if (!round.authority) next.push_back(Fact::kAuthorityNotified);
}

void AddInvestigation(const Incident& incident, const CaseState& state, const Round& round,
                      Kinds& next) {
  if (Concluded(state, round)) {
    if (!state.Done(Fact::kClassified)) next.push_back(Fact::kClassified);
    return;
  }
  const std::string& investigator = incident.investigator;
  const auto conflicted = [&](const Conflict& conflict) { return conflict.person == investigator; };
  if (investigator.empty() || absl::c_any_of(incident.conflicts, conflicted) ||
      incident.accused.contains(investigator)) {
    next.push_back(Fact::kInvestigatorAssigned);
  }
  if (!round.opened) {
    next.push_back(Fact::kInvestigationOpened);
    return;
  }
  if (!state.Done(Fact::kConversationHeld)) next.push_back(Fact::kConversationHeld);
  next.push_back(Fact::kInvestigationConcluded);
}

// What was found in the latest round asks for measures of its own; carried out and followed up is
// each measure, of whichever round.
void AddMeasures(const Incident& incident, std::string_view child, const CaseState& state,
                 const Round& round, Kinds& next) {
  bool any = false, decided = false, to_carry_out = false, to_follow_up = false;
  for (const auto& [id, measure] : incident.measures) {
    if (measure.dropped() || !IsAbout(measure.children, child)) continue;
    any = true;
    const bool of_another = round.concluded && !absl::c_linear_search(round.measures, id);
    decided |= measure.decided && !of_another;
    to_carry_out |= measure.decided && !measure.carried_out;
    to_follow_up |= measure.carried_out && !measure.followed_up;
  }
  bool substantiated = state.finding == event::v1::FINDING_SUBSTANTIATED ||
                       state.finding == event::v1::FINDING_PARTLY;
  if (substantiated && !decided) next.push_back(Fact::kMeasureDecided);
  if (to_carry_out) next.push_back(Fact::kMeasureCarriedOut);
  if (to_follow_up) next.push_back(Fact::kMeasureFollowedUp);
  bool followed_up = any && !to_carry_out && !to_follow_up;
  if (followed_up && !state.Done(Fact::kMeasuresEvaluated)) {
    next.push_back(Fact::kMeasuresEvaluated);
  }
}

void AddClosing(const Incident& incident, std::string_view child, const CaseState& state,
                const Round& round, Kinds& next) {
  if (!Concluded(state, round)) return;
  if (AGuardianWaits(incident, child, state,
                     {Fact::kGuardianGivenFeedback, Fact::kDecisionNotToInform})) {
    next.push_back(Fact::kGuardianGivenFeedback);
  }
  if (incident.adult_accused && !state.Done(Fact::kAuthorityGivenFeedback)) {
    next.push_back(Fact::kAuthorityGivenFeedback);
  }
  next.push_back(Fact::kCaseClosed);
}

Kinds NextOf(const Incident& incident, const std::string& child, const CaseState& state,
             const NextContext& context) {
  const bool past_principal = PrincipalAccused(incident, context.principal) ||
                              context.report_receiver == event::v1::PARTY_AUTHORITY ||
                              context.report_receiver == event::v1::PARTY_CHIEF;
  const Round round = LatestRound(state.dated, past_principal, context.times);
  Kinds next;
  AddUrgent(incident, state, context.times, next);
  AddReporting(round, past_principal, next);
  if (AGuardianWaits(
          incident, child, state,
          {Fact::kGuardianInformed, Fact::kGuardianGivenFeedback, Fact::kDecisionNotToInform})) {
    next.push_back(Fact::kGuardianInformed);
  }
  AddInvestigation(incident, state, round, next);
  AddMeasures(incident, child, state, round, next);
  AddClosing(incident, child, state, round, next);
  next.push_back(Fact::kCaseReopened);
  const auto allowed = [&](Fact::KindCase kind) {
    return context.rights == nullptr ||
           MayRecord(incident, kind, *context.rights, context.principal);
  };
  std::erase_if(
      next, [&](Fact::KindCase kind) { return !Takes(incident, child, kind) || !allowed(kind); });
  return next;
}

}  // namespace

std::vector<std::string> NextActions(const Incident& incident, std::string_view child,
                                     const NextContext& context) {
  if (!incident.exists) return {std::string(KindName(Fact::kIncidentOpened))};
  Kinds all;
  const std::vector<std::string> childless = {""};
  for (const std::string& one : incident.children.empty() ? childless : incident.children) {
    if (!child.empty() && one != child) continue;
    for (Fact::KindCase kind : NextOf(incident, one, incident.cases.at(one), context)) {
      if (!absl::c_linear_search(all, kind)) all.push_back(kind);
    }
  }
  std::vector<std::string> names;
  names.reserve(all.size());
  for (Fact::KindCase kind : all) names.emplace_back(KindName(kind));
  return names;
}

}  // namespace skyndsamt::domain
