#include "tests/bench/law_cases.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace skyndsamt::bench {
namespace {

using event::v1::Fact;
using Facts = std::vector<Fact>;

std::string Day(absl::CivilDay day) { return absl::FormatCivilTime(day); }

// A case's first day, spread over 2024-2026.
absl::CivilDay FirstDay(uint64_t number) {
  return absl::CivilDay(2024, 1, 8) + static_cast<int64_t>(number * 37 % 900);
}

Fact& Add(Facts& facts, const std::string& id, const std::string& happened) {
  Fact& fact = facts.emplace_back();
  fact.set_id(id);
  fact.mutable_happened()->set_edtf(happened);
  return fact;
}

Facts Opened(const std::string& happened) {
  Facts facts;
  facts.reserve(256);  // references stay while a case is told
  auto& opened = *Add(facts, "opened", happened).mutable_incident_opened();
  opened.set_unit(kBenchUnit);
  opened.add_children()->set_person(kBenchChild);
  opened.add_accused()->set_kind(event::v1::ACCUSED_KIND_CHILD);
  for (const char* guardian :
       {"d0000000-0000-4000-8000-000000000001", "d0000000-0000-4000-8000-000000000002"}) {
    auto& declared =
        *Add(facts, absl::StrCat("g", facts.size()), happened).mutable_person_declared();
    declared.set_person(guardian);
    declared.add_guardian_of(kBenchChild);
  }
  return facts;
}

// The chain from knowledge to the opening, each step so many days after the first day.
void AddChain(Facts& facts, const std::string& suffix, absl::CivilDay first, int told,
              int notified) {
  Add(facts, "k" + suffix, Day(first)).mutable_staff_learned();
  Add(facts, "p" + suffix, Day(first + told)).mutable_principal_informed();
  Add(facts, "a" + suffix, Day(first + notified)).mutable_authority_notified();
}

void AddMeasure(Facts& facts, const std::string& id, absl::CivilDay decided) {
  auto& measure = *Add(facts, "d" + id, Day(decided)).mutable_measure_decided();
  measure.set_measure(id);
  measure.set_due(Day(decided + 14));
  Add(facts, "c" + id, Day(decided + 10)).mutable_measure_carried_out()->set_measure(id);
  auto& followed = *Add(facts, "f" + id, Day(decided + 40)).mutable_measure_followed_up();
  followed.set_measure(id);
  followed.set_effect(event::v1::EFFECT_SHOWN);
}

void AddInvestigation(Facts& facts, const std::string& suffix, absl::CivilDay opened, int days) {
  Add(facts, "io" + suffix, Day(opened)).mutable_investigation_opened();
  Add(facts, "ch" + suffix, Day(opened + 1))
      .mutable_conversation_held()
      ->set_with(event::v1::CONVERSATION_WITH_CHILD);
  Add(facts, "ic" + suffix, Day(opened + days))
      .mutable_investigation_concluded()
      ->set_finding(event::v1::FINDING_SUBSTANTIATED);
}

Facts Plain(uint64_t number) {
  const absl::CivilDay first = FirstDay(number);
  Facts facts = Opened(Day(first));
  AddChain(facts, "", first, static_cast<int>(number % 4), static_cast<int>(number % 9) + 1);
  AddInvestigation(facts, "", first + 10, 20);
  AddMeasure(facts, "m1", first + 32);
  Add(facts, "gi", Day(first + 1)).mutable_guardian_informed();
  Add(facts, "gf", Day(first + 31)).mutable_guardian_given_feedback();
  Add(facts, "e", Day(first + 80)).mutable_measures_evaluated();
  Add(facts, "x", Day(first + 90)).mutable_case_closed();
  return facts;
}

Facts Open(uint64_t number) {
  const absl::CivilDay first = FirstDay(number);
  Facts facts = Opened(Day(first));
  AddChain(facts, "", first, 1, static_cast<int>(number % 6) + 1);
  Add(facts, "io", Day(first + 7)).mutable_investigation_opened();
  return facts;
}

Facts Vague(uint64_t number) {
  const std::string year = std::to_string(2022 + number % 3);
  Facts facts = Opened("../" + year + "-11");
  Add(facts, "k", "HT" + year).mutable_staff_learned();
  Add(facts, "k2", year + "-10~").mutable_staff_learned();
  Add(facts, "p", year + "-11?").mutable_principal_informed();
  Add(facts, "a", year + "-12").mutable_authority_notified();
  Add(facts, "io", year + "-24").mutable_investigation_opened();
  Add(facts, "ic", "unknown").mutable_investigation_concluded();
  return facts;
}

Facts Relative(uint64_t number) {
  const absl::CivilDay first = FirstDay(number);
  Facts facts = Opened("unknown");
  Add(facts, "k", number % 2 == 0 ? Day(first) : "unknown").mutable_staff_learned();
  const auto after = [&](const char* id, const char* anchor, const char* least,
                         const char* most) -> Fact& {
    Fact& fact = facts.emplace_back();
    fact.set_id(id);
    auto& relative = *fact.mutable_happened()->mutable_relative();
    relative.set_after(anchor);
    relative.set_at_least(least);
    relative.set_at_most(most);
    return fact;
  };
  after("p", "k", "P1D", "P3D").mutable_principal_informed();
  after("a", "p", "P1W", "P2W").mutable_authority_notified();
  after("io", "a", "P1M", "P4M").mutable_investigation_opened();
  after("ic", "io", "P1M", "P2M").mutable_investigation_concluded();
  after("gi", "k", "P0D", "P5D").mutable_guardian_informed();
  return facts;
}

Facts Rounds(uint64_t number) {
  const absl::CivilDay first = FirstDay(number);
  Facts facts = Opened(Day(first));
  for (int round = 0; round < 3; ++round) {
    const std::string suffix = std::to_string(round);
    const absl::CivilDay begins = first + 365 * round - 600;
    AddChain(facts, suffix, begins, round == 2 ? 10 : 0, 12);
    AddInvestigation(facts, suffix, begins + 15, 25);
  }
  AddMeasure(facts, "m1", first + 200);
  return facts;
}

Facts Corrected(uint64_t number) {
  Facts facts = Plain(number);
  const absl::CivilDay first = FirstDay(number);
  for (const char* of : {"p", "a"}) {
    auto& correction = *Add(facts, absl::StrCat("r", of), Day(first + 95)).mutable_correction();
    correction.set_of(of);
    auto& replacement = *correction.mutable_replacement();
    replacement = facts[*of == 'p' ? 4 : 5];
    replacement.mutable_happened()->set_edtf(Day(first + 3));
  }
  auto& reversal = *Add(facts, "rr", Day(first + 96)).mutable_correction();
  reversal.set_of("ra");
  reversal.set_withdrawn(true);
  return facts;
}

Facts Long(uint64_t number) {
  const absl::CivilDay first = absl::CivilDay(2021, 9, 1) + static_cast<int64_t>(number % 60);
  Facts facts = Opened(Day(first));
  for (int round = 0; round < 10; ++round) {
    const std::string suffix = std::to_string(round);
    const absl::CivilDay begins = first + 120 * round;
    AddChain(facts, suffix, begins, round % 5, 6);
    AddInvestigation(facts, suffix, begins + 8, 30);
  }
  for (int m = 0; m < 15; ++m) {
    AddMeasure(facts, absl::StrCat("m", m), first + 45 + 75 * m);
    Add(facts, absl::StrCat("t", m), Day(first + 50 + 75 * m)).mutable_team_contacted();
    Add(facts, absl::StrCat("u", m), Day(first + 60 + 75 * m)).mutable_principal_updated();
  }
  return facts;
}

}  // namespace

