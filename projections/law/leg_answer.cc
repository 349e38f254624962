#include "projections/law/leg_answer.h"

#include <algorithm>

#include "projections/law/conduct.h"

namespace skyndsamt::law {
namespace {

// When the clock started and stopped, or to when it has been running.
ClockTimes TimesOf(const CaseReading& reading, const LegOutcome& leg) {
  const Interval stopped = leg.ended ? leg.ended->when : At(reading.file().as_of);
  if (!leg.started) return {stopped, stopped};
  // An opening that nobody recorded is dated, for this, by what bounds it.
  return {leg.started->inferred ? leg.started->fact->when : leg.started->when, stopped};
}

// The statutes a duty could stand on: those that bind this provider and unit. The bill on police
// reports is named only where a policy in force, or a report made, brings it in; what ended a duty
// is no ground of it.
std::vector<const event::v1::Statute*> StatutesOf(const CaseReading& reading,
                                                  const LegAnswer& answer) {
  const LegOutcome& leg = *answer.leg;
  if (leg.leg == event::v1::LEG_POLICE_REPORT && !leg.clocked()) return {};
  auto statutes = reading.policy().StatutesFor(leg.leg, TimesOf(reading, leg));
  std::erase_if(statutes, [&](const event::v1::Statute* statute) {
    return statute->effect() == event::v1::STATUTE_EFFECT_ENDS ||
           std::ranges::none_of(answer.units,
                                [&](const UnitTerms* unit) { return Binds(*statute, *unit); });
  });
  return statutes;
}

}  // namespace

event::v1::UnitForm FormOf(const LegAnswer& answer) {
  if (answer.units.empty()) return event::v1::UNIT_FORM_UNSPECIFIED;
  const event::v1::UnitForm form = answer.units.front()->form;
  const bool certain = std::ranges::all_of(
      answer.units, [form](const UnitTerms* unit) { return unit->form == form; });
  return certain ? form : event::v1::UNIT_FORM_UNSPECIFIED;
}

LegAnswer Measured(const CaseReading& reading, const LegOutcome& leg) {
  LegAnswer answer{.leg = &leg};
  if (!leg.clocked()) return answer;
  answer.elapsed = Measure(reading, leg);
  answer.routine = AgainstRoutine(reading, leg, answer.elapsed);
  answer.practice = AgainstPractice(reading.policy().Yardsticks(leg.leg), answer.elapsed);
  if (leg.perhaps_not_required &&
      answer.practice.position != api::v1::PRACTICE_POSITION_NO_YARDSTICK) {
    answer.practice.position = api::v1::PRACTICE_POSITION_UNDETERMINED;
  }
  return answer;
}

LegAnswer AnswerFor(const CaseReading& reading, const LegOutcome& leg) {
  LegAnswer answer = Measured(reading, leg);
  for (const TermsIn& unit : reading.UnitIn(leg.unit_at.value_or(TimesOf(reading, leg).started))) {
    answer.units.push_back(unit.terms);
  }
  answer.statutes = StatutesOf(reading, answer);
  const Classification classified = ClassificationOf(reading);
  if (LeaveThoseOf(classified, answer.statutes)) answer.classified = classified.by;
  if (leg.clocked()) answer.whole_chain = WholeChainDays(reading, leg);
  return answer;
}

}  // namespace skyndsamt::law
