// Policy as events, bitemporal: which version of a routine applies, terms that a policy sets,
// limits by form of unit, and that an answer never changes afterwards.
#include <gtest/gtest.h>

#include <random>

#include "policy_story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// The principal told so long after staff knew, under two versions: 7 days from 2020, then 2 from
// 1 June 2021, the second with a reach.
RoutineVerdict Told(const char* knew, const char* told, const char* reach,
                    const char* as_of = "2022-12-31", std::string* versions = nullptr,
                    std::string* due = nullptr) {
  PolicyStory story;
  story.Routine(
      "version: 'old' from: '2020-01-01' limits { leg: LEG_REPORT_TO_PRINCIPAL "
      "limit: 'P7D' }");
  story.Routine(std::string("version: 'new' from: '2021-06-01' limits { leg: "
                            "LEG_REPORT_TO_PRINCIPAL limit: 'P2D' } reach: ") +
                reach);
  story.Fact("k", knew, "staff_learned {}");
  if (*told != '\0') story.Fact("p", told, "principal_informed {}");
  const auto leg = story.Leg(LEG_REPORT_TO_PRINCIPAL, as_of);
  if (versions != nullptr) *versions = leg.routine().version();
  if (due != nullptr) *due = leg.routine().due();
  return leg.routine().verdict();
}

constexpr char kStarted[] = "POLICY_REACH_STARTED";
constexpr char kRunning[] = "POLICY_REACH_RUNNING";
constexpr char kAnew[] = "POLICY_REACH_RUNNING_ANEW";

