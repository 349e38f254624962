#include "projections/law/external_report_legs.h"

#include <algorithm>
#include <utility>

#include "projections/law/duty_source.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_POLICE_REPORT;
using event::v1::LEG_SOCIAL_SERVICES_REPORT;
using event::v1::LEG_WORK_ENVIRONMENT_REPORT;

// A report that no fact on record asked for: counted from when anyone came to know.
LegOutcome Unasked(const Rounds& rounds, event::v1::Leg leg, const Moment& reported) {
  LegOutcome outcome = Decide(leg, AsSubstitute(rounds.all().front().anyone), reported);
  return reported.certain ? outcome : PerhapsNotRequired(std::move(outcome), Why::kNotByMachine);
}

// A duty whose start only people can name: a leg for each fact that starts one, until the first
// report that does not come before it. What nobody named has not started, and that is all that is
// said.
Legs StartedByPeople(const Rounds& rounds, event::v1::Leg leg, const Candidates& starts,
                     const Candidates& reports) {
  const auto first = EarliestOf(starts);
  const auto reported = EarliestOf(reports);
  Legs legs;
  const Certainty unasked = !first ? true : Not(ByTheDayOf(*first, reported));
  if (reported && unasked != false) {
    LegOutcome outcome = Unasked(rounds, leg, *reported);
    legs.push_back(unasked == true ? outcome : PerhapsNotRequired(std::move(outcome)));
  } else if (!first) {
    legs.push_back({.leg = leg, .why = Why::kNotByMachine});
  }
  for (const Candidate& start : starts) {
    const auto arose = EarliestOf({start});
    const Candidates answers = NotBefore(reports, *arose, /*same_day_is_after=*/true);
    legs.push_back(Decide(leg, arose, EarliestOf(answers)));
    legs.back().request = start.fact->stated->id;
  }
  return legs;
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

LegOutcome AsksForNone(const Candidate& event) {
  LegOutcome leg = event.certain ? NotRequired(LEG_WORK_ENVIRONMENT_REPORT, Why::kOnlyChildHurt,
                                               event.fact->stated)
                                 : PerhapsNotRequired({.leg = LEG_WORK_ENVIRONMENT_REPORT});
  leg.request = event.fact->stated->id;
  return leg;
}

}  // namespace

Legs SocialServicesReports(const CaseReading& reading, const Rounds& rounds) {
  return StartedByPeople(
      rounds, LEG_SOCIAL_SERVICES_REPORT,
      reading.Those([](const Fact& fact) { return fact.has_concern_arisen(); }),
      reading.Those([](const Fact& fact) { return fact.has_social_services_reported(); }));
}

Legs WorkEnvironmentReports(const CaseReading& reading, const Rounds& rounds) {
  const Candidates events = OfIncident(reading, &Fact::has_serious_event);
  const Candidates reports = OfIncident(reading, &Fact::has_work_environment_reported);
  Candidates asking;
  Legs legs;
  for (const Candidate& event : events) {
    if (OnlyChildHurt(event)) {
      legs.push_back(AsksForNone(event));
    } else {
      asking.push_back(event);
    }
  }
  if (!legs.empty() && asking.empty() && reports.empty()) return legs;
  for (LegOutcome& leg : StartedByPeople(rounds, LEG_WORK_ENVIRONMENT_REPORT, asking, reports)) {
    legs.push_back(std::move(leg));
  }
  return legs;
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
