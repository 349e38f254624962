// Groups, cells and revisions: what may be told of given steps, and what a correction may change.
#include "projections/statistics/grouping.h"

#include <gmock/gmock.h>

#include <deque>
#include <random>
#include <string>

namespace skyndsamt::statistics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Incident = view::v1::StatisticsIncident;
using Step = view::v1::StatisticsStep;

constexpr size_t kK = 5;

// A group of steps under one's hands.
class Group {
 public:
  // A step of a case of its own, unless it names ids that others name.
  Step& Add(const std::string& finding, std::vector<std::string> ties = {}, std::string child = {}) {
    Incident& incident = incidents_.emplace_back();
    incident.set_authority("A");
    incident.set_unit("U");
    const std::string own = std::to_string(incidents_.size());
    incident.add_ties("incident " + own);
    for (const std::string& tie : ties) incident.add_ties(tie);
    Step& step = steps_.emplace_back();
    step.set_child(child.empty() ? "child " + own : child);
    Set(step, finding);
    members_.push_back({&incident, &step});
    return step;
  }
  void AddMany(int count, const std::string& finding) {
    for (int i = 0; i < count; ++i) Add(finding);
  }
  static void Set(Step& step, const std::string& finding) {
    step.clear_values();
    auto& value = *step.add_values();
    value.set_attribute(v1::ATTRIBUTE_FINDING);
    value.set_value(finding);
  }
  Step& step(size_t i) { return steps_[i]; }
  const Members& members() const { return members_; }

  v1::Figure Told() {
    v1::Figure figure;
    figure.set_authority("A");
    figure.set_unit("U");
    Tell(members_, kK, true, figure);
    for (Step& step : steps_) *step.mutable_told() = step.values();
    return figure;
  }

 private:
  std::deque<Incident> incidents_;
  std::deque<Step> steps_;
  Members members_;
};

std::vector<std::pair<std::string, uint64_t>> CellsOf(const v1::Figure& figure) {
  std::vector<std::pair<std::string, uint64_t>> cells;
  for (const auto& breakdown : figure.breakdowns()) {
    for (const auto& cell : breakdown.cells()) cells.emplace_back(cell.value(), cell.count());
  }
  return cells;
}

TEST(Unrelated, ChildrenOfOneIncidentAreOneCase) {
  Group group;
  for (const char* child : {"a", "b", "c", "d", "e"}) group.Add("X", {"incident"}, child);
  EXPECT_EQ(Unrelated(group.members()), 1u);
}

TEST(Unrelated, IncidentsOfOneChildAreOneCase) {
  Group group;
  for (int i = 0; i < 5; ++i) group.Add("X", {}, "the same");
  EXPECT_EQ(Unrelated(group.members()), 1u);
}

TEST(Unrelated, IncidentsOfOneAccusedAreOneCaseAndSoAreThoseAThirdTies) {
  Group group;
  group.Add("X", {"accused 1"});
  group.Add("X", {"accused 2"});
  EXPECT_EQ(Unrelated(group.members()), 2u);
  group.Add("X", {"accused 1", "accused 2"});
  EXPECT_EQ(Unrelated(group.members()), 1u);
}

TEST(Unrelated, StepsOfOneCaseAreOne) {
  Group group;
  group.AddMany(4, "X");
  Members twice = group.members();
  twice.insert(twice.end(), group.members().begin(), group.members().end());
  EXPECT_EQ(Unrelated(twice), 4u);
}

TEST(Tell, DividesWhereTwoValuesEachReachK) {
  Group group;
  group.AddMany(6, "FOUND");
  group.AddMany(5, "NOT");
  const auto figure = group.Told();
  EXPECT_EQ(figure.count(), 11u);
  EXPECT_THAT(CellsOf(figure), ElementsAre(Pair("FOUND", 6), Pair("NOT", 5)));
}

