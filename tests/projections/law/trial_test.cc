// How much is tried to find what would settle an answer: what a try takes counts, not how many.
#include "projections/law/trial.h"

#include <gtest/gtest.h>

#include "settled.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// Facts of which each is known to have come after the one before, and no more; knowledge among
// them, so that it is open which of it opens a round.
Story Chain(int facts) {
  Story story("2017-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P10D");
  story.Add("f0", "2017-01").mutable_conversation_held();
  for (int i = 1; i <= facts; ++i) {
    Fact& fact = story.After("f" + std::to_string(i), "f" + std::to_string(i - 1), "");
    if (i % 10 == 1) {
      fact.mutable_staff_learned();
    } else if (i % 10 == 2) {
      fact.mutable_principal_informed();
    } else {
      fact.mutable_conversation_held();
    }
  }
  return story;
}

// How many tries are answered, at most so many.
int Tries(int facts, int most) {
  Story story = Chain(facts);
  const CaseFile file = story.FileAt("2017-12-31");
  Trial trial(file, kMostWork);
  for (int tries = 0; tries < most; ++tries) {
    const Supposed one{.fact = "f1", .latest = EndOfTime("2017-06-01") + tries};
    if (!trial.Try("", {&one, 1})) return tries;
  }
  return most;
}

int Unspecified(const Timeliness& answer) {
  int found = 0;
  for (const LegTimeliness& leg : answer.legs()) {
    for (const Settling& settling : leg.settling()) {
      found += settling.by() == SETTLED_BY_UNSPECIFIED ? 1 : 0;
    }
  }
  return found;
}

TEST(Trial, AVagueOrderOfManyFactsIsTriedAFewTimes) {
  EXPECT_EQ(Tries(5, 1'000), 1'000);
  EXPECT_GT(Tries(20, 1'000), 300);
  EXPECT_LT(Tries(60, 1'000), 100);
}

TEST(Trial, AVagueOrderOfFewFactsIsSettledStill) {
  Story small = Chain(10);
  EXPECT_EQ(Unspecified(Settled(small)), 0);
}

}  // namespace
}  // namespace skyndsamt::law::testing
