// The join attack: somebody has the whole statistics topic, every revision of it, and knows of a
// child which unit it is in, in which week something happened, and what the published decision says.
// The published cases of deploy/cases are played many times over, into units large and small, and
// everything that left is searched for a number about few, a difference that leaves few, a value
// that must be the child's, and a word that leads back.
#include <fstream>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>

#include "google/protobuf/text_format.h"
#include "services/cli/casefile.h"
#include "tests/projections/statistics/statistics_world.h"

namespace skyndsamt::statistics {
namespace {

using cli::CaseFile;

constexpr size_t kK = 5;

const std::vector<CaseFile>& Published() {
  static const auto files = [] {
    std::vector<CaseFile> all;
    std::set<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(SKYNDSAMT_PUBLISHED_CASES)) {
      const std::string name = entry.path().filename();
      if (name.ends_with(".json") && name != "casefile.schema.json") paths.insert(entry.path());
    }
    for (const auto& path : paths) {
      std::stringstream text;
      text << std::ifstream(path).rdbuf();
      auto read = cli::ReadCaseFile(text.str());
      if (auto* file = std::get_if<CaseFile>(&read)) all.push_back(std::move(*file));
    }
    return all;
  }();
  return files;
}

// A story of a case file that happens once more, to other people at another unit.
struct Copy {
  const CaseFile* file;
  const cli::Story* story;
  std::string name;  // of the copy
  std::string unit;
  std::vector<event::v1::Fact> facts{};
};

// The world of the attack: the same stories for the same seed, whatever people are called.
class Attacked {
 public:
  // Cases of a period, by unit: enough, just enough, too few, one; and one period of next to none.
  static inline const std::vector<std::vector<int>> kCases = {
      {14, 5, 4, 1}, {9, 12, 3, 2}, {1, 2, 0, 1}, {16, 4, 6, 1}, {11, 7, 2, 0}};

  Attacked(const std::string& salt, uint64_t order) : salt_(salt), order_(order) {
    units_ = {kUnit, kSchool, kOtherUnit, Uuid("VILLAGE")};
    world_.Publish("unit_declared { unit: '$VILLAGE' form: UNIT_FORM_COMPULSORY_SCHOOL }");
    Publish();
    statistics_ = world_.Open("statistics", {.k = kK});
    std::mt19937_64 stories(3);
    for (const auto& by_unit : kCases) {
      Play(by_unit, stories);
      world_.EndPeriod();
      EXPECT_TRUE(statistics_->CatchUp().ok());
      released_.push_back(AllFigures(*statistics_));
    }
  }

  // All that has left after each period.
  const std::vector<std::vector<v1::Figure>>& released() const { return released_; }
  const std::vector<v1::Figure>& figures() const { return released_.back(); }
  const std::vector<Copy>& copies() const { return copies_; }
  const std::vector<std::string>& units() const { return units_; }
  std::vector<Told> Sent() { return *statistics_->From(0, 1'000'000); }

  // The steps that each figure tells, from the store: which copy, and what was told of it.
  struct Truth {
    std::string copy;
    view::v1::StatisticsStep step;
  };
  std::map<std::string, std::vector<Truth>> Inside() {
    statistics_.reset();
    std::map<std::string, std::string> copy_of;
    for (const Copy& copy : copies_) copy_of[IncidentId(copy.name).ToString()] = copy.name;
    std::map<std::string, std::vector<Truth>> inside;
    std::string prefix = "r";
    prefix += static_cast<char>(StatisticsView::kName.size());
    prefix += std::string(StatisticsView::kName) + std::string("\0\0\0\1c", 5);
    for (const auto& [key, value] : Dump(world_.path("statistics"))) {
      if (!key.starts_with(prefix)) continue;
      view::v1::StatisticsIncident row;
      EXPECT_TRUE(row.ParseFromString(value));
      const auto id = StreamId::FromBytes(key.substr(prefix.size())).ToString();
      for (const auto& step : row.steps()) {
        if (!step.figure().empty()) {
          inside[StreamId::FromBytes(step.figure()).ToString()].push_back({copy_of.at(id), step});
        }
      }
    }
    return inside;
  }

