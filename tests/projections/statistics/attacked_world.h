// The world that the join attack is made on, and what is known of it from the inside. The published
// cases of deploy/cases are played many times over, into units large and small; beside them, cases
// that are made so that each of these happens for certain: facts corrected after they were told,
// duties overdue and cases opened again, in some of a unit's cases and in all of them, and cases
// that are many and yet related.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/cli/casefile.h"
#include "tests/projections/statistics/statistics_world.h"

namespace skyndsamt::statistics {

inline constexpr size_t kK = 5;

const std::vector<cli::CaseFile>& Published();

// An incident of the world.
struct Copy {
  std::string name;
  std::string unit;
  std::string family;  // those of one family are related; a name of its own where it has none
  std::vector<event::v1::Fact> facts{};
  std::map<size_t, std::set<v1::Step>>
      took{};  // of the steps that had better not be taken, by period
};

// Made by hand. Every case of the first three is reported, concluded and closed in the first
// period; found to be substantiated are the first half of the unrelated ones, and all that are
// related.
//
//   TOWN     20 unrelated; overdue: 6. Second period: 12 new, 6 reopened, 4 findings corrected;
//            fourth period: a fifth
//   BOROUGH  10 unrelated, and 6 that accuse one person, whose findings all are corrected in the
//            second period
//   CITY     8 unrelated; overdue: all. Second period: 6 reopened, nothing else; third period: 6
//            findings struck
//   EAST, WEST   second period: 6 reported, nothing else
//
// Reported in the first period, and nothing else:
//
//   STRANGERS                              5 unrelated
//   BY_CHILD, BY_ACCUSED, BY_INCIDENT, BY_LINK   5, of which two are related in that way alone
//   CHAIN                                  5, each linked to the next
inline const std::vector<std::string> kRelated = {"BY_CHILD", "BY_ACCUSED", "BY_INCIDENT",
                                                  "BY_LINK", "CHAIN"};

// The same stories for the same seed, whatever people are called (`salt`), and in whatever order
// they come within a period.
class Attacked {
 public:
  // Published cases of a period, by unit: enough, just enough, too few, one; and one period of next
  // to none.
  static inline const std::vector<std::vector<int>> kCases = {
      {60, 5, 4, 1}, {44, 12, 3, 2}, {1, 2, 0, 1}, {70, 4, 6, 1}, {50, 7, 2, 0}};

  Attacked(const std::string& salt, uint64_t order);

  // All that has left after each period.
  const std::vector<std::vector<v1::Figure>>& released() const { return released_; }
  const std::vector<v1::Figure>& figures() const { return released_.back(); }
  const std::map<std::string, Copy>& copies() const { return copies_; }
  const std::vector<std::string>& units() const { return units_; }  // of the published cases
  std::vector<Told> Sent() { return *statistics_->From(0, 1'000'000); }

  // The steps that each figure tells, by its id: whose, and what was told of them.
  struct Truth {
    const Copy* copy;
    view::v1::StatisticsStep step;
  };
  using Truths = std::map<std::string, std::vector<Truth>>;
  // After each period.
  const std::vector<Truths>& inside() const { return inside_; }

 private:
  // What is recorded of an incident in a period.
  struct Act {
    std::string copy;
    std::vector<event::v1::Fact> facts;
    bool overdue = false;
  };

  void DeclareUnits();
  void PlayPublished(const std::vector<int>& by_unit);
  void PlayTown(size_t period);
  void PlayBorough(size_t period);
  void PlayCity(size_t period);
  void PlayRelated();
  // A case of a child of its own, if no other is named.
  Act& Report(const std::string& unit, const std::string& name, const std::string& family = "",
              const std::string& more = "", const std::string& child = "");
  Act& ReportAndClose(const std::string& unit, const std::string& name, bool substantiated,
                      const std::string& family = "", const std::string& more = "");
  Act& Again(const std::string& name, const std::string& fact);
  // In any order, hours apart: within a period it leaves no trace.
  void Record(size_t period);
  event::v1::Fact Renamed(const event::v1::Fact& fact, const Copy& copy) const;
  Truths ReadInside() const;

  const std::string salt_;
  std::mt19937_64 order_, stories_{3};
  StatisticsWorld world_;
  std::vector<std::string> units_;
  std::unique_ptr<Statistics> statistics_;
  std::map<std::string, Copy> copies_;
  std::vector<Act> acts_;  // of the period that runs
  std::vector<std::vector<v1::Figure>> released_;
  std::vector<Truths> inside_;
  int made_ = 0;
};

// One for all tests.
Attacked& World();

}  // namespace skyndsamt::statistics