const std::vector<Shape>& Shapes() {
  static const std::vector<Shape> shapes = {
      {"plain", 0.40, Plain},       {"open", 0.25, Open},     {"vague", 0.10, Vague},
      {"relative", 0.05, Relative}, {"rounds", 0.10, Rounds}, {"corrected", 0.08, Corrected},
      {"long", 0.02, Long}};
  return shapes;
}

const Shape& ShapeOf(uint64_t number) {
  double at = static_cast<double>(number * 61 % 100) / 100;
  for (const Shape& shape : Shapes()) {
    if (at < shape.share) return shape;
    at -= shape.share;
  }
  return Shapes().front();
}

event::v1::RoutinePublished BenchRoutine(const std::string& version, int limit_days) {
  using namespace event::v1;  // NOLINT: codes
  RoutinePublished routine;
  routine.set_version(version);
  routine.set_from("2020-01-01");
  routine.set_reason("bench");
  const auto add = [&](Leg leg, const std::string& limit, DayCount days) {
    auto& one = *routine.add_limits();
    one.set_leg(leg);
    one.set_limit(limit);
    one.set_days(days);
  };
  add(LEG_REPORT_TO_PRINCIPAL, "PT24H", DAY_COUNT_UNSPECIFIED);
  add(LEG_NOTIFY_AUTHORITY, absl::StrCat("P", limit_days, "D"), DAY_COUNT_CALENDAR);
  add(LEG_START_INVESTIGATION, "P3D", DAY_COUNT_WORKING);
  add(LEG_COMPLETE_INVESTIGATION, "P1M", DAY_COUNT_CALENDAR);
  add(LEG_DECIDE_MEASURES, "P10D", DAY_COUNT_WORKING);
  add(LEG_FOLLOW_UP, "P1M", DAY_COUNT_CALENDAR);
  add(LEG_EVALUATE_MEASURES, "P2M", DAY_COUNT_CALENDAR);
  add(LEG_INFORM_GUARDIAN, "P1D", DAY_COUNT_CALENDAR);
  add(LEG_FEED_BACK_TO_GUARDIAN, "P7D", DAY_COUNT_CALENDAR);
  return routine;
}

event::v1::ClosingDaysPublished BenchClosingDays() {
  event::v1::ClosingDaysPublished published;
  published.set_version("1");
  published.set_unit(kBenchUnit);
  published.set_from("2024-08-01");
  published.set_until("2026-06-30");
  published.set_reason("bench");
  for (const char* first : {"2024-10-28", "2025-02-24", "2025-10-27", "2026-02-23"}) {
    auto& span = *published.add_days();
    span.set_first(first);
    span.set_last(
        Day(absl::CivilDay(std::stoi(std::string(first, 4)), std::stoi(std::string(first + 5, 2)),
                           std::stoi(std::string(first + 8, 2))) +
            4));
    span.set_reason("lov");
  }
  return published;
}

}  // namespace skyndsamt::bench