TEST(Tell, SaysNoValueThatAllShare) {
  Group group;
  group.AddMany(20, "FOUND");
  EXPECT_THAT(CellsOf(group.Told()), IsEmpty());
}

TEST(Tell, PutsFewTogetherAndLetsTheSmallestJoinThem) {
  Group group;
  group.AddMany(9, "FOUND");
  group.AddMany(6, "NOT");
  group.Add("PARTLY");
  EXPECT_THAT(CellsOf(group.Told()), ElementsAre(Pair("", 7), Pair("FOUND", 9)))
      << "one alone would follow from the sum";
}

TEST(Tell, SaysNothingWhereTheRestWouldBeToldByTheSum) {
  Group group;
  group.AddMany(9, "FOUND");
  group.AddMany(4, "NOT");
  EXPECT_THAT(CellsOf(group.Told()), IsEmpty());
}

TEST(Tell, CountsUnrelatedCasesNotSteps) {
  Group group;
  group.AddMany(6, "FOUND");
  for (int i = 0; i < 30; ++i) group.Add("NOT", {"accused"});
  EXPECT_THAT(CellsOf(group.Told()), IsEmpty());
  EXPECT_EQ(group.Told().count(), 36u);
}

class Correcting : public ::testing::Test {
 protected:
  Correcting() {
    group_.AddMany(12, "FOUND");
    group_.AddMany(12, "NOT");
    figure_ = group_.Told();
  }
  Revision Revised() { return Revise(figure_, group_.members(), kK); }

  Group group_;
  v1::Figure figure_;
};

TEST_F(Correcting, NothingNewIsNoRevision) {
  EXPECT_EQ(Revised().kind, Revision::Kind::kNone);
}

TEST_F(Correcting, FewerThanKNeverShow) {
  for (size_t i = 0; i < kK - 1; ++i) Group::Set(group_.step(i), "NOT");
  EXPECT_EQ(Revised().kind, Revision::Kind::kNone);
  for (size_t i = 0; i < kK - 1; ++i) group_.step(i).set_gone(true);
  EXPECT_EQ(Revised().kind, Revision::Kind::kNone);
}

TEST_F(Correcting, KTakeThePlaceOfWhatWasTold) {
  for (size_t i = 0; i < kK; ++i) Group::Set(group_.step(i), "NOT");
  const Revision revision = Revised();
  ASSERT_EQ(revision.kind, Revision::Kind::kRevised);
  EXPECT_EQ(revision.figure.revision(), 1u);
  EXPECT_EQ(revision.figure.count(), 24u);
  EXPECT_THAT(CellsOf(revision.figure), ElementsAre(Pair("FOUND", 7), Pair("NOT", 17)));
  EXPECT_THAT(revision.leaving, IsEmpty());
}

TEST_F(Correcting, ANumberThatWouldChangeByLessThanKIsToldNoMore) {
  for (size_t i = 0; i < 3; ++i) Group::Set(group_.step(i), "NOT");
  for (size_t i = 12; i < 14; ++i) Group::Set(group_.step(i), "FOUND");
  const Revision revision = Revised();
  ASSERT_EQ(revision.kind, Revision::Kind::kRevised);
  EXPECT_THAT(CellsOf(revision.figure), IsEmpty());
}

TEST_F(Correcting, WhatWasLeftOutIsNeverToldAgain) {
  for (size_t i = 0; i < 3; ++i) Group::Set(group_.step(i), "NOT");
  for (size_t i = 12; i < 14; ++i) Group::Set(group_.step(i), "FOUND");
  figure_ = Revised().figure;
  for (size_t i = 0; i < 24; ++i) *group_.step(i).mutable_told() = group_.step(i).values();
  for (size_t i = 14; i < 20; ++i) Group::Set(group_.step(i), "FOUND");
  EXPECT_EQ(Revised().kind, Revision::Kind::kNone);
}

