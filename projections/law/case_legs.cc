#include "projections/law/case_legs.h"

#include "projections/law/duty_source.h"
#include "projections/law/external_report_legs.h"
#include "projections/law/information_legs.h"
#include "projections/law/investigation_legs.h"
#include "projections/law/joined_legs.h"
#include "projections/law/knowledge_legs.h"
#include "projections/law/measure_legs.h"
#include "projections/law/request_legs.h"
#include "projections/law/round_readings.h"

namespace skyndsamt::law {
namespace {

// A police investigation stops no clock (DO 2013): said where somebody may have waited for one,
// that is where the police were told before the leg ended, and were not done before it began.
void RemarkOnPolice(const CaseReading& reading, Legs& legs) {
  const auto reported = EarliestOf(
      reading.Those([](const event::v1::Fact& fact) { return fact.has_police_reported(); }));
  if (!reported || !reported->certain) return;
  const auto closed = EarliestOf(
      reading.Those([](const event::v1::Fact& fact) { return fact.has_police_closed(); }));
  for (LegOutcome& leg : legs) {
    const bool investigation = leg.leg == event::v1::LEG_START_INVESTIGATION ||
                               leg.leg == event::v1::LEG_COMPLETE_INVESTIGATION;
    if (!investigation || !leg.clocked()) continue;
    if (leg.ended && !CertainlyBefore(*reported, *leg.ended)) continue;
    if (closed && closed->certain && leg.started && CertainlyBefore(*closed, *leg.started)) {
      continue;
    }
    leg.remarks.push_back(api::v1::REMARK_WAITING_STOPS_NO_CLOCK);
  }
}

// All legs of a case of which it is taken as certain which rounds there are.
Legs LegsIn(const CaseReading& reading, const Rounds& rounds) {
  const std::vector<Investigation> investigations = ReadInvestigations(rounds);
  Legs legs;
  for (const Round& round : rounds.all()) {
    const Investigation& investigation = investigations[static_cast<size_t>(round.number - 1)];
    for (LegOutcome leg :
         {ReportToPrincipal(reading, rounds, round), NotifyAuthority(reading, rounds, round),
          StartInvestigation(round, investigation), CompleteInvestigation(investigation),
          DecideMeasures(rounds, round, investigation)}) {
      leg.round = round.number;
      legs.push_back(std::move(leg));
    }
  }
  const auto measures = MeasuresOf(reading);
  for (const std::string_view measure : measures) {
    legs.push_back(CarryOutMeasure(reading, measure));
    legs.push_back(FollowUp(reading, measure, investigations));
  }
  if (measures.empty()) legs.push_back(FollowUp(reading, {}, investigations));
  legs.push_back(EvaluateMeasures(reading, investigations));
  for (const std::string_view guardian : GuardiansOf(reading)) {
    legs.push_back(InformGuardian(reading, rounds, guardian));
    legs.push_back(FeedBackToGuardian(reading, guardian, investigations));
  }
  legs.push_back(FeedBackToAuthority(reading, rounds, investigations));
  for (LegOutcome& leg : SocialServicesReports(reading, rounds)) legs.push_back(std::move(leg));
  for (LegOutcome& leg : WorkEnvironmentReports(reading, rounds)) legs.push_back(std::move(leg));
  legs.push_back(PoliceReport(reading, rounds));
  for (LegOutcome& leg : AnswerDocumentsRequests(reading)) legs.push_back(std::move(leg));
  for (LegOutcome& leg : AnswerComplaints(reading)) legs.push_back(std::move(leg));
  for (LegOutcome& leg : legs) leg = UnlessEnded(reading, std::move(leg));
  RemarkOnPolice(reading, legs);
  return legs;
}

}  // namespace

Legs LegsOf(const CaseReading& reading) {
  size_t work = 0;
  return LegsOf(reading, work);
}

Legs LegsOf(const CaseReading& reading, size_t& work) {
  const auto legs_in = [&work](const CaseReading& way, const Rounds& rounds) {
    Legs legs = LegsIn(way, rounds);
    work += way.WorkFor(legs.size());
    return legs;
  };
  const Rounds rounds(reading);
  if (!rounds.undecided()) return legs_in(reading, rounds);
  JoinedLegs joined(reading);
  const RoundReadings ways = ReadEachWay(
      reading, rounds,
      [&](const CaseReading& way, const Rounds& of_way) { joined.Add(way, legs_in(way, of_way)); });
  work += ways.work;
  if (!ways.all) joined.Add(reading, legs_in(reading, rounds));
  return std::move(joined).Take(ways.undecided, ways.all);
}

}  // namespace skyndsamt::law
