#include "eventstore/kafka/relay_position.h"

#include "absl/strings/str_cat.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/topic_beginning.h"

namespace skyndsamt::kafka {
namespace {

// The position's word about the log, checked against the log.
absl::Status Confirm(const log::v1::RelayPosition& position, log::EventLog& log) {
  if (position.log() != log.origin()) {
    return absl::FailedPreconditionError(absl::StrCat("different: Kafka's position is of the log ",
                                                      position.log(), ", this is the log ",
                                                      log.origin()));
  }
  const Position committed = log.committed();
  if (position.size() > committed) {
    return absl::FailedPreconditionError(absl::StrCat("ahead: Kafka has ", position.size(),
                                                      " records of this log, which itself has ",
                                                      committed));
  }
  const auto root = log.Root(position.size());
  if (!root.ok()) return root.status();
  if (View(*root) != position.root()) {
    return absl::FailedPreconditionError(
        absl::StrCat("different: the root over the first ", position.size(),
                     " records is not the one that was sent to Kafka"));
  }
  return absl::OkStatus();
}

// What the topic itself says.
absl::Status ReadTopic(const RelayOptions& options, Sent* sent) {
  auto topic = PartitionReader::Open(options.connection, options.topic.name, options.partition);
  if (!topic.ok()) return topic.status();
  const auto range = (*topic)->Range(options.patience);
  if (!range.ok()) return range.status();
  sent->end = range->end;
  auto last = FindLast(**topic, std::nullopt, options.patience);
  if (!last.ok()) return last.status();
  sent->last_message = *std::move(last);
  sent->topic_is_new = range->begin == 0 && !sent->last_message;
  if (!sent->last_message) return absl::OkStatus();
  const std::string* sequence = sent->last_message->Find(kSequence);
  if (sequence != nullptr) sent->last = ParseSequence(*sequence);
  if (!sent->last) {
    return absl::FailedPreconditionError("the topic has messages without a sequence");
  }
  const auto lacking = LacksBeginning(**topic, options.patience);
  if (!lacking.ok()) return lacking.status();
  sent->lacks_beginning = *lacking;
  return absl::OkStatus();
}

std::optional<Position> LastSent(const log::v1::RelayPosition& position) {
  return position.has_last_sent() ? std::optional<Position>(position.last_sent()) : std::nullopt;
}

}  // namespace

std::string PrimaryOf(const log::EventLog& log) {
  return log.primary_id().empty() ? std::string() : std::string(log.primary_id().view());
}

std::string PositionKey(const RelayOptions& options, const std::string& origin) {
  return options.name.empty() ? origin : absl::StrCat(origin, "#", options.name);
}

std::string TransactionalId(const RelayOptions& options, const std::string& origin) {
  return options.transactional_prefix + PositionKey(options, origin);
}

Message PositionMessage(const RelayOptions& options, const log::v1::RelayPosition& position) {
  return {.topic = options.positions.name,
          .partition = 0,
          .key = PositionKey(options, position.log()),
          .value = position.SerializeAsString(),
          .headers = {{std::string(kContentType), std::string(kProtobufType)}}};
}

absl::StatusOr<log::v1::RelayPosition> ParsePosition(const ReadMessage& message) {
  log::v1::RelayPosition position;
  if (!message.value || !position.ParseFromString(*message.value) ||
      position.root().size() != std::tuple_size_v<Bytes32>) {
    return absl::InvalidArgumentError("the relay's position in Kafka cannot be read");
  }
  return position;
}

absl::StatusOr<Sent> ReadSent(const RelayOptions& options, const std::string& origin) {
  Sent sent;
  auto positions = PartitionReader::Open(options.connection, options.positions.name, 0);
  if (!positions.ok()) return positions.status();
  const auto position = FindLast(**positions, PositionKey(options, origin), options.patience);
  if (!position.ok()) return position.status();
  if (position->has_value()) {
    auto parsed = ParsePosition(**position);
    if (!parsed.ok()) return parsed.status();
    sent.position = *std::move(parsed);
    sent.primary = sent.position->primary();
  }
  if (!options.name.empty()) {
    const auto events = FindLast(**positions, origin, options.patience);
    if (!events.ok()) return events.status();
    sent.primary.reset();
    if (events->has_value()) {
      const auto parsed = ParsePosition(**events);
      if (!parsed.ok()) return parsed.status();
      sent.primary = parsed->primary();
    }
  }
  if (absl::Status read = ReadTopic(options, &sent); !read.ok()) return read;
  return sent;
}

absl::StatusOr<Resume> ResumeFrom(const Sent& sent, log::EventLog& log) {
  Resume resume;
  if (sent.position) {
    if (absl::Status confirmed = Confirm(*sent.position, log); !confirmed.ok()) return confirmed;
    resume.epoch = sent.position->epoch();
    resume.size = sent.position->size();
    resume.last_sent = LastSent(*sent.position);
  }
  if (sent.last && *sent.last >= log.committed()) {
    return absl::FailedPreconditionError(absl::StrCat("ahead: Kafka has position ", *sent.last,
                                                      " of this log, which itself has ",
                                                      log.committed(), " records"));
  }
  if (sent.lacks_beginning) return absl::FailedPreconditionError(kLacksBeginning);
  if (sent.topic_is_new && resume.last_sent) {
    resume.remark = "the topic was made anew: everything is sent again";
    resume.size = 0;
    resume.last_sent.reset();
  } else if (sent.last && sent.last != resume.last_sent) {
    resume.remark = absl::StrCat("the topic ends with position ", *sent.last,
                                 ", the relay's own note of it says ",
                                 resume.last_sent ? absl::StrCat(*resume.last_sent) : "none",
                                 ": going on from what the topic has");
    resume.size = *sent.last + 1;
    resume.last_sent = sent.last;
  }
  return resume;
}

}  // namespace skyndsamt::kafka
