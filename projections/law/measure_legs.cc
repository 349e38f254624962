#include "projections/law/measure_legs.h"

#include <algorithm>

#include "projections/law/edtf.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_CARRY_OUT_MEASURES;
using event::v1::LEG_DECIDE_MEASURES;
using event::v1::LEG_EVALUATE_MEASURES;
using event::v1::LEG_FOLLOW_UP;

bool IsClosing(const Fact& fact) { return fact.has_case_closed(); }

event::v1::Finding FindingOf(const Moment& conclusion) {
  return conclusion.fact->fact().investigation_concluded().finding();
}

bool NotSubstantiated(const Moment* conclusion) {
  return conclusion != nullptr && conclusion->certain &&
         FindingOf(*conclusion) == event::v1::FINDING_NOT_SUBSTANTIATED;
}

bool EffectAssessed(event::v1::Effect effect) {
  return effect == event::v1::EFFECT_SHOWN || effect == event::v1::EFFECT_PARTLY ||
         effect == event::v1::EFFECT_NONE;
}

std::optional<Moment> Withdrawal(const CaseReading& reading, std::string_view measure) {
  return EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_withdrawn() && fact.measure_withdrawn().measure() == measure;
  }));
}

// A leg of a measure that was withdrawn is not required unless it was done first.
LegOutcome HeedWithdrawal(LegOutcome outcome, const std::optional<Moment>& withdrawn) {
  if (!withdrawn || outcome.state == api::v1::LEG_STATE_FULFILLED) return outcome;
  if (withdrawn->certain) return NotRequired(outcome.leg, Why::kWithdrawn);
  outcome.state = api::v1::LEG_STATE_UNDETERMINED;
  return outcome;
}

// What a case is asked for that has no measure at all: nothing, once that is settled.
LegOutcome WithoutMeasure(const CaseReading& reading, event::v1::Leg leg,
                          const Moment* conclusion) {
  const auto closed = EarliestOf(reading.Those(IsClosing));
  if (NotSubstantiated(conclusion)) return NotRequired(leg, Why::kNotSubstantiated);
  if (closed && closed->certain) return NotRequired(leg, Why::kNoMeasure);
  return {.leg = leg};
}

}  // namespace

const Moment* LastConclusion(const std::vector<Investigation>& investigations) {
  for (auto i = investigations.rbegin(); i != investigations.rend(); ++i) {
    if (i->concluded) return &*i->concluded;
  }
  return nullptr;
}

std::vector<std::string_view> MeasuresOf(const CaseReading& reading) {
  std::vector<std::string_view> measures;
  for (const DatedFact* dated : reading.facts()) {
    const Fact& fact = dated->fact();
    const std::string* id = fact.has_measure_decided()       ? &fact.measure_decided().measure()
                            : fact.has_measure_carried_out() ? &fact.measure_carried_out().measure()
                            : fact.has_measure_withdrawn()   ? &fact.measure_withdrawn().measure()
                            : fact.has_measure_followed_up() ? &fact.measure_followed_up().measure()
                                                             : nullptr;
    if (id != nullptr && std::ranges::find(measures, *id) == measures.end()) {
      measures.push_back(*id);
    }
  }
  return measures;
}

LegOutcome DecideMeasures(const CaseReading& reading, const Rounds& rounds, const Round& round,
                          const Investigation& investigation) {
  const auto& concluded = investigation.concluded;
  Candidates decided;
  for (int number = round.number; number <= investigation.last_round; ++number) {
    const Round& covered = rounds.all()[static_cast<size_t>(number - 1)];
    for (const Candidate& candidate :
         rounds.In(covered, [](const Fact& fact) { return fact.has_measure_decided(); })) {
      decided.push_back(candidate);
    }
  }
  if (concluded && NotSubstantiated(&*concluded)) {
    return NotRequired(LEG_DECIDE_MEASURES, Why::kNotSubstantiated);
  }
  LegOutcome outcome = Decide(reading, LEG_DECIDE_MEASURES, concluded, EarliestOf(decided));
  if (concluded && FindingOf(*concluded) == event::v1::FINDING_UNSPECIFIED &&
      outcome.state == api::v1::LEG_STATE_PENDING) {
    // Whether measures are asked for depends on a finding that nobody recorded.
    outcome.state = api::v1::LEG_STATE_UNDETERMINED;
    outcome.why = Why::kFindingUnstated;
  }
  return outcome;
}

LegOutcome CarryOutMeasure(const CaseReading& reading, std::string_view measure) {
  const auto decided = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_decided() && fact.measure_decided().measure() == measure;
  }));
  const auto carried_out = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_carried_out() && fact.measure_carried_out().measure() == measure;
  }));
  LegOutcome outcome = HeedWithdrawal(Decide(reading, LEG_CARRY_OUT_MEASURES, decided, carried_out),
                                      Withdrawal(reading, measure));
  outcome.measure = measure;
  if (decided && !decided->fact->fact().measure_decided().due().empty()) {
    const auto due = ParseEdtf(decided->fact->fact().measure_decided().due());
    if (due.ok() && due->latest) outcome.plan_due = *due;
  }
  return outcome;
}

LegOutcome FollowUp(const CaseReading& reading, std::string_view measure,
                    const std::vector<Investigation>& investigations) {
  const Moment* conclusion = LastConclusion(investigations);
  const bool any_measure = !MeasuresOf(reading).empty();
  if (!any_measure && NotSubstantiated(conclusion)) {
    return NotRequired(LEG_FOLLOW_UP, Why::kNotSubstantiated);
  }
  auto start = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_carried_out() && fact.measure_carried_out().measure() == measure;
  }));
  if (!start) start = AsSubstitute(EarliestOf(reading.Those(IsClosing)));
  const auto followed_up = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_followed_up() && fact.measure_followed_up().measure() == measure &&
           EffectAssessed(fact.measure_followed_up().effect());
  }));
  LegOutcome outcome = HeedWithdrawal(Decide(reading, LEG_FOLLOW_UP, start, followed_up),
                                      any_measure ? Withdrawal(reading, measure) : std::nullopt);
  outcome.measure = measure;
  return outcome;
}

LegOutcome EvaluateMeasures(const CaseReading& reading,
                            const std::vector<Investigation>& investigations) {
  const auto evaluated =
      EarliestOf(reading.Those([](const Fact& fact) { return fact.has_measures_evaluated(); }));
  if (!evaluated && MeasuresOf(reading).empty()) {
    return WithoutMeasure(reading, LEG_EVALUATE_MEASURES, LastConclusion(investigations));
  }
  const auto followed_up =
      LatestOf(reading.Those([](const Fact& fact) { return fact.has_measure_followed_up(); }));
  return Decide(reading, LEG_EVALUATE_MEASURES, followed_up, evaluated);
}

}  // namespace skyndsamt::law
