// What a reader makes of errors that come among messages, injected into a mock cluster.
#include "eventstore/kafka/partition_reader.h"

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <thread>

#include "tests/eventstore/kafka/mock_cluster.h"
#include "tests/eventstore/kafka/topic_publisher.h"

namespace skyndsamt::kafka {
namespace {

class PartitionReaderFaults : public testing::Test {
 protected:
  PartitionReaderFaults() { connection_.bootstrap = cluster_.bootstrap(); }

  void Publish(const std::string& value) {
    auto publisher = TopicPublisher::Open(connection_);
    ASSERT_TRUE(publisher.ok()) << publisher.status();
    const absl::Status published =
        (*publisher)->Publish({.topic = "topic", .key = "k", .value = value}, absl::Seconds(60));
    ASSERT_TRUE(published.ok()) << published;
  }
  // Reads from the topic's begin. Messages have come, and then an error, most likely both before
  // the first Read looks.
  std::unique_ptr<PartitionReader> MeetMessagesAndThen(rd_kafka_resp_err_t error) {
    Publish("one");
    Publish("two");
    auto reader = PartitionReader::Open(connection_, "topic", 0);
    EXPECT_TRUE(reader.ok()) << reader.status();
    EXPECT_TRUE((*reader)->StartAt(0).ok());
    while ((*reader)->behind() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    cluster_.Answer(Request::kFetch, {error});
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return *std::move(reader);
  }
  // The code of the first Read that fails; what was read before it is added to `read_`.
  absl::StatusCode FailsWith(PartitionReader& reader) {
    for (int i = 0; i < 60; ++i) {
      const auto messages = reader.Read(10, absl::Seconds(1));
      if (!messages.ok()) return messages.status().code();
      for (const ReadMessage& message : *messages) read_.push_back(*message.value);
    }
    return absl::StatusCode::kOk;
  }

  MockCluster cluster_{{"topic"}, /*brokers=*/1};
  ConnectionOptions connection_;
  std::vector<std::string> read_;
};

// librdkafka tells it once and then fetches nothing more: lost, it would stop the reader unseen.
TEST_F(PartitionReaderFaults, AnOffsetThatIsNoLongerKeptIsToldAfterTheMessagesBeforeIt) {
  const auto reader = MeetMessagesAndThen(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE);
  EXPECT_EQ(FailsWith(*reader), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(read_, testing::Contains("one"));
}

TEST_F(PartitionReaderFaults, ATopicThatMayNoLongerBeReadIsToldAfterTheMessagesBeforeIt) {
  const auto reader = MeetMessagesAndThen(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  EXPECT_EQ(FailsWith(*reader), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(read_, testing::Contains("one"));
}

TEST_F(PartitionReaderFaults, AReaderThatIsStartedAnewKnowsNothingOfTheErrorBefore) {
  const auto reader = MeetMessagesAndThen(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE);
  ASSERT_FALSE(reader->Read(10, absl::Seconds(60))->empty());
  ASSERT_TRUE(reader->StartAt(0).ok());
  const auto again = reader->Read(10, absl::Seconds(60));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(again->empty());
}

TEST_F(PartitionReaderFaults, ALeaderThatIsGoneIsNotWaitedForBeyondTheTimeout) {
  const auto reader = PartitionReader::Open(connection_, "topic", 0);
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*reader)->Range(absl::Seconds(60)).ok());
  cluster_.SetDown(true);
  auto asked =
      std::async(std::launch::async, [&] { return (*reader)->Range(absl::Seconds(1)).status(); });
  const bool answered = asked.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  cluster_.SetDown(false);
  ASSERT_TRUE(answered) << "it waits until the leader is back";
  EXPECT_TRUE(absl::IsUnavailable(asked.get())) << "the leader is away";
}

// A damaged segment of one broker, say: what is not read there is kept, and another may give it.
TEST_F(PartitionReaderFaults, ABatchThatABrokerCouldNotGiveIsReadLater) {
  Publish("one");
  const auto reader = PartitionReader::Open(connection_, "topic", 0);
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*reader)->StartAt(0).ok());
  cluster_.Answer(Request::kFetch, {RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_RECORD,
                                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  for (int i = 0; i < 60 && read_.empty(); ++i) {
    const auto messages = (*reader)->Read(10, absl::Seconds(1));
    ASSERT_TRUE(messages.ok()) << messages.status();
    for (const ReadMessage& message : *messages) read_.push_back(*message.value);
  }
  EXPECT_THAT(read_, testing::ElementsAre("one"));
}

// A connection that broke yesterday is not why it fails today.
TEST_F(PartitionReaderFaults, WhatAConnectionComplainedOfIsForgottenOnceThereWasAnAnswer) {
  const auto reader = PartitionReader::Open(connection_, "topic", 0);
  ASSERT_TRUE(reader.ok()) << reader.status();
  cluster_.SetDown(true);
  EXPECT_THAT((*reader)->Range(absl::Seconds(5)).status().message(), testing::HasSubstr(" ("));
  cluster_.SetDown(false);
  ASSERT_TRUE((*reader)->Range(absl::Seconds(60)).ok());
  cluster_.Answer(Request::kListOffsets, std::vector(20, RD_KAFKA_RESP_ERR_UNKNOWN));
  EXPECT_THAT(
      (*reader)->Range(absl::Seconds(5)).status().message(),
      testing::AllOf(testing::HasSubstr("UNKNOWN"), testing::Not(testing::HasSubstr(" ("))));
}

}  // namespace
}  // namespace skyndsamt::kafka
