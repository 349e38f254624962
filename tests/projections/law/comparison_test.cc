// What changed between two answers, duty by duty, and which entries caused it.
#include "projections/law/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Instants At(std::string_view as_of, std::string_view known_at) {
  return {EndOfTime(as_of), EndOfTime(known_at)};
}

CompareTimelinessResponse Compared(Story& story, Instants before, Instants after,
                                   std::vector<PolicyStep> policy = {}) {
  return Compare([&](Instants at) { return story.File(at.as_of, at.known_at); }, before, after,
                 std::move(policy));
}

const LegChange* ChangeOf(const CompareTimelinessResponse& answer, Leg leg) {
  for (const auto& change : answer.legs()) {
    if (change.leg() == leg) return &change;
  }
  return nullptr;
}

std::vector<ChangedField> Fields(const LegChange& change) {
  std::vector<ChangedField> fields;
  for (const auto& one : change.changes()) fields.push_back(one.field());
  return fields;
}

// "TIME" or the ids of the facts, for each cause of a change.
std::vector<std::string> Causes(const CompareTimelinessResponse& answer, const LegChange& change) {
  std::vector<std::string> causes;
  for (const int index : change.causes()) {
    const ChangeCause& cause = answer.causes(index);
    causes.push_back(cause.kind() == CAUSE_KIND_TIME ? "TIME"
                     : cause.facts().empty()         ? CauseKind_Name(cause.kind()).substr(11)
                                                     : cause.facts(0));
  }
  return causes;
}

// Told of on 2 March; the board meets on 5 March and 2 April; in between the authority is notified,
// a talk is held and the notification's date corrected.
Story Meetings() {
  Story story("2026-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.RecordedAt("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-12");
  story.Add("a", "2026-03-12").mutable_authority_notified();
  story.RecordedAt("2026-03-13");
  story.Add("talk", "2026-03-13").mutable_conversation_held();
  story.RecordedAt("2026-03-20");
  auto& correction = *story.Add("r", "2026-03-20").mutable_correction();
  correction.set_of("a");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2026-03-09");
  correction.mutable_replacement()->mutable_authority_notified();
  return story;
}

TEST(Comparison, NamesWhatChangedAndWhichEntriesCausedIt) {
  Story story = Meetings();
  const auto answer =
      Compared(story, At("2026-03-05", "2026-03-05"), At("2026-04-02", "2026-04-02"));
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->before().state(), LEG_STATE_PENDING);
  EXPECT_EQ(change->after().state(), LEG_STATE_FULFILLED);
  EXPECT_FALSE(change->after().has_reasons());
  EXPECT_THAT(Fields(*change),
              UnorderedElementsAre(CHANGED_FIELD_STATE, CHANGED_FIELD_ENDED, CHANGED_FIELD_DAYS,
                                   CHANGED_FIELD_WORKING_DAYS, CHANGED_FIELD_ROUTINE_VERDICT,
                                   CHANGED_FIELD_REMARKS));
  EXPECT_THAT(Causes(answer, *change), ElementsAre("TIME", "a", "r")) << "not the conversation";
  EXPECT_EQ(change->changes(0).text().sv(), "Läge: från återstår till fullgjord.");
  for (const auto& cause : answer.causes()) {
    EXPECT_NE(cause.facts().empty() ? "" : cause.facts(0), "talk");
    EXPECT_FALSE(cause.text().sv().empty());
    EXPECT_FALSE(cause.text().en().empty());
  }
  const ChangeCause& correction = answer.causes(2);
  EXPECT_EQ(correction.kind(), CAUSE_KIND_CORRECTION);
  EXPECT_EQ(correction.position(), 4u);
  EXPECT_EQ(correction.recorded(), "2026-03-20T00:00:00+01:00");
  EXPECT_THAT(correction.text().en(), HasSubstr("in place of fact a stands"));
}

