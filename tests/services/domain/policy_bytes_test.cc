// Golden bytes of policy events as the first version wrote them: later versions read them as they
// were meant, and write them again byte for byte.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::domain {
namespace {

template <typename Event>
Event Golden(const std::string& hex) {
  const std::string bytes = absl::HexStringToBytes(hex);
  Event event;
  EXPECT_TRUE(event.ParseFromString(bytes));
  EXPECT_TRUE(event.GetReflection()->GetUnknownFields(event).empty());
  EXPECT_EQ(absl::BytesToHexString(event.SerializeAsString()), hex);
  return event;
}

// authority.routine_published: version "r", from 2020-01-01, one limit of every field, source "s",
// reason "w", the adult variant for guardians.
TEST(PolicyBytes, ARoutineOfTheFirstVersionIsReadAsItWas) {
  const auto event = Golden<event::v1::AuthorityEvent>(
      "1a29"
      "0a0172"                    // version
      "120a323032302d30312d3031"  // from
      "1a10"                      // a limit
      "0802"                      //   notify_authority
      "1203503744"                //   P7D
      "1802"                      //   working
      "2001"                      //   roll forward
      "2a0177"                    //   words
      "3001"                      //   required
      "220173"                    // source
      "2a0177"                    // reason
      "3001");                    // the adult variant
  const auto& routine = event.routine_published();
  EXPECT_EQ(routine.version(), "r");
  EXPECT_EQ(routine.from(), "2020-01-01");
  EXPECT_EQ(routine.limits(0).leg(), event::v1::LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(routine.limits(0).limit(), "P7D");
  EXPECT_EQ(routine.limits(0).days(), event::v1::DAY_COUNT_WORKING);
  EXPECT_TRUE(routine.limits(0).roll_forward());
  EXPECT_TRUE(routine.limits(0).required());
  EXPECT_TRUE(routine.limits(0).forms().empty());
  EXPECT_TRUE(routine.adult_variant_for_guardians());
  EXPECT_EQ(routine.reach(), event::v1::POLICY_REACH_UNSPECIFIED) << "as it was: what starts later";
}

// system.rule_set_published: version "1", one statute and one yardstick of the first version's
// fields.
TEST(PolicyBytes, ARuleSetOfTheFirstVersionIsReadAsItWas) {
  const auto event = Golden<event::v1::SystemEvent>(
      "0a37"
      "0a0131"                    // version
      "121c"                      // a statute
      "0803"                      //   start_investigation
      "120a323031312d30372d3031"  //   from
      "220163"                    //   citation
      "2a09736b796e6473616d74"    //   time word
      "1a14"                      // a yardstick
      "0a0179"                    //   id
      "100c"                      //   social_services_report
      "1802"                      //   criticised
      "2009"                      //   9 days
      "2806"                      //   6 working days
      "420173"                    //   source
      "4a0432303133");            //   date
  const auto& rules = event.rule_set_published();
  EXPECT_EQ(rules.statutes(0).leg(), event::v1::LEG_START_INVESTIGATION);
  EXPECT_EQ(rules.statutes(0).time_word(), "skyndsamt");
  EXPECT_EQ(rules.statutes(0).effect(), event::v1::STATUTE_EFFECT_UNSPECIFIED);
  EXPECT_TRUE(rules.statutes(0).providers().empty());
  EXPECT_EQ(rules.yardsticks(0).days(), 9);
  EXPECT_EQ(rules.yardsticks(0).working_days(), 6);
  EXPECT_EQ(rules.yardsticks(0).date(), "2013");
}

}  // namespace
}  // namespace skyndsamt::domain
