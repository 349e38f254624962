// What may leave together, attacked by somebody who knows all rules of the program and every case,
// but for who took a guarded step: every truth there can be is tried, and those that look alike
// from outside are held beside one another.
#include "projections/statistics/release.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <list>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"

namespace skyndsamt::statistics {
namespace {

using event::v1::UNIT_FORM_COMPULSORY_SCHOOL;
using event::v1::UNIT_FORM_PRESCHOOL;

constexpr size_t kK = 2;

struct Unit {
  std::string name;
  event::v1::UnitForm form;
};

// The unrelated cases of a unit that were new in a period, and how many of them were overdue in
// each of the periods, 0 and 1.
struct Cohort {
  size_t unit;
  int32_t period;
  int cases;
  std::vector<int> overdue{0, 0};
  bool Every() const { return overdue[0] + overdue[1] == cases; }
};
using Truth = std::vector<Cohort>;

// What leaves of it, as it looks from outside.
class World {
 public:
  World(const std::vector<Unit>& units, const Truth& truth) {
    for (int32_t period = 0; period < 2; ++period) {
      for (const Cohort& cohort : truth) Live(units[cohort.unit], cohort, period);
      Close(period);
    }
  }
  const std::string& seen() const { return seen_; }

 private:
  void Live(const Unit& unit, const Cohort& cohort, int32_t period) {
    for (int i = 0; i < cohort.cases; ++i) {
      const std::string child = absl::StrCat(unit.name, cohort.period, "/", i);
      if (cohort.period == period) Add(unit, child, v1::STEP_REPORTED, period);
      const int before = period == 0 ? 0 : cohort.overdue[0];
      if (i >= before && i < before + cohort.overdue[static_cast<size_t>(period)]) {
        Add(unit, child, v1::STEP_OVERDUE, period);
      }
    }
  }
  void Add(const Unit& unit, const std::string& child, v1::Step kind, int32_t period) {
    auto& incident = incidents_.emplace_back();
    incident.set_authority("AUTHORITY");
    incident.set_unit(unit.name);
    incident.set_form(unit.form);
    incident.add_ties(child);
    auto& step = *incident.add_steps();
    step.set_child(child);
    step.set_step(kind);
    step.set_since(period);
  }
  void Close(int32_t period) {
    Members waiting;
    for (auto& incident : incidents_) {
      auto& step = *incident.mutable_steps(0);
      if (step.figure().empty()) waiting.push_back({&incident, &step});
    }
    for (const Release& release : ToRelease(waiting, period, kK)) {
      absl::StrAppend(&seen_, period, release.group.unit, ".", release.group.form, ".",
                      release.group.step, "=", release.members.size(), " ");
      for (const Member& member : release.members) member.step->set_figure("told");
    }
  }

  std::list<view::v1::StatisticsIncident> incidents_;
  std::string seen_;
};

// Which cohorts have all their cases overdue in every truth that looks alike.
class Attack {
 public:
  explicit Attack(std::vector<Unit> units) : units_(std::move(units)) {}

  // All truths that have these cases.
  void Try(Truth truth) {
    by_seen_.clear();
    Overdue(truth, 0);
    for (const auto& [seen, certain] : by_seen_) {
      told_ += seen.find(absl::StrCat(".", v1::STEP_OVERDUE, "=")) != std::string::npos;
      EXPECT_TRUE(certain.empty()) << Text(truth) << "shows " << seen << "so that every case of "
                                   << Text({truth[*certain.begin()]}) << "was overdue";
    }
  }
  // Of how many views from outside something guarded is told.
  size_t told() const { return told_; }

 private:
  void Overdue(Truth& truth, size_t at) {
    if (at == truth.size()) return See(truth);
    Cohort& cohort = truth[at];
    for (int first = 0; first <= (cohort.period == 0 ? cohort.cases : 0); ++first) {
      for (int later = 0; first + later <= cohort.cases; ++later) {
        cohort.overdue = {first, later};
        Overdue(truth, at + 1);
      }
    }
  }
  void See(const Truth& truth) {
    std::set<size_t> every;
    for (size_t i = 0; i < truth.size(); ++i) {
      if (truth[i].cases > 0 && truth[i].Every()) every.insert(i);
    }
    const auto [at, fresh] = by_seen_.try_emplace(World(units_, truth).seen(), every);
    if (!fresh) std::erase_if(at->second, [&](size_t i) { return !every.contains(i); });
  }
  std::string Text(const Truth& truth) const {
    std::string text;
    for (const Cohort& one : truth) {
      absl::StrAppend(&text, one.cases, " of ", units_[one.unit].name, " in ", one.period, ", ");
    }
    return text;
  }

  const std::vector<Unit> units_;
  std::map<std::string, std::set<size_t>> by_seen_;
  size_t told_ = 0;
};

TEST(Release, OfOnePeriodNeverSaysThatEveryCaseOfAUnitTookAGuardedStep) {
  Attack attack(
      {{"A", UNIT_FORM_PRESCHOOL}, {"B", UNIT_FORM_PRESCHOOL}, {"C", UNIT_FORM_COMPULSORY_SCHOOL}});
  for (int a = 0; a <= 6; ++a) {
    for (int b = 0; b <= 6; ++b) {
      for (int c = 0; c <= 4; ++c) attack.Try({{0, 1, a}, {1, 1, b}, {2, 1, c}});
    }
  }
  EXPECT_GE(attack.told(), 100u);
}

TEST(Release, OfSeveralPeriodsNeverSaysIt) {
  Attack attack({{"A", UNIT_FORM_PRESCHOOL}, {"B", UNIT_FORM_PRESCHOOL}});
  const std::vector<int> sizes = {0, 1, 4, 5};
  for (const int a : sizes) {
    for (const int later : sizes) {
      for (const int b : sizes) {
        for (const int too : {0, 3}) {
          attack.Try({{0, 0, a}, {0, 1, later}, {1, 0, b}, {1, 1, too}});
        }
      }
    }
  }
  EXPECT_GE(attack.told(), 100u);
}

// Who knows how many are new knows which units are put together: nothing of what is guarded is in
// that.
TEST(Release, PutsTogetherByNewCasesAlone) {
  const std::vector<Unit> units = {{"A", UNIT_FORM_PRESCHOOL}, {"B", UNIT_FORM_PRESCHOOL}};
  const auto seen = [&](int a, int overdue_a, int b, int overdue_b) {
    return World(units, {{0, 0, a, {overdue_a, 0}}, {1, 0, b, {overdue_b, 0}}}).seen();
  };
  const std::string of_units = seen(4, 2, 4, 2);
  EXPECT_NE(of_units.find(absl::StrCat("A.", UNIT_FORM_PRESCHOOL, ".", v1::STEP_OVERDUE, "=2")),
            std::string::npos)
      << of_units;
  EXPECT_EQ(seen(4, 3, 4, 3), seen(4, 0, 4, 0)) << "six of eight, yet of each unit too many";
  EXPECT_EQ(seen(4, 1, 4, 1), seen(4, 0, 4, 0)) << "two, yet of each unit too few";
  EXPECT_EQ(seen(3, 2, 3, 0), seen(3, 0, 3, 2)) << "three are too few to stand alone";
  EXPECT_NE(seen(3, 2, 3, 0), seen(3, 0, 3, 0));
}

}  // namespace
}  // namespace skyndsamt::statistics
