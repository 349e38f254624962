#include "projections/law/leg.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace skyndsamt::law {

bool LegOutcome::Has(api::v1::Remark remark) const {
  return std::ranges::find(remarks, remark) != remarks.end();
}

LegOutcome Decide(event::v1::Leg leg, std::optional<Moment> start, std::optional<Moment> end) {
  LegOutcome outcome{.leg = leg, .started = std::move(start), .ended = std::move(end)};
  const auto& from = outcome.started;
  const auto& to = outcome.ended;
  if (from && from->substitute) outcome.remarks.push_back(api::v1::REMARK_SUBSTITUTE_START);
  if ((from && from->inferred) || (to && to->inferred))
    outcome.remarks.push_back(api::v1::REMARK_INFERRED_END);
  if ((from && from->contradicted()) || (to && to->contradicted())) {
    outcome.state = api::v1::LEG_STATE_UNDETERMINED;
    outcome.remarks.push_back(api::v1::REMARK_CONTRADICTED);
  } else if ((from && !from->certain) || (to && !to->certain)) {
    outcome.state = api::v1::LEG_STATE_UNDETERMINED;
  } else if (from && to) {
    outcome.state = api::v1::LEG_STATE_FULFILLED;
    outcome.done_before = CertainlyBefore(*to, *from);
    if (outcome.done_before) outcome.remarks.push_back(api::v1::REMARK_DONE_BEFORE_IT_BEGAN);
  } else if (to) {
    outcome.state = api::v1::LEG_STATE_FULFILLED;
    outcome.remarks.push_back(api::v1::REMARK_START_UNKNOWN);
  } else if (from) {
    outcome.state = api::v1::LEG_STATE_PENDING;
  }
  return outcome;
}

Candidates NotBefore(const Candidates& candidates, const Moment& after, bool same_day_is_after) {
  Candidates kept;
  for (Candidate candidate : candidates) {
    const Moment moment = MomentOf(*candidate.fact);
    if (CertainlyBefore(moment, after)) continue;
    const bool follows = CertainlyBefore(after, moment) ||
                         (same_day_is_after && CertainlyByTheDayOf(after.when, moment.when));
    candidate.certain = candidate.certain && after.certain && follows;
    kept.push_back(candidate);
  }
  return kept;
}

Candidates CertainlyAhead(const Candidates& candidates, const Moment& moment) {
  Candidates ahead;
  std::ranges::copy_if(candidates, std::back_inserter(ahead), [&](const Candidate& candidate) {
    return CertainlyBefore(MomentOf(*candidate.fact), moment);
  });
  return ahead;
}

Candidates SinceReopening(Candidates candidates, const std::optional<Moment>& reopened) {
  if (!reopened) return candidates;
  if (reopened->certain) return NotBefore(candidates, *reopened, /*same_day_is_after=*/false);
  for (Candidate& candidate : candidates) candidate.certain = false;
  return candidates;
}

Certainty Both(Certainty a, Certainty b) {
  if (a == false || b == false) return false;
  return a && b ? Certainty(true) : std::nullopt;
}

Certainty Either(Certainty a, Certainty b) {
  if (a == true || b == true) return true;
  return a && b ? Certainty(false) : std::nullopt;
}

Certainty Not(Certainty a) { return a ? Certainty(!*a) : std::nullopt; }

Certainty ByTheDayOf(const Moment& a, const std::optional<Moment>& b) {
  if (!b) return true;
  if (a.contradicted() || b->contradicted()) return std::nullopt;
  const Range days_after = CalendarDays(*b, a);
  const bool follows = CertainlyNotAfter(*b, a) || days_after.min > 0;
  if (!follows) return days_after.max == 0 ? Certainty(true) : std::nullopt;
  return b->certain ? Certainty(false) : std::nullopt;
}

LegOutcome NotRequired(event::v1::Leg leg, Why why, const EffectiveFact* because) {
  LegOutcome outcome{.leg = leg, .state = api::v1::LEG_STATE_NOT_REQUIRED, .why = why};
  if (because != nullptr) outcome.because.push_back(because);
  return outcome;
}

LegOutcome GiveUp(const LegOutcome& outcome, Why why, const Moment& at) {
  LegOutcome given_up = NotRequired(outcome.leg, why, at.stated());
  if (outcome.state == api::v1::LEG_STATE_PENDING) {
    given_up.ran_from = outcome.started;
    given_up.given_up = at;
  }
  return given_up;
}

LegOutcome PerhapsNotRequired(LegOutcome outcome, Why why, const EffectiveFact* because) {
  if (because != nullptr) outcome.because.push_back(because);
  outcome.state = api::v1::LEG_STATE_UNDETERMINED;
  outcome.why = why;
  outcome.perhaps_not_required = true;
  return outcome;
}

std::optional<Moment> AsSubstitute(std::optional<Moment> moment) {
  if (moment) moment->substitute = true;
  return moment;
}

}  // namespace skyndsamt::law
