// Folding: what each fact changes, and what stands after corrections.
#include <cassert>
#include <utility>

#include "services/domain/incident.h"

namespace skyndsamt::domain {
namespace {

using event::v1::Party;

uint64_t Bit(Fact::KindCase kind) {
  constexpr int kFirst = Fact::kIncidentOpened;
  static_assert(Fact::kCorrection - kFirst < 64, "kinds of fact no longer fit CaseState::steps");
  if (kind < kFirst || kind > Fact::kCorrection) return 0;
  return uint64_t{1} << (kind - kFirst);
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

Effect EffectOf(const Fact& fact) {
  Effect effect;
  effect.kind = fact.kind_case();
  effect.children.assign(fact.children().begin(), fact.children().end());
  switch (fact.kind_case()) {
    case Fact::kIncidentOpened:
      AddOpening(fact.incident_opened(), effect);
      break;
    case Fact::kPersonDeclared:
      AddPerson(fact.person_declared(), effect);
      break;
    case Fact::kRelayed:
    case Fact::kReportReceived:
      effect.code = fact.to();
      break;
    case Fact::kComplaintReceived:
      effect.code = fact.to();
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

void ApplyOpening(Incident& incident, const Effect& effect) {
  incident.unit = effect.subject;
  for (const RolePlayer& player : effect.people) {
    if (!player.person.empty()) incident.persons.insert(player.person);
    if (player.role == RolePlayer::Role::kChild) {
      auto [at, added] = incident.cases.try_emplace(player.person);
      at->second.adult_pupil = player.code == event::v1::ANSWER_YES;
      if (added) incident.children.push_back(player.person);
      continue;
    }
    if (!player.person.empty()) incident.accused.insert(player.person);
    incident.principal_accused |= player.code == event::v1::ACCUSED_KIND_PRINCIPAL;
    incident.guardian_accused |= player.code == event::v1::ACCUSED_KIND_GUARDIAN;
    incident.adult_accused |= player.code == event::v1::ACCUSED_KIND_STAFF ||
                              player.code == event::v1::ACCUSED_KIND_PRINCIPAL ||
                              player.code == event::v1::ACCUSED_KIND_CHIEF;
  }
  if (incident.children.empty()) incident.cases.try_emplace("");
}

void ApplyPerson(Incident& incident, const Effect& effect) {
  incident.persons.insert(effect.subject);
  if (effect.people.empty()) return;
  GuardianState& guardian = incident.guardians[effect.subject];
  guardian.suspected = effect.code == event::v1::ANSWER_YES;
  guardian.children.clear();
  for (const RolePlayer& ward : effect.people) guardian.children.push_back(ward.person);
}

// What becomes of a measure; nothing, where its decision was struck through afterwards.
void ApplyMeasure(Incident& incident, const Effect& effect) {
  auto measure = incident.measures.find(effect.subject);
  if (measure == incident.measures.end()) return;
  MeasureState& state = measure->second;
  if (effect.kind == Fact::kMeasureCarriedOut) state.carried_out = true;
  if (effect.kind == Fact::kMeasureWithdrawn) state.withdrawn = true;
  if (effect.kind != Fact::kMeasureFollowedUp) return;
  state.followed_up |= effect.code == event::v1::EFFECT_SHOWN ||
                       effect.code == event::v1::EFFECT_PARTLY ||
                       effect.code == event::v1::EFFECT_NONE;
}

void Answer(absl::flat_hash_map<std::string, bool>& questions, const std::string& id) {
  auto question = questions.find(id);
  if (question != questions.end()) question->second = true;
}

// What the incident as a whole learns, besides its cases.
void ApplyToIncident(Incident& incident, const Effect& effect) {
  switch (effect.kind) {
    case Fact::kIncidentOpened:
      return ApplyOpening(incident, effect);
    case Fact::kPersonDeclared:
      return ApplyPerson(incident, effect);
    case Fact::kComplaintReceived:
      incident.complaints.try_emplace(effect.subject, false);
      return;
    case Fact::kComplaintAnswered:
      Answer(incident.complaints, effect.subject);
      return;
    case Fact::kInvestigatorAssigned:
      incident.investigator = effect.subject;
      return;
    case Fact::kConflictDeclared:
      incident.conflicted.insert(effect.subject);
      return;
    case Fact::kMeasureDecided:
      incident.measures[effect.subject].children = effect.children;
      return;
    case Fact::kMeasureCarriedOut:
    case Fact::kMeasureWithdrawn:
    case Fact::kMeasureFollowedUp:
      return ApplyMeasure(incident, effect);
    case Fact::kDocumentsRequested:
      incident.requests.try_emplace(effect.subject, false);
      return;
    case Fact::kDocumentsAnswered:
      Answer(incident.requests, effect.subject);
      return;
    case Fact::kDocumentAdded:
      incident.documents.insert(effect.subject);
      return;
    default:
      return;
  }
}

bool IsAuthority(int party) {
  return party == Party::PARTY_AUTHORITY || party == Party::PARTY_CHIEF;
}

// Which fact is knowledge of whom.
void ApplyKnowledge(CaseState& state, const Effect& effect) {
  switch (effect.kind) {
    case Fact::kStaffLearned:
      state.staff_know = true;
      return;
    case Fact::kPrincipalInformed:
      state.principal_knows = true;
      return;
    case Fact::kAuthorityNotified:
      state.authority_knows = true;
      return;
    case Fact::kComplaintReceived:
      state.authority_knows |= effect.code == Party::PARTY_UNSPECIFIED || IsAuthority(effect.code);
      return;
    case Fact::kReportReceived:
    case Fact::kRelayed:
      if (effect.code == Party::PARTY_PRINCIPAL) {
        state.principal_knows = true;
      } else if (!IsAuthority(effect.code)) {
        state.staff_know = true;
      } else if (effect.kind == Fact::kReportReceived) {
        state.authority_knows = true;
      }
      return;
    default:
      return;
  }
}

void ApplyToCase(CaseState& state, const Effect& effect) {
  state.steps |= Bit(effect.kind);
  ApplyKnowledge(state, effect);
  if (effect.kind == Fact::kInvestigationConcluded) {
    state.finding = static_cast<event::v1::Finding>(effect.code);
  } else if (effect.kind == Fact::kCaseClosed) {
    state.closed = true;
  } else if (effect.kind == Fact::kCaseReopened) {
    state.closed = false;
    ++state.reopened;
    state.finding = event::v1::FINDING_UNSPECIFIED;
    state.steps &= ~(Bit(Fact::kInvestigationConcluded) | Bit(Fact::kClassified) |
                     Bit(Fact::kGuardianGivenFeedback) | Bit(Fact::kAuthorityGivenFeedback) |
                     Bit(Fact::kMeasuresEvaluated));
  }
}

void Apply(Incident& incident, const Effect& effect) {
  if (effect.kind == Fact::KIND_NOT_SET) return;
  ApplyToIncident(incident, effect);
  if (effect.children.empty()) {
    for (auto& [child, state] : incident.cases) ApplyToCase(state, effect);
    return;
  }
  for (const std::string& child : effect.children) {
    auto found = incident.cases.find(child);
    if (found != incident.cases.end()) ApplyToCase(found->second, effect);
  }
}

// Folds again what stands. From the last entry to the first, so that the corrections of an entry,
// which all come after it, are settled before it is.
void Refold(Incident& incident) {
  const std::vector<JournalEntry>& journal = incident.journal;
  std::vector<const Effect*> stands(journal.size(), nullptr);  // what stands in an entry's place
  std::vector<bool> settled(journal.size(), false);            // by a correction that stands
  for (size_t i = journal.size(); i-- > 0;) {
    const JournalEntry& entry = journal[i];
    if (!settled[i]) stands[i] = &entry.effect;
    bool reversed = settled[i] && stands[i]->kind == Fact::KIND_NOT_SET;
    if (!entry.correction || entry.corrects == JournalEntry::kNone || reversed) continue;
    if (settled[entry.corrects]) continue;
    settled[entry.corrects] = true;
    stands[entry.corrects] = stands[i];
  }
  Incident again;
  again.exists = incident.exists;
  for (size_t i = 0; i < journal.size(); ++i) {
    if (!journal[i].correction) Apply(again, *stands[i]);
  }
  again.journal = std::move(incident.journal);
  again.facts = std::move(incident.facts);
  incident = std::move(again);
}

}  // namespace

bool CaseState::Done(Fact::KindCase kind) const { return (steps & Bit(kind)) != 0; }

Incident Initial() { return {}; }

void Evolve(Incident& incident, const Fact& fact) {
  JournalEntry entry;
  entry.correction = fact.has_correction();
  if (entry.correction) {
    auto of = incident.facts.find(fact.correction().of());
    if (of != incident.facts.end()) entry.corrects = of->second;
    if (fact.correction().has_replacement()) {
      entry.effect = EffectOf(fact.correction().replacement());
    }
  } else {
    entry.effect = EffectOf(fact);
    incident.exists |= fact.has_incident_opened();
    Apply(incident, entry.effect);
  }
  incident.facts.try_emplace(fact.id(), static_cast<uint32_t>(incident.journal.size()));
  incident.journal.push_back(std::move(entry));
  if (fact.has_correction()) Refold(incident);
}

}  // namespace skyndsamt::domain
