// A replica's look at its primary's checkpoints: whenever they come, each is compared with the own
// root at its size.
#include "eventstore/kafka/checkpoint_intake.h"

#include <gmock/gmock.h>

#include "eventstore/merkle/checkpoint.h"
#include "tests/eventstore/log/ingest_fixture.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::HasSubstr;

class Intake : public log::IngestTest {
 protected:
  merkle::NoteSigner Signer(uint8_t seed = 1) const {
    return merkle::NoteSigner::FromSeed(log_->origin(), Bytes32{seed});
  }
  ReadMessage Message(uint64_t size, const Bytes32& root, uint8_t seed = 1) const {
    ReadMessage message;
    message.key = log_->origin();
    message.value = merkle::SignCheckpoint({log_->origin(), size, root}, Signer(seed));
    message.offset = 7;
    return message;
  }
  ReadMessage Message(uint64_t size) { return Message(size, *log_->Root(size)); }

  const std::vector<merkle::NoteVerifier> verifiers_{Signer().verifier()};
};

TEST_F(Intake, ChecksEachAsSoonAsTheLogHasComeToItsSize) {
  const auto all = SixRecords();
  CheckpointIntake intake(*replica_, verifiers_);
  for (const uint64_t size : {6u, 1u, 3u}) ASSERT_TRUE(intake.Take(Message(size)).ok());
  ASSERT_TRUE(intake.Settle().ok());
  EXPECT_FALSE(replica_->NewestCheckpoint()->has_value());
  ASSERT_TRUE(Feed({all.begin(), all.begin() + 3}).ok());
  ASSERT_TRUE(intake.Settle().ok());
  EXPECT_EQ(replica_->Checkpoints(0, 10)->size(), 2u);
  ASSERT_TRUE(Feed(all).ok());
  ASSERT_TRUE(intake.Settle().ok());
  EXPECT_EQ((*replica_->NewestCheckpoint())->size, 6u);
}

TEST_F(Intake, ARootThatIsNotOursIsFoundAndItsSizeNamed) {
  ASSERT_TRUE(Feed(SixRecords()).ok());
  CheckpointIntake intake(*replica_, verifiers_);
  ASSERT_TRUE(intake.Take(Message(2)).ok());
  ASSERT_TRUE(intake.Take(Message(4, *log_->Root(5))).ok());
  const absl::Status settled = intake.Settle();
  EXPECT_EQ(settled.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(settled.message(), HasSubstr("the first 4 records"));
}

TEST_F(Intake, OnlyTrustedKeysCount) {
  ASSERT_TRUE(Feed(SixRecords()).ok());
  CheckpointIntake intake(*replica_, verifiers_);
  const absl::Status taken = intake.Take(Message(2, *log_->Root(2), 9));
  EXPECT_EQ(taken.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(taken.message(), HasSubstr("the checkpoint at offset 7 is refused"));
  ReadMessage mutated = Message(2);
  mutated.value->back() = 'x';
  EXPECT_FALSE(intake.Take(mutated).ok());
  mutated.value.reset();
  EXPECT_FALSE(intake.Take(mutated).ok());
}

TEST_F(Intake, AnotherLogsArePassedOver) {
  CheckpointIntake intake(*replica_, verifiers_);
  ReadMessage other = Message(0, Bytes32{1}, 9);
  other.key = "another.log";
  EXPECT_TRUE(intake.Take(other).ok());
  // What claims to be ours must be.
  other.key = log_->origin();
  EXPECT_FALSE(intake.Take(other).ok());
}

TEST_F(Intake, WhatIsKeptIsNotLookedAtAgain) {
  ASSERT_TRUE(Feed(SixRecords()).ok());
  const std::vector<merkle::NoteVerifier> nobody;
  {
    CheckpointIntake intake(*replica_, verifiers_);
    ASSERT_TRUE(intake.Take(Message(2)).ok() && intake.Settle().ok());
  }
  CheckpointIntake again(*replica_, nobody);
  EXPECT_TRUE(again.Take(Message(2)).ok());
  EXPECT_FALSE(again.Take(Message(3)).ok());
}

TEST_F(Intake, TakesNoMoreThanItCanHold) {
  CheckpointIntake intake(*replica_, verifiers_);
  ReadMessage message = Message(5, Bytes32{1});
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_FALSE(intake.full());
    ASSERT_TRUE(intake.Take(message).ok());
  }
  EXPECT_TRUE(intake.full());
}

}  // namespace
}  // namespace skyndsamt::kafka
