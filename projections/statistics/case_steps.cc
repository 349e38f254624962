#include "projections/statistics/case_steps.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/law/case_facts.h"
#include "projections/law/civil_time.h"
#include "projections/law/effective_facts.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::statistics {
namespace {

using event::v1::Fact;
using view::v1::StatisticsStep;

// The name of a code; nothing where it is unspecified.
template <typename Code>
std::string NameIfAny(const std::string& (*name)(Code), Code code) {
  return static_cast<int>(code) == 0 ? std::string() : name(code);
}

v1::LeadTime Band(int32_t days) {
  if (days <= 1) return v1::LEAD_TIME_DAYS_0_TO_1;
  if (days <= 7) return v1::LEAD_TIME_DAYS_2_TO_7;
  if (days <= 30) return v1::LEAD_TIME_DAYS_8_TO_30;
  if (days <= 90) return v1::LEAD_TIME_DAYS_31_TO_90;
  return v1::LEAD_TIME_DAYS_91_OR_MORE;
}

v1::LeadTime BandOf(const api::v1::LegTimeliness& leg) {
  if (!leg.has_days() || !leg.days().has_max()) return v1::LEAD_TIME_NOT_CERTAIN;
  const v1::LeadTime least = Band(leg.days().min());
  return least == Band(leg.days().max()) ? least : v1::LEAD_TIME_NOT_CERTAIN;
}

// A duty of the whole incident is one, whichever child's case tells it.
template <typename Leg>
std::string DutyName(const char* kind, const std::string& child, const Leg& leg) {
  const std::string of = law::OfWholeIncident(leg.leg()) ? "" : child;
  return absl::StrCat(kind, "/", of, "/", event::v1::Leg_Name(leg.leg()), "/", leg.round(), "/",
                      leg.measure(), "/", leg.guardian(), "/", leg.request());
}

// Collects one case's steps.
class Collector {
 public:
  Collector(const std::string& child, const law::CaseFacts& facts, Steps& steps)
      : child_(child), facts_(facts), steps_(steps) {}

  StatisticsStep& Add(const std::string& name, v1::Step kind) {
    StatisticsStep& step = steps_[name];
    step.Clear();
    step.set_name(name);
    step.set_child(child_);
    step.set_step(kind);
    step.set_imported(facts_.imported);
    Value(step, v1::ATTRIBUTE_VARIANT,
          v1::Variant_Name(facts_.adult_variant ? v1::VARIANT_ADULT : v1::VARIANT_CHILD));
    return step;
  }
  // A duty of the whole incident is told by its first case that was not brought in later; by the
  // first of all where each was.
  bool Told(const std::string& name) const {
    const auto found = steps_.find(name);
    return found != steps_.end() && (!found->second.imported() || facts_.imported);
  }
  static void Value(StatisticsStep& step, v1::Attribute attribute, std::string value) {
    auto& added = *step.add_values();
    added.set_attribute(attribute);
    added.set_value(std::move(value));
  }

