// Staff to principal to authority: who knew what when, in which round.
#include "projections/law/knowledge_legs.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "projections/law/knowledge.h"
#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

Knower Of(Fact fact, Party to = PARTY_UNSPECIFIED, Party by = PARTY_UNSPECIFIED,
          bool assigned = false) {
  fact.set_to(to);
  fact.set_by(by);
  return WhoCameToKnow(fact, assigned);
}

TEST(Knowledge, FollowsTheTable) {
  Fact learned, relayed, report, informed, updated, notified, complaint, feedback;
  learned.mutable_staff_learned();
  relayed.mutable_relayed();
  report.mutable_report_received();
  informed.mutable_principal_informed();
  updated.mutable_principal_updated();
  notified.mutable_authority_notified();
  complaint.mutable_complaint_received();
  feedback.mutable_authority_given_feedback();

  for (const Party to : {PARTY_UNSPECIFIED, PARTY_STAFF, PARTY_OWN_STAFF, PARTY_TEAM,
                         PARTY_SCHOOL_HEALTH, PARTY_INVESTIGATOR, PARTY_OTHER}) {
    for (const Fact& fact : {learned, relayed, report}) EXPECT_EQ(Of(fact, to), Knower::kStaff);
  }
  EXPECT_EQ(Of(report, PARTY_INVESTIGATOR, PARTY_UNSPECIFIED, true), Knower::kNobody);
  for (const Fact& fact : {informed, report, relayed}) {
    EXPECT_EQ(Of(fact, PARTY_PRINCIPAL), Knower::kPrincipal);
  }
  EXPECT_EQ(Of(informed), Knower::kPrincipal);
  for (const Party to : {PARTY_AUTHORITY, PARTY_CHIEF}) {
    for (const Fact& fact : {notified, report, complaint}) {
      EXPECT_EQ(Of(fact, to), Knower::kAuthority);
    }
  }
  EXPECT_EQ(Of(notified), Knower::kAuthority);
  EXPECT_EQ(Of(complaint), Knower::kAuthority);
  for (const Fact& fact : {updated, feedback}) EXPECT_EQ(Of(fact), Knower::kNobody);
  // A child, a guardian or another adult is never staff that came to know.
  for (const Party by : {PARTY_CHILD, PARTY_GUARDIAN, PARTY_OTHER}) {
    EXPECT_EQ(Of(learned, PARTY_UNSPECIFIED, by), Knower::kNobody);
    EXPECT_EQ(Of(relayed, PARTY_STAFF, by), Knower::kNobody);
    EXPECT_EQ(Of(report, PARTY_STAFF, by), Knower::kStaff) << "what they tell is a report";
  }
}

TEST(ReportToPrincipal, RunsFromStaffsKnowledgeToTheirTelling) {
  Story story("2021-04-01");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(Days(leg), "31");
  EXPECT_EQ(leg.round(), 1);

  story.Add("p", "2021-03-05").mutable_principal_informed();
  leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(leg), "4");
  EXPECT_EQ(leg.started().fact(), "k");
  EXPECT_EQ(leg.ended().fact(), "p");
}

TEST(ReportToPrincipal, IsNotEndedByAGuardian) {
  Story story("2021-04-01");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  auto& told = story.Add("p", "2021-03-05");
  told.set_by(PARTY_GUARDIAN);
  told.mutable_principal_informed();
  EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_PENDING);
}

TEST(ReportToPrincipal, IsNotRequiredWhenItWentStraight) {
  for (const Party to : {PARTY_PRINCIPAL, PARTY_AUTHORITY}) {
    Story story("2021-04-01");
    auto& report = story.Add("r", "2021-03-05");
    report.set_by(PARTY_GUARDIAN);
    report.set_to(to);
    report.mutable_report_received();
    const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
    EXPECT_EQ(leg.state(), LEG_STATE_NOT_REQUIRED);
    EXPECT_TRUE(HasRemark(leg, REMARK_RECIPIENT_HAD_IT_DIRECTLY));
    EXPECT_FALSE(leg.has_routine());
  }
}

// Rule 1: an end without a start is fulfilled, without days and without a verdict.
TEST(ReportToPrincipal, AnEndWithoutAStartHasNoDays) {
  Story story("2021-04-01");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D");
  story.Add("p", "2021-03-05").mutable_principal_informed();
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(leg), "none");
  EXPECT_TRUE(HasRemark(leg, REMARK_START_UNKNOWN));
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(leg.practice().position(), PRACTICE_POSITION_NO_YARDSTICK);
}

