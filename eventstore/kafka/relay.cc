#include "eventstore/kafka/relay.h"

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/kafka/relay_board.h"
#include "eventstore/kafka/relay_session.h"

namespace skyndsamt::kafka {
namespace {

class LiveRelay final : public Relay {
 public:
  LiveRelay(RelayOptions options, log::EventLog& log, std::unique_ptr<Mapping> mapping)
      : options_(std::move(options)),
        log_(log),
        mapping_(std::move(mapping)),
        board_(options_.on_change),
        thread_([this] { Run(); }) {}
  ~LiveRelay() override { Stop(); }

  void Stop() override {
    board_.Stop();
    const std::lock_guard lock(joining_);
    if (thread_.joinable()) thread_.join();
  }

  RelayStatus Status() const override {
    RelayStatus status = board_.Read();
    status.committed = log_.committed();
    return status;
  }

 private:
  void Run();

  const RelayOptions options_;
  log::EventLog& log_;
  const std::unique_ptr<Mapping> mapping_;
  RelayBoard board_;
  std::mutex joining_;
  std::thread thread_;
};

void LiveRelay::Run() {
  RelayMemory memory(options_);
  while (!board_.stopping()) {
    const SessionEnd end = RelaySession(options_, log_, *mapping_, memory, board_).Run();
    if (end.for_good) return board_.Tell(RelayStatus::State::kStopped, end.reason);
    if (end.reason.empty() || board_.stopping()) break;
    board_.Tell(RelayStatus::State::kWaiting, end.reason);
    board_.Pause(memory.backoff.Next());
  }
  board_.Tell(RelayStatus::State::kStopped, "");
}

}  // namespace

const char* NameOf(RelayStatus::State state) {
  switch (state) {
    case RelayStatus::State::kStarting:
      return "starting";
    case RelayStatus::State::kRunning:
      return "running";
    case RelayStatus::State::kWaiting:
      return "waiting";
    case RelayStatus::State::kStopped:
      return "stopped";
  }
  return "";
}

absl::Status EventsMapping::Map(const log::Record& record, std::optional<Position> previous,
                                Emit emit) {
  if (record.position != (previous ? *previous + 1 : 0)) {
    return absl::InternalError(
        absl::StrCat("what was sent before it is ",
                     previous ? absl::StrCat("position ", *previous) : std::string("nothing")));
  }
  const auto message = encoder_.Encode(record, previous);
  if (!message.ok()) return message.status();
  emit(**message);
  return absl::OkStatus();
}

absl::Status EventsMapping::CheckLast(const ReadMessage& last, log::EventLog& log) {
  const auto sent = DecodeValue(last);
  if (!sent.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("different: the topic's last message: ", sent.status().message()));
  }
  const auto here = log.ReadAll({.from = sent->position().position(), .max_records = 1});
  if (!here.ok()) return here.status();
  if (here->records.empty() || here->records[0].leaf_data != sent->leaf_data()) {
    return absl::FailedPreconditionError(
        absl::StrCat("different: Kafka has another record at position ",
                     sent->position().position(), " than the log"));
  }
  return absl::OkStatus();
}

RelayOptions EventsRelay(const ConnectionOptions& connection, const TopicNames& names,
                         int replication, ValueFormat format) {
  RelayOptions options;
  options.connection = connection;
  options.topic = {.name = names.events,
                   .kept = Kept::kLong,
                   .replication = replication,
                   .max_message_bytes =
                       format == ValueFormat::kJson ? kMaxMessageBytes : kMaxProtobufMessageBytes};
  options.transactional_prefix = names.transactions;
  options.positions = {.name = names.relay_position,
                       .kept = Kept::kNewest,
                       .replication = replication,
                       .max_message_bytes = 64 * 1024};
  return options;
}

std::unique_ptr<Relay> Relay::Start(RelayOptions options, log::EventLog& log,
                                    std::unique_ptr<Mapping> mapping) {
  return std::make_unique<LiveRelay>(std::move(options), log, std::move(mapping));
}

}  // namespace skyndsamt::kafka
