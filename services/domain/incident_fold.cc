// Folding: what each fact changes, and what stands after corrections.
#include <cassert>
#include <utility>

#include "absl/algorithm/container.h"
#include "services/domain/incident.h"
#include "services/domain/incident_effect.h"

namespace skyndsamt::domain {
namespace {

uint64_t Bit(Fact::KindCase kind) {
  constexpr int kFirst = Fact::kIncidentOpened;
  static_assert(Fact::kCorrection - kFirst < 64, "kinds of fact no longer fit CaseState::steps");
  if (kind < kFirst || kind > Fact::kCorrection) return 0;
  return uint64_t{1} << (kind - kFirst);
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
    if (player.code == event::v1::ACCUSED_KIND_PRINCIPAL) {
      incident.accused_principals.push_back(player.person);
    }
    const bool guardian = player.code == event::v1::ACCUSED_KIND_GUARDIAN;
    incident.guardian_accused |= guardian;
    incident.unnamed_guardian_accused |= guardian && player.person.empty();
    incident.adult_accused |= player.code == event::v1::ACCUSED_KIND_STAFF ||
                              player.code == event::v1::ACCUSED_KIND_PRINCIPAL ||
                              player.code == event::v1::ACCUSED_KIND_CHIEF;
  }
  if (incident.children.empty()) incident.cases.try_emplace("");
}

void ApplyPerson(Incident& incident, const Effect& effect) {
  incident.persons.insert(effect.subject);
  const bool suspected = effect.code == event::v1::ANSWER_YES;
  if (effect.people.empty() && !suspected) return;
  GuardianState& guardian = incident.guardians[effect.subject];
  // Only a correction takes it back: what is said later of the wards or the name does not.
  guardian.suspected |= suspected;
  if (effect.people.empty()) return;
  guardian.children.clear();
  for (const RolePlayer& ward : effect.people) guardian.children.push_back(ward.person);
}

// What becomes of a measure, whether or not (yet) its decision is recorded.
void ApplyMeasure(Incident& incident, const Effect& effect) {
  const auto [at, first] = incident.measures.try_emplace(effect.subject);
  MeasureState& state = at->second;
  if (first || effect.kind == Fact::kMeasureDecided) {
    state.children = effect.children;
  } else if (!state.decided && !state.children.empty()) {
    // Nobody has said whom it is about: whoever any of its facts is about.
    if (effect.children.empty()) state.children.clear();
    for (const std::string& child : effect.children) {
      if (!absl::c_linear_search(state.children, child)) state.children.push_back(child);
    }
  }
  if (effect.kind == Fact::kMeasureDecided) state.decided = true;
  if (effect.kind == Fact::kMeasureCarriedOut) state.carried_out = true;
  if (effect.kind == Fact::kMeasureWithdrawn) state.withdrawn = true;
  if (effect.kind != Fact::kMeasureFollowedUp) return;
  state.followed_up |= effect.code == event::v1::EFFECT_SHOWN ||
                       effect.code == event::v1::EFFECT_PARTLY ||
                       effect.code == event::v1::EFFECT_NONE;
}

// What the incident as a whole learns, besides its cases.
void ApplyToIncident(Incident& incident, const Effect& effect) {
  switch (effect.kind) {
    case Fact::kIncidentOpened:
      return ApplyOpening(incident, effect);
    case Fact::kPersonDeclared:
      return ApplyPerson(incident, effect);
    case Fact::kComplaintReceived:
      incident.complaints[effect.subject].asked = true;
      return;
    case Fact::kComplaintAnswered:
      incident.complaints[effect.subject].answered = true;
      return;
    case Fact::kInvestigatorAssigned:
      incident.investigator = effect.subject;
      return;
    case Fact::kConflictDeclared:
      incident.conflicts.push_back({effect.subject, effect.when});
      return;
    case Fact::kMeasureDecided:
    case Fact::kMeasureCarriedOut:
    case Fact::kMeasureWithdrawn:
    case Fact::kMeasureFollowedUp:
      return ApplyMeasure(incident, effect);
    case Fact::kDocumentsRequested:
      incident.requests[effect.subject].asked = true;
      return;
    case Fact::kDocumentsAnswered:
      incident.requests[effect.subject].answered = true;
      return;
    case Fact::kDocumentAdded:
      incident.documents.insert(effect.subject);
      return;
    default:
      return;
  }
}

Knower KnowerOf(const Effect& effect) {
  switch (effect.kind) {
    case Fact::kInvestigatorAssigned:
    case Fact::kInvestigationOpened:
    case Fact::kInvestigationConcluded:
    case Fact::kMeasureDecided:
    case Fact::kConcernArisen:
    case Fact::kSocialServicesReported:
    case Fact::kSeriousEvent:
    case Fact::kWorkEnvironmentReported:
      return Knower::kNobody;
    default:
      return static_cast<Knower>(effect.code);
  }
}

bool IsGuardianWord(Fact::KindCase kind) {
  return kind == Fact::kGuardianInformed || kind == Fact::kGuardianGivenFeedback ||
         kind == Fact::kDecisionNotToInform;
}

// A reopening takes back what the conclusion led to: after the next one measures are proposed anew,
// although by the table of duties one that was decided before it stands as decided (done before it
// began). A guardian given feedback remains informed.
void Reopen(CaseState& state) {
  state.closed = false;
  state.closed_when.clear();
  ++state.reopened;
  state.finding = event::v1::FINDING_UNSPECIFIED;
  state.steps &= ~(Bit(Fact::kInvestigationConcluded) | Bit(Fact::kClassified) |
                   Bit(Fact::kGuardianGivenFeedback) | Bit(Fact::kAuthorityGivenFeedback) |
                   Bit(Fact::kMeasuresEvaluated));
  std::erase_if(state.dated,
                [](const DatedStep& step) { return step.kind == Fact::kMeasureDecided; });
  for (GuardianWord& word : state.told) {
    if (word.kind == Fact::kGuardianGivenFeedback) word.kind = Fact::kGuardianInformed;
  }
}

void ApplyToCase(CaseState& state, const Effect& effect) {
  state.steps |= Bit(effect.kind);
  if (IsDated(effect.kind)) {
    const bool decided = effect.kind == Fact::kMeasureDecided;
    state.dated.push_back(
        {effect.kind, KnowerOf(effect), effect.when, decided ? effect.subject : std::string()});
  }
  if (effect.kind == Fact::kInvestigationConcluded) {
    state.finding = static_cast<event::v1::Finding>(effect.code);
  } else if (IsGuardianWord(effect.kind)) {
    state.told.push_back({effect.kind, effect.subject});
  } else if (effect.kind == Fact::kCaseClosed) {
    state.closed = true;
    state.closed_when = effect.when;
  } else if (effect.kind == Fact::kCaseReopened) {
    Reopen(state);
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
  again.opened_live = incident.opened_live;
  for (size_t i = 0; i < journal.size(); ++i) {
    if (!journal[i].correction) Apply(again, *stands[i]);
  }
  again.journal = std::move(incident.journal);
  again.facts = std::move(incident.facts);
  incident = std::move(again);
}

}  // namespace

bool CaseState::Done(Fact::KindCase kind) const { return (steps & Bit(kind)) != 0; }

bool CaseState::Knows(Knower who) const {
  return absl::c_any_of(dated, [who](const DatedStep& step) { return step.knower == who; });
}

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
    incident.opened_live |= fact.has_incident_opened() && !fact.has_imported();
    Apply(incident, entry.effect);
  }
  incident.facts.try_emplace(fact.id(), static_cast<uint32_t>(incident.journal.size()));
  incident.journal.push_back(std::move(entry));
  if (fact.has_correction()) Refold(incident);
}

}  // namespace skyndsamt::domain