// Rule 2: earlier knowledge is a relay, later knowledge a new round.
TEST(Rounds, ARelayStaysInTheRoundOfTheFirstKnowledge) {
  Story story("2021-04-01");
  story.Add("k1", "2021-03-01").mutable_staff_learned();
  auto& relay = story.Add("k2", "2021-03-03");
  relay.set_to(PARTY_OWN_STAFF);
  relay.mutable_relayed();
  story.Add("p", "2021-03-05").mutable_principal_informed();
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.started().fact(), "k1");
  EXPECT_EQ(Days(leg), "4");
}

// Rule 3: of several notifications the first counts; kept informed restarts nothing.
TEST(Rounds, LaterNotificationsSupplement) {
  Story story("2021-05-01");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("p1", "2021-03-02").mutable_principal_informed();
  story.Add("p2", "2021-03-20").mutable_principal_informed();
  story.Add("u", "2021-03-25").mutable_principal_updated();
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(leg.round(), 1);
  EXPECT_EQ(leg.ended().fact(), "p1");
  EXPECT_EQ(Days(leg), "1");
}

// As in Haninge: the chief hears of in February what the authority was told in December.
TEST(Rounds, WhatReachesTheAuthorityAgainOpensNone) {
  Story story("2022-05-11");
  for (const auto& [id, month, to] :
       {std::tuple("f1", "2021-12", PARTY_AUTHORITY), {"f3", "2022-02", PARTY_CHIEF}}) {
    auto& report = story.Add(id, month);
    report.set_to(to);
    report.mutable_report_received();
  }
  story.Add("f4", "2022-02/2022-05-11").mutable_investigation_opened();
  const auto leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(leg.started().fact(), "f1");
  EXPECT_EQ(Days(leg), "32..161");
}

TEST(Rounds, ANewReportToThePrincipalOpensOne) {
  Story story("2022-05-11");
  for (const auto& [id, month] : {std::pair("r1", "2021-12"), {"r2", "2022-02"}}) {
    auto& report = story.Add(id, month);
    report.set_to(PARTY_PRINCIPAL);
    report.mutable_report_received();
  }
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY, 2).state(), LEG_STATE_PENDING);
}

// The chain goes past an accused principal: what they know closes no round, what the authority
// knows does.
TEST(Rounds, PastThePrincipalTheAuthorityIsTheRecipient) {
  Story story("2021-12-31");
  story.Accused(ACCUSED_KIND_PRINCIPAL);
  story.Add("k1", "2021-03-01").mutable_staff_learned();
  story.Add("p", "2021-03-02").mutable_principal_informed();
  story.Add("k2", "2021-03-10").mutable_staff_learned();
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).started().fact(), "k1");
  story.Add("a", "2021-03-12").mutable_authority_notified();
  story.Add("k3", "2021-03-20").mutable_staff_learned();
  const auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_NOTIFY_AUTHORITY, 1)), "11");
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY, 2).state(), LEG_STATE_PENDING);
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY, 2).started().fact(), "k3");
}

TEST(Rounds, WhatAnInvestigatorHearsOnTheDayOfTheirAssignmentIsStaffs) {
  Story story("2021-12-31");
  auto& heard = story.Add("heard", "2021-03-01");
  heard.set_to(PARTY_INVESTIGATOR);
  heard.mutable_relayed();
  story.Add("assigned", "2021-03-01").mutable_investigator_assigned()->set_investigator("someone");
  EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_PENDING);
  heard.mutable_happened()->set_edtf("2021-03-02");
  EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_NOT_STARTED);
}

