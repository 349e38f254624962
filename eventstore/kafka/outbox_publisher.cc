#include "eventstore/kafka/outbox_publisher.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/transactional_producer.h"

namespace skyndsamt::kafka {
namespace {

class Numbered final : public Publication {
 public:
  Numbered(std::string transactional_id, std::unique_ptr<Outbox> outbox, size_t at_once)
      : transactional_id_(std::move(transactional_id)),
        outbox_(std::move(outbox)),
        at_once_(at_once) {}
  absl::StatusOr<uint64_t> Begin(const PublisherOptions& options) override;
  absl::Status PublishAfter(uint64_t* published) override;

 private:
  absl::StatusOr<uint64_t> NextNumber() const;
  absl::Status Transact(uint64_t number, std::vector<Message> messages);
  absl::Status Finish(Outcome (TransactionalProducer::*step)(absl::Duration)) const;

  const std::string transactional_id_;
  const std::unique_ptr<Outbox> outbox_;
  const size_t at_once_;
  const PublisherOptions* options_ = nullptr;
  std::unique_ptr<TransactionalProducer> producer_;
};

absl::StatusOr<uint64_t> Numbered::Begin(const PublisherOptions& options) {
  options_ = &options;
  auto producer = TransactionalProducer::Open(options.connection,
                                              {.transactional_id = transactional_id_});
  if (!producer.ok()) return producer.status();
  producer_ = *std::move(producer);
  if (auto taken = Finish(&TransactionalProducer::Init); !taken.ok()) return taken;
  return NextNumber();
}

absl::StatusOr<uint64_t> Numbered::NextNumber() const {
  auto reader =
      PartitionReader::Open(options_->connection, options_->topic.name, options_->partition);
  if (!reader.ok()) return reader.status();
  const auto last = FindLast(**reader, std::nullopt, options_->patience);
  if (!last.ok()) return last.status();
  if (!last->has_value()) return 0;
  const std::string* sequence = (*last)->Find(kSequence);
  const auto number = sequence == nullptr ? std::nullopt : ParseSequence(*sequence);
  if (!number) {
    return absl::FailedPreconditionError("different: the topic has messages without a number");
  }
  const auto ours = outbox_->From(*number, 1);
  if (!ours.ok()) return ours.status();
  if (ours->empty()) {
    return absl::UnavailableError(
        absl::StrCat("the topic has number ", *number, ", this log has not come to it yet"));
  }
  if (ours->front().key != (*last)->key || ours->front().value != (*last)->value) {
    return absl::FailedPreconditionError(
        absl::StrCat("different: the topic has another message with number ", *number));
  }
  return *number + 1;
}

absl::Status Numbered::PublishAfter(uint64_t* published) {
  while (true) {
    auto messages = outbox_->From(*published, at_once_);
    if (!messages.ok()) return messages.status();
    if (messages->empty()) return absl::OkStatus();
    const size_t count = messages->size();
    if (auto sent = Transact(*published, *std::move(messages)); !sent.ok()) return sent;
    *published += count;
  }
}

absl::Status Numbered::Transact(uint64_t number, std::vector<Message> messages) {
  Outcome outcome = producer_->Begin();
  for (Message& message : messages) {
    if (!outcome.ok()) break;
    message.headers.push_back({std::string(kSequence), SequenceText(number)});
    if (number > 0) {
      message.headers.push_back({std::string(kPreviousSequence), SequenceText(number - 1)});
    }
    outcome = producer_->Produce(message, number++);
  }
  if (outcome.ok()) return Finish(&TransactionalProducer::Commit);
  // Nothing of it was committed: begun anew, it is aborted.
  return absl::UnavailableError(outcome.status.message());
}

// Calls a step until it has ended one way or the other, or patience has.
absl::Status Numbered::Finish(Outcome (TransactionalProducer::*step)(absl::Duration)) const {
  const absl::Time until = absl::Now() + options_->patience;
  while (true) {
    const Outcome outcome = (*producer_.*step)(std::max(until - absl::Now(), absl::ZeroDuration()));
    if (outcome.ok()) return absl::OkStatus();
    if (outcome.next != Outcome::Next::kRetry || absl::Now() >= until) {
      return absl::UnavailableError(outcome.status.message());
    }
  }
}

}  // namespace

std::unique_ptr<Publisher> StartOutboxPublisher(PublisherOptions options,
                                                std::string transactional_id, log::EventLog& log,
                                                std::unique_ptr<Outbox> outbox, size_t at_once) {
  return Publisher::Start(
      std::move(options), log,
      std::make_unique<Numbered>(std::move(transactional_id), std::move(outbox), at_once));
}

}  // namespace skyndsamt::kafka
