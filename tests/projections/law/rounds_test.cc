#include "projections/law/rounds.h"

#include <gtest/gtest.h>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

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

// What was handled and closed cannot be what a report to the authority adds to.
TEST(Rounds, AReportToTheAuthorityAfterTheClosingOpensOne) {
  const auto told = [](std::string_view reported) {
    Story story("2026-12-31");
    story.Add("k", "2024-03-01").mutable_staff_learned();
    story.Add("p", "2024-03-01").mutable_principal_informed();
    story.Add("a", "2024-03-04").mutable_authority_notified();
    story.Add("o", "2024-03-05").mutable_investigation_opened();
    story.Add("f", "2024-04-10").mutable_investigation_concluded();
    story.Add("c", "2024-04-15").mutable_case_closed();
    auto& report = story.Add("r", reported);
    report.set_to(PARTY_AUTHORITY);
    report.set_by(PARTY_GUARDIAN);
    report.mutable_report_received();
    return story.Ask();
  };
  const auto anew = told("2026-05-04");
  EXPECT_EQ(Days(LegOf(anew, LEG_START_INVESTIGATION, 1)), "1");
  const auto second = LegOf(anew, LEG_START_INVESTIGATION, 2);
  EXPECT_EQ(second.state(), LEG_STATE_PENDING);
  EXPECT_EQ(second.started().fact(), "r");
  EXPECT_EQ(LegOf(anew, LEG_NOTIFY_AUTHORITY, 2).state(), LEG_STATE_NOT_REQUIRED);
  // On the day of the closing, or before it, it supplements; in 2024 it may be either.
  EXPECT_EQ(LegOf(told("2024-04-15"), LEG_START_INVESTIGATION).round(), 1);
  EXPECT_EQ(LegOf(told("2024-03-20"), LEG_START_INVESTIGATION).round(), 1);
  EXPECT_EQ(LegOf(told("2024"), LEG_START_INVESTIGATION, 2).state(), LEG_STATE_UNDETERMINED);
}

TEST(Rounds, PastThePrincipalANewReportToTheAuthorityOpensOne) {
  Story story("2022-05-11");
  story.report_receiver = PARTY_AUTHORITY;
  for (const auto& [id, month] : {std::pair("r1", "2021-12"), {"r2", "2022-02"}}) {
    auto& report = story.Add(id, month);
    report.set_to(PARTY_AUTHORITY);
    report.mutable_report_received();
  }
  EXPECT_EQ(LegOf(story.Ask(), LEG_START_INVESTIGATION, 2).started().fact(), "r2");
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

// Told of it as investigator, they knew already; told before that, as staff.
TEST(Rounds, WhatAnInvestigatorMayHaveHeardAsStaffOpensOnePossibly) {
  const auto told = [](std::string_view assigned) {
    Story story("2021-12-31");
    story.Add("k", "2021-03-01").mutable_staff_learned();
    story.Add("p", "2021-03-02").mutable_principal_informed();
    auto& heard = story.Add("heard", "2021-05-10");
    heard.set_to(PARTY_INVESTIGATOR);
    heard.mutable_relayed();
    story.Add("assigned", assigned).mutable_investigator_assigned()->set_investigator("someone");
    story.Add("a", "2021-06-01").mutable_authority_notified();
    return story.Ask();
  };
  const auto perhaps = told("2021-05");
  EXPECT_EQ(LegOf(perhaps, LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(perhaps, LEG_NOTIFY_AUTHORITY, 1).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(told("2021-05-11"), LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_PENDING);
  EXPECT_EQ(LegOf(told("2021-05-09"), LEG_NOTIFY_AUTHORITY).state(), LEG_STATE_FULFILLED);
}

// Either may be the first, and neither can be so without having come first.
TEST(Rounds, WhicheverOfTwoOpensOneItBeganWithTheFirst) {
  Story story("2021-12-31");
  story.Add("k1", "2021-03-01").mutable_staff_learned();
  story.Add("p1", "2021-03-02").mutable_principal_informed();
  story.Add("k2", "2021-05").mutable_staff_learned();
  story.Add("k3", "2021-05-10/2021-05-20").mutable_staff_learned();
  story.Add("p2", "2021-06-01").mutable_principal_informed();
  const auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 1)), "1");
  EXPECT_EQ(Days(LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 2)), "12..31");
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

}  // namespace
}  // namespace skyndsamt::law::testing