 private:
  void Publish() {
    world_.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  }

  void Play(const std::vector<int>& by_unit, std::mt19937_64& stories) {
    std::vector<Copy> round;
    for (size_t unit = 0; unit < by_unit.size(); ++unit) {
      for (int i = 0; i < by_unit[unit]; ++i) {
        const CaseFile& file = Published()[stories() % Published().size()];
        const cli::Story& story = file.stories[stories() % file.stories.size()];
        round.push_back({&file, &story, salt_ + "copy" + std::to_string(made_++), units_[unit]});
      }
    }
    // In any order, days apart: within a period it leaves no trace.
    std::shuffle(round.begin(), round.end(), order_);
    for (Copy& copy : round) {
      world_.clock().Advance(static_cast<Micros>(order_() % 40) * 3'600'000'000);
      for (const cli::StoryFact& told : copy.story->facts) copy.facts.push_back(Renamed(told.fact, copy));
      world_.RecordFacts(IncidentId(copy.name), copy.facts);
      copies_.push_back(std::move(copy));
    }
  }

  // The fact with people of the copy's own; texts are kept, in clear, as no real log has them.
  event::v1::Fact Renamed(const event::v1::Fact& fact, const Copy& copy) const {
    static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    std::string text, renamed;
    google::protobuf::TextFormat::PrintToString(fact, &text);
    auto from = text.cbegin();
    for (std::sregex_iterator it(text.begin(), text.end(), uuid), end; it != end; ++it) {
      renamed.append(from, text.cbegin() + it->position());
      renamed += Uuid(copy.name + it->str());
      from = text.cbegin() + it->position() + it->length();
    }
    renamed.append(from, text.cend());
    event::v1::Fact named;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(renamed, &named));
    if (named.has_incident_opened()) named.mutable_incident_opened()->set_unit(copy.unit);
    return named;
  }

