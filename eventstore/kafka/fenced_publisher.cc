#include "eventstore/kafka/fenced_publisher.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace skyndsamt::kafka {

absl::StatusOr<std::unique_ptr<FencedPublisher>> FencedPublisher::Open(
    const ConnectionOptions& connection, const std::string& transactional_id,
    absl::Duration patience) {
  auto producer = TransactionalProducer::Open(connection, {.transactional_id = transactional_id});
  if (!producer.ok()) return producer.status();
  std::unique_ptr<FencedPublisher> publisher(new FencedPublisher(*std::move(producer), patience));
  if (auto taken = publisher->Finish(&TransactionalProducer::Init); !taken.ok()) return taken;
  return publisher;
}

absl::Status FencedPublisher::Publish(const std::vector<Message>& messages) {
  Outcome outcome = producer_->Begin();
  for (size_t i = 0; i < messages.size() && outcome.ok(); ++i) {
    outcome = producer_->Produce(messages[i], i);
  }
  if (outcome.ok()) return Finish(&TransactionalProducer::Commit);
  // Nothing of it was committed: the next that opens aborts it.
  return absl::UnavailableError(outcome.status.message());
}

// Calls a step until it has ended one way or the other, or patience has.
absl::Status FencedPublisher::Finish(Outcome (TransactionalProducer::*step)(absl::Duration)) {
  const absl::Time until = absl::Now() + patience_;
  while (true) {
    const Outcome outcome = (*producer_.*step)(std::max(until - absl::Now(), absl::ZeroDuration()));
    if (outcome.ok()) return absl::OkStatus();
    if (outcome.next != Outcome::Next::kRetry || absl::Now() >= until) {
      return absl::UnavailableError(outcome.status.message());
    }
  }
}

}  // namespace skyndsamt::kafka
