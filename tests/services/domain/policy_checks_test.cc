// Everything that is wrong with a policy, each by its field.
#include "services/domain/policy_checks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

using event::v1::ClosingDaysPublished;
using event::v1::RoutinePublished;
using event::v1::RuleSetPublished;
using event::v1::YardsticksPublished;
using Wrong = std::vector<std::string>;

PublishedAt At() { return {"2026-01-31", TestNow(), &TestTimes()}; }

Authority After(const std::string& text, const Authority& before) {
  return Given(before)
      .When({Read<AuthorityEvent>(text), "2026-01-31", TestNow(), &TestTimes()})
      .Recorded();
}

Authority Declared() {
  return After("unit_declared { unit: '$UNIT' name: 'Sandsbro' }",
               After("declared { authority: '$VAXJO' name: 'Växjö kommun' }", InitialAuthority()));
}

Wrong Named(const std::vector<Rejection>& violations) {
  Wrong named;
  for (const Rejection& violation : violations) {
    EXPECT_TRUE(violation.others.empty());
    named.push_back(Reason_Name(violation.reason).substr(7) + " " + violation.field);
  }
  return named;
}

template <typename Policy>
Wrong WrongWith(const std::string& text, const Authority& authority = Declared()) {
  return Named(Violations(authority, Read<Policy>(text), At(), "p"));
}

TEST(RoutineChecks, NameEverythingThatIsWrong) {
  EXPECT_EQ(
      WrongWith<RoutinePublished>(
          "version: 'a b' from: '2026-1-1' reach: 9"
          " limits { leg: LEG_FOLLOW_UP limit: 'soon' }"
          " limits { leg: LEG_FOLLOW_UP limit: 'P7D' }"
          " limits { limit: 'P1D' }"
          " limits { leg: LEG_NOTIFY_AUTHORITY limit: 'PT24H' days: DAY_COUNT_WORKING }"
          " limits { leg: LEG_REPORT_TO_PRINCIPAL days: DAY_COUNT_CALENDAR"
          "          roll_forward: true }"
          " year_parts { part: YEAR_PART_AUTUMN_TERM first_day: '--02-30' last_day: 'x' }"
          " year_parts { part: YEAR_PART_AUTUMN_TERM first_day: '--08-18'"
          "              last_day: '--12-20' }"),
      (Wrong{"FIELD_INVALID p.version", "TIME_MALFORMED p.from", "TIME_MALFORMED p.limits[0].limit",
             "FIELD_INVALID p.limits[2].leg", "CODE_UNKNOWN p.reach",
             "TIME_MALFORMED p.year_parts[0].first_day", "TIME_MALFORMED p.year_parts[0].last_day",
             "FIELD_INVALID p.limits[1].leg", "FIELD_INVALID p.limits[3].days",
             "FIELD_INVALID p.limits[4].days", "FIELD_INVALID p.limits[4].roll_forward",
             "FIELD_INVALID p.year_parts[1].part"}));
}

TEST(RoutineChecks, ALegMayHaveALimitForEachFormOfUnit) {
  const std::string head = "version: '1' from: '2026-02-01' ";
  const std::string general = "limits { leg: LEG_NOTIFY_AUTHORITY limit: 'P7D' } ";
  const std::string preschool =
      "limits { leg: LEG_NOTIFY_AUTHORITY limit: 'P1D' forms: UNIT_FORM_PRESCHOOL } ";
  EXPECT_EQ(WrongWith<RoutinePublished>(head + general + preschool), Wrong{});
  EXPECT_EQ(WrongWith<RoutinePublished>(head + preschool + preschool),
            Wrong{"FIELD_INVALID p.limits[1].forms[0]"});
}

TEST(RoutineChecks, WhatIsBackdatedSaysWhy) {
  const std::string text = "version: '1' from: '2026-01-30' ";
  EXPECT_EQ(WrongWith<RoutinePublished>(text), Wrong{"FIELD_INVALID p.reason"});
  EXPECT_EQ(WrongWith<RoutinePublished>(text + "reason: ' '"), Wrong{"FIELD_INVALID p.reason"});
  EXPECT_EQ(WrongWith<RoutinePublished>(text + "reason: 'Beslut 2025'"), Wrong{});
  EXPECT_EQ(WrongWith<RoutinePublished>("version: '1' from: '2026-01-31'"), Wrong{});
}

TEST(RoutineChecks, AVersionIsPublishedOnce) {
  const Authority authority =
      After("routine_published { version: '1' from: '2026-02-01' }", Declared());
  EXPECT_EQ(WrongWith<RoutinePublished>("version: '1' from: '2027-02-01'", authority),
            Wrong{"VERSION_EXISTS p.version"});
}

