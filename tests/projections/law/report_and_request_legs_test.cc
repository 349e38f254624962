#include <gtest/gtest.h>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

TEST(SocialServicesReport, IsNeverStartedByMereKnowledge) {
  Story story("2021-12-31");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  auto leg = LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT);
  EXPECT_EQ(leg.state(), LEG_STATE_NOT_STARTED);
  EXPECT_EQ(leg.reasons().text().en(),
            "Nobody has recorded that the duty arose. The system never judges that itself.");
  // Once it was reported, the earliest knowledge stands in for the start that nobody recorded.
  story.Add("r", "2021-03-04").mutable_social_services_reported();
  leg = LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT);
  EXPECT_EQ(Days(leg), "3");
  EXPECT_TRUE(leg.started().substitute());
  EXPECT_EQ(leg.practice().position(), PRACTICE_POSITION_BETWEEN);
}

TEST(SocialServicesReport, RunsUntilItReachesWhatWasCriticised) {
  Story story("2021-12-31");
  story.Add("c", "2021-03-01").mutable_concern_arisen();
  const auto position = [&](const char* as_of) {
    return LegOf(story.Ask(as_of), LEG_SOCIAL_SERVICES_REPORT).practice().position();
  };
  EXPECT_EQ(position("2021-03-01"), PRACTICE_POSITION_RUNNING);
  EXPECT_EQ(position("2021-03-02"), PRACTICE_POSITION_RUNNING);
  EXPECT_EQ(position("2021-03-09"), PRACTICE_POSITION_RUNNING);
  EXPECT_EQ(position("2021-03-10"), PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED);
}

// A report answers the concern that had arisen, none that arose two years later: each is judged.
TEST(SocialServicesReport, AFurtherConcernIsALegOfItsOwn) {
  Story story("2026-03-31");
  story.Add("c1", "2024-01-08").mutable_concern_arisen();
  story.Add("r1", "2024-01-11").mutable_social_services_reported();
  story.Add("c2", "2026-03-02").mutable_concern_arisen();
  const auto leg = [&](const char* concern) {
    return LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT, 0, concern);
  };
  EXPECT_EQ(Days(leg("c1")), "3");
  EXPECT_EQ(leg("c2").state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg("c2").practice().position(), PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED);
  EXPECT_EQ(Days(LegOf(story.Ask("2026-03-01"), LEG_SOCIAL_SERVICES_REPORT)), "3")
      << "before it arose it asked for nothing";
  story.Add("r2", "2026-03-20").mutable_social_services_reported();
  EXPECT_EQ(Days(leg("c1")), "3");
  EXPECT_EQ(leg("c2").state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Days(leg("c2")), "18");
  story.Add("c3", "2026-03-19").mutable_concern_arisen();
  EXPECT_EQ(Days(leg("c3")), "1") << "one report answers all that had arisen";
  EXPECT_EQ(Days(leg("c2")), "18");
}

TEST(SocialServicesReport, OfTheSameDayTheOrderDecidesWhereItIsKnown) {
  Story story("2026-03-31");
  Fact& concern = story.Add("c", "2026-03-02");
  concern.mutable_concern_arisen();
  Fact& report = story.Add("r", "2026-03-02");
  report.mutable_social_services_reported();
  const auto leg = [&] { return LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT, 0, "c"); };
  EXPECT_EQ(Days(leg()), "0");
  concern.mutable_happened()->set_edtf("2026-03-02T15:00");
  report.mutable_happened()->set_edtf("2026-03-02T10:00");
  EXPECT_EQ(leg().state(), LEG_STATE_PENDING);
}

