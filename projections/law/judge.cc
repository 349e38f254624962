#include "projections/law/judge.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_join.h"
#include "projections/law/case_legs.h"
#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/conflicts.h"
#include "projections/law/differences.h"
#include "projections/law/elapsed.h"
#include "projections/law/explanation.h"
#include "projections/law/knowledge_legs.h"
#include "projections/law/late_entries.h"
#include "projections/law/observations.h"
#include "projections/law/practice.h"
#include "projections/law/routine_verdict.h"
#include "projections/law/wording.h"

namespace skyndsamt::law {
namespace {

using api::v1::LegTimeliness;
using api::v1::Timeliness;

void Fill(const Range& range, api::v1::Range& to) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  to.set_min(static_cast<int32_t>(std::min(range.min, kMost)));
  if (range.max) to.set_max(static_cast<int32_t>(std::min(*range.max, kMost)));
}

// When a duty is due: a local date, or RFC 3339 for a limit in hours; empty where that is not
// known.
std::string DueOf(const RoutineFinding& routine) {
  if (routine.due_day) return FormatDay(*routine.due_day);
  return routine.due_instant ? FormatInstant(*routine.due_instant) : "";
}

void Fill(const CaseFile& file, const Moment& moment, api::v1::Anchor& to) {
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
  to.set_recorded(FormatInstant(moment.fact->stated->first_recorded));
  to.set_imported(Imported(file, *moment.fact->stated));
  if (const auto lag = DocumentationLag(file, *moment.fact)) {
    Fill(*lag, *to.mutable_documentation_lag_hours());
  }
}

void Fill(const RoutineFinding& finding, api::v1::Routine& to) {
  to.set_verdict(finding.verdict);
  to.set_words(finding.words);
  to.set_version(finding.versions);
  to.set_limit(finding.limit);
  to.set_days(finding.days);
  to.set_due(DueOf(finding));
  if (finding.first_due) to.set_perhaps_late_from(FormatInstant(*finding.first_due + 1));
  if (finding.last_due) to.set_late_from(FormatInstant(*finding.last_due + 1));
}

void Fill(const event::v1::Yardstick& yardstick, const Words& differs,
          api::v1::YardstickReference& to) {
  if (yardstick.has_days()) to.set_days(yardstick.days());
  to.set_source(yardstick.source());
  *to.mutable_differs() = ToText(differs);
}

void FillPractice(const CaseReading& reading, const LegAnswer& answer, api::v1::Practice& to) {
  const PracticeFinding& finding = answer.practice;
  const auto differs = [&](const event::v1::Yardstick& yardstick) {
    return DiffersFrom(yardstick, reading, FormOf(answer));
  };
  to.set_position(finding.position);
  if (const auto* accepted = finding.accepted) {
    Fill(*accepted, differs(*accepted), *to.mutable_accepted());
  }
  if (const auto* criticised = finding.criticised) {
    Fill(*criticised, differs(*criticised), *to.mutable_criticised());
  }
  for (const event::v1::Yardstick* yardstick : finding.in_words) {
    auto& words = *to.add_in_words();
    words.set_outcome(yardstick->outcome());
    words.mutable_conduct()->set_sv(yardstick->conduct_sv());
    words.mutable_conduct()->set_en(yardstick->conduct_en());
    words.set_source(yardstick->source());
    *words.mutable_differs() = ToText(differs(*yardstick));
  }
}

void AddRemarks(const LegAnswer& answer, LegTimeliness& to) {
  const auto add = [&to](api::v1::Remark remark) {
    if (std::ranges::find(to.remarks(), remark) == to.remarks().end()) to.add_remarks(remark);
  };
  for (const api::v1::Remark remark : answer.leg->remarks) add(remark);
  if (answer.routine.straddles) add(api::v1::REMARK_STRADDLES_VERSIONS);
  for (const api::v1::LateEntry& late : answer.late) add(late.remark());
}

void Fill(const CaseReading& reading, const LegAnswer& answer, LegTimeliness& to) {
  const LegOutcome& leg = *answer.leg;
  to.set_leg(leg.leg);
  to.set_round(leg.round);
  to.set_measure(std::string(leg.measure));
  to.set_guardian(std::string(leg.guardian));
  to.set_request(std::string(leg.request));
  to.set_state(leg.state);
  if (leg.started) Fill(reading.file(), *leg.started, *to.mutable_started());
  if (leg.ended) Fill(reading.file(), *leg.ended, *to.mutable_ended());
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
    FillPractice(reading, answer, *to.mutable_practice());
  }
  AddRemarks(answer, to);
  for (const event::v1::Statute* statute : answer.statutes) {
    auto& basis = *to.add_basis();
    basis.set_citation(statute->citation());
    basis.set_time_word(statute->time_word());
  }
}

// The versions of the routine that any leg was measured against, each once, in order of use.
void AddVersion(const std::string& versions, std::vector<std::string>& all) {
  if (versions.empty() || std::ranges::find(all, versions) != all.end()) return;
  all.push_back(versions);
}