TEST(ClosingDayChecks, NameEverythingThatIsWrong) {
  EXPECT_EQ(WrongWith<ClosingDaysPublished>(
                "version: '1' unit: '$NOWHERE' from: '2026-02-01' until: '2026-06-30'"
                " days { first: '2026-02-16' last: '2026-02-20' reason: 'sportlov' }"
                " days { first: '2026-02-20' reason: 'planeringsdag' }"
                " days { first: '2026-07-01' reason: 'för sent' }"
                " days { first: '2026-03-03' last: '2026-03-02' reason: 'baklänges' }"
                " days { first: '2026-13-01' }"),
            (Wrong{"TIME_MALFORMED p.days[4].first", "FIELD_INVALID p.days[4].reason",
                   "FIELD_INVALID p.days[1].first", "FIELD_INVALID p.days[2].first",
                   "INTERVAL_ENDS_BEFORE_BEGIN p.days[3].last", "UNIT_UNKNOWN p.unit"}));
  EXPECT_EQ(WrongWith<ClosingDaysPublished>("version: '1' from: '2026-03-01' until: '2026-02-01'"),
            Wrong{"INTERVAL_ENDS_BEFORE_BEGIN p.until"});
  EXPECT_EQ(WrongWith<ClosingDaysPublished>("version: '1' from: '2026-03-01' until: '2036-02-01'"),
            Wrong{"FIELD_INVALID p.until"});
  EXPECT_EQ(WrongWith<ClosingDaysPublished>("version: '1' from: '2025-08-01' until: '2026-06-30'"),
            Wrong{"FIELD_INVALID p.reason"});
}

TEST(ClosingDayChecks, AVersionIsPublishedOncePerUnit) {
  const Authority authority = After(
      "closing_days_published { version: '1' unit: '$UNIT' from: '2026-02-01' until: '2026-06-30' "
      "}",
      Declared());
  const std::string again = "version: '1' from: '2026-02-01' until: '2026-06-30' ";
  EXPECT_EQ(WrongWith<ClosingDaysPublished>(again + "unit: '$UNIT'", authority),
            Wrong{"VERSION_EXISTS p.version"});
  EXPECT_EQ(WrongWith<ClosingDaysPublished>(again, authority), Wrong{}) << "those of all units";
}

TEST(YardstickChecks, NameEverythingThatIsWrong) {
  EXPECT_EQ(
      WrongWith<YardsticksPublished>(
          "version: '1'"
          " yardsticks { id: 'a' leg: LEG_NOTIFY_AUTHORITY days: -1 working_days: 3 }"
          " yardsticks { id: 'a' leg: LEG_NOTIFY_AUTHORITY source: 's' conduct_sv: 'ord'"
          "              outcome: YARDSTICK_OUTCOME_CRITICISED days: 5 working_days: 6"
          "              precision: YARDSTICK_PRECISION_WORDS date: '2027' }"
          " yardsticks { id: 'b' leg: LEG_NOTIFY_AUTHORITY withdrawn: true }"),
      (Wrong{"FIELD_INVALID p.yardsticks[0].source", "FIELD_INVALID p.yardsticks[0].conduct_sv",
             "FIELD_INVALID p.yardsticks[0].days", "FIELD_INVALID p.yardsticks[0].working_days",
             "FIELD_INVALID p.yardsticks[0].outcome", "FIELD_INVALID p.yardsticks[1].id",
             "FIELD_INVALID p.yardsticks[1].working_days",
             "FIELD_INVALID p.yardsticks[1].precision", "TIME_IN_FUTURE p.yardsticks[1].date",
             "REFERENCE_UNKNOWN p.yardsticks[2].id"}));
}

TEST(YardstickChecks, WhatWasPublishedMayBeWithdrawnOnce) {
  const std::string published =
      "yardsticks_published { version: '1' yardsticks { id: 'a' leg: LEG_NOTIFY_AUTHORITY"
      " source: 'Beslut' conduct_sv: 'ord' } }";
  const std::string withdrawn =
      "yardsticks_published { version: '2' yardsticks { id: 'a' leg: LEG_NOTIFY_AUTHORITY"
      " withdrawn: true } }";
  const Authority authority = After(withdrawn, After(published, Declared()));
  EXPECT_EQ(WrongWith<YardsticksPublished>(
                "version: '2' yardsticks { id: 'a' leg: LEG_NOTIFY_AUTHORITY withdrawn: true }",
                authority),
            (Wrong{"REFERENCE_UNKNOWN p.yardsticks[0].id", "VERSION_EXISTS p.version"}));
}

constexpr char kRules[] =
    "version: '1'"
    " statutes { leg: LEG_SOCIAL_SERVICES_REPORT from: '2002-01-01' until: '2025-06-30'"
    "            citation: 'Socialtjänstlagen (2001:453)' source: 'SFS 2001:453' }"
    " statutes { leg: LEG_SOCIAL_SERVICES_REPORT from: '2025-07-01'"
    "            citation: 'Socialtjänstlagen (2025:400)' source: 'SFS 2025:400' }";

