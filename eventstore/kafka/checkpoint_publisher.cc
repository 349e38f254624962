#include "eventstore/kafka/checkpoint_publisher.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/kafka/fenced_publisher.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::kafka {
namespace {

constexpr size_t kAtOnce = 100;

class Checkpoints final : public Publication {
 public:
  explicit Checkpoints(log::EventLog& log) : log_(log) {}
  absl::StatusOr<uint64_t> Begin(const PublisherOptions& options) override;
  absl::Status PublishAfter(uint64_t* published) override;

 private:
  absl::StatusOr<uint64_t> NewestOnTopic() const;

  log::EventLog& log_;
  const PublisherOptions* options_ = nullptr;
  std::unique_ptr<FencedPublisher> publisher_;
};

absl::StatusOr<uint64_t> Checkpoints::Begin(const PublisherOptions& options) {
  options_ = &options;
  auto publisher = FencedPublisher::Open(
      options.connection, CheckpointsTransactionalId(options.transactional_prefix, log_.origin()),
      options.patience);
  if (!publisher.ok()) return publisher.status();
  publisher_ = *std::move(publisher);
  return NewestOnTopic();
}

absl::StatusOr<uint64_t> Checkpoints::NewestOnTopic() const {
  auto reader =
      PartitionReader::Open(options_->connection, options_->topic.name, options_->partition);
  if (!reader.ok()) return reader.status();
  const auto range = (*reader)->Range(options_->patience);
  if (!range.ok()) return range.status();
  publisher_->Follow(options_->topic.name, options_->partition, range->end);
  const auto newest = FindLast(**reader, log_.origin(), options_->patience);
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return 0;
  const std::string note = (*newest)->value.value_or("");
  const auto checkpoint = merkle::ParseCheckpoint(note.substr(0, note.rfind("\n\n") + 1));
  return checkpoint.ok() ? checkpoint->size : 0;
}

absl::Status Checkpoints::PublishAfter(uint64_t* published) {
  const auto kept = log_.Checkpoints(*published + 1, kAtOnce);
  if (!kept.ok() || kept->empty()) return kept.status();
  std::vector<Message> messages;
  for (const log::KeptCheckpoint& checkpoint : *kept) {
    messages.push_back({.topic = options_->topic.name,
                        .partition = options_->partition,
                        .key = log_.origin(),
                        .value = checkpoint.note,
                        .headers = {{"content-type", "text/plain; charset=utf-8"}}});
  }
  if (auto sent = publisher_->Publish(messages); !sent.ok()) return sent;
  *published = kept->back().size;
  return absl::OkStatus();
}

}  // namespace

PublisherOptions CheckpointsPublisher(const ConnectionOptions& connection, const TopicNames& names,
                                      int replication) {
  PublisherOptions options;
  options.connection = connection;
  options.topic = {.name = names.checkpoints,
                   .kept = Kept::kForever,
                   .replication = replication,
                   .max_message_bytes = 64 * 1024};
  options.positions = names.relay_position;
  options.transactional_prefix = names.transactions;
  return options;
}

std::string CheckpointsTransactionalId(const std::string& transactional_prefix,
                                       const std::string& origin) {
  return absl::StrCat(transactional_prefix, origin, "#checkpoints");
}

std::unique_ptr<Publisher> StartCheckpointPublisher(PublisherOptions options, log::EventLog& log) {
  return Publisher::Start(std::move(options), log, std::make_unique<Checkpoints>(log));
}

}  // namespace skyndsamt::kafka