// Known to have come by the day of the principal's knowledge it is a relay, known to have come
// later it opens a round; in 2021 it may have been either.
TEST(Rounds, KnowledgeThatMayBeLaterOpensOnePossibly) {
  const auto told = [](std::string_view again) {
    Story story("2021-12-31");
    story.Add("k1", "2021-03-01").mutable_staff_learned();
    story.Add("p", "2021-03-02").mutable_principal_informed();
    story.Add("k2", again).mutable_staff_learned();
    return story.Ask();
  };
  const auto perhaps = told("2021");
  EXPECT_EQ(LegOf(perhaps, LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(perhaps, LEG_REPORT_TO_PRINCIPAL, 1).state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(LegOf(perhaps, LEG_REPORT_TO_PRINCIPAL, 1)), "1..60");
  EXPECT_EQ(LegOf(told("2021-01/2021-03-02"), LEG_REPORT_TO_PRINCIPAL).round(), 1);
  const auto later = told("2021-03-03/2021-12");
  EXPECT_EQ(Days(LegOf(later, LEG_REPORT_TO_PRINCIPAL, 1)), "1");
  EXPECT_EQ(LegOf(later, LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_PENDING);
}

// What both readings say is certain, and what they do not names the entry that it depends on.
TEST(Rounds, APossibleRoundLeavesCertainWhatHoldsEitherWay) {
  Story story("2021-08-31");
  story.Limit(LEG_DECIDE_MEASURES, "P60D", "2020-01-01");
  story.Add("k1", "2021-03-01").mutable_staff_learned();
  story.Add("p1", "2021-03-02").mutable_principal_informed();
  story.Add("c1", "2021-04-01")
      .mutable_investigation_concluded()
      ->set_finding(FINDING_SUBSTANTIATED);
  story.Add("k2", "2021-02/2021-06").mutable_staff_learned();
  story.Add("m1", "2021-05-20").mutable_measure_decided()->set_measure("m1");
  const auto answer = story.Ask();
  const auto decide = LegOf(answer, LEG_DECIDE_MEASURES, 1);
  EXPECT_EQ(decide.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  const auto says = std::ranges::find_if(decide.explanation(), [](const auto& line) {
    return line.en() ==
           "Which rounds there are depends on when this was: staff came to know 2021-02/2021-06 "
           "(fact k2).";
  });
  EXPECT_NE(says, decide.explanation().end()) << decide.DebugString();
  EXPECT_EQ(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 1).state(), LEG_STATE_FULFILLED);
}

// Whichever of the two was written down first: what is learned the day after is new again.
TEST(Rounds, APrincipalToldOnTheDayItBeganBelongsToIt) {
  for (const bool told_first : {true, false}) {
    Story story("2021-12-31");
    story.Add("k1", "2021-03-01").mutable_staff_learned();
    story.Add("p1", "2021-03-01").mutable_principal_informed();
    if (told_first) story.Add("p2", "2021-05-01").mutable_principal_informed();
    story.Add("k2", "2021-05-01").mutable_staff_learned();
    if (!told_first) story.Add("p2", "2021-05-01").mutable_principal_informed();
    story.Add("k3", "2021-05-02").mutable_staff_learned();
    EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_FULFILLED);
    EXPECT_EQ(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL, 3).state(), LEG_STATE_PENDING);
  }
}

TEST(Rounds, AnUndatedFactIsCertainInNeitherOfTwoRounds) {
  Story story("2022-12-31");
  story.Add("k1", "2020-03-01").mutable_staff_learned();
  story.Add("p1", "2020-03-02").mutable_principal_informed();
  story.Add("k2", "2021-03-01").mutable_staff_learned();
  story.Add("a", "2020/2021").mutable_authority_notified();
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY, 1).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(answer, LEG_START_INVESTIGATION, 2).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 1).state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_PENDING);
}

TEST(Rounds, AStatedOrderIsCertainWithoutDates) {
  Story story("2022-12-31");
  story.Add("k1", "2020").mutable_staff_learned();
  story.After("p1", "k1", "P1D", "P2D").mutable_principal_informed();
  story.After("k2", "p1", "P1M", "P2M").mutable_staff_learned();
  story.After("p2", "k2", "P10D", "P10D").mutable_principal_informed();
  const auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 1)), "1..2");
  EXPECT_EQ(Days(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 2)), "10");
}

TEST(NotifyAuthority, RunsFromThePrincipalsKnowledge) {
  Story story("2021-04-01");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_NOT_STARTED);
  story.Add("p", "2021-03-05").mutable_principal_informed();
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_PENDING);
  story.Add("a", "2021-03-08").mutable_authority_notified();
  const auto leg = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(leg), "3");
  EXPECT_EQ(WorkingDaysOf(leg), "1");
}

// Rule 4: done before it began is fulfilled with 0 days, never negative, never refused.
TEST(NotifyAuthority, DoneBeforeItBeganTookNoTime) {
  Story story("2021-04-01");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.Add("a", "2021-03-01").mutable_authority_notified();
  story.Add("p", "2021-03-05").mutable_principal_informed();
  const auto leg = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(leg), "0");
  EXPECT_EQ(WorkingDaysOf(leg), "0");
  EXPECT_TRUE(HasRemark(leg, REMARK_DONE_BEFORE_IT_BEGAN));
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
}