 private:
  const std::string& child_;
  const law::CaseFacts& facts_;
  Steps& steps_;
};

// Of the first report, or else of whatever first let anyone know.
event::v1::Channel ChannelOf(std::span<const law::EffectiveFact> facts, const std::string& child) {
  auto channel = event::v1::CHANNEL_UNSPECIFIED;
  for (const law::EffectiveFact& effective : facts) {
    const Fact& fact = *effective.fact;
    if (fact.channel() == event::v1::CHANNEL_UNSPECIFIED || !law::Concerns(fact, child)) continue;
    if (fact.has_report_received()) return fact.channel();
    const bool knowledge = fact.has_staff_learned() || fact.has_relayed() ||
                           fact.has_principal_informed() || fact.has_authority_notified() ||
                           fact.has_complaint_received();
    if (knowledge && channel == event::v1::CHANNEL_UNSPECIFIED) channel = fact.channel();
  }
  return channel;
}

void AddReported(std::span<const law::EffectiveFact> facts, const std::string& child,
                 Collector& to) {
  StatisticsStep& step = to.Add(absl::StrCat("reported/", child), v1::STEP_REPORTED);
  to.Value(step, v1::ATTRIBUTE_CHANNEL,
           NameIfAny(&event::v1::Channel_Name<event::v1::Channel>, ChannelOf(facts, child)));
  const auto opened = std::ranges::find_if(
      facts, [](const auto& effective) { return effective.fact->has_incident_opened(); });
  if (opened == facts.end()) return;
  const auto& incident = opened->fact->incident_opened();
  to.Value(step, v1::ATTRIBUTE_REPETITION,
           NameIfAny(&event::v1::Repetition_Name<event::v1::Repetition>, incident.repetition()));
  to.Value(step, v1::ATTRIBUTE_PLACE, incident.place());
}

// A step that is one fact, with the code that it states.
void AddFact(const law::EffectiveFact& effective, const std::string& child, Collector& to) {
  const Fact& fact = *effective.fact;
  const std::string name = absl::StrCat("fact/", child, "/", std::string(effective.id));
  if (fact.has_investigation_concluded()) {
    to.Value(to.Add(name, v1::STEP_CONCLUDED), v1::ATTRIBUTE_FINDING,
             NameIfAny(&event::v1::Finding_Name<event::v1::Finding>,
                       fact.investigation_concluded().finding()));
  } else if (fact.has_measure_decided()) {
    to.Value(to.Add(name, v1::STEP_MEASURE_DECIDED), v1::ATTRIBUTE_LEVEL,
             NameIfAny(&event::v1::MeasureLevel_Name<event::v1::MeasureLevel>,
                       fact.measure_decided().level()));
  } else if (fact.has_measure_followed_up()) {
    to.Value(
        to.Add(name, v1::STEP_MEASURE_FOLLOWED_UP), v1::ATTRIBUTE_EFFECT,
        NameIfAny(&event::v1::Effect_Name<event::v1::Effect>, fact.measure_followed_up().effect()));
  } else if (fact.has_case_closed()) {
    to.Value(to.Add(name, v1::STEP_CLOSED), v1::ATTRIBUTE_OUTCOME,
             NameIfAny(&event::v1::CloseOutcome_Name<event::v1::CloseOutcome>,
                       fact.case_closed().outcome()));
  } else if (fact.has_case_reopened()) {
    to.Add(name, v1::STEP_REOPENED);
  }
}

void AddDuty(const api::v1::LegTimeliness& leg, const std::string& child, Collector& to) {
  if (leg.state() != api::v1::LEG_STATE_FULFILLED) return;
  const std::string name = DutyName("done", child, leg);
  if (to.Told(name)) return;
  StatisticsStep& step = to.Add(name, v1::STEP_DUTY_DONE);
  step.set_leg(leg.leg());
  to.Value(step, v1::ATTRIBUTE_LEAD_TIME, v1::LeadTime_Name(BandOf(leg)));
  to.Value(
      step, v1::ATTRIBUTE_ROUTINE,
      NameIfAny(&api::v1::RoutineVerdict_Name<api::v1::RoutineVerdict>, leg.routine().verdict()));
}

}  // namespace

view::v1::StatisticsIncident Belonging(const views::IncidentFile& file, const StreamId& incident,
                                       const views::Organisation& organisation, Micros at) {
  view::v1::StatisticsIncident row;
  row.set_unit(file.unit());
  if (const auto unit = organisation.FindUnit(file.unit(), law::DayOf(at), at)) {
    row.set_authority(unit->authority);
    row.set_form(unit->declared.form());
  }
  std::set<std::string> ties = {incident.ToString()};
  for (const auto& effective : law::EffectiveFacts(file.entries(), at)) {
    const Fact& fact = *effective.fact;
    for (const auto& accused : fact.incident_opened().accused()) {
      if (!accused.person().empty()) ties.insert(accused.person());
    }
    if (fact.has_incidents_linked()) ties.insert(fact.incidents_linked().other());
  }
  for (const std::string& tie : ties) row.add_ties(tie);
  return row;
}

Steps StepsOf(const views::IncidentFile& file, const std::vector<event::v1::Reminder>& overdue,
              Micros at) {
  Steps steps;
  const auto facts = law::EffectiveFacts(file.entries(), at);
  for (const std::string& child : file.children()) {
    const law::CaseFacts known = law::ReadCase(facts, child);
    Collector to(child, known, steps);
    AddReported(facts, child, to);
    for (const auto& effective : facts) {
      if (law::Concerns(*effective.fact, child)) AddFact(effective, child, to);
    }
    if (known.type != event::v1::CONDUCT_TYPE_UNSPECIFIED) {
      to.Value(to.Add(absl::StrCat("classified/", child), v1::STEP_CLASSIFIED),
               v1::ATTRIBUTE_CONDUCT, event::v1::ConductType_Name(known.type));
    }
    const auto told =
        law::Judge(file.Ask(child, {.as_of = at, .known_at = at}), law::Detail::kVerdicts);
    for (const auto& leg : told.legs()) AddDuty(leg, child, to);
    for (const auto& reminder : overdue) {
      if (reminder.child() != child || to.Told(NameOf(reminder))) continue;
      to.Add(NameOf(reminder), v1::STEP_OVERDUE).set_leg(reminder.leg());
    }
  }
  return steps;
}

std::string NameOf(const event::v1::Reminder& overdue) {
  return DutyName("overdue", overdue.child(), overdue);
}

}  // namespace skyndsamt::statistics