// Reported two years before any concern is on record: that was for something else.
TEST(SocialServicesReport, AnEarlierReportIsCountedFromTheFirstKnowledge) {
  Story story("2026-03-31");
  story.Add("k", "2024-01-01").mutable_staff_learned();
  story.Add("r", "2024-01-02").mutable_social_services_reported();
  Fact& concern = story.Add("c", "2026-03-01");
  concern.mutable_concern_arisen();
  const auto leg = [&](const char* which) {
    const Timeliness answer = story.Ask();
    for (const auto& one : answer.legs()) {
      if (one.leg() == LEG_SOCIAL_SERVICES_REPORT && one.request() == which) return one;
    }
    return LegTimeliness();
  };
  EXPECT_EQ(Days(leg("")), "1");
  EXPECT_TRUE(leg("").started().substitute());
  EXPECT_EQ(leg("c").state(), LEG_STATE_PENDING);
  EXPECT_EQ(Days(leg("c")), "30");
  // What perhaps was reported is perhaps the one and perhaps the other.
  concern.mutable_happened()->set_edtf("2024-01-01/2024-06-30");
  EXPECT_EQ(leg("").state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(leg("c").state(), LEG_STATE_UNDETERMINED);
  concern.mutable_happened()->set_edtf("2024-01-01/2024-01-02");
  EXPECT_EQ(leg("").state(), LEG_STATE_UNSPECIFIED) << "no such leg";
  EXPECT_EQ(leg("c").state(), LEG_STATE_FULFILLED);
}

TEST(SocialServicesReport, AConcernThatAReportMayHaveComeBeforeIsUndetermined) {
  Story story("2026-03-31");
  story.Limit(LEG_SOCIAL_SERVICES_REPORT, "P1D");
  story.Add("c1", "2024-01-08").mutable_concern_arisen();
  story.Add("r1", "2024-01-11").mutable_social_services_reported();
  Fact& further = story.Add("c2", "2024");
  further.mutable_concern_arisen();
  const auto perhaps = [&] { return LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT, 0, "c2"); };
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT, 0, "c1")), "3");
  EXPECT_EQ(perhaps().state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(perhaps().routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  story.Add("r2", "2025-02-01").mutable_social_services_reported();
  EXPECT_EQ(perhaps().state(), LEG_STATE_FULFILLED) << "by the one or by the other";
  EXPECT_EQ(perhaps().routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  further.mutable_happened()->set_edtf("2024-02/2024-12");
  EXPECT_EQ(perhaps().routine().verdict(), ROUTINE_VERDICT_LATE);
}

TEST(SocialServicesReport, TheStatuteFollowsTheTime) {
  for (const auto& [day, citation] :
       {std::pair("2012-06-18", "Socialtjänstlagen (2001:453) 14 kap. 1 §"),
        {"2025-09-01", "Socialtjänstlagen (2025:400)"}}) {
    Story story("2025-12-31");
    story.Add("c", day).mutable_concern_arisen();
    const auto leg = LegOf(story.Ask(), LEG_SOCIAL_SERVICES_REPORT);
    ASSERT_EQ(leg.basis_size(), 1);
    EXPECT_EQ(leg.basis(0).citation(), citation);
    EXPECT_EQ(leg.basis(0).time_word(), "genast");
  }
}

TEST(WorkEnvironmentReport, IsNotAskedWhenOnlyAPreschoolChildWasHurt) {
  Story story("2021-12-31");
  auto& event = *story.Add("e", "2021-03-01").mutable_serious_event();
  event.add_hurt(HURT_PRESCHOOL_CHILD);
  EXPECT_EQ(LegOf(story.Ask(), LEG_WORK_ENVIRONMENT_REPORT).state(), LEG_STATE_NOT_REQUIRED);
  event.add_hurt(HURT_STAFF);
  EXPECT_EQ(LegOf(story.Ask(), LEG_WORK_ENVIRONMENT_REPORT).state(), LEG_STATE_PENDING);
}

// A report answers no event that came two years later; where only a child was hurt none is asked
// for.
TEST(WorkEnvironmentReport, EachEventIsALegOfItsOwn) {
  Story story("2026-03-31");
  story.Add("k", "2024-01-08").mutable_staff_learned();
  story.Add("e1", "2024-01-10").mutable_serious_event()->add_hurt(HURT_STAFF);
  story.Add("r", "2024-01-11").mutable_work_environment_reported();
  Fact& later = story.Add("e2", "2026-03-01");
  later.mutable_serious_event()->add_hurt(HURT_PUPIL);
  const auto leg = [&](const char* event) {
    return LegOf(story.Ask(), LEG_WORK_ENVIRONMENT_REPORT, 0, event);
  };
  EXPECT_EQ(Days(leg("e1")), "1");
  EXPECT_EQ(leg("e2").state(), LEG_STATE_PENDING);
  later.mutable_serious_event()->set_hurt(0, HURT_PRESCHOOL_CHILD);
  EXPECT_EQ(leg("e2").state(), LEG_STATE_NOT_REQUIRED);
  later.mutable_happened()->set_edtf("2026-03/2026-12");
  EXPECT_EQ(leg("e2").state(), LEG_STATE_NOT_REQUIRED) << "told by then";
  // Reported although nothing that is on record asked for it.
  story.facts()[2].mutable_serious_event()->set_hurt(0, HURT_PRESCHOOL_CHILD);
  EXPECT_EQ(leg("e1").state(), LEG_STATE_NOT_REQUIRED);
  const Timeliness answer = story.Ask();
  EXPECT_TRUE(std::ranges::any_of(answer.legs(), [](const LegTimeliness& one) {
    return one.leg() == LEG_WORK_ENVIRONMENT_REPORT && one.request().empty() && Days(one) == "3";
  })) << "counted from the first knowledge";
}

TEST(WorkEnvironmentReport, IsTheIncidentsAndSeenFromEveryChild) {
  Story story("2021-12-31");
  story.Child("child-2");
  auto& event = story.Add("e", "2021-03-01");
  event.add_children("child-2");
  event.mutable_serious_event()->add_hurt(HURT_PUPIL);
  story.Add("r", "2021-03-03").mutable_work_environment_reported();
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_WORK_ENVIRONMENT_REPORT)), "2");
  story.child = "child-2";
  EXPECT_EQ(Days(LegOf(story.Ask(), LEG_WORK_ENVIRONMENT_REPORT)), "2");
}

