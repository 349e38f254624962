#include "projections/law/case_facts.h"

#include <algorithm>

#include "projections/law/knowledge.h"

namespace skyndsamt::law {
namespace {

using event::v1::AccusedKind;
using event::v1::Fact;

// Collects one case fact by fact, in log order.
class Reader {
 public:
  CaseFacts facts;

  void Read(const EffectiveFact& effective) {
    const Fact& fact = *effective.fact;
    facts.imported = facts.imported || effective.imported_by->has_imported();
    assigned_ = assigned_ || fact.has_investigator_assigned();
    notified_ = notified_ || WhoCameToKnow(fact, assigned_) == Knower::kAuthority;
    switch (fact.kind_case()) {
      case Fact::kIncidentOpened:
        for (const auto& accused : fact.incident_opened().accused()) ReadAccused(accused);
        break;
      case Fact::kInvestigatorAssigned:
        facts.investigator = fact.investigator_assigned().investigator();
        break;
      case Fact::kInvestigationOpened:
        opened_ = true;
        break;
      case Fact::kInvestigationConcluded:
        concluded_ = true;
        facts.finding = fact.investigation_concluded().finding();
        break;
      case Fact::kClassified:
        facts.type = fact.classified().type();
        break;
      case Fact::kIncidentsLinked:
        facts.linked_incidents.push_back(fact.incidents_linked().other());
        break;
      case Fact::kCaseClosed:
        closed_ = true;
        break;
      case Fact::kCaseReopened:
        // What was concluded is open again.
        closed_ = concluded_ = false;
        opened_ = true;
        ++facts.reopened;
        break;
      default:
        ReadMeasure(fact);
    }
  }

  CaseFacts Finish() {
    facts.stage = Stage();
    return std::move(facts);
  }

 private:
  void ReadAccused(const event::v1::Accused& accused) {
    const AccusedKind kind = accused.kind();
    facts.adult_variant |= kind == event::v1::ACCUSED_KIND_STAFF ||
                           kind == event::v1::ACCUSED_KIND_PRINCIPAL ||
                           kind == event::v1::ACCUSED_KIND_CHIEF;
    facts.guardian_accused |=
        kind == event::v1::ACCUSED_KIND_GUARDIAN || kind == event::v1::ACCUSED_KIND_OTHER_ADULT;
    if (kind == event::v1::ACCUSED_KIND_PRINCIPAL) {
      facts.principal_accused = true;
      facts.accused_principals.emplace_back(accused.person());
    }
    facts.child_accused |= kind == event::v1::ACCUSED_KIND_CHILD;
  }

  void ReadMeasure(const Fact& fact) {
    switch (fact.kind_case()) {
      case Fact::kMeasureDecided:
        Measure(fact.measure_decided().measure()).decided = &fact.measure_decided();
        break;
      case Fact::kMeasureCarriedOut:
        Measure(fact.measure_carried_out().measure()).carried_out = true;
        break;
      case Fact::kMeasureWithdrawn:
        Measure(fact.measure_withdrawn().measure()).withdrawn = true;
        break;
      case Fact::kMeasureFollowedUp:
        Measure(fact.measure_followed_up().measure()).effect = fact.measure_followed_up().effect();
        break;
      default:
        break;
    }
  }

  MeasureFacts& Measure(std::string_view id) {
    const auto known = std::ranges::find(facts.measures, id, &MeasureFacts::measure);
    if (known != facts.measures.end()) return *known;
    facts.measures.push_back({.measure = id});
    return facts.measures.back();
  }

  CaseStage Stage() const {
    if (closed_) return CaseStage::kClosed;
    if (facts.reopened > 0 && !concluded_) return CaseStage::kUnderInvestigation;
    if (!facts.measures.empty()) {
      return std::ranges::all_of(facts.measures, &MeasureFacts::settled) ? CaseStage::kFollowedUp
                                                                         : CaseStage::kMeasures;
    }
    if (concluded_) return CaseStage::kConcluded;
    if (opened_) return CaseStage::kUnderInvestigation;
    return notified_ ? CaseStage::kNotified : CaseStage::kKnown;
  }

  bool assigned_ = false;
  bool notified_ = false;
  bool opened_ = false;
  bool concluded_ = false;
  bool closed_ = false;
};

}  // namespace

bool MeasureFacts::settled() const {
  return (withdrawn && !carried_out) || effect == event::v1::EFFECT_SHOWN ||
         effect == event::v1::EFFECT_PARTLY || effect == event::v1::EFFECT_NONE;
}

bool CaseFacts::Accuses(std::string_view principal) const {
  if (principal.empty()) return principal_accused;
  return std::ranges::any_of(accused_principals, [&](std::string_view accused) {
    return accused.empty() || accused == principal;
  });
}

CaseFacts ReadCase(std::span<const EffectiveFact> facts, std::string_view child) {
  Reader reader;
  for (const EffectiveFact& fact : facts) {
    if (Concerns(*fact.fact, child)) reader.Read(fact);
  }
  return reader.Finish();
}

}  // namespace skyndsamt::law
