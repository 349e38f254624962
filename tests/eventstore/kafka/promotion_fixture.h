// A primary and a replica that is to take its place, with a real broker between them, and what both
// then do.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/fenced_publisher.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/promotion.h"
#include "eventstore/log/fsck.h"
#include "tests/eventstore/kafka/replica_fixture.h"

namespace skyndsamt::kafka {

class PromotionTest : public ReplicaTest {
 protected:
  PromotionOptions PromoteOptions() {
    PromotionOptions options;
    options.relay = Options();
    options.checkpoints = names_.checkpoints;
    options.verifiers = {Signer().verifier()};
    options.quiet = absl::ZeroDuration();
    return options;
  }
  std::string RefusedBecause(const PromotionOptions& options) {
    const auto promoted = Promote(options, *copy_);
    EXPECT_FALSE(promoted.ok());
    EXPECT_EQ(promoted.status().code(), absl::StatusCode::kFailedPrecondition);
    return std::string(promoted.status().message());
  }
  // A primary with some records and a checkpoint, all of it in Kafka; and a replica that has it.
  void StartBoth() {
    relay_ = StartRelay(Options());
    publisher_ = StartPublisher(*log_);
    AddMany(500);
    Sign();
    publisher_->Wake();
    ASSERT_TRUE(CatchesUp(*relay_));
    ASSERT_TRUE(Publishes(*publisher_, 500));
    CatchUp();
  }
  void CatchUp() {
    const auto replica = StartReplica();
    ASSERT_TRUE(HasAll(*replica)) << replica->Status().reason;
  }
  void StopPrimary() {
    relay_.reset();
    publisher_.reset();
  }
  // The primary is gone, and of its last append, of three, Kafka has two: what a transaction that
  // was torn leaves behind.
  void TearTheLastAppend() {
    StopPrimary();
    const Position first = log_->committed();
    Add("s", {{"one"}, {"two"}, {"three"}});
    CloudEventEncoder encoder(names_.events, 0, options_.origin, ValueFormat::kProtobuf);
    const auto publisher = TopicPublisher::Open(Connection());
    ASSERT_TRUE(publisher.ok()) << publisher.status();
    const auto torn = log_->ReadAll({.from = first, .max_records = 2});
    for (const log::Record& record : torn->records) {
      const auto message = encoder.Encode(record, record.position - 1);
      ASSERT_TRUE(message.ok()) << message.status();
      const absl::Status sent = (*publisher)->Publish(**message, absl::Seconds(60));
      ASSERT_TRUE(sent.ok()) << sent;
    }
  }
  // Follows the topic until it has all of it that it can have.
  void CatchUpTo(uint64_t records) {
    const auto replica = StartReplica();
    EXPECT_TRUE(Eventually([&] {
      const ReplicaStatus status = replica->Status();
      return status.caught_up && status.records == records;
    })) << replica->Status().reason;
  }
  // The promoted relay, started anew, and why it ends.
  std::string PromotedStopsBecause() {
    StartPromotedRelay();
    EXPECT_TRUE(Eventually(
        [&] { return promoted_relay_->Status().state == RelayStatus::State::kStopped; }));
    return promoted_relay_->Status().reason;
  }
  // What was the replica's directory, opened as the primary's, with a relay of its own.
  void OpenPromoted() {
    copy_.reset();
    log::Options options = replica_options_;
    options.replica = false;
    auto promoted = log::EventLog::Open(options, clock_);
    ASSERT_TRUE(promoted.ok()) << promoted.status();
    promoted_ = *std::move(promoted);
    StartPromotedRelay();
  }
  void StartPromotedRelay() {
    promoted_relay_.reset();
    promoted_relay_ =
        Relay::Start(Options(), *promoted_,
                     std::make_unique<EventsMapping>(names_.events, 0, promoted_->origin(),
                                                     ValueFormat::kProtobuf));
  }
  Position AddToPromoted(const std::string& text) {
    log::AppendBuilder builder;
    builder.To(log::StreamNamed("s"), log::Expected::Any(), {{text}});
    const auto outcome = promoted_->AppendAndWait(builder.Build());
    EXPECT_TRUE(outcome.ok());
    return std::get<log::Appended>(*outcome).first;
  }
  bool PromotedCatchesUp() {
    return Eventually([&] {
      const RelayStatus status = promoted_relay_->Status();
      return status.state == RelayStatus::State::kRunning && status.backlog() == 0;
    });
  }
  // The primary's relay is gone, the primary is not: it takes commands, signs them and publishes
  // that, once promotion comes to a step.
  PromotionOptions SigningAt(const std::string& when) {
    relay_.reset();
    PromotionOptions options = PromoteOptions();
    options.quiet = absl::Seconds(2);
    options.accept_loss = true;  // of what a primary that is gone had, not of this
    options.on_step = [this, when](std::string_view step) {
      if (step.find(when) == std::string_view::npos) return;
      AddMany(20);
      Sign();
      publisher_->Wake();
      ASSERT_TRUE(Publishes(*publisher_, 520));
    };
    return options;
  }
  // The size that the topic's newest checkpoint signs.
  uint64_t PublishedCheckpoint() {
    auto reader = PartitionReader::Open(Connection(), names_.checkpoints, 0);
    EXPECT_TRUE(reader.ok());
    const auto newest = FindLast(**reader, options_.origin, absl::Seconds(60));
    EXPECT_TRUE(newest.ok() && newest->has_value()) << newest.status();
    const auto checkpoint = merkle::OpenCheckpoint((*newest)->value.value_or(""),
                                                   {Signer().verifier()}, options_.origin);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return checkpoint->size;
  }
  // The primary signs 520 records and is gone; Kafka and the copy have 500.
  void SignMoreThanIsSent() {
    StartBoth();
    relay_.reset();
    AddMany(20);
    Sign();
    publisher_->Wake();
    ASSERT_TRUE(Publishes(*publisher_, 520));
    StopPrimary();
  }
  // Promoted although the primary had signed 520 records, of which Kafka and the copy have 500; the
  // new history is `records` longer.
  void PromoteWithLoss(int records) {
    ASSERT_NO_FATAL_FAILURE(SignMoreThanIsSent());
    PromotionOptions options = PromoteOptions();
    options.accept_loss = true;
    const auto promoted = Promote(options, *copy_);
    ASSERT_TRUE(promoted.ok()) << promoted.status();
    EXPECT_EQ(promoted->lost, 20u);
    OpenPromoted();
    for (int i = 0; i < records; ++i) AddToPromoted("after");
    ASSERT_TRUE(PromotedCatchesUp());
  }
  void ExpectTopicIsPromotedLog() {
    const ReadBack read =
        ReadTopic(SharedCluster().bootstrap(), names_.events, promoted_->committed());
    EXPECT_EQ(read.wrong, "");
    EXPECT_EQ(read.records, promoted_->committed());
    EXPECT_EQ(read.root, Hex(*promoted_->Root(promoted_->committed())));
  }

  std::unique_ptr<Relay> relay_;
  std::unique_ptr<Publisher> publisher_;
  std::unique_ptr<log::EventLog> promoted_;
  std::unique_ptr<Relay> promoted_relay_;
};

}  // namespace skyndsamt::kafka
