// What must hold of every case, tried on many random whole cases. Every failure prints the seed of
// its case and the case itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "projections/law/case_legs.h"
#include "projections/law/knowledge_legs.h"
#include "random_case.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

bool Certain(RoutineVerdict verdict) {
  return verdict == ROUTINE_VERDICT_WITHIN || verdict == ROUTINE_VERDICT_LATE ||
         verdict == ROUTINE_VERDICT_RUNNING;
}
bool Certain(PracticePosition position) {
  return position != PRACTICE_POSITION_UNDETERMINED && position != PRACTICE_POSITION_NO_YARDSTICK &&
         position != PRACTICE_POSITION_UNSPECIFIED;
}

// Of a round that is none: nothing has started.
LegTimeliness NotThere() {
  LegTimeliness none;
  none.set_state(LEG_STATE_NOT_STARTED);
  return none;
}

// A leg of each guardian or measure, or one of nobody's where none is named.
bool IsNamedByOthers(const LegTimeliness& leg) {
  return leg.leg() == LEG_INFORM_GUARDIAN || leg.leg() == LEG_FEED_BACK_TO_GUARDIAN ||
         leg.leg() == LEG_CARRY_OUT_MEASURES || leg.leg() == LEG_FOLLOW_UP;
}

using ByKey = std::map<std::string, LegTimeliness>;

ByKey InOrder(const Timeliness& answer) {
  ByKey legs;
  for (const auto& leg : answer.legs()) legs[Key(leg)] = leg;
  return legs;
}

// The ids of the facts that certainly begin a round: a better date may make two of one.
std::vector<std::string> Openers(Story& story, std::string_view as_of) {
  const CaseFile file = story.FileAt(as_of);
  const CaseReading reading(file);
  const Rounds rounds(reading);
  std::vector<std::string> ids;
  for (const Round& round : rounds.all()) {
    ids.push_back(round.opener == nullptr ? "" : std::string(round.opener->stated->id));
  }
  return ids;
}

// What narrowing met: only what was met was tested.
struct Narrowed {
  std::map<std::string, int> of;
  void Count(const std::string& what) { ++of[what]; }
};

void ExpectNoTurn(const LegTimeliness& wide, const LegTimeliness& narrow, Narrowed& met) {
  if (wide.state() != LEG_STATE_UNDETERMINED) {
    EXPECT_EQ(LegState_Name(narrow.state()), LegState_Name(wide.state()));
    met.Count(Leg_Name(wide.leg()) + " " + LegState_Name(wide.state()));
  } else if (narrow.state() != LEG_STATE_UNDETERMINED) {
    met.Count("settled");
  }
  if (Certain(wide.routine().verdict())) {
    EXPECT_EQ(RoutineVerdict_Name(narrow.routine().verdict()),
              RoutineVerdict_Name(wide.routine().verdict()));
    met.Count(RoutineVerdict_Name(wide.routine().verdict()));
  }
  if (Certain(wide.practice().position())) {
    EXPECT_EQ(PracticePosition_Name(narrow.practice().position()),
              PracticePosition_Name(wide.practice().position()));
    met.Count(PracticePosition_Name(wide.practice().position()));
  }
  if (wide.has_days() && narrow.has_days()) {
    EXPECT_GE(narrow.days().min(), wide.days().min());
    if (wide.days().has_max()) {
      EXPECT_TRUE(narrow.days().has_max() && narrow.days().max() <= wide.days().max());
    }
  }
  if (wide.has_working_days() && narrow.has_working_days()) {
    EXPECT_GE(narrow.working_days().min(), wide.working_days().min());
    EXPECT_LE(narrow.working_days().max(), wide.working_days().max());
    met.Count("working days");
  }
}

