// The network against all worlds that small instances allow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/network.h"

namespace skyndsamt::law {
namespace {

using ::testing::IsEmpty;

constexpr Micros kHour = 3'600'000'000;

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

TEST(NetworkTruth, AgreesWithBruteForceOnDays) {
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

TEST(NetworkTruth, AgreesWithBruteForceOnHours) {
  std::mt19937_64 random(8);
  const Micros base = *ParseEdtf("2026-03-28T20:00")->earliest;
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
TEST(NetworkTruth, ExcludesNoWorldThatIsPossible) {
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
    ASSERT_THAT(network.contradictions(), IsEmpty()) << i;
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

}  // namespace
}  // namespace skyndsamt::law
