// Everything that can happen to one broker, the network and the relay's own process, while it has a
// backlog: every position is on the topic once and in order for read_committed strangers, and the
// root over what they read is the log's; a replica that went through the same has the log's roots.
// Kills and cuts are done again until one has met a transaction that was open.
// KAFKATEST_EVENTS=1000000 for the full size.
#include <chrono>
#include <random>
#include <thread>

#include "tests/eventstore/kafka/relay_child.h"
#include "tests/eventstore/kafka/replica_child.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/eventstore/kafka/topic_observer.h"

namespace skyndsamt::kafka {
namespace {

using std::chrono::milliseconds;

constexpr auto kLongerThanATransaction = std::chrono::seconds(8);
constexpr auto kPatience = std::chrono::minutes(1);

class ExactlyOnce : public testing::Test {
 protected:
  // Gives the relay the next share of the records and waits until it has sent some of it, so that
  // what comes next meets it at work, with the rest before it.
  void More(RelayChild& relay) {
    const uint64_t before = given_;
    given_ += EventsToRelay() / kShares;
    relay.Until(given_);
    relay.WaitPast(before);
    std::this_thread::sleep_for(milliseconds(random_() % 200));
  }

  // Strikes while a transaction is seen open, until one was still open when the blow fell: `strike`
  // says whether it was, and leaves everything running.
  void StrikeAnOpenTransaction(RelayChild& relay, const char* what,
                               const std::function<bool(TopicObserver&)>& strike) {
    for (int blow = 1; blow <= kBlows; ++blow) {
      More(relay);
      TopicObserver observer(SharedCluster().bootstrap(), TopicNames(relay.prefix()).events);
      if (observer.SeesAnOpenTransaction() && strike(observer)) {
        std::printf("  %s: blow %d met an open transaction\n", what, blow);
        return;
      }
    }
    ADD_FAILURE() << what << " met no open transaction in " << kBlows << " blows";
  }

  // How many lines of what the relays said have these words.
  static int64_t Saying(const RelayChild& relay, const std::string& words) {
    return std::count_if(relay.said().begin(), relay.said().end(), [&](const std::string& line) {
      return line.find(words) != std::string::npos;
    });
  }

  static constexpr uint64_t kShares = 8;
  static constexpr int kBlows = 25;
  uint64_t given_ = 0;
  std::mt19937_64 random_{TestSeed()};
};

TEST_F(ExactlyOnce, WhateverHappens) {
  KafkaCluster& kafka = SharedCluster();
  RelayChild relay(kafka.proxied(), /*replication=*/1);
  ReplicaChild replica(kafka.proxied(), relay.prefix());
  More(relay);
  More(relay);  // the broker is stopped
  kafka.Stop(0);
  kafka.Start(0);
  StrikeAnOpenTransaction(relay, "the kill of the broker", [&](TopicObserver& observer) {
    kafka.Kill(0);
    kafka.Cut();  // so that the relay does not go on before the topic has been looked at
    kafka.Start(0);
    const bool open = observer.SeesUncommittedRecordsAtTheEnd();
    kafka.Mend();
    return open;
  });
  StrikeAnOpenTransaction(relay, "the kill of relay, log and replica",
                          [&](TopicObserver& observer) {
                            relay.Kill();
                            replica.Kill();
                            const bool open = observer.SeesUncommittedRecordsAtTheEnd();
                            relay.Start();
                            replica.Start();
                            relay.Until(given_);
                            return open;
                          });
  const auto cut = [&](TopicObserver& observer) {
    kafka.Cut();
    bool open = observer.SeesUncommittedRecordsAtTheEnd();
    if (open) {  // and stays so for longer than a transaction may take
      std::this_thread::sleep_for(kLongerThanATransaction);
      open = observer.SeesUncommittedRecordsAtTheEnd();
    }
    kafka.Mend();
    return open;
  };
  StrikeAnOpenTransaction(relay, "the cut of the network", cut);
  More(relay);  // the broker stands still for as long
  kafka.Freeze(0);
  std::this_thread::sleep_for(kLongerThanATransaction);
  kafka.Thaw(0);
  More(relay);  // two more relays at once
  relay.StartAnotherRelay();
  relay.StartAnotherRelay();
  More(relay);
  relay.WaitUntilSent();
  // One that is fenced learns of it when it has something to send; and how long the new ones take
  // to take over is the broker's matter.
  const auto patience = std::chrono::steady_clock::now() + kPatience;
  while (Saying(relay, "stopped fenced") < 2 && std::chrono::steady_clock::now() < patience) {
    relay.Until(given_ += 10);
    relay.WaitUntilSent();
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_EQ(Saying(relay, "stopped fenced"), 2) << "one relay of three goes on";
  for (const char* never : {"poisoned", "ahead", "different", "unreadable"}) {
    EXPECT_EQ(Saying(relay, never), 0) << never;
  }
  const auto log = relay.End();
  ASSERT_NE(log, nullptr);
  relay.ExpectTopicIsLog(*log, kafka.bootstrap(), given_);
  replica.ExpectIsLog(*log);
}

// Killed again and again, at any moment of a transaction or of taking over.
TEST_F(ExactlyOnce, TheRelayIsKilledAgainAndAgain) {
  RelayChild relay(SharedCluster().bootstrap(), /*replication=*/1);
  for (int i = 0; i < 8; ++i) {
    const uint64_t before = given_;
    given_ += EventsToRelay() / 50;
    relay.Until(given_);
    if (i % 2 == 0) relay.WaitPast(before);  // or else while it is taking over
    std::this_thread::sleep_for(milliseconds(random_() % 500));
    relay.Kill();
    relay.Start();
  }
  relay.Until(given_);
  relay.WaitUntilSent();
  const auto log = relay.End();
  ASSERT_NE(log, nullptr);
  relay.ExpectTopicIsLog(*log, SharedCluster().bootstrap(), given_);
}

}  // namespace
}  // namespace skyndsamt::kafka
