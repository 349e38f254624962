#include "eventstore/kafka/outbox_publisher.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/fenced_publisher.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/topic_beginning.h"

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
  static void Number(uint64_t first, std::vector<Message>& messages);

  const std::string transactional_id_;
  const std::unique_ptr<Outbox> outbox_;
  const size_t at_once_;
  const PublisherOptions* options_ = nullptr;
  std::unique_ptr<FencedPublisher> publisher_;
};

absl::StatusOr<uint64_t> Numbered::Begin(const PublisherOptions& options) {
  options_ = &options;
  auto publisher = FencedPublisher::Open(options.connection, transactional_id_, options.patience);
  if (!publisher.ok()) return publisher.status();
  publisher_ = *std::move(publisher);
  return NextNumber();
}

absl::StatusOr<uint64_t> Numbered::NextNumber() const {
  auto reader =
      PartitionReader::Open(options_->connection, options_->topic.name, options_->partition);
  if (!reader.ok()) return reader.status();
  const auto range = (*reader)->Range(options_->patience);
  if (!range.ok()) return range.status();
  publisher_->Follow(options_->topic.name, options_->partition, range->end);
  const auto last = FindLast(**reader, std::nullopt, options_->patience);
  if (!last.ok()) return last.status();
  if (!last->has_value()) return 0;
  const std::string* sequence = (*last)->Find(kSequence);
  const auto number = sequence == nullptr ? std::nullopt : ParseSequence(*sequence);
  if (!number) {
    return absl::FailedPreconditionError("different: the topic has messages without a number");
  }
  const auto lacking = LacksBeginning(**reader, options_->patience);
  if (!lacking.ok()) return lacking.status();
  if (*lacking) return absl::FailedPreconditionError(kLacksBeginning);
  const auto ours = outbox_->From(*number, 1);
  if (!ours.ok()) return ours.status();
  if (ours->empty()) {
    return absl::UnavailableError(
        absl::StrCat("the topic has number ", *number, ", this log has not come to it yet"));
  }
  if (!outbox_->Same(ours->front(), **last)) {
    return absl::FailedPreconditionError(
        absl::StrCat("different: the topic has another message with number ", *number));
  }
  return *number + 1;
}

absl::Status Numbered::PublishAfter(uint64_t* published) {
  auto messages = outbox_->From(*published, at_once_);
  if (!messages.ok() || messages->empty()) return messages.status();
  Number(*published, *messages);
  if (auto sent = publisher_->Publish(*messages); !sent.ok()) return sent;
  *published += messages->size();
  return absl::OkStatus();
}

void Numbered::Number(uint64_t first, std::vector<Message>& messages) {
  const int64_t now = absl::ToUnixMillis(absl::Now());
  for (Message& message : messages) {
    message.timestamp = std::min(message.timestamp, now);  // brokers refuse what lies ahead of them
    message.headers.push_back({std::string(kSequence), SequenceText(first)});
    if (first > 0) {
      message.headers.push_back({std::string(kPreviousSequence), SequenceText(first - 1)});
    }
    ++first;
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
