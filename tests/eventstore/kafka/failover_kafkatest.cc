// Three brokers, of which one at a time is killed at random under load: the relay goes on, and no
// position is lost, doubled or out of order. KAFKATEST_EVENTS=1000000 for the full size.
#include <chrono>
#include <random>
#include <thread>

#include "tests/eventstore/kafka/relay_child.h"

namespace skyndsamt::kafka {
namespace {

KafkaCluster& ThreeBrokers() {
  static KafkaCluster cluster({.brokers = 3});
  return cluster;
}

TEST(Failover, OneOfThreeBrokersIsKilledAtAnyTime) {
  KafkaCluster& kafka = ThreeBrokers();
  RelayChild relay(kafka.bootstrap(), /*replication=*/3);
  constexpr uint64_t kKills = 3;
  const uint64_t share = EventsToRelay() / kKills / 2;
  std::mt19937_64 random(5);
  uint64_t given = 0;
  for (uint64_t i = 0; i < kKills; ++i) {
    const uint64_t before = given;
    relay.Until(given += share);
    relay.WaitPast(before);
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
    const int broker = static_cast<int>(random() % 3);
    kafka.Kill(broker);
    // It goes on with the other two: what is appended from now on is sent while the third is gone.
    const uint64_t at_the_kill = given;
    relay.Until(given += share);
    relay.WaitPast(at_the_kill + share / 2);
    kafka.Start(broker);
  }
  relay.WaitUntilSent();
  const auto log = relay.End();
  ASSERT_NE(log, nullptr);
  relay.ExpectTopicIsLog(*log, kafka.bootstrap(), given);
}

// What the proof rests on is so by the relay's own doing, whatever the brokers' default.
TEST(Failover, UncleanLeaderElectionIsOffAndAWriteNeedsTwoCopies) {
  ConnectionOptions connection;
  connection.bootstrap = ThreeBrokers().bootstrap();
  const RelayOptions options =
      EventsRelay(connection, TopicNames(FreshPrefix()), 3, ValueFormat::kProtobuf);
  const absl::Status made =
      EnsureTopics(connection, {options.topic, options.positions}, absl::Seconds(120));
  ASSERT_TRUE(made.ok()) << made;
  process::Child admin({"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS, connection.bootstrap,
                        options.topic.name, options.positions.name});
  EXPECT_EQ(admin.ReadLine(), "1 delete -1 -1 1179648 2 false");
  EXPECT_EQ(admin.ReadLine(), "1 compact 604800000 -1 1179648 2 false");
}

}  // namespace
}  // namespace skyndsamt::kafka
