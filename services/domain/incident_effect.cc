#include "services/domain/incident_effect.h"

namespace skyndsamt::domain {
namespace {

bool OrderCounts(Fact::KindCase kind) {
  return IsDated(kind) || kind == Fact::kConflictDeclared || kind == Fact::kCaseClosed;
}

void AddOpening(const event::v1::IncidentOpened& opened, Effect& effect) {
  effect.subject = opened.unit();
  for (const auto& child : opened.children()) {
    effect.people.push_back({RolePlayer::Role::kChild, child.adult_pupil(), child.person()});
  }
  for (const auto& accused : opened.accused()) {
    effect.people.push_back({RolePlayer::Role::kAccused, accused.kind(), accused.person()});
  }
}

void AddPerson(const event::v1::PersonDeclared& declared, Effect& effect) {
  effect.subject = declared.person();
  effect.code = declared.suspected();
  for (const std::string& ward : declared.guardian_of()) {
    effect.people.push_back({RolePlayer::Role::kWard, 0, ward});
  }
}

}  // namespace

Effect EffectOf(const Fact& fact) {
  Effect effect;
  effect.kind = fact.kind_case();
  effect.children.assign(fact.children().begin(), fact.children().end());
  if (OrderCounts(effect.kind)) effect.when = fact.happened().edtf();
  switch (fact.kind_case()) {
    case Fact::kIncidentOpened:
      AddOpening(fact.incident_opened(), effect);
      break;
    case Fact::kPersonDeclared:
      AddPerson(fact.person_declared(), effect);
      break;
    case Fact::kStaffLearned:
    case Fact::kRelayed:
    case Fact::kReportReceived:
    case Fact::kPrincipalInformed:
    case Fact::kAuthorityNotified:
      effect.code = static_cast<int>(WhoCameToKnow(fact));
      break;
    case Fact::kComplaintReceived:
      effect.code = static_cast<int>(WhoCameToKnow(fact));
      effect.subject = fact.complaint_received().complaint();
      break;
    case Fact::kComplaintAnswered:
      effect.subject = fact.complaint_answered().complaint();
      break;
    case Fact::kInvestigatorAssigned:
      effect.subject = fact.investigator_assigned().investigator();
      break;
    case Fact::kConflictDeclared:
      effect.subject = fact.conflict_declared().person();
      break;
    case Fact::kInvestigationConcluded:
      effect.code = fact.investigation_concluded().finding();
      break;
    case Fact::kMeasureDecided:
      effect.subject = fact.measure_decided().measure();
      break;
    case Fact::kMeasureCarriedOut:
      effect.subject = fact.measure_carried_out().measure();
      break;
    case Fact::kMeasureWithdrawn:
      effect.subject = fact.measure_withdrawn().measure();
      break;
    case Fact::kMeasureFollowedUp:
      effect.subject = fact.measure_followed_up().measure();
      effect.code = fact.measure_followed_up().effect();
      break;
    case Fact::kGuardianInformed:
      effect.subject = fact.guardian_informed().guardian();
      break;
    case Fact::kGuardianGivenFeedback:
      effect.subject = fact.guardian_given_feedback().guardian();
      break;
    case Fact::kDecisionNotToInform:
      effect.subject = fact.decision_not_to_inform().guardian();
      break;
    case Fact::kDocumentsRequested:
      effect.subject = fact.documents_requested().request();
      break;
    case Fact::kDocumentsAnswered:
      effect.subject = fact.documents_answered().request();
      break;
    case Fact::kDocumentAdded:
      effect.subject = fact.document_added().document();
      break;
    default:
      break;
  }
  return effect;
}

}  // namespace skyndsamt::domain
