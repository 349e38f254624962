// The join attack, by somebody who knows what stands behind every number: who is related to whom,
// what was corrected, and which duties were overdue. Counted without the code that made the
// figures: what is related is what the attacked world made so.
#include <algorithm>
#include <iterator>

#include "tests/projections/statistics/attacked_world.h"

namespace skyndsamt::statistics {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// The steps behind each number of a figure, by attribute and value ("" and "": all).
using Number = std::pair<v1::Attribute, std::string>;
struct Steps {
  std::map<std::pair<std::string, std::string>, std::string> families;  // by incident and name
  std::set<std::string> Families() const {
    std::set<std::string> all;
    for (const auto& [step, family] : families) all.insert(family);
    return all;
  }
};
std::map<Number, Steps> Behind(const v1::Figure& figure,
                               const std::vector<Attacked::Truth>& truths) {
  std::map<Number, Steps> behind;
  for (const auto& [copy, step] : truths) {
    const auto add = [&, copy = copy, &step = step](const Number& number) {
      const auto [at, fresh] =
          behind[number].families.try_emplace({copy->name, step.name()}, copy->family);
      EXPECT_TRUE(fresh) << at->first.second;
    };
    add({v1::ATTRIBUTE_UNSPECIFIED, ""});
    for (const auto& breakdown : figure.breakdowns()) {
      std::string value;
      for (const auto& one : step.told()) {
        if (one.attribute() == breakdown.attribute()) value = one.value();
      }
      const bool named = std::ranges::any_of(
          breakdown.cells(), [&](const auto& cell) { return cell.value() == value; });
      add({breakdown.attribute(), named ? value : ""});
    }
  }
  return behind;
}

// Of a unit, in the order in which they left.
std::vector<v1::Figure> FiguresOf(const std::string& unit, v1::Step step) {
  auto figures = World().figures();
  std::erase_if(figures, [&](const v1::Figure& one) {
    return one.unit() != Uuid(unit) || one.step() != step;
  });
  return figures;
}

// What left at the end of a period.
std::vector<v1::Figure> LeftAfter(size_t period) {
  const auto& all = World().released()[period];
  const size_t before = period == 0 ? 0 : World().released()[period - 1].size();
  return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
}

TEST(InsideAttack, BehindEveryNumberStandAsManyStepsOfAtLeastKFamilies) {
  for (size_t period = 0; period < World().released().size(); ++period) {
    const auto newest = Newest(World().released()[period]);
    const auto& inside = World().inside()[period];
    std::set<std::pair<std::string, std::string>> steps;
    for (const auto& [id, figure] : newest) {
      EXPECT_EQ(inside.contains(id), !figure.withdrawn());
      if (figure.withdrawn()) continue;
      auto behind = Behind(figure, inside.at(id));
      std::map<Number, uint64_t> counts = {{{v1::ATTRIBUTE_UNSPECIFIED, ""}, figure.count()}};
      for (const auto& breakdown : figure.breakdowns()) {
        for (const auto& cell : breakdown.cells()) {
          counts[{breakdown.attribute(), cell.value()}] = cell.count();
        }
      }
      EXPECT_EQ(behind.size(), counts.size());
      for (const auto& [number, count] : counts) {
        EXPECT_EQ(behind[number].families.size(), count) << figure.ShortDebugString();
        EXPECT_GE(behind[number].Families().size(), kK)
            << number.second << " of " << figure.ShortDebugString();
      }
      for (const auto& [step, family] : behind[{v1::ATTRIBUTE_UNSPECIFIED, ""}].families) {
        EXPECT_TRUE(steps.insert(step).second) << step.second << " is in two figures";
      }
    }
  }
}

// Of every number that is told before and after a period: the steps that came to it, or left it.
TEST(InsideAttack, NoNumberChangesOnAccountOfFewerThanKFamilies) {
  size_t changed = 0;
  for (size_t period = 1; period < World().released().size(); ++period) {
    const auto newest = Newest(World().released()[period]);
    for (const auto& [id, before] : Newest(World().released()[period - 1])) {
      if (before.withdrawn()) continue;
      const v1::Figure& now = newest.at(id);
      auto was = Behind(before, World().inside()[period - 1].at(id));
      std::map<Number, Steps> is;
      if (!now.withdrawn()) is = Behind(now, World().inside()[period].at(id));
      std::set<v1::Attribute> both = {v1::ATTRIBUTE_UNSPECIFIED};
      for (const auto& [number, steps] : is) both.insert(number.first);
      for (const auto& [number, steps] : is) was.try_emplace(number);
      for (const auto& [number, steps] : was) {
        if (!both.contains(number.first)) continue;  // told no more
        Steps difference;
        std::ranges::set_symmetric_difference(
            steps.families, is[number].families,
            std::inserter(difference.families, difference.families.end()));
        if (difference.families.empty()) continue;
        ++changed;
        EXPECT_GE(difference.Families().size(), kK)
            << number.second << " of " << now.ShortDebugString();
      }
    }
  }
  EXPECT_GE(changed, 3u);
}

TEST(InsideAttack, FourCorrectionsWaitForAFifthThatIsUnrelated) {
  const auto told = FiguresOf("TOWN", v1::STEP_CONCLUDED);
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_THAT(Cells(told[0], v1::ATTRIBUTE_FINDING),
              ::testing::UnorderedElementsAre(::testing::Pair("FINDING_SUBSTANTIATED", 10),
                                              ::testing::Pair("FINDING_NOT_SUBSTANTIATED", 10)));
  EXPECT_THAT(Cells(told[1], v1::ATTRIBUTE_FINDING),
              ::testing::UnorderedElementsAre(::testing::Pair("FINDING_SUBSTANTIATED", 5),
                                              ::testing::Pair("FINDING_NOT_SUBSTANTIATED", 15)));
  EXPECT_EQ(told[1].id(), told[0].id());
  for (size_t period = 0; period < World().released().size(); ++period) {
    const auto left = LeftAfter(period);
    const auto revised = std::ranges::count_if(left, [&](const v1::Figure& one) {
      return one.id() == told[0].id() && one.revision() > 0;
    });
    EXPECT_EQ(revised, period == 3 ? 1 : 0) << "four were corrected in the second period";
  }
}

TEST(InsideAttack, CorrectionsOfOneFamilyNeverShowHoweverMany) {
  const auto told = FiguresOf("BOROUGH", v1::STEP_CONCLUDED);
  ASSERT_THAT(told, SizeIs(1)) << "as it was told first";
  EXPECT_EQ(Cells(told[0], v1::ATTRIBUTE_FINDING)["FINDING_SUBSTANTIATED"], 11u);
  const auto& truths = World().inside().back().at(told[0].id());
  const auto corrected = std::ranges::count_if(truths, [](const auto& truth) {
    const auto& is = truth.step.values();
    return !std::ranges::equal(is, truth.step.told(), [](const auto& a, const auto& b) {
      return a.attribute() == b.attribute() && a.value() == b.value();
    });
  });
  EXPECT_EQ(corrected, 6);
}

TEST(InsideAttack, AFigureOfWhichTooFewStayIsTakenBack) {
  const auto told = FiguresOf("CITY", v1::STEP_CONCLUDED);
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].count(), 8u);
  EXPECT_TRUE(told[1].withdrawn());
  EXPECT_TRUE(std::ranges::any_of(LeftAfter(2), [](const auto& one) { return one.withdrawn(); }));
}

