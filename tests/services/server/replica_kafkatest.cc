// A whole primary and a whole replica through a real broker: what the replica answers and what it
// refuses, and its promotion when the primary has gone.
#include <gmock/gmock.h>

#include <filesystem>

#include "eventstore/log/signing_key.h"
#include "eventstore/merkle/checkpoint.h"
#include "services/server/promotion.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using kafka::Eventually;
using ::testing::HasSubstr;

constexpr char kChild[] = "c0000000-0000-4000-8000-000000000001";

server::Config OnKafka(const std::string& prefix) {
  server::Config config;
  config.kafka_bootstrap = kafka::SharedCluster().bootstrap();
  config.kafka_topic_prefix = prefix;
  config.kafka_replication = 1;
  config.checkpoint_seconds = 1;
  return config;
}

class ReplicaServer : public ::testing::Test {
 protected:
  ReplicaServer() : prefix_(kafka::FreshPrefix()), primary_(OnKafka(prefix_)) {
    primary_.DeclareOrganisation();
    incident_ = primary_.OpenIncident(kChild);
    event::v1::Fact fact = FactAt("told", "2026-02-28");
    fact.mutable_staff_learned();
    fact.set_note("hemligt");
    noted_ = Record(incident_, {fact});
    api::v1::RecordFactsResponse response;
    const auto recorded = api::v1::IncidentService::NewStub(primary_.channel())
                              ->RecordFacts(System(primary_).get(), noted_, &response);
    EXPECT_TRUE(recorded.ok()) << recorded.error_message() << ErrorOf(recorded).field;
    const auto checkpoint = Checkpoint(primary_, /*sign=*/true);
    verifier_key_ = checkpoint.verifier_key();
    server::Config config = OnKafka(prefix_);
    config.replica = true;
    config.trusted_verifier_keys = verifier_key_;
    replica_ = std::make_unique<RunningServer>(config);
  }