TEST(CaseProperty, NarrowingNeverTurnsWhatIsCertain) {
  const unsigned first = FirstSeed(10'000);
  Narrowed met;
  for (int n = 0; n < CasesToTry(3'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan wide = Plan::Any(dice);
    const Plan narrow = wide.Narrower(dice);
    if (!wide.changes.empty()) met.Count("the unit changes");
    const std::string as_of = dice.Once(3) ? kTold : dice.AnyDay();
    Story told(kTold), told_better(kTold);
    wide.Tell(told);
    narrow.Tell(told_better);
    const Timeliness before = told.Ask(as_of);
    const Timeliness after = told_better.Ask(as_of);
    if (before.contradictions_size() != after.contradictions_size()) {
      met.Count("contradicted");  // no time that was allowed, or one fewer that was not
      continue;
    }
    if (Openers(told, as_of) != Openers(told_better, as_of)) met.Count("another round");
    SCOPED_TRACE("seed " + std::to_string(seed) + " as of " + as_of + wide.Text() +
                 "\nnarrowed:" + narrow.Text());
    const ByKey worse = InOrder(before), better = InOrder(after);
    for (const auto& [key, leg] : worse) {
      const auto found = better.find(key);
      if (found == better.end() && IsNamedByOthers(leg)) continue;
      SCOPED_TRACE(key);
      ExpectNoTurn(leg, found != better.end() ? found->second : NotThere(), met);
      met.Count("compared");
    }
    for (const auto& [key, leg] : better) {
      if (worse.contains(key) || IsNamedByOthers(leg)) continue;
      EXPECT_TRUE(leg.state() == LEG_STATE_NOT_STARTED || leg.state() == LEG_STATE_UNDETERMINED)
          << key << " was certainly not there";
    }
    if (::testing::Test::HasFailure()) return;
  }
  if (CasesToTry(0) != 0) return;  // a search elsewhere promises nothing of what it meets
  EXPECT_GT(met.of["compared"], 20'000);
  EXPECT_GT(met.of["settled"], 1'000);
  EXPECT_GT(met.of["another round"], 100);
  EXPECT_GT(met.of["the unit changes"], 500);
  EXPECT_GT(met.of["working days"], 1'000);
  for (int leg = LEG_REPORT_TO_PRINCIPAL; leg <= LEG_ANSWER_COMPLAINT; ++leg) {
    for (const char* state : {" LEG_STATE_FULFILLED", " LEG_STATE_PENDING"}) {
      EXPECT_GT(met.of[Leg_Name(static_cast<Leg>(leg)) + state], 5) << leg << state;
    }
  }
  for (const char* what : {"ROUTINE_VERDICT_WITHIN", "ROUTINE_VERDICT_LATE",
                           "ROUTINE_VERDICT_RUNNING", "PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED"}) {
    EXPECT_GT(met.of[what], 50) << what;
  }
}

TEST(CaseProperty, AnUnrelatedFactChangesNothing) {
  const unsigned first = FirstSeed(20'000);
  for (int n = 0; n < CasesToTry(400); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    story.Child("child-2");
    plan.Tell(story);
    const std::string as_of = dice.AnyDay();
    const std::string before = story.Ask(as_of).SerializeAsString();
    for (int more = 0; more < 4; ++more) AddUnrelated(story, dice, more);
    ASSERT_EQ(story.Ask(as_of).SerializeAsString(), before) << "seed " << seed << plan.Text();
  }
}

void ExpectConsistent(const LegTimeliness& leg) {
  const bool clocked = leg.state() == LEG_STATE_FULFILLED || leg.state() == LEG_STATE_PENDING ||
                       leg.state() == LEG_STATE_UNDETERMINED;
  EXPECT_EQ(leg.has_routine(), clocked);
  EXPECT_EQ(leg.has_practice(), clocked);
  if (leg.state() != LEG_STATE_FULFILLED) {
    EXPECT_NE(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
    EXPECT_NE(leg.practice().position(), PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED);
  }
  if (leg.has_days()) {
    EXPECT_GE(leg.days().min(), 0);
    EXPECT_TRUE(!leg.days().has_max() || leg.days().min() <= leg.days().max());
    if (leg.has_working_days() && leg.days().has_max()) {
      EXPECT_LE(leg.working_days().max(), leg.days().max());
    }
  }
  if (leg.state() == LEG_STATE_PENDING) {
    EXPECT_TRUE(leg.has_started() && !leg.has_ended());
  }
  if (leg.state() == LEG_STATE_FULFILLED) {
    EXPECT_TRUE(leg.has_ended());
  }
  if (leg.state() == LEG_STATE_NOT_STARTED || leg.state() == LEG_STATE_NOT_REQUIRED) {
    EXPECT_FALSE(leg.has_started() || leg.has_ended() || leg.has_days());
  }
}

// One fact of the plan had happened on another day.
void CorrectOne(Story& story, const Plan& plan, Dice& dice) {
  const auto& of = plan.steps[static_cast<size_t>(dice.Throw(static_cast<int>(plan.steps.size())))];
  story.RecordedAt("2022-02-10");
  auto& correction = *story.Add("correction", "2022-02-10").mutable_correction();
  correction.set_of(of.fact.id());
  *correction.mutable_replacement() = of.fact;
  correction.mutable_replacement()->clear_id();
  correction.mutable_replacement()->mutable_happened()->set_edtf(dice.AnyDay());
}

// From May on no statute asks for one of the duties.
RuleSetPublished RulesThatEnd(Dice& dice) {
  RuleSetPublished rules;
  rules.set_version("ends");
  auto& statute = *rules.add_statutes();
  statute.set_leg(static_cast<Leg>(1 + dice.Throw(Leg_ARRAYSIZE - 1)));
  statute.set_from("2021-05-01");
  statute.set_effect(STATUTE_EFFECT_ENDS);
  return rules;
}

// Whatever is asked of whatever record, the answer keeps its own rules; and the random cases meet
// every state of every leg, every verdict, remark and reason, so that the properties are tried
// where the law is.
TEST(CaseProperty, EveryAnswerIsConsistentAndEverythingIsMet) {
  const unsigned first = FirstSeed(50'000);
  std::map<std::string, int> met;
  for (int n = 0; n < CasesToTry(2'000); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    const bool live = dice.Once(2);
    if (live && dice.Once(2)) story.Add("order", "2021-02-01").mutable_order_received();
    plan.Tell(story, live ? "2022-01-10" : "");
    if (live && dice.Once(2)) CorrectOne(story, plan, dice);
    if (dice.Once(4)) story.LaterRules("2021-01-01", RulesThatEnd(dice));
    const std::string as_of = dice.AnyDay();
    SCOPED_TRACE("seed " + std::to_string(seed) + " as of " + as_of + plan.Text());
    const Timeliness answer = story.Ask(as_of);
    for (const auto& leg : answer.legs()) {
      SCOPED_TRACE(Key(leg));
      ExpectConsistent(leg);
      ++met[Leg_Name(leg.leg()) + " " + LegState_Name(leg.state())];
      ++met[RoutineVerdict_Name(leg.routine().verdict())];
      ++met[PracticePosition_Name(leg.practice().position())];
      for (const int remark : leg.remarks()) ++met[Remark_Name(static_cast<Remark>(remark))];
    }
    const CaseFile file = story.FileAt(as_of);
    const CaseReading reading(file);
    for (const LegOutcome& leg : LegsOf(reading)) {
      ++met["why " + std::to_string(static_cast<int>(leg.why))];
    }
    if (answer.contradictions_size() > 0) ++met["contradictions"];
    if (::testing::Test::HasFailure()) return;
  }
  if (CasesToTry(0) != 0) return;
  std::set<std::string> wanted = {"contradictions"};
  for (int leg = 1; leg < Leg_ARRAYSIZE; ++leg) {
    for (const char* state :
         {" LEG_STATE_FULFILLED", " LEG_STATE_PENDING", " LEG_STATE_UNDETERMINED"}) {
      wanted.insert(Leg_Name(static_cast<Leg>(leg)) + state);
    }
  }
  for (int i = 1; i < Remark_ARRAYSIZE; ++i) {
    if (Remark_IsValid(i)) wanted.insert(Remark_Name(static_cast<Remark>(i)));
  }
  for (int i = 1; i < RoutineVerdict_ARRAYSIZE; ++i) {
    wanted.insert(RoutineVerdict_Name(static_cast<RoutineVerdict>(i)));
  }
  for (int i = 1; i < PracticePosition_ARRAYSIZE; ++i) {
    wanted.insert(PracticePosition_Name(static_cast<PracticePosition>(i)));
  }
  for (int i = 0; i <= static_cast<int>(Why::kPerhapsNotRequired); ++i) {
    wanted.insert("why " + std::to_string(i));
  }
  for (const std::string& what : wanted) EXPECT_GE(met[what], 3) << what;
}

TEST(CaseProperty, TheWorklistHoldsWhatIsPendingAndWhatMayBe) {
  const unsigned first = FirstSeed(60'000);
  int met = 0;
  int perhaps_done = 0;
  for (int n = 0; n < CasesToTry(300); ++n) {
    const unsigned seed = first + static_cast<unsigned>(n);
    Dice dice(seed);
    const Plan plan = Plan::Any(dice);
    Story story(kTold);
    plan.Tell(story);
    SCOPED_TRACE("seed " + std::to_string(seed) + plan.Text());
    const auto steps = story.Steps();
    size_t i = 0;
    const auto answer = story.Ask();
    const CaseFile file = story.FileAt(kTold);
    const CaseReading reading(file);
    const auto outcomes = LegsOf(reading);
    for (int at = 0; at < answer.legs_size(); ++at) {
      const LegTimeliness& leg = answer.legs(at);
      const auto& ended = outcomes[static_cast<size_t>(at)].ended;
      ASSERT_EQ(leg.has_ended(), ended.has_value());
      const bool perhaps = leg.state() == LEG_STATE_UNDETERMINED && !(ended && ended->certain);
      if (leg.state() != LEG_STATE_PENDING && !perhaps) continue;
      ASSERT_LT(i, steps.size());
      EXPECT_EQ(steps[i].uncertain, perhaps);
      met += perhaps;
      perhaps_done += perhaps && ended;
      EXPECT_EQ(steps[i].leg, leg.leg());
      EXPECT_EQ(steps[i].round, leg.round());
      EXPECT_EQ(steps[i].measure + steps[i].guardian + steps[i].request,
                leg.measure() + leg.guardian() + leg.request());
      EXPECT_EQ(steps[i].due, leg.routine().due());
      EXPECT_EQ(steps[i].late, leg.routine().verdict() == ROUTINE_VERDICT_LATE);
      ++i;
    }
    ASSERT_EQ(i, steps.size());
  }
  if (CasesToTry(0) != 0) return;
  EXPECT_GT(met, 30);
  EXPECT_GT(perhaps_done, 30);
}

}  // namespace
}  // namespace skyndsamt::law::testing
