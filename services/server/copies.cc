#include "services/server/copies.h"

#include "absl/strings/str_cat.h"
#include "eventstore/log/signing_key.h"

namespace skyndsamt::server {
namespace {

// Made where the log has never signed anything; otherwise it must be there.
absl::StatusOr<merkle::NoteSigner> SignerOf(const Config& config, log::EventLog& log) {
  const std::string directory = config.data + "/keys";
  auto signer = log::ReadSigningKey(directory, config.origin);
  if (!signer.ok()) return signer.status();
  if (signer->has_value()) return **std::move(signer);
  const auto newest = log.NewestCheckpoint();
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return log::MakeSigningKey(directory, config.origin);
  return absl::FailedPreconditionError(
      absl::StrCat(log::SigningKeyPath(directory),
                   " is missing, but the log has signed checkpoints: put it back, or make a new "
                   "one with `skyndsamt signing-key --new` and tell those who check"));
}

}  // namespace

absl::StatusOr<Checkpoints> StartCheckpoints(const Config& config, const Stores& stores,
                                             JsonLog& log) {
  auto trusted = TrustedVerifiers(config);
  if (!trusted.ok()) return trusted.status();
  Checkpoints checkpoints;
  if (config.replica) {
    if (auto known = CheckSignature(*stores.log, *trusted); !known.ok()) return known;
    return checkpoints;
  }
  auto signer = SignerOf(config, *stores.log);
  if (!signer.ok()) return signer.status();
  trusted->push_back(signer->verifier());
  if (auto known = CheckSignature(*stores.log, *trusted); !known.ok()) return known;
  log.Info("checkpoints", {{"verifier_key", signer->verifier().Encode()}});

  if (!config.kafka_bootstrap.empty()) {
    kafka::PublisherOptions options = kafka::CheckpointsPublisher(
        KafkaConnection(config), kafka::TopicNames(config.kafka_topic_prefix),
        config.kafka_replication);
    options.ensure_topics = config.kafka_check_topics;
    options.on_change = [&log, &stores](const kafka::PublisherStatus& status) {
      const std::vector<LogField> fields = {{"reason", status.reason},
                                            {"published", static_cast<int64_t>(status.published)}};
      const bool well = status.reason.empty();
      well ? log.Info("checkpoint_publisher", fields) : log.Warn("checkpoint_publisher", fields);
      if (status.reason == kafka::kPromotedElsewhere) RetireLog(stores, log);
    };
    checkpoints.publisher = kafka::StartCheckpointPublisher(std::move(options), *stores.log);
  }
  log::CheckpointerOptions options;
  options.every = std::chrono::seconds(config.checkpoint_seconds);
  options.records = static_cast<uint64_t>(config.checkpoint_records);
  options.kept = [publisher = checkpoints.publisher.get()](const log::KeptCheckpoint&) {
    if (publisher != nullptr) publisher->Wake();
  };
  checkpoints.checkpointer =
      std::make_unique<log::Checkpointer>(*stores.log, *std::move(signer), std::move(options));
  return checkpoints;
}

void ReportCheckpoints(const Config& config, const Checkpoints& checkpoints, log::EventLog& log,
                       api::v1::ServerStatus& status) {
  const auto newest = log.NewestCheckpoint();
  if (newest.ok() && newest->has_value()) status.set_checkpoint((*newest)->size);
  if (checkpoints.publisher == nullptr) return;
  const kafka::PublisherStatus told = checkpoints.publisher->Status();
  auto* one = status.add_relays();
  one->set_topic(kafka::TopicNames(config.kafka_topic_prefix).checkpoints);
  const absl::Status health = checkpoints.checkpointer->health();
  const bool halted = absl::IsFailedPrecondition(health) && told.reason.empty();
  one->set_state(kafka::NameOf(told.state));
  one->set_reason(halted ? std::string(health.message()) : told.reason);
  one->set_sent(told.published);
  one->set_backlog(status.checkpoint() > told.published ? status.checkpoint() - told.published : 0);
}

std::unique_ptr<kafka::Replica> StartReplica(const Config& config, const Stores& stores,
                                             JsonLog& log) {
  if (!config.replica) return nullptr;
  kafka::ReplicaOptions options;
  options.connection = KafkaConnection(config);
  options.names = kafka::TopicNames(config.kafka_topic_prefix);
  options.verifiers = *TrustedVerifiers(config);  // checked with the configuration
  options.on_change = [&log](const kafka::ReplicaStatus& status) {
    const std::vector<LogField> fields = {{"state", kafka::NameOf(status.state)},
                                          {"reason", status.reason},
                                          {"records", static_cast<int64_t>(status.records)},
                                          {"checkpoint", static_cast<int64_t>(status.checkpoint)}};
    const bool well = status.reason.empty();
    well ? log.Info("replica", fields) : log.Warn("replica", fields);
  };
  return kafka::Replica::Start(std::move(options), *stores.log);
}

void ReportReplica(const kafka::Replica& replica, api::v1::ServerStatus& status) {
  const kafka::ReplicaStatus told = replica.Status();
  status.mutable_replica()->set_state(kafka::NameOf(told.state));
  status.mutable_replica()->set_reason(told.reason);
  status.mutable_replica()->set_caught_up(told.caught_up);
  status.mutable_replica()->set_lag(told.behind);
}

absl::Status HealthOf(const kafka::Replica& replica) {
  const kafka::ReplicaStatus status = replica.Status();
  if (status.state != kafka::ReplicaStatus::State::kStopped || status.reason.empty()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(status.reason);
}

void HaltCheckpoints(Checkpoints& checkpoints, const std::string& why, JsonLog& log) {
  if (checkpoints.checkpointer == nullptr) return;
  checkpoints.checkpointer->Halt(absl::StrCat(why, "; no checkpoint is signed any more"));
  log.Error("checkpoints_halted",
            {{"reason", why}, {"see", "deploy/kafka/README.md, 'When it stops or waits'"}});
  if (checkpoints.publisher != nullptr) checkpoints.publisher->Stop();
}

void RetireLog(const Stores& stores, JsonLog& log) {
  if (absl::Status retired = stores.log->Retire(); !retired.ok()) {
    log.Error("retiring_failed", {{"reason", std::string(retired.message())}});
  } else {
    log.Error("retired", {{"reason",
                           "another copy of this log was promoted; see deploy/runbook.md, "
                           "'promotion'"}});
  }
}

}  // namespace skyndsamt::server
