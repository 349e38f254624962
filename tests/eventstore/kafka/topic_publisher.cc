#include "tests/eventstore/kafka/topic_publisher.h"

#include <algorithm>
#include <utility>

#include "eventstore/kafka/client.h"
#include "eventstore/kafka/errors.h"
#include "eventstore/kafka/outgoing.h"

namespace skyndsamt::kafka {
namespace {

class FlushingPublisher final : public TopicPublisher {
 public:
  explicit FlushingPublisher(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  absl::Status Publish(const Message& message, absl::Duration timeout) override {
    const std::string what = "publishing to " + message.topic;
    const std::lock_guard lock(mutex_);
    auto error = Enqueue(client_->get(), message, nullptr);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      error = rd_kafka_flush(client_->get(),
                             std::max(1, static_cast<int>(absl::ToInt64Milliseconds(timeout))));
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const absl::Status status = client_->Explain(error, what);
      rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      rd_kafka_flush(client_->get(), 0);
      client_->TakeFailedDelivery();
      return status;
    }
    if (const auto failed = client_->TakeFailedDelivery()) {
      return client_->Explain(failed->error, what);
    }
    // A producer that has failed for good purges what it held.
    char why[512];
    const auto fatal = rd_kafka_fatal_error(client_->get(), why, sizeof why);
    return fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? absl::OkStatus() : client_->Explain(fatal, what);
  }

 private:
  const std::unique_ptr<Client> client_;
  std::mutex mutex_;  // one message at a time: what flush waits for is it
};

}  // namespace

absl::StatusOr<std::unique_ptr<TopicPublisher>> TopicPublisher::Open(
    const ConnectionOptions& connection) {
  auto client = Client::Make(RD_KAFKA_PRODUCER, connection,
                             {{"enable.idempotence", "true"}, {"acks", "all"}});
  if (!client.ok()) return client.status();
  return std::make_unique<FlushingPublisher>(*std::move(client));
}

}  // namespace skyndsamt::kafka
