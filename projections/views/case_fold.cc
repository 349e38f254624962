#include "projections/views/case_fold.h"

#include <algorithm>
#include <limits>
#include <string>

#include "projections/law/case_facts.h"
#include "projections/law/knowledge.h"

namespace skyndsamt::views {
namespace {

using event::v1::Effect;
using event::v1::Fact;
using view::v1::CaseRow;
using view::v1::IncidentRow;
using view::v1::MeasureRow;

void FoldAccused(CaseRow& row, const event::v1::IncidentOpened& opened) {
  for (const auto& accused : opened.accused()) {
    switch (accused.kind()) {
      case event::v1::ACCUSED_KIND_PRINCIPAL:
        row.set_principal_accused(true);
        [[fallthrough]];
      case event::v1::ACCUSED_KIND_STAFF:
      case event::v1::ACCUSED_KIND_CHIEF:
        row.set_adult_variant(true);
        break;
      case event::v1::ACCUSED_KIND_GUARDIAN:
      case event::v1::ACCUSED_KIND_OTHER_ADULT:
        row.set_guardian_accused(true);
        break;
      default:
        break;
    }
  }
}

MeasureRow& Measure(CaseRow& row, const std::string& id) {
  for (MeasureRow& measure : *row.mutable_measures()) {
    if (measure.measure() == id) return measure;
  }
  MeasureRow& added = *row.add_measures();
  added.set_measure(id);
  return added;
}

void FoldMeasure(CaseRow& row, const Fact& fact) {
  switch (fact.kind_case()) {
    case Fact::kMeasureDecided: {
      const auto& decided = fact.measure_decided();
      MeasureRow& measure = Measure(row, decided.measure());
      measure.set_level(decided.level());
      *measure.mutable_responsible() = decided.responsible();
      measure.set_due(decided.due());
      break;
    }
    case Fact::kMeasureCarriedOut:
      Measure(row, fact.measure_carried_out().measure()).set_carried_out(true);
      break;
    case Fact::kMeasureWithdrawn:
      Measure(row, fact.measure_withdrawn().measure()).set_withdrawn(true);
      break;
    case Fact::kMeasureFollowedUp:
      Measure(row, fact.measure_followed_up().measure())
          .set_effect(fact.measure_followed_up().effect());
      break;
    default:
      break;
  }
}

void FoldCase(CaseRow& row, const Fact& fact, bool imported) {
  if (imported) row.set_imported(true);
  if (fact.has_investigator_assigned()) row.set_assigned(true);
  const law::Knower knower = law::WhoCameToKnow(fact, row.assigned());
  if (knower != law::Knower::kNobody) row.set_knowledge(row.knowledge() + 1);
  if (knower == law::Knower::kAuthority) row.set_notified(true);
  switch (fact.kind_case()) {
    case Fact::kIncidentOpened:
      FoldAccused(row, fact.incident_opened());
      break;
    case Fact::kInvestigatorAssigned:
      row.set_investigator(fact.investigator_assigned().investigator());
      break;
    case Fact::kInvestigationOpened:
      row.set_opened(true);
      break;
    case Fact::kInvestigationConcluded:
      row.set_concluded(true);
      row.set_finding(fact.investigation_concluded().finding());
      break;
    case Fact::kClassified:
      row.set_type(fact.classified().type());
      break;
    case Fact::kIncidentsLinked:
      row.add_linked(fact.incidents_linked().other());
      break;
    case Fact::kCaseClosed:
      row.set_closed(true);
      break;
    case Fact::kCaseReopened:
      row.set_closed(false);
      row.set_concluded(false);
      row.set_opened(true);
      row.set_reopened(row.reopened() + 1);
      break;
    default:
      FoldMeasure(row, fact);
  }
}

// The incident's first fact says whose cases there are.
void Open(IncidentRow& row, const event::v1::IncidentOpened& opened) {
  row.set_unit(opened.unit());
  for (const auto& child : opened.children()) {
    const auto known = std::ranges::find(row.cases(), child.person(), &CaseRow::child);
    if (known == row.cases().end()) row.add_cases()->set_child(child.person());
  }
  if (row.cases().empty()) row.add_cases();
}

}  // namespace

void Fold(IncidentRow& row, const Fact& fact, const Fact& entry) {
  if (fact.has_incident_opened()) Open(row, fact.incident_opened());
  for (CaseRow& one : *row.mutable_cases()) {
    if (law::Concerns(fact, one.child())) FoldCase(one, fact, entry.has_imported());
  }
}

IncidentRow FoldAll(std::span<const law::Entry> entries) {
  IncidentRow row;
  for (const auto& stands : law::EffectiveFacts(entries, std::numeric_limits<Micros>::max())) {
    Fold(row, *stands.fact, *stands.imported_by);
  }
  return row;
}

api::v1::CaseState StateOf(const CaseRow& row) {
  const auto settled = [](const MeasureRow& measure) {
    const law::MeasureFacts facts{.carried_out = measure.carried_out(),
                                  .withdrawn = measure.withdrawn(),
                                  .effect = measure.effect()};
    return facts.settled();
  };
  if (row.closed()) return api::v1::CASE_STATE_CLOSED;
  if (row.reopened() > 0 && !row.concluded()) return api::v1::CASE_STATE_UNDER_INVESTIGATION;
  if (!row.measures().empty()) {
    return std::ranges::all_of(row.measures(), settled) ? api::v1::CASE_STATE_FOLLOWED_UP
                                                        : api::v1::CASE_STATE_MEASURES;
  }
  if (row.concluded()) return api::v1::CASE_STATE_CONCLUDED;
  if (row.opened()) return api::v1::CASE_STATE_UNDER_INVESTIGATION;
  return row.notified() ? api::v1::CASE_STATE_NOTIFIED : api::v1::CASE_STATE_KNOWN;
}

}  // namespace skyndsamt::views
