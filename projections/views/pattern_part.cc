// One incident of a pattern.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/wording.h"
#include "projections/views/fact_stream.h"
#include "projections/views/fact_words.h"
#include "projections/views/pattern.h"

namespace skyndsamt::views {
namespace {

using api::v1::PatternCase;
using api::v1::PatternIncident;
using event::v1::Fact;

const event::v1::IncidentOpened* OpeningOf(std::span<const law::EffectiveFact> facts) {
  for (const law::EffectiveFact& fact : facts) {
    if (fact.fact->has_incident_opened()) return &fact.fact->incident_opened();
  }
  return nullptr;
}

bool IsOf(const event::v1::IncidentOpened& opened, const PatternOf& of) {
  const auto names = [](const auto& people, std::string_view person) {
    return std::ranges::any_of(people, [&](const auto& one) { return one.person() == person; });
  };
  if (!of.child.empty()) return names(opened.children(), of.child);
  if (!of.accused.empty()) return names(opened.accused(), of.accused);
  return opened.unit() == of.unit && opened.place() == of.place;
}

// The steps of a case: what belongs on a common axis.
bool IsStep(const Fact& fact) {
  switch (fact.kind_case()) {
    case Fact::kPersonDeclared:
    case Fact::kInvestigatorAssigned:
    case Fact::kConflictDeclared:
    case Fact::kFindingRecorded:
    case Fact::kClassified:
    case Fact::kDocumentAdded:
    case Fact::kDocumentsRequested:
    case Fact::kDocumentsAnswered:
      return false;
    default:
      return true;
  }
}

void Fill(const law::DatedFact& fact, api::v1::Anchor& to) {
  to.set_fact(std::string(fact.stated->id));
  to.set_edtf(law::AsStated(fact.fact()));
  if (fact.shown.earliest) to.set_earliest(law::FormatInstant(*fact.shown.earliest));
  if (fact.shown.latest) to.set_latest(law::FormatInstant(*fact.shown.latest));
  to.set_position(fact.stated->position);
}

// What of the child's case had certainly happened by as_of, in the order of time; where that order
// is not certain, in the order of the log.
std::vector<law::EffectiveFact> InOrder(const law::CaseReading& reading) {
  std::vector<const law::DatedFact*> left;
  std::ranges::copy_if(reading.facts(), std::back_inserter(left), &law::DatedFact::happened);
  std::vector<law::EffectiveFact> ordered;
  while (!left.empty()) {
    auto next = std::ranges::find_if(left, [&](const law::DatedFact* one) {
      return std::ranges::none_of(left, [&](const law::DatedFact* other) {
        return law::CertainlyBefore(*other, *one) && !law::CertainlyBefore(*one, *other);
      });
    });
    if (next == left.end()) next = left.begin();  // they contradict one another
    ordered.push_back(*(*next)->stated);
    left.erase(next);
  }
  return ordered;
}

PatternCase CaseOf(const law::CaseFile& file, const law::CaseReading& reading) {
  PatternCase one;
  const std::vector<law::EffectiveFact> ordered = InOrder(reading);
  const law::CaseFacts facts = law::ReadCase(ordered, file.child);
  one.set_child(std::string(file.child));
  one.set_closed(facts.stage == law::CaseStage::kClosed);
  one.set_finding(facts.finding);
  one.set_type(facts.type);
  for (const law::EffectiveFact& fact : ordered) {
    if (fact.fact->has_classified()) *one.mutable_forms() = fact.fact->classified().forms();
  }
  for (const api::v1::Timeliness told = law::Judge(file); const auto& leg : told.legs()) {
    one.set_rounds(std::max(one.rounds(), leg.round()));
    if (!leg.has_routine()) continue;  // its clock never ran
    auto& brief = *one.add_legs();
    brief.set_leg(leg.leg());
    brief.set_round(leg.round());
    brief.set_state(leg.state());
    if (leg.has_days()) *brief.mutable_days() = leg.days();
    brief.set_verdict(leg.routine().verdict());
    brief.set_practice(leg.practice().position());
  }
  return one;
}

void AddMoment(const law::DatedFact& fact, std::string_view incident, const Wards& wards,
               PatternPart& part) {
  const auto* kinds = Fact::descriptor()->FindFieldByNumber(fact.fact().kind_case());
  if (kinds == nullptr || !IsStep(fact.fact())) return;
  api::v1::PatternMoment moment;
  moment.set_incident(std::string(incident));
  moment.set_kind(kinds->name());
  Fill(fact, *moment.mutable_when());
  moment.set_recorded(law::FormatInstant(fact.stated->recorded));
  *moment.mutable_what() = WhatChanged(fact.fact(), wards);
  part.moments.push_back(std::move(moment));
  part.times.push_back(fact.when);
}

// What concerns the cases that are asked about, once each, in log order.
void AddFacts(const law::CaseReading& reading, const PatternOf& of, const Wards& wards,
              PatternPart& part) {
  for (const law::DatedFact* dated : reading.incident_facts()) {
    const Fact& fact = dated->fact();
    if (!of.child.empty() && !law::Concerns(fact, of.child)) continue;
    AddMoment(*dated, reading.file().incident, wards, part);
    if (fact.has_measure_carried_out()) part.carried_out.push_back(dated->when);
    if (!fact.has_incidents_linked()) continue;
    auto& link = *part.incident.add_links();
    link.set_other(fact.incidents_linked().other());
    link.set_relation(fact.incidents_linked().relation());
    link.set_fact(std::string(dated->stated->id));
  }
}

}  // namespace

std::optional<PatternPart> ReadPart(law::CaseFile file, const PatternOf& of) {
  const auto effective = law::EffectiveFacts(file.entries, file.known_at);
  const event::v1::IncidentOpened* opened = OpeningOf(effective);
  if (opened == nullptr || !IsOf(*opened, of)) return std::nullopt;
  PatternPart part;
  PatternIncident& incident = part.incident;
  incident.set_incident(std::string(file.incident));
  incident.set_unit(opened->unit());
  incident.set_place(opened->place());
  *incident.mutable_accused() = opened->accused();
  for (const std::string& child : ChildrenOf(effective)) {
    if (!of.child.empty() && child != of.child) continue;
    file.child = child;
    const law::CaseReading reading(file);
    *incident.add_cases() = CaseOf(file, reading);
    if (incident.cases_size() > 1) continue;  // the rest is the incident's
    AddFacts(reading, of, WardsOf(effective), part);
    const auto event = std::ranges::find_if(reading.incident_facts(), [](const auto* dated) {
      return dated->fact().has_incident_opened();
    });
    if (event == reading.incident_facts().end()) return std::nullopt;  // after as_of
    Fill(**event, *incident.mutable_happened());
    part.happened = (*event)->when;
    part.recorded = (*event)->stated->first_recorded;
  }
  return part;
}

}  // namespace skyndsamt::views
