#include "projections/law/leg.h"

#include <algorithm>
#include <utility>

namespace skyndsamt::law {

bool LegOutcome::Has(api::v1::Remark remark) const {
  return std::ranges::find(remarks, remark) != remarks.end();
}

LegOutcome Decide(const CaseReading& reading, event::v1::Leg leg, std::optional<Moment> start,
                  std::optional<Moment> end) {
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
    outcome.done_before = reading.CertainlyBefore(*to, *from);
    if (outcome.done_before) outcome.remarks.push_back(api::v1::REMARK_DONE_BEFORE_IT_BEGAN);
  } else if (to) {
    outcome.state = api::v1::LEG_STATE_FULFILLED;
    outcome.remarks.push_back(api::v1::REMARK_START_UNKNOWN);
  } else if (from) {
    outcome.state = api::v1::LEG_STATE_PENDING;
  }
  return outcome;
}

Candidates NotBefore(const CaseReading& reading, const Candidates& candidates, const Moment& after,
                     bool same_day_is_after) {
  Candidates kept;
  for (Candidate candidate : candidates) {
    const Moment moment{.when = candidate.fact->when, .fact = candidate.fact};
    if (reading.CertainlyBefore(moment, after)) continue;
    const bool follows = reading.CertainlyBefore(after, moment) ||
                         (same_day_is_after && SameDay(moment.when, after.when));
    candidate.certain = candidate.certain && after.certain && follows;
    kept.push_back(candidate);
  }
  return kept;
}

LegOutcome NotRequired(event::v1::Leg leg, Why why) {
  return {.leg = leg, .state = api::v1::LEG_STATE_NOT_REQUIRED, .why = why};
}

std::optional<Moment> AsSubstitute(std::optional<Moment> moment) {
  if (moment) moment->substitute = true;
  return moment;
}

}  // namespace skyndsamt::law