TEST(PoliceReport, IsAskedOnlyByAPolicyInForce) {
  Story story("2026-12-31");
  story.Add("p", "2026-03-01").mutable_principal_informed();
  EXPECT_EQ(LegOf(story.Ask(), LEG_POLICE_REPORT).state(), LEG_STATE_NOT_REQUIRED);
  story.Limit(LEG_POLICE_REPORT, "P2D").set_required(true);
  auto leg = LegOf(story.Ask(), LEG_POLICE_REPORT);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE);
  story.form = UNIT_FORM_PRESCHOOL;
  EXPECT_EQ(LegOf(story.Ask(), LEG_POLICE_REPORT).state(), LEG_STATE_NOT_REQUIRED);
  story.Add("r", "2026-03-02").mutable_police_reported();
  EXPECT_EQ(LegOf(story.Ask(), LEG_POLICE_REPORT).state(), LEG_STATE_NOT_REQUIRED);
  story.form = UNIT_FORM_COMPULSORY_SCHOOL;
  leg = LegOf(story.Ask(), LEG_POLICE_REPORT);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
}

// The clock starts when the principal came to know, and the policy of that day asks; what staff
// knew under another policy neither brings the duty nor takes it away.
TEST(PoliceReport, IsAskedByThePolicyOfThePrincipalsKnowledge) {
  Story story("2026-12-31");
  story.Limit(LEG_POLICE_REPORT, "P2D", "2026-02-01").set_required(true);
  story.Limit(LEG_NOTIFY_AUTHORITY, "P2D", "2026-03-01");  // this version asks for no such report
  auto& learned = story.Add("k", "2026-01-31");
  learned.mutable_staff_learned();
  auto& told = story.Add("p", "2026-02-02");
  told.mutable_principal_informed();
  auto leg = LegOf(story.Ask(), LEG_POLICE_REPORT);
  EXPECT_EQ(leg.state(), LEG_STATE_PENDING);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_LATE);
  learned.mutable_happened()->set_edtf("2026-02-28");
  told.mutable_happened()->set_edtf("2026-03-01");
  EXPECT_EQ(LegOf(story.Ask(), LEG_POLICE_REPORT).state(), LEG_STATE_NOT_REQUIRED);
}