  const std::string salt_;
  std::mt19937_64 order_;
  StatisticsWorld world_;
  std::vector<std::string> units_;
  std::unique_ptr<Statistics> statistics_;
  std::vector<Copy> copies_;
  std::vector<std::vector<v1::Figure>> released_;
  int made_ = 0;
};

Attacked& World() {
  static auto& world = *new Attacked("", 1);
  return world;
}

// What can be told apart about a step: everything that a message says but its id.
using Quasi = std::vector<std::string>;

// Every number of a figure, each with all that is said of it.
std::vector<std::pair<Quasi, uint64_t>> NumbersOf(const v1::Figure& figure) {
  const Quasi base = {figure.authority(),
                      event::v1::UnitForm_Name(figure.form()),
                      figure.unit(),
                      figure.first_day(),
                      figure.last_day(),
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

// Sums over every combination of what can be told apart. The attribute is never left out: cells of
// two of them count the same steps.
std::map<Quasi, uint64_t> SumsOf(const std::vector<v1::Figure>& figures) {
  std::map<Quasi, uint64_t> sums;
  for (const auto& [id, figure] : Newest(figures)) {
    for (const auto& [quasi, count] : NumbersOf(figure)) {
      const size_t fields = quasi.size();
      for (unsigned kept = 0; kept < 1u << fields; ++kept) {
        if ((kept & 1u << (fields - 2)) == 0) continue;
        Quasi some(fields, "*");
        for (size_t i = 0; i < fields; ++i) {
          if ((kept & 1u << i) != 0) some[i] = quasi[i];
        }
        sums[some] += count;
      }
    }
  }
  return sums;
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

TEST(JoinAttack, NoNumberIsAboutFewByAnyCombinationOfWhatIsSaid) {
  for (const auto& released : World().released()) {
    for (const auto& [quasi, sum] : SumsOf(released)) EXPECT_GE(sum, kK) << Text(quasi);
  }
}

TEST(JoinAttack, NoNumberDiffersByFewBetweenOnePeriodAndTheNext) {
  std::map<Quasi, uint64_t> before;
  for (const auto& released : World().released()) {
    const auto now = SumsOf(released);
    for (const auto& [quasi, sum] : now) {
      const auto difference = static_cast<int64_t>(sum - before[quasi]);
      EXPECT_TRUE(difference == 0 || std::abs(difference) >= static_cast<int64_t>(kK))
          << Text(quasi) << ": " << difference;
    }
    before = now;
  }
}

// Complementary suppression: whatever is subtracted from whatever else that counts more.
TEST(JoinAttack, NoNumberLessItsPartsLeavesFew) {
  for (const auto& released : World().released()) {
    const auto sums = SumsOf(released);
    for (const auto& [quasi, sum] : sums) {
      for (size_t field = 0; field < quasi.size(); ++field) {
        if (quasi[field] == "*") continue;
        Quasi wider = quasi;
        wider[field] = "*";
        const auto whole = sums.find(wider);
        if (whole == sums.end()) continue;
        const uint64_t rest = whole->second - sum;
        EXPECT_TRUE(rest == 0 || rest >= kK) << Text(quasi) << " leaves " << rest;
      }
    }
    for (const auto& [id, figure] : Newest(released)) {
      for (const auto& breakdown : figure.breakdowns()) {
        uint64_t sum = 0;
        for (const auto& cell : breakdown.cells()) sum += cell.count();
        EXPECT_EQ(sum, figure.count()) << "nothing follows by subtraction";
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

// Of whatever the log holds, nothing but the ids of authority and units, and codes, is in what left.
TEST(JoinAttack, NoWordOfTheLogIsInAnyMessage) {
  std::set<std::string> words;
  for (const Copy& copy : World().copies()) {
    words.insert(IncidentId(copy.name).ToString());
    words.insert(std::string(IncidentId(copy.name).view()));
    for (const auto& fact : copy.facts) {
      std::string text;
      google::protobuf::TextFormat::PrintToString(fact, &text);
      static const std::regex quoted("\"([^\"]{6,})\"");
      for (std::sregex_iterator it(text.begin(), text.end(), quoted), end; it != end; ++it) {
        words.insert((*it)[1]);
      }
    }
  }
  for (const std::string& unit : World().units()) words.erase(unit);
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

// From the inside, counted without the code that made them: behind every number stand so many steps,
// of at least k stories that have nothing to do with one another, and no step is told twice.
TEST(JoinAttack, BehindEveryNumberStandAtLeastKStories) {
  Attacked world("inside", 5);
  const auto newest = Newest(world.figures());
  const auto inside = world.Inside();
  EXPECT_EQ(inside.size(), newest.size());
  std::set<std::pair<std::string, std::string>> steps;
  for (const auto& [id, truths] : inside) {
    const v1::Figure& figure = newest.at(id);
    std::map<std::string, std::set<std::string>> stories;  // by number
    std::map<std::string, uint64_t> counts;
    for (const auto& [copy, step] : truths) {
      EXPECT_TRUE(steps.insert({copy, step.name()}).second) << "in two figures";
      stories["count"].insert(copy);
      ++counts["count"];
      for (const auto& breakdown : figure.breakdowns()) {
        std::string value;
        for (const auto& one : step.told()) {
          if (one.attribute() == breakdown.attribute()) value = one.value();
        }
        const bool named = std::ranges::any_of(
            breakdown.cells(), [&](const auto& cell) { return cell.value() == value; });
        const std::string number = v1::Attribute_Name(breakdown.attribute()) + (named ? value : "");
        stories[number].insert(copy);
        ++counts[number];
      }
    }
    EXPECT_EQ(counts["count"], figure.count());
    for (const auto& breakdown : figure.breakdowns()) {
      for (const auto& cell : breakdown.cells()) {
        EXPECT_EQ(counts[v1::Attribute_Name(breakdown.attribute()) + cell.value()], cell.count());
      }
    }
    for (const auto& [number, names] : stories) {
      EXPECT_GE(names.size(), kK) << number << " of " << figure.ShortDebugString();
    }
  }
}

}  // namespace
}  // namespace skyndsamt::statistics
