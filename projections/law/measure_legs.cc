#include "projections/law/measure_legs.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "projections/law/edtf.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_CARRY_OUT_MEASURES;
using event::v1::LEG_DECIDE_MEASURES;
using event::v1::LEG_EVALUATE_MEASURES;
using event::v1::LEG_FOLLOW_UP;

bool IsClosing(const Fact& fact) { return fact.has_case_closed(); }
bool IsReopening(const Fact& fact) { return fact.has_case_reopened(); }

// The measure a fact names; null where it is about none.
const std::string* MeasureNamed(const Fact& fact) {
  switch (fact.kind_case()) {
    case Fact::kMeasureDecided:
      return &fact.measure_decided().measure();
    case Fact::kMeasureCarriedOut:
      return &fact.measure_carried_out().measure();
    case Fact::kMeasureWithdrawn:
      return &fact.measure_withdrawn().measure();
    case Fact::kMeasureFollowedUp:
      return &fact.measure_followed_up().measure();
    default:
      return nullptr;
  }
}

// The measure exists for certain: something of it had happened.
bool Exists(const CaseReading& reading, std::string_view measure) {
  return std::ranges::any_of(reading.facts(), [&](const DatedFact* dated) {
    const std::string* named = MeasureNamed(dated->fact());
    return dated->happened && named != nullptr && *named == measure;
  });
}

// The closing that stands: after a reopening, the next one.
std::optional<Moment> Closing(const CaseReading& reading) {
  return EarliestOf(SinceReopening(reading.Those(IsClosing), LatestOf(reading.Those(IsReopening))));
}

bool HasFinding(const Moment& conclusion, event::v1::Finding finding) {
  return std::ranges::any_of(conclusion.among, [&](const Candidate& one) {
    return one.fact->fact().investigation_concluded().finding() == finding;
  });
}

// Whether a conclusion, if it was drawn, was that nothing was substantiated.
Certainty FoundNothing(const Moment& conclusion) {
  const auto found_nothing = [](const Candidate& one) {
    return one.fact->fact().investigation_concluded().finding() ==
           event::v1::FINDING_NOT_SUBSTANTIATED;
  };
  if (std::ranges::all_of(conclusion.among, found_nothing)) return true;
  return std::ranges::any_of(conclusion.among, found_nothing) ? std::nullopt : Certainty(false);
}

// Whether it stands that nothing was substantiated: by the last conclusion, and where that may not
// have been drawn also by the one before it.
Certainty NotSubstantiated(std::span<const Investigation> investigations) {
  Certainty stands = false;
  for (const Investigation& each : investigations) {
    if (!each.concluded) continue;
    const Certainty found_nothing = FoundNothing(*each.concluded);
    if (each.concluded->certain) {
      stands = found_nothing;
    } else if (stands != found_nothing) {
      stands = std::nullopt;
    }
  }
  return stands;
}

// The fact of the last conclusion; null if there is none.
const EffectiveFact* LastConcluding(std::span<const Investigation> investigations) {
  const EffectiveFact* last = nullptr;
  for (const Investigation& each : investigations) {
    if (each.concluded) last = each.concluded->stated();
  }
  return last;
}

bool EffectAssessed(event::v1::Effect effect) {
  return effect == event::v1::EFFECT_SHOWN || effect == event::v1::EFFECT_PARTLY ||
         effect == event::v1::EFFECT_NONE;
}

std::optional<Moment> CarryingOut(const CaseReading& reading, std::string_view measure) {
  return EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_carried_out() && fact.measure_carried_out().measure() == measure;
  }));
}

std::optional<Moment> Withdrawal(const CaseReading& reading, std::string_view measure) {
  return EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_withdrawn() && fact.measure_withdrawn().measure() == measure;
  }));
}

// The first evaluation that does not certainly come before the last follow-up; where all of them
// do, the first of all.
std::optional<Moment> Evaluation(const CaseReading& reading,
                                 const std::optional<Moment>& followed_up) {
  const Candidates all =
      reading.Those([](const Fact& fact) { return fact.has_measures_evaluated(); });
  Candidates since;
  std::ranges::copy_if(all, std::back_inserter(since), [&](const Candidate& one) {
    return !followed_up || !CertainlyBefore(MomentOf(*one.fact), *followed_up);
  });
  return EarliestOf(since.empty() ? all : since);
}

// The measure was withdrawn and not carried out.
Certainty NeverInForce(const CaseReading& reading, std::string_view measure) {
  const auto withdrawn = Withdrawal(reading, measure);
  if (!withdrawn) return false;
  const auto carried_out = CarryingOut(reading, measure);
  if (carried_out && carried_out->certain) return false;
  return withdrawn->certain && !carried_out ? Certainty(true) : std::nullopt;
}

// A leg of a measure that was withdrawn is not required unless it was done first.
LegOutcome HeedWithdrawal(LegOutcome outcome, const std::optional<Moment>& withdrawn) {
  if (!withdrawn || outcome.state == api::v1::LEG_STATE_FULFILLED) return outcome;
  if (withdrawn->certain && !outcome.ended) {
    return GiveUp(outcome, Why::kWithdrawn, *withdrawn);
  }
  return PerhapsNotRequired(std::move(outcome), Why::kPerhapsNotRequired, withdrawn->stated());
}

// What a case is asked for that has no measure at all: nothing, once that is settled.
LegOutcome WithoutMeasure(const CaseReading& reading, event::v1::Leg leg,
                          std::span<const Investigation> investigations) {
  const Certainty not_substantiated = NotSubstantiated(investigations);
  if (not_substantiated == true) {
    return NotRequired(leg, Why::kNotSubstantiated, LastConcluding(investigations));
  }
  const auto closed = Closing(reading);
  if (closed && closed->certain) return NotRequired(leg, Why::kNoMeasure, closed->stated());
  return closed || !not_substantiated ? PerhapsNotRequired({.leg = leg}) : LegOutcome{.leg = leg};
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
    const std::string* id = MeasureNamed(dated->fact());
    if (id != nullptr && std::ranges::find(measures, *id) == measures.end()) {
      measures.push_back(*id);
    }
  }
  return measures;
}

