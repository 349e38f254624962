// The join attack: somebody has the whole statistics topic, every revision of it, and knows of a
// child which unit it is in, in which week something happened, and what the published decision
// says. Everything that left the attacked world is searched for a number of few, one that changed
// by few, a value that must be the child's, and a word that leads back.
#include <numeric>
#include <regex>

#include "google/protobuf/text_format.h"
#include "tests/projections/statistics/attacked_world.h"

namespace skyndsamt::statistics {
namespace {

// What can be told apart about a step: everything that a message says but its id.
using Quasi = std::vector<std::string>;

// Every number of a figure, each with all that is said of it.
std::vector<std::pair<Quasi, uint64_t>> NumbersOf(const v1::Figure& figure) {
  const Quasi base = {event::v1::UnitForm_Name(figure.form()),
                      figure.unit(),
                      figure.first_day() + "/" + figure.last_day(),
                      v1::Step_Name(figure.step()),
                      event::v1::Leg_Name(figure.leg()),
                      figure.imported() ? "imported" : ""};
  std::vector<std::pair<Quasi, uint64_t>> numbers;
  const auto add = [&](const std::string& attribute, const std::string& value, uint64_t count) {
    Quasi quasi = base;
    quasi.push_back(attribute);
    quasi.push_back(value);
    numbers.emplace_back(quasi, count);
  };
  add("", "", figure.count());
  for (const auto& breakdown : figure.breakdowns()) {
    for (const auto& cell : breakdown.cells()) {
      add(v1::Attribute_Name(breakdown.attribute()), cell.value(), cell.count());
    }
  }
  return numbers;
}

std::string Text(const Quasi& quasi) {
  return std::accumulate(quasi.begin(), quasi.end(), std::string(),
                         [](const auto& all, const auto& one) { return all + " " + one; });
}

TEST(JoinAttack, HasSomethingToAttack) {
  ASSERT_GE(Published().size(), 10u);
  std::set<v1::Attribute> divided;
  std::set<std::string> units;
  for (const auto& figure : World().figures()) {
    units.insert(figure.unit());
    for (const auto& breakdown : figure.breakdowns()) divided.insert(breakdown.attribute());
  }
  EXPECT_GE(World().figures().size(), 30u);
  EXPECT_GE(divided.size(), 3u);
  EXPECT_GE(units.size(), 3u) << "two units, and what was put together";
}

// Of steps. Whoever adds up adds whole numbers of these, so that no sum is smaller. That as many
// unrelated cases stand behind each, and that no step is in two figures, of which one would be part
// of the other, is for the inside attack to see.
TEST(JoinAttack, EveryNumberThatIsToldCountsAtLeastK) {
  for (const auto& released : World().released()) {
    for (const auto& [id, figure] : Newest(released)) {
      if (figure.withdrawn()) continue;
      for (const auto& [quasi, count] : NumbersOf(figure)) EXPECT_GE(count, kK) << Text(quasi);
    }
  }
}

// A number that was told before and is now another.
TEST(JoinAttack, NoNumberDiffersByFewBetweenOnePeriodAndTheNext) {
  std::map<Quasi, uint64_t> before;
  size_t changed = 0;
  for (const auto& released : World().released()) {
    std::map<Quasi, uint64_t> now;
    for (const auto& [id, figure] : Newest(released)) {
      for (const auto& [quasi, count] : NumbersOf(figure)) now[quasi] = count;
    }
    for (const auto& [quasi, count] : now) {
      if (!before.contains(quasi) || before[quasi] == count) continue;
      const auto difference = static_cast<int64_t>(count - before[quasi]);
      EXPECT_GE(std::abs(difference), static_cast<int64_t>(kK)) << Text(quasi);
      ++changed;
    }
    before = now;
  }
  EXPECT_GE(changed, 3u) << "both cells of a corrected figure, and one that was taken back";
}

// Within a figure nothing follows by subtraction: what is not told apart is a cell as well.
TEST(JoinAttack, CellsOfABreakdownAddUpToTheFigure) {
  for (const auto& released : World().released()) {
    for (const auto& [id, figure] : Newest(released)) {
      for (const auto& breakdown : figure.breakdowns()) {
        uint64_t sum = 0;
        for (const auto& cell : breakdown.cells()) sum += cell.count();
        EXPECT_EQ(sum, figure.count()) << figure.ShortDebugString();
      }
    }
  }
}

// Somebody knows the unit and the week, and so the period, of a step of every case there is. What
// the figures say of it, should it be in one, is never one value alone.
TEST(JoinAttack, NobodysValueIsCertain) {
  for (const auto& figure : World().figures()) {
    for (const auto& breakdown : figure.breakdowns()) {
      EXPECT_GE(breakdown.cells_size(), 2) << figure.ShortDebugString();
      std::set<std::string> values;
      for (const auto& cell : breakdown.cells()) values.insert(cell.value());
      EXPECT_EQ(values.size(), static_cast<size_t>(breakdown.cells_size()));
    }
  }
}

TEST(JoinAttack, AUnitWithFewCasesIsNeverNamed) {
  std::map<std::string, int> most;
  for (const auto& by_unit : Attacked::kCases) {
    for (size_t unit = 0; unit < by_unit.size(); ++unit) {
      most[World().units()[unit]] += by_unit[unit];
    }
  }
  ASSERT_LE(most.at(World().units()[3]), static_cast<int>(kK)) << "the village school";
  for (const auto& told : World().Sent()) {
    EXPECT_NE(told.figure.unit(), World().units()[3]) << told.figure.ShortDebugString();
  }
}

// Of whatever the log holds, nothing but the ids of authority and units, and codes, is in what
// left.
TEST(JoinAttack, NoWordOfTheLogIsInAnyMessage) {
  std::set<std::string> words, units;
  for (const auto& [name, copy] : World().copies()) {
    words.insert(IncidentId(copy.name).ToString());
    words.insert(std::string(IncidentId(copy.name).view()));
    units.insert(copy.unit);
    for (const auto& fact : copy.facts) {
      std::string text;
      google::protobuf::TextFormat::PrintToString(fact, &text);
      static const std::regex quoted("\"([^\"]{6,})\"");
      for (std::sregex_iterator it(text.begin(), text.end(), quoted), end; it != end; ++it) {
        words.insert((*it)[1]);
      }
    }
  }
  for (const std::string& unit : units) words.erase(unit);
  ASSERT_GT(words.size(), 300u);
  for (const auto& told : World().Sent()) {
    const std::string bytes = told.figure.SerializeAsString() + told.figure.DebugString();
    for (const std::string& word : words) {
      EXPECT_EQ(bytes.find(word), std::string::npos) << word << " in " << bytes;
    }
  }
}

// The proof that nothing leads back: were everybody somebody else, every incident another, and
// everything recorded in another order on other days of the period, the same bytes would have left.
TEST(JoinAttack, TheSameLeavesWhoeverItWasAndWhicheverDayOfThePeriod) {
  Attacked others("others", 99);
  ASSERT_EQ(others.figures().size(), World().figures().size());
  for (size_t i = 0; i < others.figures().size(); ++i) {
    EXPECT_EQ(others.figures()[i].SerializeAsString(), World().figures()[i].SerializeAsString());
  }
  const auto sent = others.Sent(), ours = World().Sent();
  for (size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].number, ours[i].number);
    EXPECT_EQ(sent[i].at, ours[i].at) << "the period's end, and no event's time";
  }
}

