#include "projections/law/external_report_legs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "projections/law/duty_source.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_POLICE_REPORT;
using event::v1::LEG_SOCIAL_SERVICES_REPORT;
using event::v1::LEG_WORK_ENVIRONMENT_REPORT;

// A duty whose start only people can name: its own fact, or, once it was reported, the earliest
// knowledge as a substitute. Otherwise it has not started, and that is all that is said.
LegOutcome StartedByPeople(const Rounds& rounds, event::v1::Leg leg, std::optional<Moment> start,
                           const std::optional<Moment>& reported) {
  const bool substituted = !start && reported;
  if (substituted) start = AsSubstitute(rounds.all().front().anyone);
  LegOutcome outcome = Decide(leg, std::move(start), reported);
  if (substituted && !reported->certain) {
    return PerhapsNotRequired(std::move(outcome), Why::kNotByMachine);
  }
  if (outcome.state == api::v1::LEG_STATE_NOT_STARTED) outcome.why = Why::kNotByMachine;
  return outcome;
}

// The concerns that arose after `reported`: that report answers none of them. One whose order to
// the `first` of those before is not certain is none of them: the length of that leg says so.
Candidates AskingAnew(const Candidates& concerns, const Moment& first, const Moment& reported) {
  Candidates unanswered;
  if (reported.contradicted()) return unanswered;
  for (Candidate concern : concerns) {
    const Moment arose = MomentOf(*concern.fact);
    if (concern.fact->contradicted) continue;
    const Range days = CalendarDays(reported, arose);  // none where it arose before
    if (days.max == 0 || !CertainlyBefore(first, arose)) continue;
    const bool later = CertainlyBefore(reported, arose) && days.min > 0;
    concern.certain = concern.certain && reported.certain && later;
    unanswered.push_back(concern);
  }
  return unanswered;
}

Candidates OfIncident(const CaseReading& reading, bool (Fact::*has)() const) {
  Candidates found;
  for (const DatedFact* fact : reading.incident_facts()) {
    if ((fact->fact().*has)()) found.push_back({fact, fact->happened});
  }
  return found;
}

// Somebody is said to have been hurt, and all of them are preschool or after-school children.
bool OnlyChildHurt(const Candidate& event) {
  const auto& hurt = event.fact->fact().serious_event().hurt();
  return !hurt.empty() && std::ranges::all_of(hurt, [](int who) {
    return who == event::v1::HURT_PRESCHOOL_CHILD || who == event::v1::HURT_AFTER_SCHOOL_CHILD;
  });
}

}  // namespace

Legs SocialServicesReports(const CaseReading& reading, const Rounds& rounds) {
  Candidates concerns = reading.Those([](const Fact& fact) { return fact.has_concern_arisen(); });
  const Candidates reports =
      reading.Those([](const Fact& fact) { return fact.has_social_services_reported(); });
  auto arose = EarliestOf(concerns);
  auto reported = EarliestOf(reports);
  Legs legs{StartedByPeople(rounds, LEG_SOCIAL_SERVICES_REPORT, arose, reported)};
  while (arose && reported) {
    concerns = AskingAnew(concerns, *arose, *reported);
    arose = EarliestOf(concerns);
    if (!arose) break;
    reported = EarliestOf(NotBefore(reports, *arose, /*same_day_is_after=*/true));
    LegOutcome further = Decide(LEG_SOCIAL_SERVICES_REPORT, arose, reported);
    further.round = static_cast<int>(legs.size()) + 1;
    legs.push_back(std::move(further));
  }
  return legs;
}

LegOutcome WorkEnvironmentReport(const CaseReading& reading, const Rounds& rounds) {
  const Candidates events = OfIncident(reading, &Fact::has_serious_event);
  const Candidates reports = OfIncident(reading, &Fact::has_work_environment_reported);
  Candidates starting;  // those that ask for a report
  std::ranges::remove_copy_if(events, std::back_inserter(starting), OnlyChildHurt);
  if (reports.empty() && starting.empty() && !events.empty()) {
    const bool certain = std::ranges::any_of(events, &Candidate::certain);
    return certain ? NotRequired(LEG_WORK_ENVIRONMENT_REPORT, Why::kOnlyChildHurt,
                                 events.front().fact->stated)
                   : PerhapsNotRequired({.leg = LEG_WORK_ENVIRONMENT_REPORT});
  }
  const auto reported = EarliestOf(reports);
  LegOutcome outcome = StartedByPeople(rounds, LEG_WORK_ENVIRONMENT_REPORT,
                                       EarliestOf(starting.empty() ? events : starting), reported);
  const bool asked = !starting.empty() || events.empty() || reported->certain;
  return asked ? outcome : PerhapsNotRequired(std::move(outcome));
}

LegOutcome PoliceReport(const CaseReading& reading, const Rounds& rounds) {
  const Round& first = rounds.all().front();
  const auto reported =
      EarliestOf(reading.Those([](const Fact& fact) { return fact.has_police_reported(); }));
  auto start = first.principal;
  if (!start && reported) start = AsSubstitute(first.anyone);
  auto asked_at = start;  // if it was not reported after all, nothing stands in for the principal
  if (asked_at && asked_at->substitute) asked_at->certain &= reported->certain;
  const Asked asked = AskedBy(reading, LEG_POLICE_REPORT, asked_at, reported);
  const Certainty out_of_reach = Both(asked.excepted, Not(asked.by_form));
  if (out_of_reach == true) return NotRequired(LEG_POLICE_REPORT, Why::kFormExcepted);
  if (!reported && asked.at_all == false) {
    return NotRequired(LEG_POLICE_REPORT, Why::kNoPolicyAsks);
  }
  LegOutcome outcome = Decide(LEG_POLICE_REPORT, std::move(start), reported);
  const bool certain =
      out_of_reach == false && ((reported && reported->certain) || asked.at_all == true);
  return certain ? outcome : PerhapsNotRequired(std::move(outcome));
}

}  // namespace skyndsamt::law