TEST(InsideAttack, OverdueAndReopenedAreToldOfAUnitInWhichOthersWereNot) {
  for (const v1::Step step : {v1::STEP_OVERDUE, v1::STEP_REOPENED}) {
    ASSERT_THAT(FiguresOf("TOWN", step), SizeIs(1));
    EXPECT_EQ(FiguresOf("TOWN", step)[0].count(), 6u);
    EXPECT_THAT(FiguresOf("CITY", step), IsEmpty()) << "it was so of every case";
    const auto elsewhere = std::ranges::count_if(World().figures(), [&](const auto& one) {
      return one.step() == step && one.unit().empty();
    });
    EXPECT_GE(elsewhere, 1) << "they were told together with those of other units";
  }
  EXPECT_THAT(FiguresOf("CITY", v1::STEP_REPORTED), SizeIs(1)) << "which is a unit that is named";
}

// The families that were new in a period, by unit: as everybody may know them.
std::map<std::string, std::set<std::string>> NewFamilies(size_t period) {
  std::map<std::string, std::set<std::string>> families;
  for (const auto& [name, copy] : World().copies()) {
    if (copy.took.begin()->first == period) families[copy.unit].insert(copy.family);
  }
  return families;
}
// Those of the units that a figure may be about. Units, and forms, with enough of their own are in
// no figure of a wider group.
std::set<std::string> NewFamiliesOf(const v1::Figure& figure, size_t period) {
  const auto by_unit = NewFamilies(period);
  if (!figure.unit().empty()) {
    const auto found = by_unit.find(figure.unit());
    return found == by_unit.end() ? std::set<std::string>() : found->second;
  }
  std::map<bool, std::set<std::string>> by_form;  // by whether it is a preschool
  for (const auto& [unit, families] : by_unit) {
    if (families.size() >= 2 * kK) continue;
    by_form[unit == kUnit || unit == kOtherUnit].insert(families.begin(), families.end());
  }
  if (figure.form() != event::v1::UNIT_FORM_UNSPECIFIED) {
    return by_form[figure.form() == event::v1::UNIT_FORM_PRESCHOOL];
  }
  std::set<std::string> all;
  for (const auto& [preschool, families] : by_form) {
    if (families.size() < 2 * kK) all.insert(families.begin(), families.end());
  }
  return all;
}

