// A primary's log with its relay and its checkpoints on a real broker, and replicas of it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "eventstore/kafka/checkpoint_publisher.h"
#include "eventstore/kafka/replica.h"
#include "eventstore/log/checkpointer.h"
#include "eventstore/merkle/checkpoint.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/eventstore/kafka/topic_publisher.h"

namespace skyndsamt::kafka {

class ReplicaTest : public RelayTest {
 protected:
  ReplicaTest() : replica_options_(log::SmallOptions(directory_ / "replica")) {
    replica_options_.replica = true;
  }

  merkle::NoteSigner Signer(uint8_t seed = 1) const {
    return merkle::NoteSigner::FromSeed(options_.origin, Bytes32{seed});
  }
  ConnectionOptions Connection() const {
    ConnectionOptions connection;
    connection.bootstrap = SharedCluster().bootstrap();
    return connection;
  }
  std::unique_ptr<Publisher> StartPublisher(log::EventLog& log) const {
    PublisherOptions options = CheckpointsPublisher(Connection(), names_, /*replication=*/1);
    options.look_every = absl::Milliseconds(200);
    return StartCheckpointPublisher(std::move(options), log);
  }
  // Topics as the relay and the publisher make them, for a test that fills them itself.
  void MakeTopics() {
    const RelayOptions relay = Options();
    const absl::Status made = EnsureTopics(
        Connection(),
        {relay.topic, relay.positions, CheckpointsPublisher(Connection(), names_, 1).topic},
        absl::Seconds(60));
    ASSERT_TRUE(made.ok()) << made;
  }
  // A checkpoint of all there is, kept with the log.
  void Sign() {
    log::Checkpointer checkpointer(*log_, Signer(), {.every = std::chrono::hours(24)});
    ASSERT_TRUE(checkpointer.SignNow().ok());
  }
  bool Publishes(const Publisher& publisher, uint64_t size) {
    return Eventually([&] { return publisher.Status().published >= size; });
  }

  void OpenReplica() {
    auto copy = log::EventLog::Open(replica_options_, clock_);
    ASSERT_TRUE(copy.ok()) << copy.status();
    copy_ = *std::move(copy);
  }
  std::unique_ptr<Replica> StartReplica() {
    if (copy_ == nullptr) OpenReplica();
    ReplicaOptions options;
    options.connection = Connection();
    options.names = names_;
    options.verifiers = {Signer().verifier()};
    options.shortest_pause = absl::Milliseconds(50);
    options.longest_pause = absl::Milliseconds(500);
    return Replica::Start(std::move(options), *copy_);
  }
  // Has the primary's records, and has compared its newest checkpoint.
  bool HasAll(const Replica& replica) {
    const auto newest = *log_->NewestCheckpoint();
    const uint64_t checkpoint = newest ? newest->size : 0;
    return Eventually([&] {
             const ReplicaStatus status = replica.Status();
             return status.state == ReplicaStatus::State::kStopped ||
                    (status.records == log_->committed() && status.checkpoint == checkpoint &&
                     status.caught_up);
           }) &&
           replica.Status().state == ReplicaStatus::State::kRunning;
  }
  std::string StopsBecause(const Replica& replica) {
    EXPECT_TRUE(
        Eventually([&] { return replica.Status().state == ReplicaStatus::State::kStopped; }));
    return replica.Status().reason;
  }
  void ExpectSameRoots() {
    ASSERT_EQ(copy_->committed(), log_->committed());
    EXPECT_EQ(*copy_->Root(copy_->committed()), *log_->Root(log_->committed()));
    const auto kept = log_->Checkpoints(0, 100'000), copied = copy_->Checkpoints(0, 100'000);
    ASSERT_EQ(kept->size(), copied->size());
    for (size_t i = 0; i < kept->size(); ++i) {
      EXPECT_EQ((*kept)[i].note, (*copied)[i].note);
      EXPECT_EQ(*copy_->Root((*kept)[i].size), *log_->Root((*kept)[i].size));
    }
  }

  log::Options replica_options_;
  std::unique_ptr<log::EventLog> copy_;
};

}  // namespace skyndsamt::kafka
