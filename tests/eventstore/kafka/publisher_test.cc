// A publisher that has much to send, against a mock cluster.
#include "eventstore/kafka/publisher.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "eventstore/kafka/checkpoint_publisher.h"
#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/fenced_publisher.h"
#include "eventstore/kafka/outbox_publisher.h"
#include "eventstore/log/checkpointer.h"
#include "tests/eventstore/kafka/mock_cluster.h"
#include "tests/eventstore/kafka/topic_publisher.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::kafka {
namespace {

constexpr uint64_t kMessages = 5000;  // each in a transaction of its own

// Says how far it was asked.
class ManyMessages final : public Outbox {
 public:
  explicit ManyMessages(std::atomic<uint64_t>& asked) : asked_(asked) {}
  absl::StatusOr<std::vector<Message>> From(uint64_t number, size_t /*most*/) override {
    asked_ = number;
    if (number >= kMessages) return std::vector<Message>();
    return std::vector<Message>{{.topic = "topic", .key = "k", .value = std::to_string(number)}};
  }

 private:
  std::atomic<uint64_t>& asked_;
};

class PublisherWithABacklog : public log::LogTest {
 protected:
  PublisherOptions Options() const {
    PublisherOptions options;
    options.connection.bootstrap = cluster_.bootstrap();
    options.topic.name = "topic";
    options.positions = "positions";
    options.ensure_topics = false;  // the mock knows no configuration
    return options;
  }
  static bool Eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 48'000 && !holds(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return holds();
  }

  MockCluster cluster_{{"topic", "positions"}};
};

TEST_F(PublisherWithABacklog, TellsHowFarItIsAndHearsAStopBetweenTwoTransactions) {
  std::atomic<uint64_t> asked = 0;
  const auto publisher = StartOutboxPublisher(Options(), "relay.topic", *log_,
                                              std::make_unique<ManyMessages>(asked), 1);
  ASSERT_TRUE(Eventually([&] { return asked > 2; }));
  publisher->Stop();
  EXPECT_LT(asked, kMessages);
  const PublisherStatus status = publisher->Status();
  EXPECT_EQ(status.state, PublisherStatus::State::kStopped);
  EXPECT_EQ(status.reason, "");
  EXPECT_GT(status.published, 0u);
}

TEST_F(PublisherWithABacklog, SendsAllOfItWithoutWaitingInBetween) {
  PublisherOptions options = Options();
  options.look_every = absl::Hours(24);
  // More than a transaction has.
  log::Checkpointer checkpointer(*log_, merkle::NoteSigner::FromSeed(log_->origin(), Bytes32{1}),
                                 {.every = std::chrono::hours(24)});
  for (int i = 0; i < 250; ++i) {
    Add("s", {{"text"}});
    ASSERT_TRUE(checkpointer.SignNow().ok());
  }
  const auto publisher = StartCheckpointPublisher(options, *log_);
  EXPECT_TRUE(Eventually([&] { return publisher->Status().published == log_->committed(); }));
}

// As where the topic was made anew since it was last looked at: its offsets begin again.
TEST_F(PublisherWithABacklog, WhatComesToLieBelowWhatWasThereIsNotCommitted) {
  const Message message = {.topic = "topic", .key = "k", .value = "v"};
  const auto open = [&](int64_t end) {
    auto publisher = FencedPublisher::Open(Options().connection, "relay.topic", absl::Seconds(60));
    EXPECT_TRUE(publisher.ok()) << publisher.status();
    (*publisher)->Follow("topic", 0, end);
    return *std::move(publisher);
  };
  const auto known = open(0);
  EXPECT_TRUE(known->Publish({message, message}).ok());
  EXPECT_TRUE(known->Publish({message}).ok());
  EXPECT_TRUE(open(3)->Publish({message}).ok());
  const absl::Status refused = open(1000)->Publish({message});
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              ::testing::HasSubstr("the topic topic was made anew"));
}

// The topic's first message says that one came before it, and that is not there.
TEST_F(PublisherWithABacklog, AnOutboxDoesNotGoOnWithATopicThatLacksItsBeginning) {
  auto stranger = TopicPublisher::Open(Options().connection);
  ASSERT_TRUE(stranger.ok());
  const Message third = {.topic = "topic",
                         .key = "k",
                         .value = "2",
                         .headers = {{std::string(kSequence), SequenceText(2)},
                                     {std::string(kPreviousSequence), SequenceText(1)}}};
  ASSERT_TRUE((*stranger)->Publish(third, absl::Seconds(60)).ok());
  std::atomic<uint64_t> asked = 0;
  const auto publisher = StartOutboxPublisher(Options(), "relay.topic", *log_,
                                              std::make_unique<ManyMessages>(asked), 1);
  const auto stopped = [&] {
    return publisher->Status().state == PublisherStatus::State::kStopped;
  };
  ASSERT_TRUE(Eventually([&] { return asked > 3 || stopped(); }));
  EXPECT_TRUE(stopped());
  EXPECT_THAT(publisher->Status().reason,
              ::testing::StartsWith("different: the topic lacks its beginning"));
}

}  // namespace
}  // namespace skyndsamt::kafka
