#include "random_case.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/time/civil_time.h"

namespace skyndsamt::law::testing {
namespace {

using namespace event::v1;  // NOLINT: codes

unsigned FromEnvironment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

template <size_t N, typename T>
T OneOf(Dice& dice, const T (&of)[N]) {
  return of[dice.Throw(static_cast<int>(N))];
}

constexpr Party kReceivers[] = {PARTY_UNSPECIFIED, PARTY_STAFF,     PARTY_OWN_STAFF,
                                PARTY_PRINCIPAL,   PARTY_PRINCIPAL, PARTY_AUTHORITY,
                                PARTY_CHIEF,       PARTY_TEAM,      PARTY_INVESTIGATOR};
constexpr Party kSpeakers[] = {PARTY_UNSPECIFIED, PARTY_UNSPECIFIED, PARTY_STAFF, PARTY_GUARDIAN,
                               PARTY_PRINCIPAL};
constexpr Effect kEffects[] = {EFFECT_SHOWN, EFFECT_PARTLY, EFFECT_NONE, EFFECT_NOT_ASSESSED};
constexpr Finding kFindings[] = {FINDING_SUBSTANTIATED, FINDING_SUBSTANTIATED, FINDING_PARTLY,
                                 FINDING_NOT_SUBSTANTIATED, FINDING_UNSPECIFIED};
constexpr Hurt kHurt[] = {HURT_STAFF, HURT_PUPIL, HURT_PRESCHOOL_CHILD, HURT_AFTER_SCHOOL_CHILD};

std::string Guardian(Dice& dice) { return dice.Once(2) ? "" : dice.Once(2) ? "g1" : "g2"; }
std::string Measure(Dice& dice) { return dice.Once(3) ? "m2" : "m1"; }

void SetKnowledge(Fact& fact, Dice& dice) {
  switch (dice.Throw(8)) {
    case 0:
    case 1:
      fact.mutable_staff_learned();
      break;
    case 2:
      fact.mutable_relayed();
      fact.set_to(OneOf(dice, kReceivers));
      break;
    case 3:
      fact.mutable_report_received();
      fact.set_to(OneOf(dice, kReceivers));
      break;
    case 4:
    case 5:
      fact.mutable_principal_informed();
      break;
    case 6:
      fact.mutable_authority_notified();
      break;
    default:
      fact.mutable_complaint_received()->set_complaint("k");
      return;
  }
  fact.set_by(OneOf(dice, kSpeakers));
}

void SetInvestigation(Fact& fact, Dice& dice) {
  switch (dice.Throw(8)) {
    case 0:
      fact.mutable_investigator_assigned()->set_investigator("someone");
      break;
    case 1:
    case 2:
      fact.mutable_investigation_opened();
      break;
    case 3:
    case 4:
    case 5:
      fact.mutable_investigation_concluded()->set_finding(OneOf(dice, kFindings));
      break;
    case 6:
      fact.mutable_case_closed();
      break;
    default:
      fact.mutable_case_reopened();
  }
}

void SetMeasure(Fact& fact, Dice& dice) {
  const std::string measure = Measure(dice);
  switch (dice.Throw(7)) {
    case 0:
    case 1:
      fact.mutable_measure_decided()->set_measure(measure);
      if (dice.Once(2)) {
        fact.mutable_measure_decided()->set_due(dice.AnyDay() + (dice.Once(2) ? "~" : ""));
      }
      break;
    case 2:
    case 3:
      fact.mutable_measure_carried_out()->set_measure(measure);
      break;
    case 4:
      fact.mutable_measure_withdrawn()->set_measure(measure);
      break;
    case 5:
      fact.mutable_measure_followed_up()->set_measure(measure);
      fact.mutable_measure_followed_up()->set_effect(OneOf(dice, kEffects));
      break;
    default:
      fact.mutable_measures_evaluated();
  }
}

void SetInformation(Fact& fact, Dice& dice) {
  switch (dice.Throw(5)) {
    case 0:
      fact.mutable_guardian_informed()->set_guardian(Guardian(dice));
      break;
    case 1:
      fact.mutable_guardian_given_feedback()->set_guardian(Guardian(dice));
      break;
    case 2:
      fact.mutable_decision_not_to_inform()->set_guardian(Guardian(dice));
      break;
    case 3:
      fact.mutable_authority_given_feedback();
      break;
    default:
      fact.mutable_person_declared()->set_person(dice.Once(2) ? "g1" : "g2");
      fact.mutable_person_declared()->add_guardian_of("child-1");
      fact.mutable_person_declared()->set_suspected(dice.Once(4) ? ANSWER_YES : ANSWER_NO);
  }
}

void SetReport(Fact& fact, Dice& dice) {
  switch (dice.Throw(9)) {
    case 0:
      fact.mutable_concern_arisen();
      break;
    case 1:
      fact.mutable_social_services_reported();
      break;
    case 2:
      fact.mutable_serious_event()->add_hurt(OneOf(dice, kHurt));
      break;
    case 3:
      fact.mutable_work_environment_reported();
      break;
    case 4:
      fact.mutable_police_reported();
      break;
    case 5:
      fact.mutable_police_closed();
      break;
    case 6:
      fact.mutable_documents_requested()->set_request("r");
      break;
    case 7:
      fact.mutable_documents_answered()->set_request("r");
      break;
    default:
      fact.mutable_complaint_answered()->set_complaint("k");
  }
}

// Each is said to have come after the other.
void Contradict(Plan::Step& one, Plan::Step& other) {
  for (auto* step : {&one, &other}) step->time.reset();
  one.fact.mutable_happened()->mutable_relative()->set_after(other.fact.id());
  auto& relative = *other.fact.mutable_happened()->mutable_relative();
  relative.set_after(one.fact.id());
  relative.set_at_least("P5D");
  relative.clear_at_most();
}

int DaysOf(const std::string& length) { return length.empty() ? 0 : std::stoi(length.substr(1)); }

// At least as long, and no longer.
void Tighten(RelativeTime& relative, Dice& dice) {
  int least = DaysOf(relative.at_least());
  const int most = relative.at_most().empty() ? least + 9 : DaysOf(relative.at_most());
  least += dice.Throw(most - least + 1);
  if (least > 0) relative.set_at_least("P" + std::to_string(least) + "D");
  relative.set_at_most("P" + std::to_string(least + dice.Throw(most - least + 1)) + "D");
}

void SetAnything(Fact& fact, Dice& dice) {
  switch (dice.Throw(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return SetKnowledge(fact, dice);
    case 4:
    case 5:
    case 6:
      return SetInvestigation(fact, dice);
    case 7:
    case 8:
      return SetMeasure(fact, dice);
    case 9:
      return SetInformation(fact, dice);
    default:
      return SetReport(fact, dice);
  }
}

}  // namespace

unsigned FirstSeed(unsigned seed) { return FromEnvironment("SKYNDSAMT_SEED", seed); }

int CasesToTry(int cases) {
  return static_cast<int>(FromEnvironment("SKYNDSAMT_CASES", static_cast<unsigned>(cases)));
}

Plan Plan::Any(Dice& dice) {
  Plan plan;
  for (int n = 0, facts = 3 + dice.Throw(16); n < facts; ++n) {
    Step& step = plan.steps.emplace_back();
    step.fact.set_id("f" + std::to_string(n));
    SetAnything(step.fact, dice);
    if (n > 0 && dice.Once(6)) {
      auto& relative = *step.fact.mutable_happened()->mutable_relative();
      const std::string anchor = "f" + std::to_string(dice.Throw(n));
      if (dice.Once(3)) {
        relative.set_before(anchor);
      } else {
        relative.set_after(anchor);
      }
      const int least = dice.Throw(20);
      if (least > 4) relative.set_at_least("P" + std::to_string(least) + "D");
      if (dice.Once(2)) relative.set_at_most("P" + std::to_string(least + dice.Throw(9)) + "D");
      if (least == 19 && n % 3 == 0) Contradict(plan.steps[static_cast<size_t>(n - 1)], step);
    } else {
      step.time = Time::Any(dice);
    }
  }
  constexpr const char* kLimits[] = {"P0D", "P3D", "P30D", "P1M", "PT24H", "PT240H", ""};
  for (int leg = LEG_REPORT_TO_PRINCIPAL; leg <= LEG_ANSWER_COMPLAINT; ++leg) {
    for (const char* from : {"2000-01-01", "2021-05-01"}) {
      if (dice.Once(2)) continue;
      RoutineLimit& added = plan.routine.emplace_back();
      added.from = from;
      added.limit.set_leg(static_cast<Leg>(leg));
      added.limit.set_limit(OneOf(dice, kLimits));
      added.limit.set_required(dice.Once(3));
      added.limit.set_roll_forward(dice.Once(3));
      if (dice.Once(3) && !absl::StrContains(added.limit.limit(), "T")) {
        added.limit.set_days(DAY_COUNT_WORKING);
      }
    }
  }
  if (!dice.Once(3)) plan.accused.push_back(static_cast<AccusedKind>(1 + dice.Throw(7)));
  if (dice.Once(3)) plan.form = UNIT_FORM_PRESCHOOL;
  if (dice.Once(6)) plan.report_receiver = PARTY_AUTHORITY;
  if (dice.Once(9)) plan.adult_pupil = ANSWER_YES;
  while (plan.changes.size() < 2 && dice.Once(3)) {
    plan.changes.push_back({dice.AnyDay(), dice.Once(2) ? plan.form : UNIT_FORM_PRESCHOOL,
                            dice.Once(2) ? PARTY_AUTHORITY : PARTY_UNSPECIFIED});
  }
  return plan;
}

Plan Plan::Narrower(Dice& dice) const {
  Plan plan = *this;
  for (Step& step : plan.steps) {
    if (step.time) step.time = step.time->Narrower(dice);
    When& happened = *step.fact.mutable_happened();
    if (happened.has_relative() && dice.Once(2)) Tighten(*happened.mutable_relative(), dice);
    if (absl::EndsWith(step.fact.measure_decided().due(), "~") && dice.Once(2)) {
      auto& decided = *step.fact.mutable_measure_decided();
      absl::CivilDay day;
      absl::ParseCivilTime(decided.due().substr(0, decided.due().size() - 1), &day);
      decided.set_due(FormatDay(day + dice.Throw(3) - 1));
    }
  }
  return plan;
}

void Plan::Tell(Story& story, std::string_view recorded) const {
  story.form = form;
  story.report_receiver = report_receiver;
  story.changes.clear();
  for (const UnitChange& change : changes) {
    UnitTerms& terms = story.changes.emplace_back();
    absl::ParseCivilTime(change.from, &terms.from);
    terms.form = change.form;
    terms.provider = story.provider;
    terms.report_receiver = change.report_receiver;
  }
  story.Child("child-1", adult_pupil);
  for (const AccusedKind kind : accused) story.Accused(kind);
  if (!recorded.empty()) story.RecordedAt(recorded);
  for (const Step& step : steps) {
    Fact& told = story.Add(step.fact.id(), step.time ? step.time->Edtf() : "unknown");
    const When happened = step.time ? told.happened() : step.fact.happened();
    const Imported imported = told.imported();
    const bool was_imported = told.has_imported();
    told = step.fact;
    *told.mutable_happened() = happened;
    if (was_imported) *told.mutable_imported() = imported;
  }
  for (const RoutineLimit& each : routine)
    story.Limit(each.limit.leg(), each.limit.limit(), each.from) = each.limit;
}

std::string Plan::Text() const {
  std::string text = "\n" + UnitForm_Name(form) + " " + Party_Name(report_receiver);
  for (const UnitChange& change : changes) {
    text += "\n" + change.from + " " + UnitForm_Name(change.form) + " " +
            Party_Name(change.report_receiver);
  }
  for (const AccusedKind kind : accused) text += " " + AccusedKind_Name(kind);
  for (const Step& step : steps)
    text += "\n" + step.fact.ShortDebugString() + " " + (step.time ? step.time->Edtf() : "");
  for (const RoutineLimit& each : routine)
    text += "\n" + each.from + " " + each.limit.ShortDebugString();
  return text;
}

void AddUnrelated(Story& story, Dice& dice, int n) {
  Fact& fact = story.Add("unrelated-" + std::to_string(n), Time::Any(dice).Edtf());
  switch (dice.Throw(12)) {
    case 0:
      fact.mutable_document_added();
      break;
    case 1:
      fact.mutable_team_contacted();
      break;
    case 2:
      fact.mutable_principal_updated();
      break;
    case 3:
      fact.mutable_finding_recorded();
      break;
    case 4:
      fact.mutable_team_convened();
      break;
    case 5:
      fact.mutable_classified();
      break;
    case 6:
      fact.mutable_conflict_declared()->set_person("a bystander");
      break;
    case 7:
      fact.mutable_staff_inquiry_held();
      break;
    case 8:
      fact.mutable_order_received();
      break;
    case 9:
      fact.mutable_conversation_held();
      break;
    case 10:
      fact.mutable_incidents_linked();
      break;
    default:
      fact.add_children("child-2");
      SetKnowledge(fact, dice);
  }
}

std::string Key(const api::v1::LegTimeliness& leg) {
  return Leg_Name(leg.leg()) + "#" + std::to_string(leg.round()) + " " + leg.measure() +
         leg.guardian() + leg.request();
}

std::string Legs(const api::v1::Timeliness& answer) {
  std::string text;
  for (const auto& leg : answer.legs()) text += leg.SerializeAsString();
  return text;
}

}  // namespace skyndsamt::law::testing
