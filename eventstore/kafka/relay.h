// Relay: sends a log to a topic of Apache Kafka, record by record in log order, each once for a
// read_committed reader. A cursor over the log: an append never waits for it, whether Kafka is
// slow, away or not there at all; what has not been sent is its backlog.
//
//   RelayOptions options;
//   options.connection.bootstrap = "127.0.0.1:9092";
//   auto relay = Relay::Start(options, log, std::make_unique<EventsMapping>(...));
//   relay->Status().backlog();
//
// How it works
//  - One relay a log and topic at a time: the transactional id is stable, and a relay that starts
//    fences the one before it, which then ends. Each takes the next epoch.
//  - Records, whole appends of them, and the relay's position go out in one transaction. When it
//    starts, and whenever it does not know how a transaction ended, it reads that position back and
//    goes on after it.
//  - Transactions may fail in ways that their protocol does not tell. So every message carries the
//    position of its record and of the one sent before it; a consumer keeps the last position in
//    the same write as its result, skips what is at or below it and stops at a gap.
//  - A topic that is made anew while the relay runs, or loses records, is seen by the offsets that
//    its messages get: nothing of that transaction is committed, and the relay looks again. It goes
//    on after what the topic has; a new one gets everything.
//
// Kafka that is away is waited for, with growing pauses. The relay ends, for an operator to look,
// with a reason that begins with
//   poisoned:   a record cannot be mapped, or Kafka will not have it: it is never skipped, and
//               nothing of its append is sent
//   ahead:      Kafka has records that the log has not
//   different:  Kafka has other records than the log, or the topic lacks its beginning
//   fenced:     another relay has taken over, or another copy of the log was promoted
//   unreadable: the log is damaged at a position, or could not be read there time and again
// and waits, with a reason, while topics contradict their specs, access is denied, or a read of the
// log has failed and is to be tried again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/message.h"
#include "eventstore/kafka/topics.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::kafka {

// What a reason begins with where the relay has ended since it is another's turn.
inline constexpr char kFenced[] = "fenced:";
// Why a relay, or what else feeds Kafka from a primary, ends when it is the primary no more.
inline constexpr char kPromotedElsewhere[] = "fenced: another copy of this log was promoted";

// What a topic gets of each record: a message, several, or none. Used by the relay's thread alone.
class Mapping {
 public:
  using Emit = absl::FunctionRef<void(const Message&)>;
  virtual ~Mapping() = default;

  // Emits to the relay's topic and partition only, each message with kSequence the record's
  // position and kPreviousSequence `previous`, the last position that gave the topic anything. The
  // same record may come again, if its transaction failed. An error stops the relay at this
  // position.
  virtual absl::Status Map(const log::Record& record, std::optional<Position> previous,
                           Emit emit) = 0;
  // Whether the topic's last message is of this log; asked when the relay takes over. Where it is
  // not, FAILED_PRECONDITION and a text that begins with "different:"; where the log cannot be
  // read, what it says.
  virtual absl::Status CheckLast(const ReadMessage& /*last*/, log::EventLog& /*log*/) {
    return absl::OkStatus();
  }
};

// Every record, as cloud_event.h says.
class EventsMapping final : public Mapping {
 public:
  EventsMapping(std::string topic, int32_t partition, std::string origin, ValueFormat format)
      : encoder_(std::move(topic), partition, std::move(origin), format) {}
  // INTERNAL if the record is not the one after `previous`: consumers see a gap by the messages'
  // chain alone, so one that skips a record must never be made.
  absl::Status Map(const log::Record& record, std::optional<Position> previous, Emit emit) override;
  // FAILED_PRECONDITION if the log has another record at that position.
  absl::Status CheckLast(const ReadMessage& last, log::EventLog& log) override;

 private:
  CloudEventEncoder encoder_;
};

struct RelayStatus {
  enum class State {
    kStarting,  // looking for Kafka, taking over
    kRunning,
    kWaiting,  // for Kafka to come back, or to be as it should; tries again
    kStopped,  // for good: see reason
  };
  State state = State::kStarting;
  uint64_t sent = 0;          // records below this are in Kafka; what was last known while waiting
  uint64_t committed = 0;     // records in the log
  uint64_t epoch = 0;         // 0 until it has taken over
  uint64_t transactions = 0;  // committed since the start
  std::string reason;         // why it waits or has stopped, or what was odd at the start

  uint64_t backlog() const { return committed > sent ? committed - sent : 0; }
};

// starting, running, waiting, stopped.
const char* NameOf(RelayStatus::State state);

struct RelayOptions {
  ConnectionOptions connection;
  TopicSpec topic;        // what is fed
  TopicSpec positions;    // the relay-position topic
  int32_t partition = 0;  // of `topic`
  // Whether topics are made and checked when the relay takes over. False where it may not ask for
  // their configuration: then they must be there.
  bool ensure_topics = true;
  // Names this relay among those of one log, after the origin; empty for the events. The key on the
  // positions' topic and the end of the transactional id.
  std::string name;
  std::string transactional_prefix = "skyndsamt.relay.";

  size_t batch_records = 10'000;  // in one transaction, at most
  size_t batch_bytes = 8u << 20;  // likewise, as stored; at least one record
  absl::Duration transaction_timeout = absl::Seconds(30);
  absl::Duration patience = absl::Seconds(15);  // for one answer, when taking over
  int read_tries = 8;  // of the log at one position, pauses between them, before the relay ends
  // After a failure, give or take a half of it; doubled from one failure to the next.
  absl::Duration shortest_pause = absl::Milliseconds(250);
  absl::Duration longest_pause = absl::Seconds(10);

  // Told of each change of state or reason, on the relay's thread. Must not block.
  std::function<void(const RelayStatus&)> on_change = [](const RelayStatus&) {};
};

// The events relay's options: topics by their names, JSON or protobuf.
RelayOptions EventsRelay(const ConnectionOptions& connection, const TopicNames& names,
                         int replication, ValueFormat format);

// Thread-safe.
class Relay {
 public:
  // Returns at once; everything happens on a thread of the relay's own. `log` must outlive it.
  static std::unique_ptr<Relay> Start(RelayOptions options, log::EventLog& log,
                                      std::unique_ptr<Mapping> mapping);
  virtual ~Relay() = default;  // stops

  // Ends the thread: within moments, but for a step that a broker does not answer: the end of a
  // transaction is given up after ten seconds, and a step of taking over, which may wait for
  // several answers, after `patience` for each. What was not committed is sent by the next relay.
  virtual void Stop() = 0;
  virtual RelayStatus Status() const = 0;
};

}  // namespace skyndsamt::kafka
