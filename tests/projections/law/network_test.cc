#include "projections/law/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"

namespace skyndsamt::law {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Micros kHour = 3'600'000'000;

Interval When(std::string_view edtf) { return *ParseEdtf(edtf); }

std::string Days(const Interval& i) {
  return (i.earliest ? FormatDay(DayOf(*i.earliest)) : "..") + "/" +
         (i.latest ? FormatDay(DayOf(*i.latest)) : "..");
}

// `to` happened between `least` and `most` (empty: no bound) after `from`, as `to` says.
Relation After(size_t from, size_t to, std::string_view least, std::string_view most = "") {
  Relation out{.from = from, .to = to, .stated_by = to};
  if (!least.empty()) out.at_least = *ParseDuration(least);
  if (!most.empty()) out.at_most = *ParseDuration(most);
  return out;
}

std::vector<std::vector<size_t>> Contradictions(const Network& network) {
  std::vector<std::vector<size_t>> out;
  for (const Contradicting& contradicting : network.contradictions()) {
    out.push_back(contradicting.points);
  }
  return out;
}

TEST(Network, LeavesPointsWithoutRelationsAsTheyAre) {
  Network network;
  network.AddPoint(When("2012-06-18"));
  network.AddPoint(When("2012-06-27~"));
  network.AddPoint(When("unknown"));
  network.Solve();
  EXPECT_EQ(network.Narrowed(0), When("2012-06-18"));
  EXPECT_EQ(network.Narrowed(1), When("2012-06-27~"));
  EXPECT_EQ(network.CalendarDays(0, 1), (Range{9, 9}));
  EXPECT_EQ(network.Hours(0, 1), (Range{192, 240}));
  EXPECT_EQ(network.CalendarDays(0, 2), (Range{0, std::nullopt}));
  EXPECT_TRUE(network.CertainlyBefore(0, 1));
  EXPECT_FALSE(network.CertainlyBefore(1, 0));
  EXPECT_THAT(Contradictions(network), IsEmpty());
}

TEST(Network, KnowsALengthWhereNoDateIs) {
  Network network;
  const size_t first = network.AddPoint(When("unknown"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M", "P4M"));
  network.Solve();
  EXPECT_TRUE(network.Narrowed(second).undated());
  EXPECT_EQ(network.CalendarDays(first, second), (Range{28, 123}));
  EXPECT_EQ(network.CalendarDays(second, first), (Range{0, 0}));
  EXPECT_TRUE(network.CertainlyBefore(first, second));
  EXPECT_EQ(*network.Hours(first, second).max, 124 * 24 + 1);
}

TEST(Network, AnchorsAMonthToADate) {
  Network network;
  const size_t first = network.AddPoint(When("2013-09-10"));
  const size_t second = network.AddPoint(When("unknown"));
  const size_t third = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M", "P1M"));
  network.AddRelation(After(second, third, "P1M", "P2M"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(second)), "2013-10-10/2013-10-10");
  EXPECT_EQ(Days(network.Narrowed(third)), "2013-11-10/2013-12-10");
  EXPECT_EQ(network.CalendarDays(first, second), (Range{30, 30}));
}

TEST(Network, AnchorsAMonthFromItsEnd) {
  Network network;
  const size_t first = network.AddPoint(When("unknown"));
  const size_t second = network.AddPoint(When("2013-03-10"));
  network.AddRelation(After(first, second, "P1M", "P1M"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(first)), "2013-02-10/2013-02-10");
}

TEST(Network, NarrowsAnEarlierFactFromALaterOne) {
  Network network;
  const size_t told = network.AddPoint(When("2012"));
  const size_t reported = network.AddPoint(When("2012-06-27"));
  network.AddRelation(After(told, reported, "P7D", "P14D"));
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(told)), "2012-06-13/2012-06-20");
  EXPECT_EQ(network.CalendarDays(told, reported), (Range{7, 14}));
}

TEST(Network, ReadsAWeekAsTheSeventhDayAtAnyHour) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06-18T14:30"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P7D", "P7D"));
  network.Solve();
  EXPECT_EQ(FormatInstant(*network.Narrowed(second).earliest), "2012-06-25T00:00:00+02:00");
  EXPECT_EQ(FormatInstant(*network.Narrowed(second).latest), "2012-06-25T23:59:59.999999+02:00");
}

TEST(Network, CountsHoursAsTheyPass) {
  Network network;
  const size_t first = network.AddPoint(At(*When("2026-03-28T12:00").earliest));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "PT24H", "PT24H"));
  network.Solve();
  EXPECT_EQ(FormatInstant(*network.Narrowed(second).earliest), "2026-03-29T13:00:00+02:00");
  EXPECT_EQ(network.Hours(first, second), (Range{24, 24}));
}

