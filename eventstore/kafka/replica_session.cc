#include "eventstore/kafka/replica_session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/start_offset.h"
#include "eventstore/log/record_message.h"

namespace skyndsamt::kafka {
namespace {

constexpr size_t kMessages = 2000;
constexpr absl::Duration kLook = absl::Milliseconds(200);
// After so long without a message Kafka is asked whether it is there, and answers so soon.
constexpr absl::Duration kQuiet = absl::Seconds(5);
constexpr absl::Duration kAnswer = absl::Seconds(5);

absl::StatusOr<log::Record> RecordOf(const ReadMessage& message, const std::string& origin) {
  const auto value = DecodeValue(message);
  auto record = value.ok() ? log::FromMessage(*value) : value.status();
  if (!record.ok()) {
    return absl::DataLossError(absl::StrCat("the message at offset ", message.offset,
                                            " is no record: ", record.status().message()));
  }
  if (value->position().log() != origin) {
    return absl::FailedPreconditionError(
        absl::StrCat("the topic holds the log ", value->position().log(), ", not ", origin));
  }
  return record;
}

}  // namespace

absl::Status ReplicaSession::Run(const std::function<bool()>& stopping) {
  absl::Status status = Open();
  while (status.ok() && !stopping()) {
    status = ReadEvents();
    if (status.ok()) status = ReadCheckpoints();
    if (status.ok()) status = intake_.Settle();
    if (!status.ok()) break;
    if (events_->at_end()) from_begin_ = false;  // and nothing was missing
    read_(events_->behind());
  }
  return status;
}

absl::Status ReplicaSession::Open() {
  auto events =
      PartitionReader::Open(options_.connection, options_.names.events, options_.partition);
  if (!events.ok()) return events.status();
  events_ = *std::move(events);
  const auto start = FindStart(*events_, log_.committed(), options_.patience);
  if (!start.ok()) return start.status();
  if (absl::Status started = events_->StartAt(*start); !started.ok()) return started;
  auto checkpoints =
      PartitionReader::Open(options_.connection, options_.names.checkpoints, options_.partition);
  if (!checkpoints.ok()) return checkpoints.status();
  checkpoints_ = *std::move(checkpoints);
  // All of them, each time: those that were compared before are passed over.
  const auto range = checkpoints_->Range(options_.patience);
  if (!range.ok()) return range.status();
  heard_events_ = heard_checkpoints_ = absl::Now();
  return checkpoints_->StartAt(range->begin);
}

absl::Status ReplicaSession::StillThere(PartitionReader& reader, bool heard, absl::Time& last) {
  if (heard) last = absl::Now();
  if (absl::Now() - last < kQuiet) return absl::OkStatus();
  const absl::Status asked = reader.Range(kAnswer).status();
  last = absl::Now();
  return asked;
}

absl::Status ReplicaSession::ReadEvents() {
  const auto messages = events_->Read(kMessages, kLook);
  if (absl::IsOutOfRange(messages.status())) {
    return LookAtEverything(
        absl::StrCat("record ", log_.committed(), " is no longer on the topic"));
  }
  if (!messages.ok()) return messages.status();
  absl::Status read = StillThere(*events_, !messages->empty(), heard_events_);
  std::vector<log::Record> records;
  for (const ReadMessage& message : *messages) {
    auto record = RecordOf(message, log_.origin());
    read = record.status();
    if (!read.ok()) break;
    records.push_back(*std::move(record));
  }
  if (records.empty()) return read;
  const auto due = log_.Ingest(std::move(records));
  if (absl::IsOutOfRange(due.status())) return LookAtEverything(due.status().message());
  return due.ok() ? read : due.status();
}

absl::Status ReplicaSession::LookAtEverything(absl::string_view missing) {
  if (std::exchange(from_begin_, true)) return absl::DataLossError(missing);
  const auto range = events_->Range(options_.patience);
  if (!range.ok()) return range.status();
  // All have aged out: a topic that was made anew begins at 0.
  if (range->begin == range->end && range->begin > 0) return absl::DataLossError(missing);
  return events_->StartAt(range->begin);
}

absl::Status ReplicaSession::ReadCheckpoints() {
  if (intake_.full()) return absl::OkStatus();
  const auto messages = checkpoints_->Read(kMessages, absl::ZeroDuration());
  if (!messages.ok()) return messages.status();
  const absl::Status there = StillThere(*checkpoints_, !messages->empty(), heard_checkpoints_);
  if (!there.ok()) return there;
  for (const ReadMessage& message : *messages) {
    if (absl::Status taken = intake_.Take(message); !taken.ok()) return taken;
  }
  return absl::OkStatus();
}

}  // namespace skyndsamt::kafka
