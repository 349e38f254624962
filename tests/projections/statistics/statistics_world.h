// A log for the statistics' tests: an authority with three units of two forms, cases whose facts
// are given in a line, and periods that end when they are told to.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/statistics/period.h"
#include "projections/statistics/statistics.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::statistics {

using domain::Uuid;
using views::IncidentId;
using views::kAuthority;
using views::kOtherUnit;
using views::kUnit;

// A school; the other two units are preschools.
inline const std::string kSchool = Uuid("SCHOOL");

// For one test at a time.
class StatisticsWorld : public views::CaseWorld {
 public:
  static constexpr int kMonths = 6;

  explicit StatisticsWorld(uint64_t seed = 1, int year = 2026)
      : CaseWorld(seed), year_(std::to_string(year)) {
    clock().Set(domain::MicrosOf(year, 1, 31) + 43'200'000'000);
    DeclareOrganisation();
    Publish(
        "unit_declared { unit: '$SCHOOL' form: UNIT_FORM_COMPULSORY_SCHOOL"
        " places: 'YARD' places: 'HALL' }");
  }

  std::unique_ptr<Statistics> Open(const std::string& name = "statistics", Method method = {}) {
    StatisticsOptions options;
    options.runner.directory = path(name);
    options.runner.memtable_bytes = 1u << 20;
    options.runner.block_cache_bytes = 1u << 20;
    options.runner.batch_records = 16;
    options.method = method;
    auto statistics = Statistics::Open(options, log());
    EXPECT_TRUE(statistics.ok()) << statistics.status();
    return *std::move(statistics);
  }

  // Goes to the first hour of the next period, and lets an event be recorded in it.
  void EndPeriod() {
    const auto next = FirstDay(PeriodOf(clock().Now(), kMonths) + kMonths);
    clock().Advance(law::StartOf(next) - clock().Now() + 3'600'000'000);
    DeclareUnit(kOtherUnit);
  }

  // Opens a case of a child of its own, about which somebody reported.
  void Report(const std::string& name, const std::string& unit, const std::string& more = "",
              const std::string& channel = "CHANNEL_ORAL") {
    Record(name,
           "id: 'open' happened { edtf: '" + year_ + "-01-05' } incident_opened { unit: '" + unit +
               "' children { person: '" + Uuid("CHILD " + name) + "' } " + more + " }",
           "id: 'report' happened { edtf: '" + year_ +
               "-01-07' } to: PARTY_OWN_STAFF channel: " + channel + " report_received {}");
  }
  void ReportMany(int count, const std::string& name, const std::string& unit) {
    for (int i = 0; i < count; ++i) Report(name + std::to_string(i), unit);
  }

  // The timers tell that a duty of a case is overdue.
  void TellOverdue(const std::string& name, event::v1::Leg leg, const std::string& due) {
    event::v1::TimerEvent event;
    event.mutable_overdue()->set_incident(IncidentId(name).ToString());
    event.mutable_overdue()->set_child(Uuid("CHILD " + name));
    event.mutable_overdue()->set_leg(leg);
    event.mutable_overdue()->set_round(1);
    event.mutable_overdue()->set_due(due);
    clock().Advance(60'000'000);
    Append(log(), IncidentId("TIMER" + name), {EventOf("timer.overdue", event)});
  }

 private:
  const std::string year_;
};

// Everything that has been told, in order.
inline std::vector<v1::Figure> AllFigures(const Statistics& statistics) {
  std::vector<v1::Figure> figures;
  const auto told = statistics.From(0, 1'000'000);
  EXPECT_TRUE(told.ok()) << told.status();
  for (const Told& one : *told) figures.push_back(one.figure);
  return figures;
}

// What a consumer has after it: the newest revision of each.
inline std::map<std::string, v1::Figure> Newest(const std::vector<v1::Figure>& figures) {
  std::map<std::string, v1::Figure> newest;
  for (const v1::Figure& figure : figures) newest[figure.id()] = figure;
  return newest;
}

// The cells of one breakdown; none where it is not told.
inline std::map<std::string, uint64_t> Cells(const v1::Figure& figure, v1::Attribute attribute) {
  std::map<std::string, uint64_t> cells;
  for (const auto& breakdown : figure.breakdowns()) {
    if (breakdown.attribute() != attribute) continue;
    for (const auto& cell : breakdown.cells()) cells[cell.value()] = cell.count();
  }
  return cells;
}

}  // namespace skyndsamt::statistics