LegOutcome DecideMeasures(const Rounds& rounds, const Round& round,
                          const Investigation& investigation) {
  const auto& concluded = investigation.concluded;
  Candidates decided;
  for (int number = round.number; number <= investigation.last_round; ++number) {
    const Round& covered = rounds.all()[static_cast<size_t>(number - 1)];
    for (Candidate candidate :
         rounds.In(covered, [](const Fact& fact) { return fact.has_measure_decided(); })) {
      candidate.certain = candidate.certain && number <= investigation.last_certain_round;
      decided.push_back(candidate);
    }
  }
  const Certainty not_substantiated = NotSubstantiated({&investigation, 1});
  if (not_substantiated == true) {
    return NotRequired(LEG_DECIDE_MEASURES, Why::kNotSubstantiated, concluded->stated());
  }
  LegOutcome outcome = Decide(LEG_DECIDE_MEASURES, concluded, EarliestOf(decided));
  const auto& before = investigation.concluded_before_reopening;
  if (before && FoundNothing(*before) != true) outcome.whole_chain_start = before;
  if (!not_substantiated) return PerhapsNotRequired(std::move(outcome));
  if (concluded && HasFinding(*concluded, event::v1::FINDING_UNSPECIFIED) && outcome.clocked() &&
      outcome.state != api::v1::LEG_STATE_FULFILLED) {
    // Whether measures are asked for depends on a finding that nobody recorded.
    return PerhapsNotRequired(std::move(outcome), Why::kFindingUnstated, concluded->stated());
  }
  return outcome;
}

LegOutcome CarryOutMeasure(const CaseReading& reading, std::string_view measure) {
  const auto decided = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_decided() && fact.measure_decided().measure() == measure;
  }));
  const auto carried_out = CarryingOut(reading, measure);
  LegOutcome outcome = HeedWithdrawal(Decide(LEG_CARRY_OUT_MEASURES, decided, carried_out),
                                      Withdrawal(reading, measure));
  outcome.measure = measure;
  if (!decided) return outcome;
  const std::string& planned = decided->fact->fact().measure_decided().due();
  outcome.plan_uncertain = std::ranges::any_of(decided->others, [&](const DatedFact* other) {
    return other->fact().measure_decided().due() != planned;
  });
  const auto due = ParseEdtf(planned, reading.policy());
  if (due.ok() && due->latest) outcome.plan_due = *due;
  return outcome;
}

LegOutcome FollowUp(const CaseReading& reading, std::string_view measure,
                    const std::vector<Investigation>& investigations) {
  const bool any_measure = !MeasuresOf(reading).empty();
  const Certainty not_substantiated =
      any_measure ? Certainty(false) : NotSubstantiated(investigations);
  if (not_substantiated == true) {
    return NotRequired(LEG_FOLLOW_UP, Why::kNotSubstantiated, LastConcluding(investigations));
  }
  const auto carried_out = CarryingOut(reading, measure);
  const auto followed_up = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_measure_followed_up() && fact.measure_followed_up().measure() == measure &&
           EffectAssessed(fact.measure_followed_up().effect());
  }));
  LegOutcome outcome = Decide(
      LEG_FOLLOW_UP, carried_out ? carried_out : AsSubstitute(Closing(reading)), followed_up);
  // What was carried out before it was withdrawn has an effect to follow up all the same.
  if (any_measure && !carried_out) {
    outcome = HeedWithdrawal(std::move(outcome), Withdrawal(reading, measure));
  }
  if (!not_substantiated) outcome = PerhapsNotRequired(std::move(outcome));
  outcome.measure = measure;
  return outcome;
}

LegOutcome EvaluateMeasures(const CaseReading& reading,
                            const std::vector<Investigation>& investigations) {
  const Candidates follow_ups =
      reading.Those([](const Fact& fact) { return fact.has_measure_followed_up(); });
  const auto followed_up = LatestOf(follow_ups);
  const auto evaluated = Evaluation(reading, followed_up);
  const auto measures = MeasuresOf(reading);
  LegOutcome without = WithoutMeasure(reading, LEG_EVALUATE_MEASURES, investigations);
  if (!evaluated && measures.empty()) return without;
  LegOutcome outcome = Decide(LEG_EVALUATE_MEASURES, followed_up, evaluated);
  // A follow-up after the evaluation does not hide how long that one had taken.
  if (outcome.done_before) {
    outcome.whole_chain_start = LatestOf(CertainlyAhead(follow_ups, *evaluated));
  }
  if (followed_up || evaluated) return outcome;
  // Nothing is left to evaluate where every measure was withdrawn before it was carried out.
  bool any = false;
  bool may_be_left = false;
  bool may_be_none = false;
  for (const std::string_view measure : measures) {
    const Certainty never = NeverInForce(reading, measure);
    if (never == false && Exists(reading, measure)) return outcome;
    any = any || Exists(reading, measure);
    may_be_left = may_be_left || never != true;
    may_be_none = may_be_none || never != false;
  }
  if (!any) may_be_none = may_be_none || without.state != api::v1::LEG_STATE_NOT_STARTED;
  if (!may_be_left) return NotRequired(LEG_EVALUATE_MEASURES, Why::kWithdrawn);
  return may_be_none ? PerhapsNotRequired(std::move(outcome)) : outcome;
}

}  // namespace skyndsamt::law
