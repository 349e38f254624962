// How long is waited after failures and successes in any order.
#include "eventstore/kafka/backoff.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace skyndsamt::kafka {
namespace {

RC_GTEST_PROP(Backoff, APauseDoublesWithEachFailureUpToTheLongestAndSuccessBeginsAnew, ()) {
  const auto shortest = absl::Milliseconds(*rc::gen::inRange(1, 1000));
  const auto longest = shortest * *rc::gen::inRange(1, 200);
  Backoff backoff(shortest, longest);
  absl::Duration length = shortest;
  for (const bool fails : *rc::gen::arbitrary<std::vector<bool>>()) {
    if (fails) {
      const absl::Duration pause = backoff.Next();
      RC_ASSERT(pause >= length * 0.5);
      RC_ASSERT(pause <= length * 1.5);
      length = std::min(length * 2, longest);
    } else {
      backoff.Succeeded();
      length = shortest;
    }
  }
}

TEST(Backoff, TwoThatFailTogetherDoNotGoOnInStep) {
  Backoff one(absl::Seconds(1), absl::Seconds(10)), other(absl::Seconds(1), absl::Seconds(10));
  int together = 0;
  for (int i = 0; i < 20; ++i) together += one.Next() == other.Next();
  EXPECT_LT(together, 20);
}

}  // namespace
}  // namespace skyndsamt::kafka
