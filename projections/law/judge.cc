#include "projections/law/judge.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "projections/law/case_legs.h"
#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/elapsed.h"
#include "projections/law/explanation.h"
#include "projections/law/knowledge_legs.h"
#include "projections/law/observations.h"
#include "projections/law/practice.h"
#include "projections/law/routine_verdict.h"
#include "projections/law/wording.h"

namespace skyndsamt::law {
namespace {

using api::v1::LegTimeliness;
using api::v1::Timeliness;

Interval TimeOfStart(const CaseReading& reading, const LegOutcome& leg) {
  // An opening that nobody recorded is dated, for this, by what bounds it.
  if (leg.started) return leg.started->inferred ? leg.started->fact->when : leg.started->when;
  return leg.ended ? leg.ended->when : At(reading.file().as_of);
}

// Tryckfrihetsförordningen binds public providers; a private one answers by its own routine. The
// bill on police reports is named only where a policy in force, or a report made, brings it in.
bool StatutesBind(const CaseReading& reading, const LegOutcome& leg) {
  if (leg.leg == event::v1::LEG_POLICE_REPORT) return leg.clocked();
  return leg.leg != event::v1::LEG_ANSWER_DOCUMENTS_REQUEST ||
         reading.file().provider != event::v1::PROVIDER_TYPE_PRIVATE;
}

LegAnswer Answer(const CaseReading& reading, const LegOutcome& leg) {
  LegAnswer answer{.leg = &leg};
  const CaseFile& file = reading.file();
  if (file.policy != nullptr && StatutesBind(reading, leg)) {
    answer.statutes = file.policy->StatutesIn(leg.leg, TimeOfStart(reading, leg), file.known_at);
  }
  if (!leg.clocked()) return answer;
  answer.elapsed = Measure(reading, leg);
  answer.whole_chain = WholeChainDays(reading, leg);
  answer.routine = AgainstRoutine(reading, leg, answer.elapsed);
  if (file.policy != nullptr) {
    answer.practice =
        AgainstPractice(file.policy->Yardsticks(leg.leg, file.known_at), answer.elapsed);
    if (leg.perhaps_not_required &&
        answer.practice.position != api::v1::PRACTICE_POSITION_NO_YARDSTICK) {
      answer.practice.position = api::v1::PRACTICE_POSITION_UNDETERMINED;
    }
  }
  return answer;
}

// Done by its limit, but entered after it. Imported facts are never read this way.
bool DocumentedLate(const LegAnswer& answer) {
  const auto due = answer.routine.due_end();
  const auto& ended = answer.leg->ended;
  return due && ended && ended->fact != nullptr &&
         answer.routine.verdict == api::v1::ROUTINE_VERDICT_WITHIN &&
         !ended->fact->stated->imported_by->has_imported() &&
         ended->fact->stated->first_recorded > *due;
}

void Fill(const Moment& moment, api::v1::Anchor& to) {
  to.set_fact(std::string(moment.fact->stated->id));
  to.set_edtf(AsStated(moment.fact->fact()));
  // What one fact states is shown as it stands; several are shown by their common bounds.
  const bool alone = moment.others.empty() && !moment.inferred;
  const Interval& when = alone ? moment.fact->shown : moment.when;
  if (when.earliest) to.set_earliest(FormatInstant(*when.earliest));
  if (when.latest) to.set_latest(FormatInstant(*when.latest));
  to.set_position(moment.fact->stated->position);
  to.set_substitute(moment.substitute);
  for (const DatedFact* other : moment.others) to.add_contributing(std::string(other->stated->id));
}

void Fill(const Range& range, api::v1::Range& to) {
  to.set_min(static_cast<int32_t>(range.min));
  if (range.max) to.set_max(static_cast<int32_t>(*range.max));
}

void Fill(const RoutineFinding& finding, api::v1::Routine& to) {
  to.set_verdict(finding.verdict);
  to.set_words(finding.words);
  to.set_version(finding.versions);
  to.set_limit(finding.limit);
  to.set_days(finding.days);
  if (finding.due_instant) to.set_due(FormatInstant(*finding.due_instant));
  if (finding.due_day) to.set_due(FormatDay(*finding.due_day));
}

void Fill(const event::v1::Yardstick& yardstick, api::v1::YardstickReference& to) {
  if (yardstick.has_days()) to.set_days(yardstick.days());
  to.set_source(yardstick.source());
  to.mutable_differs()->set_sv(yardstick.differs_sv());
  to.mutable_differs()->set_en(yardstick.differs_en());
}

void Fill(const PracticeFinding& finding, api::v1::Practice& to) {
  to.set_position(finding.position);
  if (finding.accepted != nullptr) Fill(*finding.accepted, *to.mutable_accepted());
  if (finding.criticised != nullptr) Fill(*finding.criticised, *to.mutable_criticised());
  for (const event::v1::Yardstick* yardstick : finding.in_words) {
    auto& words = *to.add_in_words();
    words.set_outcome(yardstick->outcome());
    words.mutable_conduct()->set_sv(yardstick->conduct_sv());
    words.mutable_conduct()->set_en(yardstick->conduct_en());
    words.set_source(yardstick->source());
    words.mutable_differs()->set_sv(yardstick->differs_sv());
    words.mutable_differs()->set_en(yardstick->differs_en());
  }
}

void Fill(const CaseReading& reading, const LegAnswer& answer, LegTimeliness& to) {
  const LegOutcome& leg = *answer.leg;
  to.set_leg(leg.leg);
  to.set_round(leg.round);
  to.set_measure(std::string(leg.measure));
  to.set_guardian(std::string(leg.guardian));
  to.set_request(std::string(leg.request));
  to.set_state(leg.state);
  if (leg.started) Fill(*leg.started, *to.mutable_started());
  if (leg.ended) Fill(*leg.ended, *to.mutable_ended());
  if (answer.elapsed) {
    Fill(answer.elapsed->days, *to.mutable_days());
    if (answer.elapsed->working_days) {
      Fill(*answer.elapsed->working_days, *to.mutable_working_days());
    }
    Fill(answer.elapsed->hours, *to.mutable_hours());
  }
  if (answer.whole_chain) Fill(*answer.whole_chain, *to.mutable_whole_chain_days());
  if (leg.clocked()) {
    Fill(answer.routine, *to.mutable_routine());
    Fill(answer.practice, *to.mutable_practice());
  }
  for (const api::v1::Remark remark : leg.remarks) to.add_remarks(remark);
  if (answer.routine.straddles) to.add_remarks(api::v1::REMARK_STRADDLES_VERSIONS);
  if (DocumentedLate(answer)) to.add_remarks(api::v1::REMARK_DOCUMENTED_LATE);
  for (const event::v1::Statute* statute : answer.statutes) {
    auto& basis = *to.add_basis();
    basis.set_citation(statute->citation());
    basis.set_time_word(statute->time_word());
  }
  Explain(reading, answer, to);
}

// The versions of the routine that any leg was measured against, each once, in order of use.
void AddVersion(const std::string& versions, std::vector<std::string>& all) {
  if (versions.empty() || std::ranges::find(all, versions) != all.end()) return;
  all.push_back(versions);
}

void ObserveDocumentation(const LegTimeliness& leg, Timeliness& to) {
  const bool late =
      std::ranges::find(leg.remarks(), api::v1::REMARK_DOCUMENTED_LATE) != leg.remarks().end();
  if (!late) return;
  *to.add_observations() = ToText({"Uppgift " + leg.ended().fact() + " är sent dokumenterad.",
                                   "Fact " + leg.ended().fact() + " is documented late."});
}

}  // namespace

Timeliness Judge(const CaseFile& file) {
  const CaseReading reading(file);
  Timeliness answer;
  answer.set_incident(std::string(file.incident));
  answer.set_child(std::string(file.child));
  answer.set_as_of(FormatInstant(file.as_of));
  answer.set_known_at(FormatInstant(file.known_at));
  answer.set_tzdata(std::string(TzdataVersion()));
  if (file.policy != nullptr) {
    answer.set_rule_set(std::string(file.policy->RuleSetVersion(file.known_at)));
  }
  Observe(reading, answer);
  std::vector<std::string> versions;
  for (const LegOutcome& leg : LegsOf(reading)) {
    const LegAnswer found = Answer(reading, leg);
    Fill(reading, found, *answer.add_legs());
    AddVersion(found.routine.versions, versions);
    ObserveDocumentation(answer.legs(answer.legs_size() - 1), answer);
  }
  answer.set_policy(absl::StrJoin(versions, ","));
  return answer;
}

std::vector<Waiting> WaitingSteps(const CaseFile& file) {
  const CaseReading reading(file);
  const CaseFacts& facts = reading.case_facts();
  std::vector<Waiting> steps;
  for (const LegOutcome& leg : LegsOf(reading)) {
    if (leg.state != api::v1::LEG_STATE_PENDING) continue;
    const RoutineFinding routine = AgainstRoutine(reading, leg, Measure(reading, leg));
    Waiting step{.leg = leg.leg,
                 .round = leg.round,
                 .measure = std::string(leg.measure),
                 .guardian = std::string(leg.guardian),
                 .request = std::string(leg.request),
                 .role = RoleFor(leg.leg, facts.principal_accused, PastPrincipal(reading)),
                 .since = leg.started->when.earliest};
    if (routine.due_instant) step.due = FormatInstant(*routine.due_instant);
    if (routine.due_day) step.due = FormatDay(*routine.due_day);
    step.due_end = routine.due_end();
    step.late_after = routine.late_after;
    step.routine = routine.versions;
    step.late = routine.verdict == api::v1::ROUTINE_VERDICT_LATE;
    step.imported = facts.imported;
    step.after_reopening = facts.stage == CaseStage::kClosed && WaitsForReopening(leg.leg);
    steps.push_back(std::move(step));
  }
  return steps;
}

bool WaitsForReopening(event::v1::Leg leg) {
  return leg == event::v1::LEG_START_INVESTIGATION ||
         leg == event::v1::LEG_COMPLETE_INVESTIGATION || leg == event::v1::LEG_DECIDE_MEASURES ||
         leg == event::v1::LEG_CARRY_OUT_MEASURES;
}

std::string_view RoleFor(event::v1::Leg leg, bool principal_accused, bool past_principal) {
  switch (leg) {
    case event::v1::LEG_REPORT_TO_PRINCIPAL:
      return "staff";
    case event::v1::LEG_NOTIFY_AUTHORITY:
      // Past the principal it is staff who turn to the chief education officer or the authority.
      return past_principal ? "staff" : "principal";
    case event::v1::LEG_START_INVESTIGATION:
    case event::v1::LEG_COMPLETE_INVESTIGATION:
    case event::v1::LEG_ANSWER_COMPLAINT:
    case event::v1::LEG_ANSWER_DOCUMENTS_REQUEST:
      return principal_accused ? "chief" : "caseworker";
    default:
      return past_principal ? "chief" : "principal";
  }
}

}  // namespace skyndsamt::law
