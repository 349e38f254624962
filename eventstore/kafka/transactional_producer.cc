#include "eventstore/kafka/transactional_producer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/client.h"
#include "eventstore/kafka/errors.h"
#include "eventstore/kafka/outgoing.h"

namespace skyndsamt::kafka {
namespace {

constexpr int kQueueWaitMillis = 100;
constexpr int kQueueMessages = 200'000;
constexpr int kQueueKilobytes = 65'536;
constexpr absl::Duration kLook = absl::Milliseconds(50);  // at most, between looks at what failed
constexpr absl::Duration kEnding = absl::Seconds(10);     // of a transaction, at least
constexpr char kNotThrownAway[] = "Failed to flush all outstanding messages";  // librdkafka's words

int Millis(absl::Duration duration) {
  return static_cast<int>(std::max<int64_t>(absl::ToInt64Milliseconds(duration), 0));
}

// A pointer's worth of anything, for librdkafka to give back.
void* Opaque(uint64_t position) { return reinterpret_cast<void*>(position); }

class KafkaProducer final : public TransactionalProducer {
 public:
  explicit KafkaProducer(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  Outcome Init(absl::Duration timeout) override {
    return Answered(After(rd_kafka_init_transactions(client_->get(), Millis(timeout)),
                          "taking over the transactional id"));
  }
  void Follow(const std::string& topic, int32_t partition, int64_t end) override {
    followed_ = topic;
    client_->Follow(topic, partition, end);
  }
  Outcome Begin() override {
    client_->FollowNext();
    return After(rd_kafka_begin_transaction(client_->get()), "beginning a transaction");
  }
  Outcome Produce(const Message& message, uint64_t position) override;
  Outcome Flush(absl::Duration timeout) override;
  Outcome Commit(absl::Duration timeout) override;
  // What was under way when the rest was thrown away may come back to be sent again, and is thrown
  // away by a second call alone. That one may be made: the brokers were not asked to end anything.
  Outcome Abort(absl::Duration timeout) override {
    const auto abort = [this, most = Millis(std::max(timeout, kEnding))] {
      return After(rd_kafka_abort_transaction(client_->get(), most), "aborting a transaction");
    };
    const Outcome outcome = abort();
    const bool stuck = absl::StrContains(outcome.status.message(), kNotThrownAway);
    return Ended(outcome.next == Outcome::Next::kRetry && stuck ? abort() : outcome);
  }

  std::optional<Refused> TakeRefused() override {
    const auto failed = client_->TakeFailedDelivery();
    if (!failed) return std::nullopt;
    return Refused{reinterpret_cast<uint64_t>(failed->opaque),
                   FromKafka(failed->error, "delivering a message")};
  }

 private:
  Outcome After(rd_kafka_error_t* raw, const char* what);
  // Of a call that the brokers answer.
  Outcome Answered(Outcome outcome) {
    if (outcome.ok()) client_->Succeeded();
    return outcome;
  }
  // librdkafka (2.0.2) takes the end of a transaction for a commit or an abort by the name of the
  // call that is waited for. One whose first step found no time left, and that is called again, may
  // be known by no name when it is answered, and an assertion ends the process: an ending gets time
  // enough (kEnding), and is never called again once the brokers may have been asked.
  static Outcome Ended(Outcome outcome) {
    if (outcome.next == Outcome::Next::kRetry) outcome.next = Outcome::Next::kReopen;
    return outcome;
  }
  bool lost() const {
    return rd_kafka_fatal_error(client_->get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  const std::unique_ptr<Client> client_;
  std::string followed_;  // topic
};

// librdkafka's own advice: whatever is neither retriable nor abortable is fatal.
Outcome KafkaProducer::After(rd_kafka_error_t* raw, const char* what) {
  if (raw == nullptr) return {};
  const std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)> error(
      raw, &rd_kafka_error_destroy);
  const absl::Status status =
      client_->Explain(rd_kafka_error_code(raw), what, rd_kafka_error_string(raw));
  if (rd_kafka_error_is_fatal(raw) || lost()) return {Outcome::Next::kReopen, status};
  if (rd_kafka_error_txn_requires_abort(raw)) return {Outcome::Next::kAbort, status};
  if (rd_kafka_error_is_retriable(raw)) return {Outcome::Next::kRetry, status};
  return {Outcome::Next::kReopen, status};
}

Outcome KafkaProducer::Produce(const Message& message, uint64_t position) {
  rd_kafka_resp_err_t error;
  do {
    error = Enqueue(client_->get(), message, Opaque(position));
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(client_->get(), kQueueWaitMillis);
  } while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return {lost() ? Outcome::Next::kReopen : Outcome::Next::kAbort,
          client_->Explain(error, "producing a message")};
}

// What else is in a transaction of which a message was refused may wait, in librdkafka, until it is
// given up: it is not waited for.
Outcome KafkaProducer::Flush(absl::Duration timeout) {
  const absl::Time until = absl::Now() + timeout;
  rd_kafka_resp_err_t error;
  do {
    error = rd_kafka_flush(client_->get(),
                           Millis(std::clamp(until - absl::Now(), absl::Milliseconds(1), kLook)));
    const auto failed = client_->DeliveryError();
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR && !lost()) {
      return {Outcome::Next::kAbort, client_->Explain(failed, "delivering a message")};
    }
  } while (error != RD_KAFKA_RESP_ERR_NO_ERROR && absl::Now() < until);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return {lost() ? Outcome::Next::kReopen : Outcome::Next::kRetry,
          client_->Explain(error, "waiting for the brokers' answers")};
}

// Where everything lies is known before the commit, which would wait for it too.
Outcome KafkaProducer::Commit(absl::Duration timeout) {
  const absl::Time until = absl::Now() + timeout;
  if (Outcome flushed = Flush(timeout); !flushed.ok()) return flushed;
  if (client_->FellBack()) {
    return {Outcome::Next::kReopen,
            absl::UnavailableError(absl::StrCat(
                "the topic ", followed_,
                " was made anew or has lost records while it was written to: looking again"))};
  }
  const int most = Millis(std::max(until - absl::Now(), kEnding));
  return Ended(Answered(
      After(rd_kafka_commit_transaction(client_->get(), most), "committing a transaction")));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TransactionalProducer>> TransactionalProducer::Open(
    const ConnectionOptions& connection, const ProducerOptions& options) {
  const int64_t timeout = absl::ToInt64Milliseconds(options.transaction_timeout);
  auto client = Client::Make(RD_KAFKA_PRODUCER, connection,
                             {{"transactional.id", options.transactional_id},
                              {"transaction.timeout.ms", std::to_string(timeout)},
                              {"message.timeout.ms", std::to_string(timeout - timeout / 6)},
                              {"socket.timeout.ms", std::to_string(timeout / 3)},
                              {"acks", "all"},
                              {"linger.ms", "5"},  // a commit sends at once whatever waits
                              {"queue.buffering.max.messages", std::to_string(kQueueMessages)},
                              {"queue.buffering.max.kbytes", std::to_string(kQueueKilobytes)}});
  if (!client.ok()) return client.status();
  return std::make_unique<KafkaProducer>(*std::move(client));
}

}  // namespace skyndsamt::kafka
