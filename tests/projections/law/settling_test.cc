// What would settle an UNDETERMINED answer: what is said to settle it is then told to the case, and
// it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "settled.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// "2017-10-11" as it is; an instant to its minute, which is how EDTF and a settling mean it.
std::string Edtf(std::string bound) {
  const size_t seconds = bound.find(":00+");
  if (bound.size() > 10 && seconds != std::string::npos) bound.erase(seconds, 3);
  return bound;
}

SettledIf AnswerTo(const LegTimeliness& leg, Question question) {
  SettledIf is;
  if (question == QUESTION_ROUTINE) is.set_routine(leg.routine().verdict());
  if (question == QUESTION_PRACTICE) is.set_practice(leg.practice().position());
  if (is.routine() == 0 && is.practice() == 0) is.set_state(leg.state());
  return is;
}

const LegTimeliness* SameLeg(const Timeliness& answer, const LegTimeliness& leg) {
  for (const auto& one : answer.legs()) {
    if (one.leg() == leg.leg() && one.round() == leg.round() && one.measure() == leg.measure()) {
      return &one;
    }
  }
  return nullptr;
}

// Tells the fact as the settling supposes it, and expects what the settling promises.
void ExpectSide(Story story, const LegTimeliness& leg, const Settling& settling, bool earlier) {
  const SettledIf& side = earlier ? settling.earlier() : settling.later();
  Fact& fact = Find(story, settling.facts(0));
  const Interval was = Widened(*ParseEdtf(fact.happened().edtf()));
  const auto day = [](std::optional<Micros> at) {
    return at ? FormatDay(DayOf(*at)) : std::string("..");
  };
  fact.mutable_happened()->set_edtf(earlier ? day(was.earliest) + "/" + Edtf(side.bound())
                                            : Edtf(side.bound()) + "/" + day(was.latest));
  const Timeliness answer = story.Ask();
  const LegTimeliness* now = SameLeg(answer, leg);
  LegTimeliness none;  // of a round that is then none
  none.set_state(LEG_STATE_NOT_STARTED);
  ASSERT_TRUE(now != nullptr || leg.round() > 1) << settling.text().sv();
  SettledIf is = AnswerTo(now == nullptr ? none : *now, settling.question());
  is.set_bound(side.bound());
  EXPECT_EQ(is.DebugString(), side.DebugString()) << fact.happened().edtf() << "\n"
                                                  << settling.DebugString();
}

// Every promise about a single fact's time in the answer.
int ExpectPromisesKept(const Story& story, const Timeliness& answer) {
  int promises = 0;
  for (const auto& leg : answer.legs()) {
    for (const Settling& settling : leg.settling()) {
      if (settling.by() != SETTLED_BY_TIME) continue;
      if (settling.has_earlier()) ExpectSide(story, leg, settling, true);
      if (settling.has_later()) ExpectSide(story, leg, settling, false);
      promises += settling.has_earlier() + settling.has_later();
    }
  }
  return promises;
}

