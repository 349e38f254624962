// Whom a statute binds is read from the rule set and told with the duty's ground.
#include "projections/law/duty_words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy_story.h"
#include "projections/law/shipped_rules.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

TEST(DutyWords, NameWhoIsBoundAndWhoIsTold) {
  Statute statute;
  EXPECT_EQ(WhoIsBound(statute).sv, "");
  EXPECT_EQ(BoundAndTold(statute).en, "");
  statute.set_bearer(PARTY_AUTHORITY);
  EXPECT_EQ(WhoIsBound(statute).sv, "Den binder huvudmannen.");
  EXPECT_EQ(BoundAndTold(statute).sv, "huvudmannen");
  statute.set_receiver(RECEIVER_POLICE);
  EXPECT_EQ(WhoIsBound(statute).en, "It binds the authority, who must turn to the police.");
  EXPECT_EQ(BoundAndTold(statute).sv, "huvudmannen → polisen");
}

TEST(DutyWords, EveryShippedStatuteSaysWhoIsBound) {
  for (const Statute& statute : ShippedRules().statutes()) {
    EXPECT_FALSE(WhoIsBound(statute).sv.empty()) << statute.citation();
    EXPECT_EQ(BoundAndTold(statute).sv.find("någon annan"), std::string::npos)
        << statute.citation();
  }
}

// A rule set that binds another is told so, with nothing but the data changed.
TEST(DutyWords, AnotherBearerInTheRuleSetIsAnotherReason) {
  const auto reason = [](const std::string& bearer) {
    PolicyStory story(false);
    story.Rules(
        "version: 'v' statutes { leg: LEG_NOTIFY_AUTHORITY from: '2000-01-01' citation: "
        "'lagen' receiver: RECEIVER_AUTHORITY bearer: " +
        bearer + " }");
    story.Fact("p", "2024-03-01", "principal_informed {}");
    const auto leg = story.Leg(LEG_NOTIFY_AUTHORITY, "2024-12-31");
    return leg.reasons().DebugString();
  };
  EXPECT_NE(
      reason("PARTY_PRINCIPAL").find("It binds the principal, who must turn to the authority."),
      std::string::npos);
  EXPECT_NE(reason("PARTY_STAFF").find("It binds staff, who must turn to the authority."),
            std::string::npos);
}

}  // namespace
}  // namespace skyndsamt::law::testing