TEST(Comparison, KnownAtAloneIsCausedByEntriesAlone) {
  Story story = Meetings();
  const auto answer =
      Compared(story, At("2026-04-02", "2026-03-15"), At("2026-04-02", "2026-04-02"));
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_THAT(Causes(answer, *change), ElementsAre("r"));
  EXPECT_EQ(change->before().routine().verdict(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(change->after().routine().verdict(), ROUTINE_VERDICT_WITHIN);
}

// The first instant is the very one at which the notification was recorded: it was known then.
TEST(Comparison, WhatWasRecordedAtTheFirstInstantIsNoCause) {
  Story story = Meetings();
  const Micros notified = StartOf(absl::CivilDay(2026, 3, 12));
  const auto answer = Compared(story, {EndOfTime("2026-04-02"), notified},
                               {EndOfTime("2026-04-02"), StartOf(absl::CivilDay(2026, 3, 20))});
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->before().state(), LEG_STATE_FULFILLED);
  EXPECT_THAT(Causes(answer, *change), ElementsAre("r"));
}

// The correction of the 20th was not known on the 15th.
TEST(Comparison, WhatWasRecordedAfterTheSecondInstantIsNoCause) {
  Story story = Meetings();
  const auto answer =
      Compared(story, At("2026-04-02", "2026-03-05"), At("2026-04-02", "2026-03-15"));
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_THAT(Causes(answer, *change), ElementsAre("a"));
}

// The same thing at the same time, by other words: the answer stands on another entry since then.
TEST(Comparison, ACorrectionThatLeavesTheTimeAloneChangesTheEntryItStandsOn) {
  Story story("2026-12-31");
  story.RecordedAt("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-20");
  auto& correction = *story.Add("r", "2026-03-20").mutable_correction();
  correction.set_of("p");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2026-03-02");
  correction.mutable_replacement()->mutable_principal_informed();
  const auto answer =
      Compared(story, At("2026-04-02", "2026-03-15"), At("2026-04-02", "2026-04-02"));
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_THAT(Fields(*change), ElementsAre(CHANGED_FIELD_STARTED));
  EXPECT_EQ(change->changes(0).text().en(),
            "Counted from: from p, 2026-03-02, entry 1 to p, 2026-03-02, entry 2.");
  EXPECT_THAT(Causes(answer, *change), ElementsAre("r"));
}

TEST(Comparison, AsOfAloneIsCausedByTimeAloneAndNamesWhatHadHappened) {
  Story story = Meetings();
  const auto answer =
      Compared(story, At("2026-03-05", "2026-04-02"), At("2026-03-10", "2026-04-02"));
  ASSERT_EQ(answer.causes_size(), 1);
  EXPECT_EQ(answer.causes(0).kind(), CAUSE_KIND_TIME);
  EXPECT_THAT(answer.causes(0).facts(), ElementsAre("a"));
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->after().state(), LEG_STATE_FULFILLED);
}

TEST(Comparison, BackwardsItHasTheSameCauses) {
  Story story = Meetings();
  const auto there =
      Compared(story, At("2026-03-05", "2026-03-05"), At("2026-04-02", "2026-04-02"));
  const auto back = Compared(story, At("2026-04-02", "2026-04-02"), At("2026-03-05", "2026-03-05"));
  const LegChange* change = ChangeOf(back, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->after().state(), LEG_STATE_PENDING);
  EXPECT_EQ(Causes(back, *change), Causes(there, *ChangeOf(there, LEG_NOTIFY_AUTHORITY)));
}

TEST(Comparison, TheSameQuestionTwiceHasChangedNothing) {
  Story story = Meetings();
  const auto answer =
      Compared(story, At("2026-04-02", "2026-04-02"), At("2026-04-02", "2026-04-02"));
  EXPECT_THAT(answer.legs(), IsEmpty());
  EXPECT_THAT(answer.causes(), IsEmpty());
  EXPECT_THAT(answer.summary(), IsEmpty());
}

TEST(Comparison, ADutyThatAppearsAndOneThatVanishes) {
  Story story("2026-12-31");
  story.RecordedAt("2026-03-02");
  story.Add("d", "2026-03-01").mutable_measure_decided()->set_measure("m");
  story.RecordedAt("2026-03-10");
  auto& withdrawn = *story.Add("r", "2026-03-10").mutable_correction();
  withdrawn.set_of("d");
  withdrawn.set_withdrawn(true);
  const auto answer =
      Compared(story, At("2026-12-31", "2026-03-05"), At("2026-12-31", "2026-04-01"));
  const LegChange* gone = ChangeOf(answer, LEG_CARRY_OUT_MEASURES);
  ASSERT_NE(gone, nullptr);
  EXPECT_FALSE(gone->has_after());
  EXPECT_EQ(gone->measure(), "m");
  EXPECT_THAT(Fields(*gone), ElementsAre(CHANGED_FIELD_VANISHED));
  EXPECT_THAT(Causes(answer, *gone), ElementsAre("r"));
  const auto back = Compared(story, At("2026-12-31", "2026-04-01"), At("2026-12-31", "2026-03-05"));
  EXPECT_THAT(Fields(*ChangeOf(back, LEG_CARRY_OUT_MEASURES)), ElementsAre(CHANGED_FIELD_APPEARED));
}