// Also where only the order is known, and no date would put it within the time.
TEST(NotifyAuthority, DoneBeforeItBeganIsWithinByTheOrderAlone) {
  Story story("2021-04-01");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.Add("p", "2020/..").mutable_principal_informed();
  auto& told = story.Add("a", "unknown");
  told.mutable_authority_notified();
  told.mutable_happened()->mutable_relative()->set_before("p");
  told.mutable_happened()->mutable_relative()->set_at_least("P1D");
  const auto leg = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_TRUE(HasRemark(leg, REMARK_DONE_BEFORE_IT_BEGAN));
  EXPECT_EQ(Days(leg), "0");
  EXPECT_EQ(WorkingDaysOf(leg), "0");
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
}

TEST(NotifyAuthority, IsNotRequiredWhenTheAuthorityReceivedItItself) {
  Story story("2021-04-01");
  auto& report = story.Add("r", "2021-03-05");
  report.set_to(PARTY_CHIEF);
  report.mutable_report_received();
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_NOT_REQUIRED);
}

TEST(NotifyAuthority, GoesPastAnAccusedPrincipal) {
  Story story("2021-04-01");
  story.Accused(ACCUSED_KIND_PRINCIPAL);
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("p", "2021-03-02").mutable_principal_informed();
  story.Add("a", "2021-03-05").mutable_authority_notified();
  const auto answer = story.Ask();
  const auto reported = LegOf(answer, LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(reported.state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_TRUE(HasRemark(reported, REMARK_PRINCIPAL_ACCUSED));
  const auto notified = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(notified.started().fact(), "k");
  EXPECT_EQ(Days(notified), "4");
  EXPECT_TRUE(HasRemark(notified, REMARK_PRINCIPAL_ACCUSED));
  EXPECT_EQ(RoleFor(LEG_NOTIFY_AUTHORITY, true, true), "staff");
  EXPECT_EQ(RoleFor(LEG_DECIDE_MEASURES, true, true), "chief");
  EXPECT_EQ(RoleFor(LEG_START_INVESTIGATION, true, true), "chief");
}

TEST(NotifyAuthority, GoesStraightWhereTheUnitReportsToTheAuthority) {
  Story story("2021-04-01");
  story.form = UNIT_FORM_OPEN_ACTIVITY;
  story.report_receiver = PARTY_AUTHORITY;
  story.Add("k", "2021-03-01").mutable_staff_learned();
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_PENDING);
  // Whose turn it is: staff's to notify; the authority investigates, its chief sees to the rest.
  const auto role = [steps = story.Steps()](Leg leg) {
    for (const Waiting& step : steps) {
      if (step.leg == leg) return step.role;
    }
    return std::string_view();
  };
  EXPECT_EQ(role(LEG_NOTIFY_AUTHORITY), "staff");
  EXPECT_EQ(role(LEG_START_INVESTIGATION), "caseworker");
  EXPECT_EQ(role(LEG_INFORM_GUARDIAN), "chief");
}

// Rule 6, and what the worklist shows of it.
TEST(Chain, WithoutANotificationOnlyStaffAndTheInvestigationWait) {
  Story story("2021-04-01");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_PENDING);
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_NOT_STARTED);
  const auto start = LegOf(answer, LEG_START_INVESTIGATION);
  EXPECT_EQ(start.state(), LEG_STATE_PENDING);
  EXPECT_TRUE(start.started().substitute());
  EXPECT_EQ(start.started().fact(), "k");

  const auto steps = story.Steps();
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].leg, LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(steps[0].role, "staff");
  EXPECT_EQ(steps[0].due, "2021-03-02");
  EXPECT_TRUE(steps[0].late);
  EXPECT_EQ(steps[1].leg, LEG_START_INVESTIGATION);
  EXPECT_EQ(steps[2].leg, LEG_INFORM_GUARDIAN);
  EXPECT_EQ(steps[2].due, "");
}

TEST(Judge, AnEmptyRecordStartsNothing) {
  Story story("2021-04-01");
  const auto answer = story.Ask();
  for (const auto& leg : answer.legs()) {
    EXPECT_TRUE(leg.state() == LEG_STATE_NOT_STARTED || leg.state() == LEG_STATE_NOT_REQUIRED)
        << Leg_Name(leg.leg());
  }
  EXPECT_EQ(answer.rule_set(), ShippedRules().version());
  EXPECT_FALSE(answer.tzdata().empty());
}

}  // namespace
}  // namespace skyndsamt::law::testing