// Somebody knows every case, and which of them a figure may be about: at least k families that were
// new there did not take the step, and k more were new than it counts.
TEST(InsideAttack, NobodysCaseWasOverdueOrReopenedForCertain) {
  size_t tried = 0;
  for (size_t period = 0; period < World().released().size(); ++period) {
    for (const v1::Figure& figure : LeftAfter(period)) {
      if (figure.step() != v1::STEP_OVERDUE && figure.step() != v1::STEP_REOPENED) continue;
      auto families = NewFamiliesOf(figure, period);
      EXPECT_GE(families.size(), figure.count() + kK) << figure.ShortDebugString();
      for (const auto& [name, copy] : World().copies()) {
        const bool took = std::ranges::any_of(
            copy.took, [&](const auto& one) { return one.second.contains(figure.step()); });
        if (took) families.erase(copy.family);
      }
      EXPECT_GE(families.size(), kK) << figure.ShortDebugString();
      EXPECT_THAT(figure.breakdowns(), IsEmpty());
      ++tried;
    }
  }
  EXPECT_GE(tried, 4u);
}

// Everything that leaves of two preschools: of each, the number of cases and how many were overdue.
struct Overdue {
  int cases;
  int overdue;
};
std::string LeavesOf(Overdue one, Overdue other) {
  StatisticsWorld world;
  const auto report = [&](const std::string& name, const std::string& unit, Overdue of) {
    world.ReportMany(of.cases, name, unit);
    for (int i = 0; i < of.overdue; ++i) {
      world.TellOverdue(name + std::to_string(i), event::v1::LEG_REPORT_TO_PRINCIPAL, "2026-01-08");
    }
  };
  report("one", kUnit, one);
  report("other", kOtherUnit, other);
  world.EndPeriod();
  const auto statistics = world.Open();
  EXPECT_TRUE(statistics->CatchUp().ok());
  std::string text;
  for (const auto& figure : AllFigures(*statistics)) text += figure.ShortDebugString() + "\n";
  return text;
}
bool TellsOverdue(const std::string& text) { return text.find("OVERDUE") != std::string::npos; }

// Somebody knows every case, every rule of the program and all that leaves. Were all of a unit's
// cases overdue, as much would have left if they had not been.
TEST(InsideAttack, AUnitWhoseEveryCaseWasOverdueLooksLikeOneWithout) {
  const std::string told = LeavesOf({20, 6}, {8, 8});
  EXPECT_TRUE(TellsOverdue(told)) << "of the unit with twenty";
  EXPECT_EQ(told, LeavesOf({20, 6}, {8, 0})) << "what is told of one does not hide the other's";
  EXPECT_EQ(LeavesOf({20, 20}, {13, 4}), LeavesOf({20, 0}, {13, 4}))
      << "nor do thirteen: five or more of them would be told apart, so that these are four";
  EXPECT_EQ(LeavesOf({20, 20}, {13, 0}), LeavesOf({20, 0}, {13, 0}));
  const std::string together = LeavesOf({8, 8}, {8, 0});
  EXPECT_TRUE(TellsOverdue(together)) << "of two that are too small to be told apart";
  EXPECT_EQ(together, LeavesOf({8, 7}, {8, 1}));
  EXPECT_EQ(together, LeavesOf({8, 2}, {8, 6}));
}

// As many cases as reach k, of one family too few: each kind of relation does it alone.
TEST(InsideAttack, RelatedCasesThatLookLikeKAreNotTold) {
  const auto strangers = FiguresOf("STRANGERS", v1::STEP_REPORTED);
  ASSERT_THAT(strangers, SizeIs(1)) << "five that are unrelated are";
  EXPECT_EQ(strangers[0].count(), kK);
  for (const std::string& unit : kRelated) {
    std::set<std::pair<std::string, std::string>> cases;
    for (const auto& [id, truths] : World().inside().back()) {
      for (const auto& [copy, step] : truths) {
        if (copy->unit != Uuid(unit)) continue;
        cases.insert({copy->name, step.child()});
        const v1::Figure figure = Newest(World().figures()).at(id);
        EXPECT_EQ(figure.unit(), "") << unit << ": " << figure.ShortDebugString();
      }
    }
    EXPECT_EQ(cases.size(), kK) << unit << ": all are told, with others of the form";
  }
}

}  // namespace
}  // namespace skyndsamt::statistics
