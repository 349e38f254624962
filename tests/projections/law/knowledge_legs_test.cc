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
