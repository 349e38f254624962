// What corrections and later entries may change of an answer, and what not, tried on many random
// whole cases. Every failure prints the seed of its case and the case itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "random_case.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// Something of the case is corrected: struck, or given another time, or another thing altogether.
void Correct(Story& story, Dice& dice, std::string_view id, std::string_view of,
             const event::v1::Fact& corrected) {
  auto& correction = *story.Add(id, "2022-02-10").mutable_correction();
  correction.set_of(std::string(of));
  if (dice.Once(2)) {
    correction.set_withdrawn(true);
    return;
  }
  *correction.mutable_replacement() = corrected;
  correction.mutable_replacement()->mutable_happened()->set_edtf(Time::Any(dice).Edtf());
}

// What an answer says of each leg, without the entries it stands on.
std::string Said(const Timeliness& answer) {
  std::string said;
  for (LegTimeliness leg : answer.legs()) {
    for (auto* anchor : {leg.mutable_started(), leg.mutable_ended()}) {
      anchor->clear_position();
      anchor->clear_contributing();  // in the order of positions
    }
    leg.clear_reasons();
    leg.clear_explanation();
    leg.clear_basis();
    leg.clear_remarks();  // that it was corrected afterwards is remarked
    said += leg.SerializeAsString() + "\n";
  }
  return said;
}

// When it happened was known as early as before, so nothing that was certain is so no longer.
TEST(CaseProperty, ACorrectionThatLeavesTheTimeAloneChangesNoLeg) {
  const unsigned first = FirstSeed(35'000);
  int bounded = 0;
  for (int n = 0; n < CasesToTry(2'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story("2022-01-15");
    if (dice.Once(2)) story.RecordedAt("2021-12-20");
    plan.Tell(story);
    const auto at = static_cast<size_t>(dice.Throw(static_cast<int>(plan.steps.size())));
    const auto original =
        std::ranges::find(story.facts(), plan.steps[at].fact.id(), &event::v1::Fact::id);
    const std::string before = Said(story.Ask());
    story.RecordedAt("2022-02-10");
    auto& correction = *story.Add("correction", "2022-02-10").mutable_correction();
    correction.set_of(original->id());
    *correction.mutable_replacement() = *original;
    correction.mutable_replacement()->set_channel(event::v1::CHANNEL_LETTER);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + original->id() + plan.Text());
    ASSERT_EQ(Said(story.Ask()), before);
    if (original->happened().edtf().find("..") != std::string::npos) ++bounded;
  }
  if (CasesToTry(0) == 0) {
    EXPECT_GT(bounded, 100) << "times that end of themselves need no bound";
  }
}

TEST(CaseProperty, AReversedCorrectionGivesTheFirstAnswerAgain) {
  const unsigned first = FirstSeed(30'000);
  int changed = 0;
  for (int n = 0; n < CasesToTry(400); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    plan.Tell(story, "2022-01-10");
    const std::string as_of = dice.AnyDay();
    const std::string before = Legs(story.Ask(as_of, "2022-01-15"));
    const auto victim = static_cast<size_t>(dice.Throw(static_cast<int>(plan.steps.size())));
    const Fact original = story.facts()[victim + 1];
    story.RecordedAt("2022-02-10");
    Correct(story, dice, "correction", original.id(), original);
    const std::string corrected = Legs(story.Ask(as_of, "2022-02-15"));
    if (corrected != before) ++changed;
    story.RecordedAt("2022-03-10");
    auto& reversal = *story.Add("reversal", "2022-03-10").mutable_correction();
    reversal.set_of("correction");
    reversal.set_withdrawn(true);
    SCOPED_TRACE("seed " + std::to_string(seed) + plan.Text());
    ASSERT_EQ(Legs(story.Ask(as_of, "2022-03-15")), before);
    ASSERT_EQ(Legs(story.Ask(as_of, "2022-02-15")), corrected);
    ASSERT_EQ(Legs(story.Ask(as_of, "2022-01-15")), before);
  }
  if (CasesToTry(0) == 0) {
    EXPECT_GT(changed, 100) << "corrections that correct nothing test nothing";
  }
}

// Whatever is recorded later, of the case or of the policy: the whole answer stays as it was, to
// the last word of its explanation.
TEST(CaseProperty, AnAnswerNeverChangesAfterwards) {
  const unsigned first = FirstSeed(40'000);
  int changed = 0;
  for (int n = 0; n < CasesToTry(400); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    plan.Tell(story, "2022-01-10");
    const std::string as_of = dice.AnyDay();
    const std::string then = story.Ask(as_of, "2022-01-15").SerializeAsString();
    story.RecordedAt("2022-02-10");
    const Plan more = Plan::Any(dice);
    for (const auto& step : more.steps) {
      Fact fact = step.fact;
      fact.set_id("later-" + fact.id());
      if (dice.Once(3)) {
        Correct(story, dice, fact.id(), step.fact.id(), fact);
      } else {
        Fact& told = story.Add(fact.id(), Time::Any(dice).Edtf());
        const When happened = told.happened();
        told = fact;
        *told.mutable_happened() = happened;
      }
    }
    for (const auto& each : more.routine) story.LaterLimit("2022-02-10", each.limit, each.from);
    story.LaterRules("2022-02-10");
    SCOPED_TRACE("seed " + std::to_string(seed) + plan.Text());
    ASSERT_EQ(story.Ask(as_of, "2022-01-15").SerializeAsString(), then);
    if (story.Ask(as_of, "2022-02-15").SerializeAsString() != then) ++changed;
  }
  if (CasesToTry(0) == 0) {
    EXPECT_GT(changed, 300) << "what was added must matter later";
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
