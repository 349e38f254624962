// A server whose Kafka is away, comes, and goes: it serves on, and its status says how much is not
// there yet.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "eventstore/kafka/relay.h"
#include "tests/eventstore/kafka/kafka_cluster.h"
#include "tests/process/child.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::server {
namespace {

using skyndsamt::testing::As;
using skyndsamt::testing::RunningServer;

bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 48'000 && !holds(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return holds();
}

api::v1::ServerStatus StatusOf(RunningServer& running) {
  auto stub = api::v1::OperationService::NewStub(running.channel());
  api::v1::ServerStatus status;
  const auto asked =
      stub->GetServerStatus(As(running.Token(access::Role::kOperator)).get(), {}, &status);
  EXPECT_TRUE(asked.ok()) << asked.error_message();
  return status;
}

// The events' relay; those of checkpoints and statistics stand beside it.
bool RelayIs(RunningServer& running, const std::string& state, uint64_t backlog) {
  const auto status = StatusOf(running);
  return status.relays_size() > 0 && status.relays(0).state() == state &&
         status.relays(0).backlog() == backlog;
}

// Whether the topic of figures has so many, and nothing waits.
bool FiguresAre(RunningServer& running, uint64_t sent) {
  const auto status = StatusOf(running);
  for (const auto& relay : status.relays()) {
    if (relay.topic() != "skyndsamt.statistics.v1") continue;
    return relay.state() == "running" && relay.sent() == sent && relay.backlog() == 0;
  }
  return false;
}

TEST(ServerWithKafka, ServesOnWhileKafkaIsAwayAndCatchesUpWhenItComes) {
  kafka::KafkaCluster kafka;
  kafka.Stop(0);
  Config config;
  config.kafka_bootstrap = kafka.bootstrap();
  config.kafka_replication = 1;
  RunningServer running(config);
  running.DeclareOrganisation();
  const std::string incident = running.OpenIncident(skyndsamt::testing::NewId());
  const Position committed = running.log().committed();
  EXPECT_TRUE(Eventually([&] { return RelayIs(running, "waiting", committed); }));
  EXPECT_NE(StatusOf(running).relays(0).reason(), "");
  kafka.Start(0);
  EXPECT_TRUE(Eventually([&] { return RelayIs(running, "running", 0); }));
  kafka.Kill(0);
  running.OpenIncident(skyndsamt::testing::NewId());
  EXPECT_GT(StatusOf(running).relays(0).backlog(), 0u);
  kafka.Start(0);
  EXPECT_TRUE(Eventually([&] { return RelayIs(running, "running", 0); }));
  EXPECT_EQ(StatusOf(running).relays(0).topic(), "skyndsamt.events.v1");
  EXPECT_EQ(StatusOf(running).relays(1).topic(), "skyndsamt.checkpoints.v1");
  EXPECT_EQ(StatusOf(running).relays(0).sent(), running.log().committed());
  running.Restart();
  EXPECT_TRUE(Eventually([&] { return RelayIs(running, "running", 0); }));
  EXPECT_GE(StatusOf(running).relays(0).epoch(), 2u);
}

TEST(ServerWithKafka, SendsFiguresWhenAPeriodIsOverAndNoneTwiceAfterARestart) {
  kafka::KafkaCluster kafka;
  Config config;
  config.kafka_bootstrap = kafka.bootstrap();
  config.kafka_replication = 1;
  config.statistics_months = 1;
  RunningServer running(config);
  running.DeclareOrganisation();
  for (int i = 0; i < 5; ++i) running.OpenIncident(skyndsamt::testing::NewId());
  EXPECT_TRUE(Eventually([&] { return FiguresAre(running, 0); }));
  running.clock().Advance(Micros{40} * 24 * 3600 * 1'000'000);
  running.OpenIncident(skyndsamt::testing::NewId());
  EXPECT_TRUE(Eventually([&] { return FiguresAre(running, 1); })) << "five cases of a unit";
  running.Restart();
  running.OpenIncident(skyndsamt::testing::NewId());
  EXPECT_TRUE(Eventually([&] { return FiguresAre(running, 1); }));
}