TEST(Reach, AVersionAppliesToWhatStartsUnderItUnlessItSaysMore) {
  // Known on 28 May, told on 2 June: 5 days.
  std::string versions, due;
  EXPECT_EQ(Told("2021-05-28", "2021-06-02", kStarted, "2022-12-31", &versions, &due),
            ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(versions, "old");
  EXPECT_EQ(due, "2021-06-04");
  EXPECT_EQ(Told("2021-05-28", "2021-06-02", kRunning, "2022-12-31", &versions, &due),
            ROUTINE_VERDICT_LATE);
  EXPECT_EQ(versions, "new");
  EXPECT_EQ(due, "2021-05-30") << "counted from its own start";
  EXPECT_EQ(Told("2021-05-28", "2021-06-02", kAnew, "2022-12-31", &versions, &due),
            ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(versions, "new");
  EXPECT_EQ(due, "2021-06-03") << "counted from the version's first day";
  EXPECT_EQ(Told("2021-05-28", "2021-06-04", kAnew), ROUTINE_VERDICT_LATE);
}

TEST(Reach, WhatWasDoneBeforeIsNotReached) {
  for (const char* reach : {kStarted, kRunning, kAnew}) {
    std::string versions;
    EXPECT_EQ(Told("2021-05-20", "2021-05-26", reach, "2022-12-31", &versions),
              ROUTINE_VERDICT_WITHIN);
    EXPECT_EQ(versions, "old") << reach;
  }
}

TEST(Reach, WhatStillRunsIsReachedOnceTheVersionIsInForce) {
  std::string versions;
  EXPECT_EQ(Told("2021-05-28", "", kRunning, "2021-05-31", &versions), ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(versions, "old") << "the new version has not begun";
  EXPECT_EQ(Told("2021-05-28", "", kRunning, "2021-06-01", &versions), ROUTINE_VERDICT_LATE);
  EXPECT_EQ(versions, "new");
  EXPECT_EQ(Told("2021-05-28", "", kAnew, "2021-06-03", &versions), ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(Told("2021-05-28", "", kAnew, "2021-06-04", &versions), ROUTINE_VERDICT_LATE);
}

TEST(Reach, WhereItIsNotCertainBothApply) {
  std::string versions;
  // Told on 31 May or 1 June: done before the version's first day, or not.
  EXPECT_EQ(Told("2021-05-28", "2021-05-31/2021-06-01", kRunning, "2022-12-31", &versions),
            ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(versions, "old,new");
  // Either way more than 7 days, and more than 2.
  EXPECT_EQ(Told("2021-05-20", "2021-05-31/2021-06-01", kRunning), ROUTINE_VERDICT_LATE);
  // Known on 31 May or 1 June and told on the 5th: counted from its own start the new version alone
  // applies, wherever the start lies.
  EXPECT_EQ(Told("2021-05-31/2021-06-01", "2021-06-05", kRunning, "2022-12-31", &versions),
            ROUTINE_VERDICT_LATE);
  EXPECT_EQ(versions, "new");
}

TEST(Reach, ALimitInHoursIsCountedAnewFromTheFirstInstant) {
  PolicyStory story;
  story.Routine(
      "version: 'new' from: '2021-06-01' reach: POLICY_REACH_RUNNING_ANEW limits { leg: "
      "LEG_REPORT_TO_PRINCIPAL limit: 'PT24H' }");
  story.Fact("k", "2021-05-28T10:00", "staff_learned {}");
  story.Fact("p", "2021-06-01T23:00", "principal_informed {}");
  const auto leg = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2022-12-31");
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(leg.routine().due(), "2021-06-02T00:00:00+02:00");
}

TEST(Limits, AFormOfUnitMayHaveItsOwn) {
  PolicyStory story;
  story.Routine(
      "version: '1' from: '2020-01-01' limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P7D' }"
      " limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P1D' forms: UNIT_FORM_PRESCHOOL }");
  story.Fact("k", "2021-03-01", "staff_learned {}")
      .Fact("p", "2021-03-05", "principal_informed {}");
  EXPECT_EQ(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2021-12-31").routine().limit(), "P7D");
  story.file.terms[0].form = UNIT_FORM_PRESCHOOL;
  const auto leg = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2021-12-31");
  EXPECT_EQ(leg.routine().limit(), "P1D");
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE);
}

TEST(YearParts, AreReadAsTheRoutineOfTheTimeSetsThem) {
  PolicyStory story;
  story.Routine(
      "version: '1' from: '2019-01-01' year_parts { part: YEAR_PART_AUTUMN_TERM "
      "first_day: '--08-18' last_day: '--12-20' }");
  story.Routine("version: '2' from: '2021-01-01'");
  story.Fact("k", "HT2020", "staff_learned {}").Fact("p", "HT2021", "principal_informed {}");
  story.Fact("a", "HT2018", "authority_notified {}");
  const auto told = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2022-12-31");
  EXPECT_EQ(told.started().earliest(), "2020-08-18T00:00:00+02:00");
  EXPECT_EQ(told.started().latest(), "2020-12-20T23:59:59.999999+01:00");
  EXPECT_EQ(told.ended().earliest(), "2021-08-01T00:00:00+02:00") << "version 2 sets none";
  const auto notified = story.Leg(LEG_NOTIFY_AUTHORITY, "2022-12-31");
  EXPECT_EQ(notified.ended().earliest(), "2018-08-01T00:00:00+02:00") << "before the first version";
}

TEST(YearParts, EachIsReadByItsOwnName) {
  PolicyStory story;
  story.Routine(
      "version: '1' from: '2019-01-01'"
      " year_parts { part: YEAR_PART_SPRING_TERM first_day: '--01-10' last_day: '--06-12' }"
      " year_parts { part: YEAR_PART_AUTUMN_TERM first_day: '--08-18' last_day: '--12-20' }");
  story.Fact("k", "HT2020", "staff_learned {}").Fact("p", "VT2021", "principal_informed {}");
  const auto told = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2022-12-31");
  EXPECT_EQ(told.started().earliest(), "2020-08-18T00:00:00+02:00");
  EXPECT_EQ(told.ended().earliest(), "2021-01-10T00:00:00+01:00");
}

TEST(YearParts, APartMayEndInTheNextYear) {
  PolicyStory story;
  story.Routine(
      "version: '1' from: '2015-01-01' year_parts { part: YEAR_PART_WINTER first_day: "
      "'--11-01' last_day: '--02-29' }");
  story.Fact("k", "2022-24", "staff_learned {}");
  const auto leg = story.Leg(LEG_REPORT_TO_PRINCIPAL, "2024-12-31");
  EXPECT_EQ(leg.started().earliest(), "2022-11-01T00:00:00+01:00");
  EXPECT_EQ(leg.started().latest(), "2023-02-28T23:59:59.999999+01:00");
}

TEST(KnownAt, OfTwoVersionsWithOneFirstDayTheOneRecordedLastAloneIsThere) {
  PolicyStory story;
  story.Routine("version: 'old' from: '2019-01-01'");
  story.Routine("version: '1' from: '2020-01-01'");
  story.Routine("version: '1b' from: '2020-01-01'");
  std::string versions;
  for (const auto* version :
       story.policy.RoutinesIn(*ParseEdtf("2019-12-31/2020-01-01"), EndOfTime("2022"))) {
    versions += version->published->version() + " ";
  }
  EXPECT_EQ(versions, "old 1b ");
}

TEST(KnownAt, ABackdatedVersionIsKnownFromWhenItWasRecorded) {
  PolicyStory story;
  story.Routine(
      "version: '1' from: '2020-01-01' limits { leg: LEG_REPORT_TO_PRINCIPAL limit: "
      "'P7D' }",
      "2020-01-01");
  story.Routine(
      "version: '1b' from: '2020-01-01' reason: 'beslut som inte lagts in' limits { leg: "
      "LEG_REPORT_TO_PRINCIPAL limit: 'P1D' }",
      "2022-06-01");
  story.Fact("k", "2021-03-01", "staff_learned {}")
      .Fact("p", "2021-03-05", "principal_informed {}");
  // Facts are recorded at the end of 2099; what is known of policy is asked earlier through the
  // set.
  const Interval start = *ParseEdtf("2021-03-01");
  EXPECT_EQ(story.policy.RoutinesIn(start, EndOfTime("2022-05-31")).at(0)->published->version(),
            "1");
  EXPECT_EQ(story.policy.RoutinesIn(start, EndOfTime("2022-06-01")).at(0)->published->version(),
            "1b");
  EXPECT_EQ(story.Leg(LEG_REPORT_TO_PRINCIPAL, "2021-12-31").routine().verdict(),
            ROUTINE_VERDICT_LATE);
}

TEST(KnownAt, NothingPublishedLaterChangesAnAnswer) {
  // Seeded: policy is published bit by bit; every answer given on the way stays as it was.
  std::mt19937 random(20261125);
  for (int round = 0; round < 40; ++round) {
    Story story("2021-12-31");
    PolicySet policy;
    std::vector<std::pair<Micros, std::string>> given;
    const auto text = [&](Micros known_at) {
      std::string all;
      const auto known = policy.KnownAt(known_at);
      for (const char* when : {"2020-05", "2020-12/2021-02", "2022-01-01"}) {
        const Interval start = *ParseEdtf(when);
        for (const auto& applied : known->RoutinesFor({start, *ParseEdtf("2022-06-01")})) {
          all += applied.version == nullptr ? "-" : applied.version->published->version();
          all += applied.anew ? "!" : applied.running ? "+" : " ";
        }
      }
      for (const absl::CivilDay day : known->ClosedAt("unit").days()) all += FormatDay(day);
      for (const auto* yardstick : known->Yardsticks(LEG_NOTIFY_AUTHORITY)) all += yardstick->id();
      return all + std::string(known->rule_set());
    };
    for (Micros now = 1; now < 30; ++now) {
      const std::string version = std::to_string(now);
      const std::string day = "2021-0" + std::to_string(1 + random() % 6) + "-1";
      switch (random() % 4) {
        case 0: {
          RoutinePublished routine;
          routine.set_version(version);
          routine.set_from(day + "1");
          routine.set_reach(static_cast<PolicyReach>(random() % 4));
          ASSERT_TRUE(policy.Publish(now, routine).ok());
          break;
        }
        case 1: {
          ClosingDaysPublished closing;
          closing.set_version(version);
          closing.set_unit(random() % 2 == 0 ? "unit" : "");
          closing.set_from(day + "0");
          closing.set_until(day + "8");
          auto& span = *closing.add_days();
          span.set_first(day + std::to_string(1 + random() % 6));
          span.set_reason("planering");
          ASSERT_TRUE(policy.Publish(now, closing).ok());
          break;
        }
        case 2: {
          YardsticksPublished yardsticks;
          yardsticks.set_version(version);
          auto& yardstick = *yardsticks.add_yardsticks();
          yardstick.set_id("y" + std::to_string(random() % 3));
          yardstick.set_leg(LEG_NOTIFY_AUTHORITY);
          yardstick.set_withdrawn(random() % 3 == 0);
          ASSERT_TRUE(policy.Publish(now, yardsticks).ok());
          break;
        }
        default: {
          RuleSetPublished rules;
          rules.set_version(version);
          ASSERT_TRUE(policy.Publish(now, rules).ok());
        }
      }
      given.emplace_back(now, text(now));
      for (const auto& [known_at, answer] : given) ASSERT_EQ(text(known_at), answer);
      const PolicySet copy = policy;
      ASSERT_EQ(copy.KnownAt(now)->rule_set(), policy.KnownAt(now)->rule_set());
    }
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