TEST(Network, PutsTheSameDayOnTheSameDay) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06-18T14:30"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P0D", "P0D"));
  network.Solve();
  EXPECT_EQ(*network.Narrowed(second).earliest, *When("2012-06-18T14:30").earliest);
  EXPECT_EQ(*network.Narrowed(second).latest, EndOf(absl::CivilDay(2012, 6, 18)));
}

TEST(Network, KeepsACertainOrder) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06"));
  const size_t second = network.AddPoint(When("2012-06-10/2012-06-20"));
  network.AddRelation({.from = first, .to = second, .stated_by = second});
  network.Solve();
  EXPECT_EQ(Days(network.Narrowed(first)), "2012-06-01/2012-06-20");
  EXPECT_EQ(Days(network.Narrowed(second)), "2012-06-10/2012-06-20");
  EXPECT_EQ(network.CalendarDays(first, second), (Range{0, 19}));
}

TEST(Network, CarriesApproximationAlong) {
  Network network;
  const size_t first = network.AddPoint(When("2013-09~"));
  const size_t second = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P7D", "P7D"));
  network.Solve();
  const Interval& narrowed = network.Narrowed(second);
  EXPECT_TRUE(narrowed.earliest_approximate && narrowed.latest_approximate);
  EXPECT_EQ(narrowed.earliest_precision, Precision::kMonth);
}

TEST(Network, NamesTheEntriesThatContradict) {
  Network network;
  const size_t first = network.AddPoint(When("2012-06-18"));
  const size_t second =
      network.AddPoint(NotAfter(When("unknown"), EndOf(absl::CivilDay(2012, 6, 20))));
  const size_t third = network.AddPoint(When("2015"));
  const size_t fourth = network.AddPoint(When("unknown"));
  network.AddRelation(After(first, second, "P1M"));  // yet it was recorded two days later
  network.AddRelation(After(third, fourth, "P1D", "P1D"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(first, second)));
  EXPECT_TRUE(network.contradicted(first));
  EXPECT_TRUE(network.contradicted(second));
  EXPECT_FALSE(network.contradicted(third));
  EXPECT_EQ(Days(network.Narrowed(second)), "../2012-06-20");
  EXPECT_EQ(Days(network.Narrowed(fourth)), "2015-01-02/2016-01-01");
}

TEST(Network, NamesACircleOfRelativeTimes) {
  Network network;
  for (int i = 0; i < 4; ++i) network.AddPoint(When("unknown"));
  network.AddRelation(After(1, 2, "P7D"));
  network.AddRelation(After(2, 3, ""));
  network.AddRelation(After(3, 1, "PT1H"));
  network.AddRelation(After(0, 1, "P1D"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(1, 2, 3)));
  EXPECT_FALSE(network.contradicted(0));
}

TEST(Network, NamesALengthThatIsItsOwnContradiction) {
  Network network;
  network.AddPoint(When("unknown"));
  network.AddPoint(When("unknown"));
  network.AddRelation(After(0, 1, "P2M", "P1M"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(1)));
}

TEST(Network, NamesATimeThatEndsBeforeItBegins) {
  Network network;
  network.AddPoint(NotAfter(When("2012-06-18"), EndOf(absl::CivilDay(2012, 6, 1))));
  network.AddPoint(When("2013"));
  network.AddRelation(After(0, 1, "P1D"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ElementsAre(ElementsAre(0)));
  EXPECT_FALSE(network.contradicted(1));
}

TEST(Network, FindsEveryContradiction) {
  Network network;
  for (int i = 0; i < 3; ++i) {
    network.AddPoint(When("2012-06-18"));
    network.AddPoint(When("2012-06-19"));
    network.AddRelation(After(2 * i, 2 * i + 1, "P2D"));
  }
  network.Solve();
  EXPECT_THAT(
      Contradictions(network),
      ::testing::UnorderedElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4, 5)));
}

TEST(Network, StandsTimesFarAwayAndLengthsBeyondReason) {
  Network network;
  network.AddPoint(When("0000"));
  network.AddPoint(When("9999"));
  network.AddPoint(When("unknown"));
  network.AddRelation(After(0, 1, "P999999Y999999M999999DT999999H", "P999999Y"));
  network.AddRelation(After(1, 2, "P999999Y"));
  network.AddRelation(After(2, 0, "PT999999H"));
  network.Solve();
  EXPECT_THAT(Contradictions(network), ::testing::SizeIs(1));
}

// All that brute force finds possible, and nothing else.
struct Extremes {
  std::vector<int64_t> least;
  std::vector<int64_t> most;
  std::vector<std::vector<int64_t>> furthest;  // value[b] - value[a]
  bool possible = false;
};

struct Limit {
  size_t from;
  size_t to;
  int64_t least;
  std::optional<int64_t> most;
};

