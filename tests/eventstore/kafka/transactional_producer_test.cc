#include "eventstore/kafka/transactional_producer.h"

#include <gtest/gtest.h>

#include "tests/eventstore/kafka/mock_cluster.h"

namespace skyndsamt::kafka {
namespace {

using Errors = std::vector<rd_kafka_resp_err_t>;
using Next = Outcome::Next;

class TransactionalProducerTest : public testing::Test {
 protected:
  // Each message in a request of its own.
  TransactionalProducerTest() {
    auto producer = TransactionalProducer::Open(
        {.bootstrap = cluster_.bootstrap(), .properties = {{"batch.num.messages", "1"}}},
        {.transactional_id = "one"});
    producer_ = *std::move(producer);
  }
  void SetUp() override {
    ASSERT_TRUE(Finish(&TransactionalProducer::Init, absl::Seconds(1)).ok());
  }

  // Calls a step again and again, each time with that timeout.
  Outcome Finish(Outcome (TransactionalProducer::*step)(absl::Duration), absl::Duration timeout) {
    Outcome outcome;
    do {
      outcome = (*producer_.*step)(timeout);
    } while (outcome.next == Next::kRetry);
    return outcome;
  }
  void BeginOne() {
    ASSERT_TRUE(producer_->Begin().ok());
    ASSERT_TRUE(producer_->Produce({.topic = "topic", .value = "text"}, 0).ok());
  }

  MockCluster cluster_{{"topic"}};
  std::unique_ptr<TransactionalProducer> producer_;
};

// What the deliveries leave of a slice may be next to nothing; the commit's own steps do not
// depend on it.
TEST_F(TransactionalProducerTest, ACommitIsOneHoweverLittleTimeIsLeftForIt) {
  for (int i = 0; i < 200; ++i) {
    BeginOne();
    const Outcome committed = Finish(&TransactionalProducer::Commit, absl::Milliseconds(1));
    ASSERT_TRUE(committed.ok()) << committed.status;
  }
}

TEST_F(TransactionalProducerTest, AnAbortIsOneHoweverLittleTimeIsLeftForIt) {
  for (int i = 0; i < 200; ++i) {
    BeginOne();
    const Outcome aborted = Finish(&TransactionalProducer::Abort, absl::ZeroDuration());
    ASSERT_TRUE(aborted.ok()) << aborted.status;
  }
}

// What was under way behind it is out of order then, and is tried again in vain: it is thrown away,
// if need be twice.
TEST_F(TransactionalProducerTest, NothingIsWaitedForBehindAMessageThatWasRefused) {
  for (uint64_t at = 0; at < 3; ++at) {
    Errors answers(at, RD_KAFKA_RESP_ERR_NO_ERROR);
    answers.push_back(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    ASSERT_TRUE(producer_->Begin().ok());
    cluster_.Answer(Request::kProduce, answers);
    for (uint64_t i = 0; i < 20; ++i) {
      static_cast<void>(producer_->Produce({.topic = "topic", .value = "text"}, i));
    }
    const Outcome flushed = Finish(&TransactionalProducer::Flush, absl::Seconds(1));
    EXPECT_EQ(flushed.next, Next::kAbort) << flushed.status;
    EXPECT_TRUE(absl::IsOutOfRange(flushed.status)) << flushed.status;
    const Outcome aborted = Finish(&TransactionalProducer::Abort, absl::Seconds(1));
    ASSERT_TRUE(aborted.ok()) << aborted.status;
    const auto refused = producer_->TakeRefused();
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->position, at);
    EXPECT_TRUE(absl::IsOutOfRange(refused->status)) << refused->status;
  }
}

}  // namespace
}  // namespace skyndsamt::kafka
