// Signed checkpoints and proofs through a real server, checked as a stranger checks them: with the
// verifier key and the public rules alone.
#include "eventstore/merkle/checkpoint.h"

#include <gtest/gtest.h>

#include "eventstore/log/signing_key.h"
#include "eventstore/merkle/hash.h"
#include "eventstore/merkle/verify.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

server::Config SignsOnRequest() {
  server::Config config;
  config.checkpoint_seconds = 1'000'000;
  config.checkpoint_records = 1'000'000;
  return config;
}

class Checkpoints : public ::testing::Test {
 protected:
  Checkpoints() : running_(SignsOnRequest()) { running_.DeclareOrganisation(); }

  std::unique_ptr<api::v1::EventService::Stub> Stub() {
    return api::v1::EventService::NewStub(running_.channel());
  }
  grpc::Status Get(bool sign, api::v1::Checkpoint* checkpoint, uint64_t at_most = 0,
                   Role role = Role::kAuditor) {
    api::v1::GetCheckpointRequest request;
    request.set_sign(sign);
    request.set_at_most(at_most);
    return Stub()->GetCheckpoint(As(running_.Token(role)).get(), request, checkpoint);
  }
  api::v1::Checkpoint Signed() {
    api::v1::Checkpoint checkpoint;
    const grpc::Status status = Get(/*sign=*/true, &checkpoint);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return checkpoint;
  }
  merkle::Checkpoint Opened(const api::v1::Checkpoint& checkpoint) {
    const auto verifier = merkle::NoteVerifier::Parse(checkpoint.verifier_key());
    EXPECT_TRUE(verifier.ok());
    const auto opened =
        merkle::OpenCheckpoint(checkpoint.note(), {*verifier}, running_.log().origin());
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *opened : merkle::Checkpoint();
  }
  grpc::Status Prove(const api::v1::GetProofRequest& request, merkle::Path* path,
                     Role role = Role::kAuditor) {
    api::v1::Proof proof;
    const grpc::Status status = Stub()->GetProof(As(running_.Token(role)).get(), request, &proof);
    for (const std::string& hash : proof.hashes()) path->push_back(ToArray<32>(hash));
    return status;
  }
  static api::v1::GetProofRequest OfRecord(uint64_t position, uint64_t size) {
    api::v1::GetProofRequest request;
    request.set_position(position);
    request.set_size(size);
    return request;
  }
  static api::v1::GetProofRequest OfOlder(uint64_t older, uint64_t size) {
    api::v1::GetProofRequest request;
    request.set_older_size(older);
    request.set_size(size);
    return request;
  }

  RunningServer running_;
};

TEST_F(Checkpoints, SayWhatTheLogHolds) {
  api::v1::Checkpoint none;
  for (const uint64_t at_most : {0, 1}) {
    const CallError error = ErrorOf(Get(/*sign=*/false, &none, at_most));
    EXPECT_EQ(error.reason, "CHECKPOINT_UNKNOWN");
    EXPECT_NE(error.en.find("no signed checkpoint of the log yet"), std::string::npos) << error.en;
  }
  const auto first = Signed();
  const merkle::Checkpoint opened = Opened(first);
  EXPECT_EQ(opened.size, running_.log().committed());
  EXPECT_EQ(opened.size, first.size());
  EXPECT_EQ(opened.root, *running_.log().Root(opened.size));
  // Nothing new: the same one.
  EXPECT_EQ(Signed().note(), first.note());
  running_.OpenIncident(NewId());
  const auto second = Signed();
  EXPECT_EQ(second.size(), first.size() + 1);
  api::v1::Checkpoint older;
  ASSERT_TRUE(Get(/*sign=*/false, &older, second.size() - 1).ok());
  EXPECT_EQ(older.note(), first.note());
  const CallError few = ErrorOf(Get(/*sign=*/false, &older, first.size() - 1));
  EXPECT_EQ(few.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(few.field, "at_most");
  EXPECT_NE(few.en.find("so few records"), std::string::npos) << "one was signed: " << few.en;
  EXPECT_NE(few.sv.find("så få poster"), std::string::npos) << few.sv;
}

TEST_F(Checkpoints, AreSignedWithTheSameKeyAfterARestart) {
  const auto before = Signed();
  running_.Restart();
  running_.OpenIncident(NewId());
  const auto after = Signed();
  EXPECT_EQ(after.verifier_key(), before.verifier_key());
  const auto signer = log::ReadSigningKey(running_.data() + "/keys", running_.log().origin());
  ASSERT_TRUE(signer.ok() && signer->has_value());
  EXPECT_EQ((*signer)->verifier().Encode(), before.verifier_key());
}

TEST_F(Checkpoints, ProveEveryRecordAndEveryOlderOne) {
  const merkle::Checkpoint older = Opened(Signed());
  for (int i = 0; i < 5; ++i) running_.OpenIncident(NewId());
  const merkle::Checkpoint newer = Opened(Signed());
  merkle::Path path;
  ASSERT_TRUE(Prove(OfOlder(older.size, newer.size), &path).ok());
  EXPECT_TRUE(merkle::VerifyConsistency(older.size, newer.size, older.root, newer.root, path));
  api::v1::ReadEventsResponse events;
  ASSERT_TRUE(Stub()->ReadEvents(As(running_.Token(Role::kAuditor)).get(), {}, &events).ok());
  ASSERT_EQ(static_cast<uint64_t>(events.events_size()), newer.size);
  for (const auto& event : events.events()) {
    path.clear();
    const uint64_t position = event.record().position().position();
    ASSERT_TRUE(Prove(OfRecord(position, newer.size), &path).ok());
    EXPECT_TRUE(merkle::VerifyInclusion(merkle::LeafHash(event.record().leaf_data()), position,
                                        newer.size, path, newer.root));
  }
}

TEST_F(Checkpoints, WhatIsOutsideTheTreeIsRefusedWithItsField) {
  const uint64_t size = running_.log().committed();
  merkle::Path path;
  EXPECT_EQ(ErrorOf(Prove(OfRecord(0, size + 1), &path)).field, "size");
  EXPECT_EQ(ErrorOf(Prove(OfRecord(size, size), &path)).field, "position");
  EXPECT_EQ(ErrorOf(Prove(OfOlder(0, size), &path)).field, "older_size");
  EXPECT_EQ(ErrorOf(Prove(OfOlder(size, size - 1), &path)).field, "older_size");
  EXPECT_EQ(ErrorOf(Prove({}, &path)).code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(path.empty());
}

TEST_F(Checkpoints, AreForAuditorsAndOperatorsNotForStaff) {
  Signed();
  api::v1::Checkpoint checkpoint;
  merkle::Path path;
  for (Role role : {Role::kAuditor, Role::kStatistics, Role::kOperator, Role::kSystem}) {
    EXPECT_TRUE(Get(/*sign=*/false, &checkpoint, 0, role).ok());
    EXPECT_TRUE(Prove(OfRecord(0, 1), &path, role).ok());
  }
  EXPECT_EQ(ErrorOf(Get(/*sign=*/false, &checkpoint, 0, Role::kStaff)).reason, "ROLE_NOT_ALLOWED");
  EXPECT_EQ(ErrorOf(Prove(OfRecord(0, 1), &path, Role::kStaff)).reason, "ROLE_NOT_ALLOWED");
}

}  // namespace
}  // namespace skyndsamt::testing
