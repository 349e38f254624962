// The next steps of a case: the duties that wait, then the routine's next ones.
#include <algorithm>

#include "absl/algorithm/container.h"
#include "services/domain/incident.h"

namespace skyndsamt::domain {
namespace {

using Kinds = std::vector<Fact::KindCase>;

bool IsAbout(const std::vector<std::string>& children, std::string_view child) {
  return children.empty() || absl::c_linear_search(children, child);
}

// A suspected or accused guardian is neither informed nor proposed to be. Where none is declared,
// the guardians are somebody, unless one of them, nobody says which, is accused.
bool MayTellAGuardian(const Incident& incident, std::string_view child, const CaseState& state) {
  if (state.adult_pupil || child.empty()) return false;
  bool declared = false;
  for (const auto& [person, guardian] : incident.guardians) {
    if (!absl::c_linear_search(guardian.children, child)) continue;
    declared = true;
    if (!guardian.suspected && !incident.accused.contains(person)) return true;
  }
  return !declared && !incident.guardian_accused;
}

// Duties with a word for haste of their own, whatever the investigation finds.
void AddUrgent(const Incident& incident, const CaseState& state, Kinds& next) {
  auto waits = [&](Fact::KindCase begun, Fact::KindCase done) {
    return state.Done(begun) && !state.Done(done);
  };
  auto unanswered = [](const auto& question) { return !question.second; };
  if (waits(Fact::kConcernArisen, Fact::kSocialServicesReported)) {
    next.push_back(Fact::kSocialServicesReported);  // genast
  }
  if (waits(Fact::kSeriousEvent, Fact::kWorkEnvironmentReported)) {
    next.push_back(Fact::kWorkEnvironmentReported);  // utan dröjsmål
  }
  if (absl::c_any_of(incident.requests, unanswered)) next.push_back(Fact::kDocumentsAnswered);
  if (absl::c_any_of(incident.complaints, unanswered)) next.push_back(Fact::kComplaintAnswered);
}

// The chain of reporting (Skollagen 6:10): past a principal who is accused.
void AddReporting(const Incident& incident, std::string_view child, const CaseState& state,
                  Kinds& next) {
  if (!state.authority_knows && !state.principal_knows && !incident.principal_accused) {
    next.push_back(state.staff_know ? Fact::kPrincipalInformed : Fact::kStaffLearned);
    if (!state.staff_know) next.push_back(Fact::kPrincipalInformed);
  }
  if (!state.authority_knows) next.push_back(Fact::kAuthorityNotified);
  bool told = state.Done(Fact::kGuardianInformed) || state.Done(Fact::kDecisionNotToInform);
  if (!told && MayTellAGuardian(incident, child, state)) next.push_back(Fact::kGuardianInformed);
}

void AddInvestigation(const Incident& incident, const CaseState& state, Kinds& next) {
  if (state.Done(Fact::kInvestigationConcluded)) {
    if (!state.Done(Fact::kClassified)) next.push_back(Fact::kClassified);
    return;
  }
  const std::string& investigator = incident.investigator;
  if (investigator.empty() || incident.conflicted.contains(investigator) ||
      incident.accused.contains(investigator)) {
    next.push_back(Fact::kInvestigatorAssigned);
  }
  if (!state.Done(Fact::kInvestigationOpened)) {
    next.push_back(Fact::kInvestigationOpened);
    return;
  }
  if (!state.Done(Fact::kConversationHeld)) next.push_back(Fact::kConversationHeld);
  next.push_back(Fact::kInvestigationConcluded);
}

void AddMeasures(const Incident& incident, std::string_view child, const CaseState& state,
                 Kinds& next) {
  bool any = false, to_carry_out = false, to_follow_up = false;
  for (const auto& [id, measure] : incident.measures) {
    if (measure.withdrawn || !IsAbout(measure.children, child)) continue;
    any = true;
    to_carry_out |= !measure.carried_out;
    to_follow_up |= measure.carried_out && !measure.followed_up;
  }
  bool substantiated = state.finding == event::v1::FINDING_SUBSTANTIATED ||
                       state.finding == event::v1::FINDING_PARTLY;
  if (substantiated && !any) next.push_back(Fact::kMeasureDecided);
  if (to_carry_out) next.push_back(Fact::kMeasureCarriedOut);
  if (to_follow_up) next.push_back(Fact::kMeasureFollowedUp);
  bool followed_up = any && !to_carry_out && !to_follow_up;
  if (followed_up && !state.Done(Fact::kMeasuresEvaluated)) {
    next.push_back(Fact::kMeasuresEvaluated);
  }
}

void AddClosing(const Incident& incident, std::string_view child, const CaseState& state,
                Kinds& next) {
  if (!state.Done(Fact::kInvestigationConcluded)) return;
  if (!state.Done(Fact::kGuardianGivenFeedback) && !state.Done(Fact::kDecisionNotToInform) &&
      MayTellAGuardian(incident, child, state)) {
    next.push_back(Fact::kGuardianGivenFeedback);
  }
  if (incident.adult_accused && !state.Done(Fact::kAuthorityGivenFeedback)) {
    next.push_back(Fact::kAuthorityGivenFeedback);
  }
  next.push_back(Fact::kCaseClosed);
}

Kinds NextOf(const Incident& incident, const std::string& child, const CaseState& state) {
  Kinds next;
  AddUrgent(incident, state, next);
  AddReporting(incident, child, state, next);
  AddInvestigation(incident, state, next);
  AddMeasures(incident, child, state, next);
  AddClosing(incident, child, state, next);
  next.push_back(Fact::kCaseReopened);
  std::erase_if(next, [&](Fact::KindCase kind) { return !Takes(incident, child, kind); });
  return next;
}

}  // namespace

std::vector<std::string> NextActions(const Incident& incident, std::string_view child) {
  if (!incident.exists) return {std::string(KindName(Fact::kIncidentOpened))};
  Kinds all;
  const std::vector<std::string> childless = {""};
  for (const std::string& one : incident.children.empty() ? childless : incident.children) {
    if (!child.empty() && one != child) continue;
    for (Fact::KindCase kind : NextOf(incident, one, incident.cases.at(one))) {
      if (!absl::c_linear_search(all, kind)) all.push_back(kind);
    }
  }
  std::vector<std::string> names;
  names.reserve(all.size());
  for (Fact::KindCase kind : all) names.emplace_back(KindName(kind));
  return names;
}

}  // namespace skyndsamt::domain