Extremes BruteForce(const std::vector<std::pair<int64_t, int64_t>>& domains,
                    const std::vector<Limit>& limits) {
  const size_t n = domains.size();
  Extremes out{std::vector<int64_t>(n, 1'000'000), std::vector<int64_t>(n, -1'000'000),
               std::vector<std::vector<int64_t>>(n, std::vector<int64_t>(n, -1'000'000)), false};
  std::vector<int64_t> value(n);
  const auto visit = [&](const auto& self, size_t i) -> void {
    if (i < n) {
      for (value[i] = domains[i].first; value[i] <= domains[i].second; ++value[i])
        self(self, i + 1);
      return;
    }
    for (const Limit& limit : limits) {
      const int64_t difference = value[limit.to] - value[limit.from];
      if (difference < limit.least || (limit.most && difference > *limit.most)) return;
    }
    out.possible = true;
    for (size_t a = 0; a < n; ++a) {
      out.least[a] = std::min(out.least[a], value[a]);
      out.most[a] = std::max(out.most[a], value[a]);
      for (size_t b = 0; b < n; ++b) {
        out.furthest[a][b] = std::max(out.furthest[a][b], value[b] - value[a]);
      }
    }
  };
  visit(visit, 0);
  return out;
}

struct Instance {
  std::vector<std::pair<int64_t, int64_t>> domains;
  std::vector<Limit> limits;
};

Instance RandomInstance(std::mt19937_64& random) {
  Instance out;
  const size_t n = 2 + random() % 3;
  for (size_t i = 0; i < n; ++i) {
    const auto first = static_cast<int64_t>(random() % 14);
    out.domains.emplace_back(first, first + static_cast<int64_t>(random() % 12));
  }
  for (size_t count = 1 + random() % 4; count > 0; --count) {
    const size_t from = random() % n;
    const size_t to = (from + 1 + random() % (n - 1)) % n;
    const auto least = static_cast<int64_t>(random() % 6);
    std::optional<int64_t> most;
    if (random() % 3 != 0) most = least + static_cast<int64_t>(random() % 7);
    out.limits.push_back({from, to, least, most});
  }
  return out;
}

TEST(Network, AgreesWithBruteForceOnDays) {
  std::mt19937_64 random(7);
  int possible = 0;
  int impossible = 0;
  for (int i = 0; i < 250; ++i) {
    const Instance instance = RandomInstance(random);
    const Extremes truth = BruteForce(instance.domains, instance.limits);
    // Around a change of the clock, so that days of 23 hours take part.
    const absl::CivilDay base(2026, 3, 20);
    Network network;
    for (const auto& [first, last] : instance.domains) {
      network.AddPoint({.earliest = StartOf(base + first), .latest = EndOf(base + last)});
    }
    for (const Limit& limit : instance.limits) {
      Relation relation{.from = limit.from, .to = limit.to, .stated_by = limit.to};
      relation.at_least = {.days = limit.least};
      if (limit.most) relation.at_most = Duration{.days = *limit.most};
      network.AddRelation(relation);
    }
    network.Solve();
    ASSERT_EQ(network.contradictions().empty(), truth.possible) << i;
    ++(truth.possible ? possible : impossible);
    if (!truth.possible) continue;
    for (size_t a = 0; a < instance.domains.size(); ++a) {
      ASSERT_EQ(*network.Narrowed(a).earliest, StartOf(base + truth.least[a])) << i;
      ASSERT_EQ(*network.Narrowed(a).latest, EndOf(base + truth.most[a])) << i;
      for (size_t b = 0; b < instance.domains.size(); ++b) {
        if (a == b) continue;
        const Range expected{std::max<int64_t>(0, -truth.furthest[b][a]),
                             std::max<int64_t>(0, truth.furthest[a][b])};
        ASSERT_EQ(network.CalendarDays(a, b), expected) << i;
      }
    }
  }
  EXPECT_GT(possible, 40);
  EXPECT_GT(impossible, 40);
}

TEST(Network, AgreesWithBruteForceOnHours) {
  std::mt19937_64 random(8);
  const Micros base = *When("2026-03-28T20:00").earliest;
  for (int i = 0; i < 250; ++i) {
    const Instance instance = RandomInstance(random);
    const Extremes truth = BruteForce(instance.domains, instance.limits);
    Network network;
    for (const auto& [first, last] : instance.domains) {
      network.AddPoint({.earliest = base + first * kHour, .latest = base + last * kHour});
    }
    for (const Limit& limit : instance.limits) {
      Relation relation{.from = limit.from, .to = limit.to, .stated_by = limit.to};
      relation.at_least = {.seconds = 3600 * limit.least, .timed = true};
      if (limit.most) relation.at_most = Duration{.seconds = 3600 * *limit.most, .timed = true};
      network.AddRelation(relation);
    }
    network.Solve();
    ASSERT_EQ(network.contradictions().empty(), truth.possible) << i;
    if (!truth.possible) continue;
    for (size_t a = 0; a < instance.domains.size(); ++a) {
      ASSERT_EQ(*network.Narrowed(a).earliest, base + truth.least[a] * kHour) << i;
      ASSERT_EQ(*network.Narrowed(a).latest, base + truth.most[a] * kHour) << i;
      for (size_t b = 0; b < instance.domains.size(); ++b) {
        if (a == b) continue;
        const Range expected{std::max<int64_t>(0, -truth.furthest[b][a]),
                             std::max<int64_t>(0, truth.furthest[a][b])};
        ASSERT_EQ(network.Hours(a, b), expected) << i;
      }
    }
  }
}