// Fourteen cases of a unit, seven of each variant and of each channel, all concluded but one; -1:
// none is left.
std::vector<v1::Figure> AllConcludedBut(int open) {
  StatisticsWorld world;
  for (int i = 0; i < 14; ++i) {
    const std::string name = "c" + std::to_string(i);
    const std::string accused =
        "accused { person: '" + Uuid("STAFF " + name) + "' kind: ACCUSED_KIND_STAFF }";
    world.Report(name, kUnit, i < 7 ? "" : accused, i % 2 == 0 ? "CHANNEL_ORAL" : "CHANNEL_FORM");
    if (i == open) continue;
    world.Record(name, "id: 'c' investigation_concluded { finding: FINDING_SUBSTANTIATED }");
  }
  world.EndPeriod();
  const auto statistics = world.Open();
  EXPECT_TRUE(statistics->CatchUp().ok());
  return AllFigures(*statistics);
}

// Two figures of different steps may be subtracted. That so many have yet to take a step is told,
// be it one, and of which variant where both figures are divided by it; not who, and nothing that
// only one of the figures says (here the channel).
TEST(JoinAttack, DifferencesOfStepsSayHowManyAndOfWhichVariantAndNotWho) {
  const auto bytes = [](const std::vector<v1::Figure>& figures) {
    std::string all;
    for (const auto& figure : figures) all += figure.SerializeAsString();
    return all;
  };
  const std::vector<std::vector<v1::Figure>> of_variant = {AllConcludedBut(0), AllConcludedBut(7)};
  for (int open = 0; open < 14; ++open) {
    EXPECT_EQ(bytes(AllConcludedBut(open)), bytes(of_variant[open < 7 ? 0 : 1])) << open;
  }
  for (size_t variant = 0; variant < 2; ++variant) {
    const auto& told = of_variant[variant];
    ASSERT_EQ(told.front().step(), v1::STEP_REPORTED);
    ASSERT_EQ(told.back().step(), v1::STEP_CONCLUDED);
    EXPECT_EQ(told.front().count() - told.back().count(), 1u) << "one is open";
    const auto reported = Cells(told.front(), v1::ATTRIBUTE_VARIANT);
    const auto concluded = Cells(told.back(), v1::ATTRIBUTE_VARIANT);
    EXPECT_EQ(reported.at("VARIANT_CHILD") - concluded.at("VARIANT_CHILD"), 1 - variant);
    EXPECT_EQ(reported.at("VARIANT_ADULT") - concluded.at("VARIANT_ADULT"), variant);
  }
}

TEST(JoinAttack, DifferencesOfStepsSayOfEachThatItTookAStepThatAsManyTook) {
  const auto told = AllConcludedBut(-1);
  ASSERT_EQ(told.back().step(), v1::STEP_CONCLUDED);
  EXPECT_EQ(told.front().count(), told.back().count());
}

}  // namespace
}  // namespace skyndsamt::statistics