// A server as it is configured by default, on three brokers: its topics, and the messages that are
// neither events nor figures, are what the AsyncAPI document says.
TEST(ServerWithKafka, ItsTopicsAndMessagesAreAsTheDocumentSays) {
  kafka::KafkaCluster kafka({.brokers = 3});
  Config config;
  config.kafka_bootstrap = kafka.bootstrap();
  config.checkpoint_seconds = 1;
  RunningServer running(config);
  running.DeclareOrganisation();
  running.Sign();
  ASSERT_TRUE(Eventually([&] {
    const auto status = StatusOf(running);
    return status.relays_size() == 3 && std::ranges::all_of(status.relays(), [](const auto& relay) {
             return relay.state() == "running" && relay.backlog() == 0;
           });
  })) << StatusOf(running).ShortDebugString();
  ASSERT_TRUE(Eventually([&] { return StatusOf(running).relays(1).sent() > 0; }));
  process::Child check({"/usr/bin/python3", SKYNDSAMT_CHECK_TOPICS, "--bootstrap",
                        kafka.bootstrap(), "--root", SKYNDSAMT_SOURCE});
  EXPECT_THAT(check.ReadLine(),
              ::testing::MatchesRegex("checked [1-9][0-9]* messages of skyndsamt.checkpoints.v1"));
  EXPECT_THAT(check.ReadLine(), ::testing::MatchesRegex(
                                    "checked [1-9][0-9]* messages of skyndsamt.relay-position.v1"));
  EXPECT_EQ(check.Wait(), 0);
}

// The network swallows everything, in the midst of the relay's work: no command waits, the server
// stays ready, and the backlog is what was recorded since.
TEST(ServerWithKafka, CommandsAndReadinessDoNotWaitForABrokerThatHasFallenSilent) {
  kafka::KafkaCluster kafka;
  Config config = RunningServer::Quiet();
  config.kafka_bootstrap = kafka.proxied();
  config.kafka_replication = 1;
  RunningServer running(config);
  running.DeclareOrganisation();
  ASSERT_TRUE(Eventually([&] { return RelayIs(running, "running", 0); }));
  const Position sent = running.log().committed();
  kafka.Cut();
  for (int i = 0; i < 10; ++i) {
    running.OpenIncident(skyndsamt::testing::NewId());
    const uint64_t recorded = running.log().committed() - sent;
    EXPECT_EQ(StatusOf(running).relays(0).backlog(), recorded);
    if (i < 8) continue;  // or else before the relay has noticed
    EXPECT_TRUE(Eventually([&] { return RelayIs(running, "waiting", recorded); }));
    EXPECT_EQ(skyndsamt::testing::Health(running), skyndsamt::testing::kServing);
  }
  kafka.Mend();
  EXPECT_TRUE(Eventually([&] { return RelayIs(running, "running", 0); }));
}

// A second server on a copy of the data, which has all that Kafka has, takes the topics over. Which
// of the two is the log, an operator has to say: until then the first one signs nothing more.
TEST(ServerWithKafka, SignsNoMoreCheckpointsOnceAnotherRelayHasTakenOver) {
  kafka::KafkaCluster kafka;
  Config config = RunningServer::Quiet();
  config.kafka_bootstrap = kafka.bootstrap();
  config.kafka_replication = 1;
  config.kafka_statistics = false;
  RunningServer running(config);
  running.DeclareOrganisation();
  running.Sign();
  const Position size = running.log().committed();
  ASSERT_TRUE(Eventually([&] { return RelayIs(running, "running", 0); }));
  // The same log, under another relay.
  const kafka::TopicNames names(config.kafka_topic_prefix);
  kafka::ConnectionOptions connection;
  connection.bootstrap = kafka.bootstrap();
  const auto other = kafka::Relay::Start(
      kafka::EventsRelay(connection, names, 1, kafka::ValueFormat::kProtobuf), running.log(),
      std::make_unique<kafka::EventsMapping>(names.events, 0, running.log().origin(),
                                             kafka::ValueFormat::kProtobuf));
  ASSERT_TRUE(
      Eventually([&] { return other->Status().state == kafka::RelayStatus::State::kRunning; }));
  running.OpenIncident(skyndsamt::testing::NewId());
  // It learns of it when it has something to send.
  ASSERT_TRUE(Eventually([&] { return StatusOf(running).relays(0).state() == "stopped"; }));
  ASSERT_TRUE(Eventually([&] { return StatusOf(running).relays(1).state() == "stopped"; }));
  EXPECT_THAT(StatusOf(running).relays(1).reason(),
              ::testing::StartsWith("fenced: another relay has taken over"));
  api::v1::GetCheckpointRequest sign;
  sign.set_sign(true);
  api::v1::Checkpoint checkpoint;
  const auto refused =
      api::v1::EventService::NewStub(running.channel())
          ->GetCheckpoint(As(running.Token(access::Role::kSystem)).get(), sign, &checkpoint);
  EXPECT_EQ(skyndsamt::testing::ErrorOf(refused).reason, "REPLICA");
  EXPECT_EQ(StatusOf(running).checkpoint(), size);
  EXPECT_EQ(skyndsamt::testing::Health(running), skyndsamt::testing::kServing);
}

}  // namespace
}  // namespace skyndsamt::server