// "On which side of 2017-10-12 f3 lies."
TEST(Settling, NamesTheFactAndTheDayItTurnsOn) {
  Story story = Notified("2017-10-04", "2017-10", "P7D");
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  const auto found = Of(leg, QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].by(), SETTLED_BY_TIME);
  EXPECT_THAT(found[0].facts(), ElementsAre("f3"));
  EXPECT_TRUE(found[0].either_way());
  EXPECT_EQ(found[0].earlier().bound(), "2017-10-11");
  EXPECT_EQ(found[0].earlier().routine(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(found[0].later().bound(), "2017-10-12");
  EXPECT_EQ(found[0].later().routine(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(found[0].text().sv(),
            "Vad som skulle avgöra det: på vilken sida om 2017-10-12 uppgift f3 (huvudmannen "
            "underrättades) ligger. Senast 2017-10-11: inom rutinens tid. Tidigast 2017-10-12: "
            "senare än rutinens tid.");
  EXPECT_EQ(leg.explanation(leg.explanation_size() - 2).sv(), found[0].text().sv())
      << "it is among the reasons";
  std::set<std::string> lines;
  for (const auto& line : leg.explanation()) {
    EXPECT_TRUE(lines.insert(line.sv()).second) << "read out twice: " << line.sv();
  }
  EXPECT_EQ(ExpectPromisesKept(story, answer), 2);
}

TEST(Settling, AnImpreciseStartTurnsTheOtherWay) {
  Story story = Notified("2017-10", "2017-10-20", "P7D");
  const auto answer = Settled(story);
  const auto found = Of(LegOf(answer, LEG_NOTIFY_AUTHORITY), QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].earlier().routine(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(found[0].earlier().bound(), "2017-10-12");
  EXPECT_EQ(found[0].later().routine(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(ExpectPromisesKept(story, answer), 2);
}

TEST(Settling, ALimitInHoursTurnsOnAMinute) {
  Story story = Notified("2017-10-04T08:00", "2017-10-05", "PT24H");
  const auto answer = Settled(story);
  const auto found = Of(LegOf(answer, LEG_NOTIFY_AUTHORITY), QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].either_way());
  EXPECT_EQ(found[0].earlier().bound(), "2017-10-05T08:00:00+02:00");
  EXPECT_EQ(found[0].later().bound(), "2017-10-05T08:01:00+02:00");
  EXPECT_EQ(ExpectPromisesKept(story, answer), 2);
}

TEST(Settling, AWorkingDayLimitKnowsTheCalendar) {
  // Friday 22 December 2017: five working days end on 3 January 2018 (25, 26 December, 1 January
  // and the eves, of which the 31st is a Sunday, are left out).
  Story story = Notified("2017-12-22", "2017-12-23/2018-01-20", "P5D", "2018-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P5D", "2001-01-01").set_days(DAY_COUNT_WORKING);
  const auto found = Of(LegOf(Settled(story), LEG_NOTIFY_AUTHORITY), QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].earlier().bound(), "2018-01-03");
  EXPECT_EQ(found[0].later().bound(), "2018-01-04");
}

TEST(Settling, AnAsOfInTheMiddleOfAnImpreciseTime) {
  Story story = Notified("2017-10-04", "2017-10/2017-12", "P7D", "2017-11-15");
  // Told now, as a file that goes on after the day asked about.
  for (auto& fact : story.facts()) fact.mutable_imported()->set_told_at("2018-12-31");
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_EQ(leg.state(), LEG_STATE_UNDETERMINED);
  const auto found = Of(leg, QUESTION_STATE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].earlier().bound(), "2017-11-15");
  EXPECT_EQ(found[0].earlier().state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(found[0].later().state(), LEG_STATE_PENDING);
  EXPECT_GE(ExpectPromisesKept(story, answer), 2);
}

TEST(Settling, TwoVersionsOfTheRoutine) {
  Story story = Notified("2017-06/2017-07", "2017-07-20", "P14D");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P60D", "2017-07-01");
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  const auto found = Of(leg, QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].earlier().bound(), "2017-06-30");
  EXPECT_EQ(found[0].earlier().routine(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(found[0].later().routine(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(ExpectPromisesKept(story, answer), 2);
}

TEST(Settling, AnApproximateDateSaysWhatAnExactOneWouldSettle) {
  Story story = Notified("2017-10-04", "2017-10-11~", "P7D");
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED)
      << "moved by a day it would be the 12th";
  const auto found = Of(leg, QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].earlier().bound(), "2017-10-11");
  EXPECT_EQ(ExpectPromisesKept(story, answer), 2);
  Find(story, "f3").mutable_happened()->set_edtf("2017-10-10~");
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).routine().verdict(), ROUTINE_VERDICT_WITHIN);
}

TEST(Settling, PublishedDecisions) {
  // 9 days were criticised, 1 was accepted.
  Story story("2017-12-31");
  story.Add("oro", "2017-10-04").mutable_concern_arisen();
  story.Add("anmälan", "2017-10-04/2017-10-31").mutable_social_services_reported();
  story.facts().back().set_id("s");
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_SOCIAL_SERVICES_REPORT);
  ASSERT_EQ(leg.practice().position(), PRACTICE_POSITION_UNDETERMINED);
  const auto found = Of(leg, QUESTION_PRACTICE);
  ASSERT_GE(found.size(), 1u);
  EXPECT_EQ(found[0].earlier().practice(), PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED);
  EXPECT_EQ(found[0].earlier().bound(), "2017-10-05");
  EXPECT_EQ(found[0].later().practice(), PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED);
  EXPECT_EQ(found[0].later().bound(), "2017-10-13");
  EXPECT_FALSE(found[0].either_way()) << "from the 6th to the 12th it lies between";
  EXPECT_EQ(ExpectPromisesKept(story, answer), 2);
}

// When the other thing was may settle it, when this one was does.
TEST(Settling, WhatSettlesItEitherWayIsNamedAlone) {
  Story story = Notified("2017-10-04", "2017-10", "P7D");
  story.Add("talk", "2017-10").mutable_conversation_held();
  When& notified = *Find(story, "f3").mutable_happened();
  notified.mutable_relative()->set_after("talk");
  notified.mutable_relative()->set_at_least("P5D");
  const auto answer = Settled(story);
  const auto found = Of(LegOf(answer, LEG_NOTIFY_AUTHORITY), QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].facts(), ElementsAre("f3"));
  EXPECT_TRUE(found[0].either_way());
}

// Both ends imprecise: how long it was between them settles it, and no single date does.
TEST(Settling, ALengthWhereNoSingleDateIsEnough) {
  Story story = Notified("2017-10", "2017-10/2017-11", "P7D");
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  ASSERT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  ExpectPromisesKept(story, answer);
  const auto found = Of(leg, QUESTION_ROUTINE);
  const auto length = std::ranges::find(found, SETTLED_BY_LENGTH, &Settling::by);
  ASSERT_NE(length, found.end());
  EXPECT_THAT(length->facts(), ElementsAre("f2", "f3"));
  EXPECT_TRUE(length->either_way());
  EXPECT_EQ(length->earlier().bound(), "P7D");
  EXPECT_EQ(length->earlier().routine(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(length->later().bound(), "P8D");
  EXPECT_EQ(length->later().routine(), ROUTINE_VERDICT_LATE);
  EXPECT_THAT(length->text().en(), HasSubstr("At most 7 days: within"));
  for (const bool within : {true, false}) {
    Story told = story;
    auto& relative = *Find(told, "f3").mutable_happened()->mutable_relative();
    relative.set_after("f2");
    relative.set_at_least(within ? "" : "P8D");
    relative.set_at_most(within ? "P7D" : "");
    EXPECT_EQ(LegOf(told.Ask(), LEG_NOTIFY_AUTHORITY).routine().verdict(),
              within ? ROUTINE_VERDICT_WITHIN : ROUTINE_VERDICT_LATE);
  }
}

// Which round a notification belongs to hangs on when it was: no limit is involved at all.
TEST(Settling, AnOrderThatIsNotCertain) {
  Story story("2017-12-31");
  story.Add("k1", "2017-03-01").mutable_staff_learned();
  story.Add("p1", "2017-03-02").mutable_principal_informed();
  story.Add("k2", "2017-06-01").mutable_staff_learned();
  story.Add("p2", "2017-06-02").mutable_principal_informed();
  story.Add("a", "2017").mutable_authority_notified();
  const auto answer = Settled(story);
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY, 1);
  ASSERT_EQ(leg.state(), LEG_STATE_UNDETERMINED);
  const auto found = Of(leg, QUESTION_STATE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].facts(), ElementsAre("a"));
  EXPECT_EQ(found[0].earlier().state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(found[0].later().state(), LEG_STATE_PENDING);
  EXPECT_EQ(found[0].earlier().bound(), "2017-05-31");
  EXPECT_EQ(found[0].later().bound(), "2017-06-01")
      << "what was told on the day of the second disclosure belongs to it";
  EXPECT_TRUE(found[0].either_way());
  EXPECT_GE(ExpectPromisesKept(story, answer), 2);
}

TEST(Settling, SeveralFactsTogether) {
  Story story("2017-12-31");
  story.Add("o", "2017-03-01").mutable_investigation_opened();
  story.Add("c", "2017").mutable_investigation_concluded();
  story.Add("r", "2017").mutable_case_reopened();
  const auto leg = LegOf(Settled(story), LEG_COMPLETE_INVESTIGATION);
  ASSERT_EQ(leg.state(), LEG_STATE_UNDETERMINED);
  const auto found = Of(leg, QUESTION_STATE);
  const auto together = std::ranges::find(found, SETTLED_BY_TIMES, &Settling::by);
  ASSERT_NE(together, found.end());
  EXPECT_THAT(together->facts(), UnorderedElementsAre("c", "r"));
  Find(story, "r").mutable_happened()->set_edtf("2017-05-01");
  Find(story, "c").mutable_happened()->set_edtf("2017-06-01");
  EXPECT_EQ(LegOf(story.Ask(), LEG_COMPLETE_INVESTIGATION).state(), LEG_STATE_FULFILLED);
}

TEST(Settling, AStartThatIsNotOnRecord) {
  Story story("2017-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D", "1990-01-01");
  story.Add("f3", "2017-10-20").mutable_authority_notified();
  const auto leg = LegOf(Settled(story), LEG_NOTIFY_AUTHORITY);
  ASSERT_TRUE(HasRemark(leg, REMARK_START_UNKNOWN));
  const auto found = Of(leg, QUESTION_ROUTINE);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].by(), SETTLED_BY_MISSING_START);
  EXPECT_EQ(found[0].earlier().bound(), "2017-10-12");
  EXPECT_EQ(found[0].earlier().routine(), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(found[0].later().routine(), ROUTINE_VERDICT_WITHIN);
  EXPECT_THAT(found[0].text().sv(), HasSubstr("en uppgift om när rektorn fick veta"));
  for (const auto& [edtf, verdict] : {std::pair("2017-10-12", ROUTINE_VERDICT_LATE),
                                      std::pair("2017-10-13", ROUTINE_VERDICT_WITHIN)}) {
    Story told = story;
    told.Add("p", edtf).mutable_principal_informed();
    EXPECT_EQ(LegOf(told.Ask(), LEG_NOTIFY_AUTHORITY).routine().verdict(), verdict);
  }
}

TEST(Settling, WhatIsSettledSaysNothing) {
  Story story = Notified("2017-10-04", "2017-10-09", "P7D");
  const auto leg = LegOf(Settled(story), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.settling_size(), 0);
}

// Random cases, half of their times imprecise: whatever is promised is kept.
TEST(Settling, KeepsItsPromisesOfAnyCase) {
  std::mt19937_64 random(20260412);
  const char* const times[] = {"2017-10",
                               "2017-10-04",
                               "2017-10-02/2017-10-20",
                               "2017-11",
                               "HT2017",
                               "2017-10-11~",
                               "2017-10-09",
                               "2017-10-20/2017-11-05",
                               "../2017-10-15",
                               "2017-10-04T10:00",
                               "2017-09-28/..",
                               "2017-10-14T16:30"};
  const auto time = [&] { return times[random() % std::size(times)]; };
  int promises = 0;
  for (int i = 0; i < 120; ++i) {
    Story story(random() % 3 == 0 ? "2017-10-12" : "2017-12-31");
    const char* const limits[] = {"P7D", "PT24H", "P1M", "P0D"};
    for (const Leg leg : {LEG_REPORT_TO_PRINCIPAL, LEG_NOTIFY_AUTHORITY, LEG_START_INVESTIGATION}) {
      story.Limit(leg, limits[random() % 4]);
    }
    story.Add("k", time()).mutable_staff_learned();
    story.Add("p", time()).mutable_principal_informed();
    if (random() % 4 != 0) story.Add("a", time()).mutable_authority_notified();
    if (random() % 2 == 0) story.Add("o", time()).mutable_investigation_opened();
    if (random() % 3 == 0) story.Add("k2", time()).mutable_staff_learned();
    for (auto& fact : story.facts()) fact.mutable_imported()->set_told_at("2018-06-30");
    SCOPED_TRACE(i);
    promises += ExpectPromisesKept(story, Settled(story));
    if (::testing::Test::HasFailure()) break;
  }
  EXPECT_GT(promises, 200);
}

}  // namespace
}  // namespace skyndsamt::law::testing
