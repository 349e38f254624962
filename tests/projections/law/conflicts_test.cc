// Who is in a conflict of interest, and what that changes.
#include <gtest/gtest.h>

#include "policy_story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

std::string RoleOf(PolicyStory& story, Leg leg, const char* as_of) {
  story.Ask(as_of);
  for (const Waiting& step : WaitingSteps(story.file)) {
    if (step.leg == leg) return std::string(step.role);
  }
  return "";
}

TEST(Conflict, OfThePrincipalHandsTheStepsToTheChief) {
  PolicyStory story;
  story.file.terms[0].principal = "rektorn";
  story.Fact("k", "2024-03-01", "staff_learned {}")
      .Fact("p", "2024-03-02", "principal_informed {}");
  story.Fact("j", "2024-03-05", "conflict_declared { person: 'rektorn' }");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-04"), "principal") << "not declared yet";
  EXPECT_EQ(RoleOf(story, LEG_START_INVESTIGATION, "2024-03-04"), "caseworker");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-05"), "chief");
  EXPECT_EQ(RoleOf(story, LEG_START_INVESTIGATION, "2024-03-05"), "chief");
  EXPECT_EQ(RoleOf(story, LEG_NOTIFY_AUTHORITY, "2024-03-05"), "principal")
      << "what they heard they pass on all the same";
  EXPECT_EQ(story.Leg(LEG_NOTIFY_AUTHORITY, "2024-03-31").started().fact(), "p")
      << "no clock is touched";
}

TEST(Conflict, OnlyPossiblyDeclaredSetsNobodyAside) {
  PolicyStory story;
  story.file.terms[0].principal = "rektorn";
  story.Fact("p", "2024-03-02", "principal_informed {}");
  story.Fact("j", "2024-03", "conflict_declared { person: 'rektorn' }");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-15"), "principal");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-31"), "chief");
}

TEST(Conflict, AnAccusedPrincipalIsSetAsideWithoutOne) {
  PolicyStory story;
  story.Fact("o", "2024-03-01", "incident_opened { accused { kind: ACCUSED_KIND_PRINCIPAL } }");
  story.Fact("a", "2024-03-02", "authority_notified {}");
  EXPECT_EQ(RoleOf(story, LEG_START_INVESTIGATION, "2024-03-31"), "chief");
}

TEST(Conflict, OfSomebodyElseLeavesThePrincipal) {
  PolicyStory story;
  story.file.terms[0].principal = "rektorn";
  story.Fact("p", "2024-03-02", "principal_informed {}");
  story.Fact("j", "2024-03-05", "conflict_declared { person: 'läraren' }");
  story.Fact("d", "2024-03-05", "person_declared { person: 'läraren' kind: PARTY_PRINCIPAL }");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-31"), "principal")
      << "the unit says who its principal is";
}

TEST(Conflict, WhereTheUnitNamesNoPrincipalTheCaseDoes) {
  PolicyStory story;
  story.Fact("p", "2024-03-02", "principal_informed {}");
  story.Fact("d1", "2024-03-05", "person_declared { person: 'förste' kind: PARTY_PRINCIPAL }");
  story.Fact("d2", "2024-03-05", "person_declared { person: 'läraren' kind: PARTY_STAFF }");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-31"), "principal");
  story.Fact("j1", "2024-03-06", "conflict_declared { person: 'förste' }");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-31"), "chief");
  story.Fact("d3", "2024-03-07", "person_declared { person: 'andre' kind: PARTY_PRINCIPAL }");
  EXPECT_EQ(RoleOf(story, LEG_INFORM_GUARDIAN, "2024-03-31"), "principal")
      << "another principal has none";
}

std::string Observed(PolicyStory& story, const char* as_of) {
  std::string text;
  const Timeliness answer = story.Ask(as_of);
  for (const auto& observation : answer.observations()) text += observation.en();
  return text;
}

PolicyStory Assigned() {
  PolicyStory story;
  story.Fact("u1", "2024-03-04", "investigator_assigned { investigator: 'eva' }");
  story.Fact("j", "2024-03-08", "conflict_declared { person: 'eva' }");
  return story;
}

TEST(Conflict, AnInvestigatorWhoStaysInOneIsObserved) {
  PolicyStory story = Assigned();
  EXPECT_EQ(Observed(story, "2024-03-07"), "");
  EXPECT_EQ(Observed(story, "2024-03-08"),
            "The investigator has declared a conflict of interest (fact j), and nobody has been "
            "assigned instead (assigned in fact u1).");
  story.Fact("u2", "2024-03-10", "investigator_assigned { investigator: 'leo' }");
  EXPECT_NE(Observed(story, "2024-03-09"), "");
  EXPECT_EQ(Observed(story, "2024-03-10"), "") << "somebody else took over";
  PolicyStory other;
  other.Fact("u1", "2024-03-04", "investigator_assigned { investigator: 'eva' }");
  other.Fact("j", "2024-03-08", "conflict_declared { person: 'leo' }");
  EXPECT_EQ(Observed(other, "2024-03-31"), "") << "another's conflict";
}

TEST(Conflict, WhoMayHaveBeenReplacedIsNotAccused) {
  PolicyStory story = Assigned();
  story.Fact("u2", "2024-03", "investigator_assigned { investigator: 'leo' }");
  EXPECT_EQ(Observed(story, "2024-03-31"), "");
}

TEST(Conflict, DeclaredWhenTheInvestigationWasOverIsNoObservation) {
  PolicyStory story = Assigned();
  story.Fact("c", "2024-03-07", "investigation_concluded {}");
  EXPECT_EQ(Observed(story, "2024-03-31"), "");
  story.Fact("again", "2024-03-20", "case_reopened {}");
  EXPECT_NE(Observed(story, "2024-03-31"), "") << "it goes on";
  PolicyStory after = Assigned();
  after.Fact("c", "2024-03-09", "investigation_concluded {}");
  EXPECT_NE(Observed(after, "2024-03-31"), "") << "concluded by somebody in a conflict";
}

}  // namespace
}  // namespace skyndsamt::law::testing