// Months, days and hours mixed: no world that the statements allow is ever excluded.
TEST(Network, ExcludesNoWorldThatIsPossible) {
  std::mt19937_64 random(9);
  for (int i = 0; i < 400; ++i) {
    const size_t n = 2 + random() % 5;
    const Micros start = StartOf(absl::CivilDay(2023, 1, 1) + static_cast<int>(random() % 900));
    std::vector<Micros> world;
    Network network;
    for (size_t p = 0; p < n; ++p) {
      const Micros at = start + static_cast<Micros>(random() % (200 * 24 * uint64_t{kHour}));
      world.push_back(at);
      Interval stated;
      if (random() % 3 != 0)
        stated.earliest = at - static_cast<Micros>(random() % (9 * 24 * uint64_t{kHour}));
      if (random() % 3 != 0)
        stated.latest = at + static_cast<Micros>(random() % (40 * 24 * uint64_t{kHour}));
      network.AddPoint(stated);
    }
    for (size_t count = random() % 6; count > 0; --count) {
      size_t from = random() % n;
      size_t to = (from + 1 + random() % (n - 1)) % n;
      if (world[from] > world[to]) std::swap(from, to);
      // Lengths that are true of this world.
      const absl::CivilDay a = DayOf(world[from]);
      const absl::CivilDay b = DayOf(world[to]);
      Relation relation{.from = from, .to = to, .stated_by = to};
      int64_t months = 0;
      while (AddMonths(a, months + 1) <= b) ++months;
      switch (random() % 3) {
        case 0:
          relation.at_least = {.months = months};
          relation.at_most = Duration{.months = months + 1};
          break;
        case 1:
          relation.at_least = {.days = b - a};
          relation.at_most = Duration{.days = b - a};
          break;
        default:
          relation.at_least = {.seconds = (world[to] - world[from]) / 1'000'000, .timed = true};
          relation.at_most = Duration{.seconds = relation.at_least.seconds + 1, .timed = true};
      }
      network.AddRelation(relation);
    }
    network.Solve();
    ASSERT_THAT(Contradictions(network), IsEmpty()) << i;
    for (size_t p = 0; p < n; ++p) {
      const Interval& narrowed = network.Narrowed(p);
      ASSERT_TRUE(!narrowed.earliest || *narrowed.earliest <= world[p]) << i;
      ASSERT_TRUE(!narrowed.latest || *narrowed.latest >= world[p]) << i;
      for (size_t q = 0; q < n; ++q) {
        if (p == q) continue;
        const Range days = network.CalendarDays(p, q);
        const int64_t between = std::max<int64_t>(0, DayOf(world[q]) - DayOf(world[p]));
        ASSERT_LE(days.min, between) << i;
        ASSERT_TRUE(!days.max || *days.max >= between) << i;
        const Range hours = network.Hours(p, q);
        const int64_t passed = std::max<int64_t>(0, world[q] - world[p]) / kHour;
        ASSERT_LE(hours.min, passed) << i;
        ASSERT_TRUE(!hours.max || *hours.max >= passed) << i;
        ASSERT_FALSE(network.CertainlyBefore(p, q) && world[p] >= world[q]) << i;
      }
    }
  }
}

TEST(Network, SolvesALongChainInEitherOrder) {
  for (const bool reversed : {false, true}) {
    constexpr size_t kPoints = 200;
    Network network;
    for (size_t p = 0; p < kPoints; ++p) {
      const bool anchor = p == (reversed ? kPoints - 1 : 0);
      network.AddPoint(anchor ? When("2012-06-18") : When("unknown"));
    }
    for (size_t p = 0; p + 1 < kPoints; ++p) {
      const size_t from = reversed ? p + 1 : p;
      const size_t to = reversed ? p : p + 1;
      network.AddRelation(After(from, to, "P1D", "P2D"));
    }
    network.Solve();
    EXPECT_THAT(Contradictions(network), IsEmpty());
    EXPECT_EQ(Days(network.Narrowed(reversed ? 0 : kPoints - 1)), "2013-01-03/2013-07-21");
  }
}

}  // namespace
}  // namespace skyndsamt::law
