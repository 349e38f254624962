// Topics that are as they should be, and every way in which one is not.
#include "eventstore/kafka/topics.h"

#include <gmock/gmock.h>

namespace skyndsamt::kafka {
namespace {

using ::testing::HasSubstr;

TopicFound Good() {
  return {.partitions = 1,
          .replication = 3,
          .config = {{"cleanup.policy", "delete"},
                     {"retention.ms", "-1"},
                     {"retention.bytes", "-1"},
                     {"max.message.bytes", "2097152"},
                     {"min.insync.replicas", "2"},
                     {"message.timestamp.before.max.ms", "9223372036854775807"},
                     {"unclean.leader.election.enable", "false"}}};
}

TEST(Topics, OneThatIsAsItsSpecSaysHasNoContradiction) {
  EXPECT_EQ(ContradictionsOf({.name = "t"}, Good()), "");
  EXPECT_EQ(ContradictionsOf({.name = "t", .kept = Kept::kForever}, Good()), "");
  TopicFound compacted = Good();
  compacted.config["cleanup.policy"] = "compact";
  compacted.config["retention.ms"] = "604800000";
  EXPECT_EQ(ContradictionsOf({.name = "t", .kept = Kept::kNewest}, compacted), "");
}

TEST(Topics, EachContradictionIsNamedWithWhatItIsAndMustBe) {
  struct Case {
    const char* name;
    const char* value;
    const char* said;
  };
  for (const Case& one : {
           Case{"cleanup.policy", "compact", "cleanup.policy is compact, must be delete"},
           Case{"cleanup.policy", "compact,delete", "must be delete"},
           Case{"retention.ms", "604800000", "retention.ms is 604800000, must be at least"},
           Case{"retention.bytes", "1000", "retention.bytes is 1000, must be -1"},
           Case{"max.message.bytes", "1048588", "max.message.bytes is 1048588, must be at least"},
           Case{"min.insync.replicas", "1", "min.insync.replicas is 1, must be at least 2"},
           Case{"unclean.leader.election.enable", "true", "must be false"},
           Case{"message.timestamp.before.max.ms", "86400000", "must be 9223372036854775807"},
           // As it was called before Kafka 3.6.
           Case{"message.timestamp.difference.max.ms", "86400000", "must be 9223372036854775807"},
       }) {
    TopicFound found = Good();
    found.config[one.name] = one.value;
    EXPECT_THAT(ContradictionsOf({.name = "t"}, found), HasSubstr(one.said));
  }
  TopicFound found = Good();
  found.partitions = 2;
  found.replication = 1;
  const std::string both = ContradictionsOf({.name = "t"}, found);
  EXPECT_THAT(both, HasSubstr("partitions are 2, must be 1"));
  EXPECT_THAT(both, HasSubstr("replication is 1, must be at least 3"));
}

TEST(Topics, WhatIsKeptForeverHasNoAgeAtAll) {
  TopicFound found = Good();
  found.config["retention.ms"] = "315360000000";  // ten years
  EXPECT_EQ(ContradictionsOf({.name = "t"}, found), "");
  EXPECT_THAT(ContradictionsOf({.name = "t", .kept = Kept::kForever}, found),
              HasSubstr("retention.ms"));
}

TEST(Topics, WhatIsCompactedMayRefuseOldTimes) {
  TopicFound compacted = Good();
  compacted.config["cleanup.policy"] = "compact";
  compacted.config["message.timestamp.before.max.ms"] = "86400000";
  EXPECT_EQ(ContradictionsOf({.name = "t", .kept = Kept::kNewest}, compacted), "");
}

TEST(Topics, AConfigurationThatIsNotToldContradicts) {
  EXPECT_NE(ContradictionsOf({.name = "t"}, {.partitions = 1, .replication = 3, .config = {}}), "");
}

TEST(Topics, OneOrTwoCopiesNeedNoSecondInSync) {
  TopicFound found = Good();
  found.replication = 1;
  found.config["min.insync.replicas"] = "1";
  EXPECT_EQ(ContradictionsOf({.name = "t", .replication = 1}, found), "");
}

}  // namespace
}  // namespace skyndsamt::kafka