RuleSets Published() {
  return Given(RuleSets())
      .When({Read<SystemEvent>("rule_set_published { " + std::string(kRules) + " }"), "2026-01-31",
             TestNow(), &TestTimes()})
      .Recorded();
}

Wrong WrongRules(const std::string& text, const RuleSets& published) {
  return Named(Violations(published, Read<RuleSetPublished>(text), At(), "rule_set"));
}

TEST(RuleSetChecks, NameEverythingThatIsWrong) {
  EXPECT_EQ(WrongRules("version: '1'"
                       " statutes { leg: LEG_FOLLOW_UP from: '2026-03-01' until: '2026-02-01'"
                       "            unconfirmed: true effect: STATUTE_EFFECT_REQUIRES"
                       "            conduct: CONDUCT_TYPE_HARASSMENT }"
                       " statutes { leg: LEG_FOLLOW_UP citation: 'Skollagen' source: 'SFS' }"
                       " yardsticks { id: 'a' leg: LEG_FOLLOW_UP withdrawn: true }",
                       Published()),
            (Wrong{"FIELD_INVALID rule_set.statutes[0].citation",
                   "FIELD_INVALID rule_set.statutes[0].source",
                   "FIELD_INVALID rule_set.statutes[0].note_sv",
                   "FIELD_INVALID rule_set.statutes[0].conduct",
                   "INTERVAL_ENDS_BEFORE_BEGIN rule_set.statutes[0].until",
                   "FIELD_INVALID rule_set.statutes[1].from",
                   "FIELD_INVALID rule_set.yardsticks[0].withdrawn",
                   "FIELD_INVALID rule_set.reason", "VERSION_EXISTS rule_set.version"}));
}

TEST(RuleSetChecks, AChangeOfWhatHeldBeforeTodaySaysWhy) {
  std::string next(kRules);
  next.replace(next.find("'1'"), 3, "'2'");
  EXPECT_EQ(WrongRules(next, Published()), Wrong{}) << "nothing has changed";
  const std::string future =
      " statutes { leg: LEG_POLICE_REPORT from: '2026-07-01' citation: 'Lag' source: 'SFS' }";
  EXPECT_EQ(WrongRules(next + future, Published()), Wrong{}) << "from a day to come";
  std::string past = next;
  past.replace(past.find("2025-06-30"), 10, "2025-12-31");
  EXPECT_EQ(WrongRules(past, Published()), Wrong{"FIELD_INVALID rule_set.reason"});
  EXPECT_EQ(WrongRules(past + " reason: 'Ikraftträdandet blev senare'", Published()), Wrong{});
  EXPECT_EQ(WrongRules("version: '2'", Published()), Wrong{"FIELD_INVALID rule_set.reason"});
}

TEST(DraftChecks, PartsAreCheckedAsIfPublishedOneAfterTheOther) {
  api::v1::PolicyDraft draft;
  EXPECT_EQ(Named(Violations(Declared(), RuleSets(), draft, At())), Wrong{"FIELD_INVALID draft"});
  for (int i = 0; i < 2; ++i) {
    *draft.add_routines() = Read<RoutinePublished>("version: '1' from: '2026-02-01'");
  }
  *draft.add_closing_days() =
      Read<ClosingDaysPublished>("version: '1' from: '2026-02-01' until: 'never'");
  *draft.mutable_rule_set() = Read<RuleSetPublished>("");
  EXPECT_EQ(Named(Violations(Declared(), RuleSets(), draft, At())),
            (Wrong{"VERSION_EXISTS draft.routines[1].version",
                   "TIME_MALFORMED draft.closing_days[0].until",
                   "FIELD_INVALID draft.rule_set.version"}));
}

TEST(PolicyDecider, ARefusalHoldsThemAll) {
  auto decision =
      Decide(Declared(), {Read<AuthorityEvent>("routine_published { from: 'x' limits {} }"),
                          "2026-01-31", TestNow(), &TestTimes()});
  const auto& refusal = std::get<Rejection>(decision);
  EXPECT_EQ(refusal.field, "routine.version");
  ASSERT_EQ(refusal.others.size(), 2u);
  EXPECT_EQ(refusal.others[0].field, "routine.from");
  EXPECT_EQ(refusal.others[1].field, "routine.limits[0].leg");
}

TEST(PolicyDecider, ALongListEnds) {
  RoutinePublished routine;
  for (int i = 0; i < 900; ++i) routine.add_limits()->set_limit("soon");
  EXPECT_EQ(Violations(Declared(), routine, At(), "routine").size(), kMostViolations);
}

}  // namespace
}  // namespace skyndsamt::domain