// A principal who does not know has nothing to report: what is in force at as_of would ask.
TEST(PoliceReport, BeforeThePrincipalKnowsThePolicyOfTheDayWouldAsk) {
  Story story("2026-12-31");
  story.Limit(LEG_POLICE_REPORT, "P2D", "2026-02-01").set_required(true);
  story.Add("k", "2026-01-31").mutable_staff_learned();
  EXPECT_EQ(LegOf(story.Ask("2026-01-31"), LEG_POLICE_REPORT).state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(LegOf(story.Ask("2026-02-01"), LEG_POLICE_REPORT).state(), LEG_STATE_NOT_STARTED);
  story.Add("r", "2026-03/2026-04").mutable_police_reported();
  const auto leg = LegOf(story.Ask("2026-03-15"), LEG_POLICE_REPORT);
  EXPECT_EQ(leg.state(), LEG_STATE_UNDETERMINED) << "reported, or nothing has begun";
  EXPECT_TRUE(HasRemark(leg, REMARK_SUBSTITUTE_START));
}

TEST(Requests, EachIsAnsweredOnItsOwn) {
  Story story("2021-12-31");
  story.Add("q1", "2021-03-01").mutable_documents_requested()->set_request("r1");
  story.Add("q2", "2021-03-02").mutable_documents_requested()->set_request("r2");
  story.Add("a1", "2021-03-05").mutable_documents_answered()->set_request("r1");
  const auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_ANSWER_DOCUMENTS_REQUEST, 0, "r1")), "4");
  EXPECT_EQ(LegOf(answer, LEG_ANSWER_DOCUMENTS_REQUEST, 0, "r2").state(), LEG_STATE_PENDING);
}

TEST(Requests, TheConstitutionBindsPublicProvidersAlone) {
  Story story("2021-12-31");
  story.Add("q1", "2021-03-01").mutable_documents_requested()->set_request("r1");
  EXPECT_EQ(LegOf(story.Ask(), LEG_ANSWER_DOCUMENTS_REQUEST).basis_size(), 1);
  story.provider = PROVIDER_TYPE_PRIVATE;
  EXPECT_EQ(LegOf(story.Ask(), LEG_ANSWER_DOCUMENTS_REQUEST).basis_size(), 0);
}

TEST(Complaints, AreKnowledgeOfTheAuthorityAndOwedAnAnswer) {
  Story story("2021-12-31");
  story.Add("c", "2021-03-01").mutable_complaint_received()->set_complaint("k1");
  story.Add("a", "2021-03-11").mutable_complaint_answered()->set_complaint("k1");
  const auto answer = story.Ask();
  EXPECT_EQ(Days(LegOf(answer, LEG_ANSWER_COMPLAINT)), "10");
  EXPECT_EQ(LegOf(answer, LEG_START_INVESTIGATION).started().fact(), "c");
}

TEST(Complaints, AnAnswerWithoutTheComplaintHasNoDays) {
  Story story("2021-12-31");
  story.Add("a", "2021-03-11").mutable_complaint_answered()->set_complaint("k1");
  const auto leg = LegOf(story.Ask(), LEG_ANSWER_COMPLAINT);
  EXPECT_EQ(leg.state(), LEG_STATE_FULFILLED);
  EXPECT_TRUE(HasRemark(leg, REMARK_START_UNKNOWN));
}

}  // namespace
}  // namespace skyndsamt::law::testing