TEST_F(Correcting, StruckStepsLeaveInGroups) {
  for (size_t i = 0; i < kK; ++i) group_.step(i).set_gone(true);
  const Revision revision = Revised();
  ASSERT_EQ(revision.kind, Revision::Kind::kRevised);
  EXPECT_EQ(revision.figure.count(), 19u);
  EXPECT_EQ(revision.leaving.size(), kK);
  EXPECT_THAT(CellsOf(revision.figure), ElementsAre(Pair("FOUND", 7), Pair("NOT", 12)));
}

TEST_F(Correcting, OfTooFewThatStayNothingIsTold) {
  for (size_t i = 0; i < 21; ++i) group_.step(i).set_gone(true);
  const Revision revision = Revised();
  ASSERT_EQ(revision.kind, Revision::Kind::kWithdrawn);
  EXPECT_TRUE(revision.figure.withdrawn());
  EXPECT_EQ(revision.figure.count(), 0u);
  EXPECT_EQ(revision.staying.size(), 3u);
}

TEST_F(Correcting, RelatedOnesAreOneHoweverMany) {
  Group group;
  for (int i = 0; i < 12; ++i) group.Add("FOUND", {"accused"});
  group.AddMany(12, "FOUND");
  group.AddMany(12, "NOT");
  const auto figure = group.Told();
  for (size_t i = 0; i < 12; ++i) Group::Set(group.step(i), "NOT");
  EXPECT_EQ(Revise(figure, group.members(), kK).kind, Revision::Kind::kNone);
}

// Whatever the steps, no number is told of fewer than k, cells add up, and no revision changes a
// number by less than k.
TEST(Numbers, AreOfGroupsAndChangeInGroupsWhateverTheSteps) {
  std::mt19937 random(7);
  int revised = 0;
  for (int round = 0; round < 3000; ++round) {
    Group group;
    const int values = 1 + static_cast<int>(random() % 4);
    const auto any = [&] { return std::string(1, static_cast<char>('A' + random() % values)); };
    const int steps = static_cast<int>(kK + random() % 40);
    for (int i = 0; i < steps; ++i) {
      std::vector<std::string> ties;
      if (random() % 4 == 0) ties.push_back("accused " + std::to_string(random() % 5));
      group.Add(any(), ties);
    }
    if (Unrelated(group.members()) < kK) continue;
    v1::Figure figure = group.Told();
    for (int again = 0; again < 3; ++again) {
      for (int i = 0; i < steps; ++i) {
        if (random() % 2 == 0) Group::Set(group.step(static_cast<size_t>(i)), any());
        if (random() % 9 == 0) group.step(static_cast<size_t>(i)).set_gone(true);
      }
      const Revision revision = Revise(figure, group.members(), kK);
      if (revision.kind != Revision::Kind::kRevised) continue;
      ++revised;
      const auto by_value = [](const v1::Figure& one) {
        std::map<std::string, int64_t> sums;
        sums["count"] = static_cast<int64_t>(one.count());
        for (const auto& [value, count] : CellsOf(one)) sums["=" + value] = static_cast<int64_t>(count);
        return sums;
      };
      const auto was = by_value(figure), is = by_value(revision.figure);
      int64_t sum = 0;
      for (const auto& [value, count] : is) {
        EXPECT_GE(count, static_cast<int64_t>(kK));
        if (value != "count") sum += count;
        if (is.size() > 1) {
          const auto before = was.find(value);
          const int64_t change = count - (before == was.end() ? 0 : before->second);
          EXPECT_TRUE(change == 0 || std::abs(change) >= static_cast<int64_t>(kK)) << value;
        }
      }
      if (is.size() > 1) {
        EXPECT_EQ(sum, is.at("count"));
        EXPECT_GE(is.size(), 3u) << "two cells at least";
      }
      break;
    }
  }
  EXPECT_GT(revised, 100);
}

}  // namespace
}  // namespace skyndsamt::statistics
