#include "projections/law/external_report_legs.h"

#include <algorithm>

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_POLICE_REPORT;
using event::v1::LEG_SOCIAL_SERVICES_REPORT;
using event::v1::LEG_WORK_ENVIRONMENT_REPORT;

// A duty whose start only people can name: its own fact, or, once it was reported, the earliest
// knowledge as a substitute. Otherwise it has not started, and that is all that is said.
LegOutcome StartedByPeople(const CaseReading& reading, const Rounds& rounds, event::v1::Leg leg,
                           std::optional<Moment> start, const std::optional<Moment>& reported) {
  if (!start && reported) start = AsSubstitute(rounds.all().front().anyone);
  LegOutcome outcome = Decide(reading, leg, std::move(start), reported);
  if (outcome.state == api::v1::LEG_STATE_NOT_STARTED) outcome.why = Why::kNotByMachine;
  return outcome;
}

Candidates OfIncident(const CaseReading& reading, bool (Fact::*has)() const) {
  Candidates found;
  for (const DatedFact* fact : reading.incident_facts()) {
    if ((fact->fact().*has)()) found.push_back({fact, fact->happened});
  }
  return found;
}

// Somebody is said to have been hurt, and all of them are preschool or after-school children.
bool OnlyChildHurt(const Candidates& facts) {
  bool any = false;
  for (const Candidate& candidate : facts) {
    const Fact& fact = candidate.fact->fact();
    const auto& hurt = fact.has_serious_event() ? fact.serious_event().hurt()
                                                : fact.work_environment_reported().hurt();
    for (const int who : hurt) {
      any = true;
      if (who != event::v1::HURT_PRESCHOOL_CHILD && who != event::v1::HURT_AFTER_SCHOOL_CHILD) {
        return false;
      }
    }
    if (hurt.empty()) return false;  // who was hurt is not said
  }
  return any;
}

bool PolicyAsks(const CaseReading& reading, const std::optional<Moment>& known) {
  if (reading.file().policy == nullptr) return false;
  const auto routines = reading.file().policy->RoutinesIn(
      known ? known->when : At(reading.file().as_of), reading.file().known_at);
  return std::ranges::any_of(routines, [](const RoutineVersion* routine) {
    const Limit* limit = routine == nullptr ? nullptr : routine->For(LEG_POLICE_REPORT);
    return limit != nullptr && (limit->words->required() || limit->duration);
  });
}

}  // namespace

LegOutcome SocialServicesReport(const CaseReading& reading, const Rounds& rounds) {
  return StartedByPeople(
      reading, rounds, LEG_SOCIAL_SERVICES_REPORT,
      EarliestOf(reading.Those([](const Fact& fact) { return fact.has_concern_arisen(); })),
      EarliestOf(
          reading.Those([](const Fact& fact) { return fact.has_social_services_reported(); })));
}

LegOutcome WorkEnvironmentReport(const CaseReading& reading, const Rounds& rounds) {
  const Candidates events = OfIncident(reading, &Fact::has_serious_event);
  const Candidates reports = OfIncident(reading, &Fact::has_work_environment_reported);
  if (reports.empty() && OnlyChildHurt(events)) {
    return NotRequired(LEG_WORK_ENVIRONMENT_REPORT, Why::kOnlyChildHurt);
  }
  return StartedByPeople(reading, rounds, LEG_WORK_ENVIRONMENT_REPORT, EarliestOf(events),
                         EarliestOf(reports));
}

LegOutcome PoliceReport(const CaseReading& reading, const Rounds& rounds) {
  const Round& first = rounds.all().front();
  const auto reported =
      EarliestOf(reading.Those([](const Fact& fact) { return fact.has_police_reported(); }));
  const bool asked = PolicyAsks(reading, first.anyone);
  if (reading.file().form == event::v1::UNIT_FORM_PRESCHOOL) {
    return NotRequired(LEG_POLICE_REPORT, Why::kPreschool);
  }
  if (!reported && !asked) return NotRequired(LEG_POLICE_REPORT, Why::kNoPolicyAsks);
  auto start = first.principal;
  if (!start && reported) start = AsSubstitute(first.anyone);
  return Decide(reading, LEG_POLICE_REPORT, std::move(start), reported);
}

}  // namespace skyndsamt::law