  static std::unique_ptr<grpc::ClientContext> System(RunningServer& running) {
    return As(running.Token(Role::kSystem));
  }
  static api::v1::Checkpoint Checkpoint(RunningServer& running, bool sign) {
    api::v1::GetCheckpointRequest request;
    request.set_sign(sign);
    api::v1::Checkpoint checkpoint;
    const auto status = api::v1::EventService::NewStub(running.channel())
                            ->GetCheckpoint(System(running).get(), request, &checkpoint);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return checkpoint;
  }
  static api::v1::ServerStatus StatusOf(RunningServer& running) {
    api::v1::ServerStatus status;
    EXPECT_TRUE(api::v1::OperationService::NewStub(running.channel())
                    ->GetServerStatus(System(running).get(), {}, &status)
                    .ok());
    return status;
  }
  // The replica has everything, its newest checkpoint included, and the views of both show it.
  bool CatchesUp() {
    const uint64_t signed_size = Checkpoint(primary_, false).size();
    return Eventually([&] {
      const auto status = StatusOf(*replica_);
      return status.records() == primary_.log().committed() && status.checkpoint() == signed_size &&
             status.replica().caught_up() && status.views(0).lag() == 0 &&
             StatusOf(primary_).views(0).lag() == 0;
    });
  }
  api::v1::ListAuditTrailResponse Trail(RunningServer& running) {
    api::v1::ListAuditTrailRequest request;
    request.set_incident(incident_);
    request.set_open_sealed(true);
    api::v1::ListAuditTrailResponse response;
    const auto status = api::v1::CaseService::NewStub(running.channel())
                            ->ListAuditTrail(System(running).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // What the replica is started anew with.
  server::Config PromotionConfig() {
    server::Config config = OnKafka(prefix_);
    config.data = replica_->data();
    config.trusted_verifier_keys = verifier_key_;
    return config;
  }

  const std::string prefix_;
  RunningServer primary_;
  std::unique_ptr<RunningServer> replica_;
  std::string incident_, verifier_key_;
  api::v1::RecordFactsRequest noted_;
};

TEST_F(ReplicaServer, AnswersQueriesAsThePrimaryDoesAndKeepsSealedTextsSealed) {
  ASSERT_TRUE(CatchesUp());
  api::v1::GetCaseRequest request;
  request.set_incident(incident_);
  request.set_child(kChild);
  api::v1::Case here, there;
  for (auto [running, out] : {std::pair{&primary_, &there}, std::pair{replica_.get(), &here}}) {
    ASSERT_TRUE(api::v1::CaseService::NewStub(running->channel())
                    ->GetCase(System(*running).get(), request, out)
                    .ok());
  }
  EXPECT_EQ(here.SerializeAsString(), there.SerializeAsString());

  const auto open = Trail(primary_), sealed = Trail(*replica_);
  ASSERT_EQ(open.entries_size(), 2);
  ASSERT_EQ(sealed.entries_size(), 2);
  EXPECT_EQ(open.entries(1).fact().note(), "hemligt");
  EXPECT_EQ(sealed.entries(1).fact().note(), "");
  EXPECT_EQ(sealed.entries(1).sealed_fields(0), "note");
  EXPECT_FALSE(std::filesystem::exists(replica_->data() + "/keys/root.key"));

  EXPECT_EQ(Checkpoint(*replica_, false).note(), Checkpoint(primary_, false).note());
  EXPECT_EQ(Checkpoint(*replica_, false).verifier_key(), "");
  EXPECT_EQ(StatusOf(*replica_).replica().state(), "running");
}

TEST_F(ReplicaServer, ServesSubscriptionsAsRecordsCome) {
  api::v1::SubscribeEventsRequest request;
  request.set_beginning(true);
  auto context = System(*replica_);
  auto stream =
      api::v1::EventService::NewStub(replica_->channel())->SubscribeEvents(context.get(), request);
  const uint64_t wanted = primary_.log().committed() + 1;
  primary_.OpenIncident(NewId());
  uint64_t next = 0;
  api::v1::SubscribeEventsResponse response;
  while (next < wanted && stream->Read(&response)) {
    for (const auto& event : response.batch().events()) {
      EXPECT_EQ(event.record().position().position(), next++);
    }
  }
  EXPECT_EQ(next, wanted);
  context->TryCancel();
  stream->Finish();
}

TEST_F(ReplicaServer, RecordsNothing) {
  ASSERT_TRUE(CatchesUp());
  const auto expect_refused = [](const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ErrorOf(status).reason, "REPLICA");
    EXPECT_NE(ErrorOf(status).sv, "");
  };
  auto incidents = api::v1::IncidentService::NewStub(replica_->channel());
  auto organisation = api::v1::OrganisationService::NewStub(replica_->channel());
  api::v1::RecordFactsResponse recorded;
  expect_refused(incidents->RecordFacts(System(*replica_).get(), noted_, &recorded));
  api::v1::RecordFactsRequest validate = Opening(NewId(), kUnit, NewId());
  validate.set_validate_only(true);
  expect_refused(incidents->RecordFacts(System(*replica_).get(), validate, &recorded));
  api::v1::ReceiveReportResponse received;
  expect_refused(incidents->ReceiveReport(System(*replica_).get(), {}, &received));
  api::v1::DeclareUnitResponse declared;
  expect_refused(organisation->DeclareUnit(System(*replica_).get(), {}, &declared));
  api::v1::GetCheckpointRequest sign;
  sign.set_sign(true);
  api::v1::Checkpoint checkpoint;
  expect_refused(api::v1::EventService::NewStub(replica_->channel())
                     ->GetCheckpoint(System(*replica_).get(), sign, &checkpoint));
  EXPECT_EQ(replica_->log().committed(), primary_.log().committed());
}

TEST_F(ReplicaServer, StartedAgainItGoesOn) {
  ASSERT_TRUE(CatchesUp());
  replica_->Stop();
  primary_.OpenIncident(NewId());
  Checkpoint(primary_, /*sign=*/true);
  replica_->Restart();
  EXPECT_TRUE(CatchesUp());
}

TEST_F(ReplicaServer, ADirectoryIsServedInItsRoleAlone) {
  ASSERT_TRUE(CatchesUp());
  replica_->Stop();
  server::Config config = OnKafka(prefix_);
  config.data = replica_->data();
  config.development_tokens = true;
  config.listen = "127.0.0.1:0";
  config.log_level = "off";
  const SystemClock clock;
  EXPECT_EQ(server::Server::Start(config, clock).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// With the primary's keys restored, the promoted server is the primary: it answers repeated
// commands with their first answer, opens what is sealed, signs with the same key, and feeds the
// same topics.
TEST_F(ReplicaServer, PromotedItIsThePrimary) {
  ASSERT_TRUE(CatchesUp());
  api::v1::RecordFactsResponse first;
  ASSERT_TRUE(api::v1::IncidentService::NewStub(primary_.channel())
                  ->RecordFacts(System(primary_).get(), noted_, &first)
                  .ok());
  EXPECT_TRUE(first.deduplicated());
  const uint64_t records = primary_.log().committed();
  primary_.Stop();
  replica_->Stop();
  const SystemClock clock;
  const std::string keys = replica_->data() + "/keys";
  server::PromoteOptions options;
  options.quiet = std::chrono::seconds(0);
  // Without a key to sign with there is no promotion.
  auto promoted = server::PromoteReplica(PromotionConfig(), options, clock);
  EXPECT_EQ(promoted.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(promoted.status().message()), HasSubstr("signing-key"));
  std::filesystem::remove_all(keys);
  std::filesystem::copy(primary_.data() + "/keys", keys, std::filesystem::copy_options::recursive);
  promoted = server::PromoteReplica(PromotionConfig(), options, clock);
  ASSERT_TRUE(promoted.ok()) << promoted.status();
  EXPECT_EQ(promoted->records, records);

  replica_->config().replica = false;
  replica_->Restart();
  api::v1::RecordFactsResponse again;
  const auto status = api::v1::IncidentService::NewStub(replica_->channel())
                          ->RecordFacts(System(*replica_).get(), noted_, &again);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(again.deduplicated());
  EXPECT_EQ(again.position().position(), first.position().position());
  EXPECT_EQ(Trail(*replica_).entries(1).fact().note(), "hemligt");
  replica_->OpenIncident(NewId());
  const auto checkpoint = Checkpoint(*replica_, /*sign=*/true);
  EXPECT_EQ(checkpoint.verifier_key(), verifier_key_);
  EXPECT_EQ(checkpoint.size(), records + 1);
  ASSERT_TRUE(Eventually([&] { return StatusOf(*replica_).relays(0).backlog() == 0; }));

  // The old primary started by mistake finds itself replaced, and takes nothing any more.
  primary_.Restart();
  EXPECT_TRUE(Eventually([&] { return !primary_.log().health().ok(); }));
  api::v1::RecordFactsResponse refused;
  const auto late =
      api::v1::IncidentService::NewStub(primary_.channel())
          ->RecordFacts(System(primary_).get(), Opening(NewId(), kUnit, NewId()), &refused);
  EXPECT_EQ(ErrorOf(late).reason, "REPLICA");
  EXPECT_EQ(late.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  const auto read = kafka::ReadTopic(kafka::SharedCluster().bootstrap(),
                                     kafka::TopicNames(prefix_).events, records + 1);
  EXPECT_EQ(read.wrong, "");
  EXPECT_EQ(read.root, kafka::Hex(*replica_->log().Root(records + 1)));
}

}  // namespace
}  // namespace skyndsamt::testing