// Those of the case that are a leg's start or end, as the leg's own.
void TakeInspections(std::span<const api::v1::LateEntry> of_case, LegAnswer& answer) {
  for (const auto& end : {answer.leg->started, answer.leg->ended}) {
    if (!end || end->inferred) continue;
    for (const api::v1::LateEntry& late : of_case) {
      const EffectiveFact& fact = *end->stated();
      if (late.position() == fact.position || late.fact() == fact.id) answer.late.push_back(late);
    }
  }
}

}  // namespace

Timeliness Judge(const CaseFile& file, Detail detail) {
  const CaseReading reading(file);
  Timeliness answer;
  answer.set_incident(std::string(file.incident));
  answer.set_child(std::string(file.child));
  answer.set_as_of(FormatInstant(file.as_of));
  answer.set_known_at(FormatInstant(file.known_at));
  answer.set_tzdata(std::string(TzdataVersion()));
  answer.set_rule_set(std::string(reading.policy().rule_set()));
  Observe(reading, answer);
  std::vector<std::string> versions;
  std::vector<api::v1::LateEntry> late = EntriesAfterInspection(reading);
  const size_t of_case = late.size();
  for (const LegOutcome& leg : LegsOf(reading)) {
    LegAnswer found = AnswerFor(reading, leg);
    found.late = EntriesAfterDeadline(reading, found);
    late.insert(late.end(), found.late.begin(), found.late.end());
    TakeInspections({late.data(), of_case}, found);
    LegTimeliness& to = *answer.add_legs();
    Fill(reading, found, to);
    if (detail == Detail::kExplained) Explain(reading, found, to);
    AddVersion(found.routine.versions, versions);
  }
  std::ranges::stable_sort(late, {}, [](const api::v1::LateEntry& entry) {
    return std::pair(entry.position(), entry.remark());
  });
  ObserveLateEntries(late, answer);
  answer.set_policy(absl::StrJoin(versions, ","));
  return answer;
}

bool LegVerdict::SameDuty(const LegVerdict& other) const {
  return leg == other.leg && round == other.round && measure == other.measure &&
         guardian == other.guardian && request == other.request;
}

bool LegVerdict::SameVerdict(const LegVerdict& other) const {
  return state == other.state && routine == other.routine && practice == other.practice;
}

CaseVerdict VerdictOf(const CaseFile& file) {
  const CaseReading reading(file);
  CaseVerdict verdict{.closed = reading.case_facts().stage == CaseStage::kClosed};
  for (const LegOutcome& leg : LegsOf(reading)) {
    LegVerdict& said = verdict.legs.emplace_back(LegVerdict{.leg = leg.leg,
                                                            .round = leg.round,
                                                            .measure = leg.measure,
                                                            .guardian = leg.guardian,
                                                            .request = leg.request,
                                                            .state = leg.state});
    if (!leg.clocked()) continue;
    LegAnswer found = Measured(reading, leg);
    said.routine = found.routine.verdict;
    said.practice = found.practice.position;
    said.version = std::move(found.routine.versions);
    said.due = DueOf(found.routine);
    if (found.elapsed) said.working_days = found.elapsed->working_days;
  }
  return verdict;
}

namespace {

bool Waits(const LegOutcome& leg) {
  const bool ended = leg.ended && leg.ended->certain;
  return leg.state == api::v1::LEG_STATE_PENDING ||
         (leg.state == api::v1::LEG_STATE_UNDETERMINED && !ended);
}

}  // namespace

std::vector<Waiting> WaitingSteps(const CaseFile& file) {
  const CaseReading reading(file);
  const CaseFacts& facts = reading.case_facts();
  const Interval now = At(file.as_of);
  std::vector<Waiting> steps;
  for (const LegOutcome& leg : LegsOf(reading)) {
    if (!Waits(leg)) continue;
    const RoutineFinding routine = AgainstRoutine(reading, leg, Measure(reading, leg));
    Waiting step{.leg = leg.leg,
                 .round = leg.round,
                 .measure = std::string(leg.measure),
                 .guardian = std::string(leg.guardian),
                 .request = std::string(leg.request),
                 .role = RoleFor(leg.leg, PrincipalSetAside(reading),
                                 PastPrincipal(reading, leg.unit_at.value_or(now)) == true),
                 .since = leg.started ? leg.started->when.earliest : std::nullopt,
                 .uncertain = leg.state != api::v1::LEG_STATE_PENDING};
    step.due = DueOf(routine);
    step.due_end = routine.due_end();
    step.perhaps_late_after = routine.first_due;
    step.late = routine.verdict == api::v1::ROUTINE_VERDICT_LATE;
    if (!step.uncertain || step.late) step.late_after = routine.last_due;
    step.routine = routine.versions;
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

bool OfWholeIncident(event::v1::Leg leg) {
  return leg == event::v1::LEG_WORK_ENVIRONMENT_REPORT ||
         leg == event::v1::LEG_ANSWER_DOCUMENTS_REQUEST || leg == event::v1::LEG_ANSWER_COMPLAINT;
}

std::string_view RoleFor(event::v1::Leg leg, bool principal_set_aside, bool past_principal) {
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
      return principal_set_aside ? "chief" : "caseworker";
    default:
      return past_principal || principal_set_aside ? "chief" : "principal";
  }
}

}  // namespace skyndsamt::law
