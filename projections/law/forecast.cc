#include "projections/law/forecast.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

using api::v1::ForecastStep;
using api::v1::LegTimeliness;
using api::v1::Timeliness;

const LegTimeliness& LegOf(const Timeliness& answer, const Waiting& step) {
  const auto found = std::ranges::find_if(answer.legs(), [&](const LegTimeliness& leg) {
    return leg.leg() == step.leg && leg.round() == step.round && leg.measure() == step.measure &&
           leg.guardian() == step.guardian && leg.request() == step.request;
  });
  return found == answer.legs().end() ? LegTimeliness::default_instance() : *found;
}

bool PerhapsLate(const Waiting& waiting, api::v1::RoutineVerdict verdict, Micros at) {
  if (verdict == api::v1::ROUTINE_VERDICT_LATE) return true;
  const auto date = DateOf(waiting);
  return verdict == api::v1::ROUTINE_VERDICT_UNDETERMINED && date && *date < at;
}

ForecastStep StepOf(const Waiting& waiting, const LegTimeliness& now, const LegTimeliness& then) {
  ForecastStep step;
  step.set_leg(waiting.leg);
  step.set_round(waiting.round);
  step.set_measure(waiting.measure);
  step.set_guardian(waiting.guardian);
  step.set_request(waiting.request);
  step.set_role(std::string(waiting.role));
  if (waiting.since) step.set_since(FormatInstant(*waiting.since));
  step.set_due(waiting.due);
  if (waiting.perhaps_late_after) {
    step.set_perhaps_late_from(FormatInstant(*waiting.perhaps_late_after + 1));
  }
  if (waiting.late_after) step.set_late_from(FormatInstant(*waiting.late_after + 1));
  step.set_routine(waiting.routine);
  step.set_limit(now.routine().limit());
  step.set_verdict_now(now.routine().verdict());
  step.set_verdict_then(then.routine().verdict());
  step.set_practice_now(now.practice().position());
  step.set_practice_then(then.practice().position());
  if (then.has_days()) *step.mutable_days_then() = then.days();
  step.set_after_reopening(waiting.after_reopening);
  step.set_uncertain(waiting.uncertain);
  return step;
}

}  // namespace

std::optional<Micros> DateOf(const Waiting& step) {
  if (step.due_end) return step.due_end;
  return step.perhaps_late_after ? step.perhaps_late_after : step.late_after;
}

api::v1::Forecast Foresee(const CaseFile& file, Micros until) {
  CaseFile later = file;
  later.as_of = until;
  const Timeliness now = Judge(file, Detail::kVerdicts);
  const Timeliness then = Judge(later, Detail::kVerdicts);
  std::vector<Waiting> steps = WaitingSteps(file);
  std::ranges::stable_sort(steps, {}, [](const Waiting& step) {
    return DateOf(step).value_or(std::numeric_limits<Micros>::max());
  });

  api::v1::Forecast forecast;
  forecast.set_incident(now.incident());
  forecast.set_child(now.child());
  forecast.set_as_of(now.as_of());
  forecast.set_until(then.as_of());
  forecast.set_rule_set(now.rule_set());
  forecast.set_tzdata(now.tzdata());
  for (const Waiting& step : steps) {
    ForecastStep& added = *forecast.add_steps();
    added = StepOf(step, LegOf(now, step), LegOf(then, step));
    added.set_perhaps_late_then(PerhapsLate(step, added.verdict_then(), until));
    added.set_incident(now.incident());
    added.set_child(now.child());
  }
  return forecast;
}

}  // namespace skyndsamt::law