// A routine that was published in between: what is not a fact is a cause, too.
TEST(Comparison, APolicyStepIsACause) {
  Story story("2026-12-31");
  story.RecordedAt("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  PolicySet policy;
  ASSERT_TRUE(policy.Publish(0, ShippedRules()).ok());
  RoutinePublished routine;
  routine.set_version("2026-1");
  routine.set_from("2026-01-01");
  routine.add_limits()->set_leg(LEG_NOTIFY_AUTHORITY);
  routine.mutable_limits(0)->set_limit("P7D");
  const Micros published = EndOfTime("2026-03-20");
  ASSERT_TRUE(policy.Publish(published, routine).ok());
  PolicyStep step{.recorded = published};
  step.cause.set_kind(CAUSE_KIND_ROUTINE);
  step.cause.set_version("2026-1");
  const auto answer = Compare(
      [&](Instants at) {
        CaseFile file = story.File(at.as_of, at.known_at);
        file.policy = &policy;
        return file;
      },
      At("2026-04-02", "2026-03-05"), At("2026-04-02", "2026-04-02"), {step});
  const LegChange* change = ChangeOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(change, nullptr);
  EXPECT_THAT(Causes(answer, *change), ElementsAre("ROUTINE"));
  EXPECT_THAT(Fields(*change),
              UnorderedElementsAre(CHANGED_FIELD_ROUTINE_VERDICT, CHANGED_FIELD_DUE));
  EXPECT_EQ(ChangeOf(answer, LEG_START_INVESTIGATION), nullptr) << "it sets no time for this one";
  ASSERT_FALSE(answer.summary().empty());
  EXPECT_EQ(answer.summary(0).sv(), "Rutinens version: från – till 2026-1.");
}

// A version that sets no time for what the case has come to: no duty changes, the version does.
TEST(Comparison, AnotherVersionOfTheRoutineIsAChangeOfTheCase) {
  Story story("2026-12-31");
  story.RecordedAt("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  PolicySet policy;
  ASSERT_TRUE(policy.Publish(0, ShippedRules()).ok());
  const Micros published = EndOfTime("2026-03-20");
  for (const auto& [version, from, recorded] :
       {std::tuple("first", "2020-01-01", Micros{0}), {"second", "2026-01-01", published}}) {
    RoutinePublished routine;
    routine.set_version(version);
    routine.set_from(from);
    routine.add_limits()->set_leg(LEG_EVALUATE_MEASURES);
    routine.mutable_limits(0)->set_limit("P7D");
    ASSERT_TRUE(policy.Publish(recorded, routine).ok());
  }
  PolicyStep step{.recorded = published};
  step.cause.set_kind(CAUSE_KIND_ROUTINE);
  const auto answer = Compare(
      [&](Instants at) {
        CaseFile file = story.File(at.as_of, at.known_at);
        file.policy = &policy;
        return file;
      },
      At("2026-04-02", "2026-03-05"), At("2026-04-02", "2026-04-02"), {step});
  EXPECT_THAT(answer.legs(), IsEmpty());
  ASSERT_EQ(answer.causes_size(), 1);
  EXPECT_EQ(answer.causes(0).kind(), CAUSE_KIND_ROUTINE);
  ASSERT_FALSE(answer.summary().empty());
  EXPECT_EQ(answer.summary(0).en(), "Version of the routine: from first to second.");
}

// Leaving out the entries that are not named as causes leaves the change as it is: seeded.
TEST(Comparison, WhatIsNotNamedMakesNoDifference) {
  std::mt19937_64 random(7);
  int changes = 0;
  for (int i = 0; i < 60; ++i) {
    Story story("2026-12-31");
    story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
    story.Limit(LEG_START_INVESTIGATION, "P3D");
    for (int n = 0; n < 8; ++n) {
      const int day = 1 + static_cast<int>(random() % 27);
      const std::string date = "2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
      story.RecordedAt("2026-04-" + std::string(n < 9 ? "0" : "") + std::to_string(n + 1));
      Fact& fact = story.Add("f" + std::to_string(n), date);
      switch (random() % 6) {
        case 0:
          fact.mutable_staff_learned();
          break;
        case 1:
          fact.mutable_principal_informed();
          break;
        case 2:
          fact.mutable_authority_notified();
          break;
        case 3:
          fact.mutable_investigation_opened();
          break;
        case 4:
          fact.mutable_conversation_held();
          break;
        default:
          fact.mutable_team_convened();
      }
    }
    const Instants before = At("2026-12-31", "2026-04-03");
    const Instants after = At("2026-12-31", "2026-12-31");
    const auto answer = Compared(story, before, after);
    std::set<std::string> named;
    for (const auto& cause : answer.causes())
      named.insert(cause.facts().begin(), cause.facts().end());
    Story without = story;
    for (auto& fact : without.facts()) {
      const bool recorded_between = fact.id() > "f2" && fact.id() != "opened";
      if (recorded_between && !named.contains(fact.id())) fact.mutable_conversation_held();
    }
    const auto same = Compared(without, before, after);
    ASSERT_EQ(same.legs_size(), answer.legs_size()) << i;
    for (int n = 0; n < same.legs_size(); ++n) {
      EXPECT_EQ(same.legs(n).after().SerializeAsString(),
                answer.legs(n).after().SerializeAsString());
      EXPECT_FALSE(answer.legs(n).causes().empty()) << "a change without a cause";
      ++changes;
    }
  }
  EXPECT_GT(changes, 60);
}

}  // namespace
}  // namespace skyndsamt::law::testing
