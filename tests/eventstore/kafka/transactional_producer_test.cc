#include "eventstore/kafka/transactional_producer.h"

#include <gtest/gtest.h>

#include "tests/eventstore/kafka/mock_cluster.h"

namespace skyndsamt::kafka {
namespace {

using Next = Outcome::Next;

class TransactionalProducerTest : public testing::Test {
 protected:
  TransactionalProducerTest() {
    auto producer = TransactionalProducer::Open({.bootstrap = cluster_.bootstrap()},
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

}  // namespace
}  // namespace skyndsamt::kafka
