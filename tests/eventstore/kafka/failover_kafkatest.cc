// Three brokers, of which one at a time is killed under load: the one that leads the events, the
// one that coordinates the relay's transactions, each once a transaction was seen open, and any.
// The relay goes on, and no position is lost, doubled or out of order. KAFKATEST_EVENTS=1000000 for
// the full size.
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/eventstore/kafka/relay_child.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/eventstore/kafka/topic_observer.h"

namespace skyndsamt::kafka {
namespace {

KafkaCluster& ThreeBrokers() {
  static KafkaCluster cluster({.brokers = 3});
  return cluster;
}

// What describe_topics.py answers with a number.
int Described(const std::vector<std::string>& topics, const std::string& what) {
  std::vector<std::string> command = {"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS,
                                      ThreeBrokers().bootstrap()};
  command.insert(command.end(), topics.begin(), topics.end());
  command.push_back(what);
  process::Child admin(command);
  const std::string line = admin.ReadLine();
  EXPECT_FALSE(line.empty()) << what << " of " << topics.front() << "?";
  return line.empty() ? -1 : std::stoi(line);
}

// The broker that leads a topic's only partition; -1 while there is none.
int LeaderOf(const std::string& topic) { return Described({topic}, "--leader"); }

class Failover : public testing::Test {
 protected:
  // Appends a share and waits until the relay has sent some of it.
  void More() {
    const uint64_t before = given_;
    relay_.Until(given_ += share_);
    relay_.WaitPast(before);
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 200));
  }
  // Before a broker is killed: no other may lead what it alone has, and nobody could go on.
  void WaitUntilAllAreInSync() {
    const std::vector<std::string> topics = {events_, positions_, kTransactions};
    EXPECT_TRUE(Eventually([&] { return Described(topics, "--in-sync") == 3; }));
  }
  // It goes on with the other two: what is appended from now on is sent while the third is gone.
  void ExpectGoesOnWithout(int broker) {
    const uint64_t at_the_kill = given_;
    relay_.Until(given_ += share_);
    relay_.WaitPast(at_the_kill + share_ / 2);
    kafka_.Start(broker);
  }
  // Kills whoever leads a topic as soon as a transaction of the relay's has been seen open.
  void KillTheLeaderOf(const std::string& topic) {
    for (int turn = 0; turn < kTurns; ++turn) {
      WaitUntilAllAreInSync();
      More();
      const int leader = LeaderOf(topic);
      if (leader < 0 || !TopicObserver(kafka_.bootstrap(), events_).SeesAnOpenTransaction()) {
        continue;
      }
      kafka_.Kill(leader);
      std::printf("  broker %d, which led %s, is killed\n", leader, topic.c_str());
      ExpectGoesOnWithout(leader);
      return;
    }
    ADD_FAILURE() << "no transaction was seen open before the kill of the leader of " << topic;
  }

  static constexpr char kTransactions[] = "__transaction_state";  // whoever leads it coordinates
  static constexpr int kTurns = 15;
  const uint64_t share_ = EventsToRelay() / 8;
  KafkaCluster& kafka_ = ThreeBrokers();
  RelayChild relay_{kafka_.proxied(), /*replication=*/3};
  const std::string events_ = TopicNames(relay_.prefix()).events;
  const std::string positions_ = TopicNames(relay_.prefix()).relay_position;
  std::mt19937_64 random_{TestSeed()};
  uint64_t given_ = 0;
};

TEST_F(Failover, TheLeaderTheCoordinatorOrAnyBrokerIsKilled) {
  KillTheLeaderOf(events_);
  KillTheLeaderOf(kTransactions);
  WaitUntilAllAreInSync();
  More();
  const int any = static_cast<int>(random_() % 3);
  kafka_.Kill(any);
  ExpectGoesOnWithout(any);
  relay_.WaitUntilSent();
  const auto log = relay_.End();
  ASSERT_NE(log, nullptr);
  relay_.ExpectTopicIsLog(*log, kafka_.bootstrap(), given_);
}

// What the proof rests on is so by the relay's own doing, whatever the brokers' default.
TEST(Topics, UncleanLeaderElectionIsOffAndAWriteNeedsTwoCopies) {
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
