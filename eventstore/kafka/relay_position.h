// What Kafka says was sent of a log to a topic, and where a relay goes on from there. Kafka, not
// the local disk, is asked; the log only confirms that what was sent is its own.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/kafka/message.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/log/event_log.h"
#include "skyndsamt/log/v1/relay.pb.h"

namespace skyndsamt::kafka {

// What is in Kafka when a relay starts, read_committed.
struct Sent {
  std::optional<log::v1::RelayPosition> position{};  // the newest on the relay-position topic
  // Whose log it is, by the newest position of the events topic; absent if there is none.
  std::optional<std::string> primary{};
  // The newest message of the topic itself, and whether the topic never had one. They tell of a
  // transaction that was torn, and of a topic that was made anew.
  std::optional<ReadMessage> last_message{};
  std::optional<Position> last{};  // its sequence
  bool topic_is_new = false;
  bool lacks_beginning = false;  // see topic_beginning.h
  int64_t end = 0;               // the offset below which the topic has all that was found
};

// Where a relay goes on.
struct Resume {
  Position size = 0;                  // the next position to send
  std::optional<Position> last_sent;  // the one before it that gave the topic anything
  uint64_t epoch = 0;                 // of the relay before
  std::string remark;                 // what was odd, for the operator; empty if nothing
};

// FAILED_PRECONDITION, with what to tell the operator, if Kafka has more of this log than the log
// has, or something else: another log, or a log that was restored from a backup; or if the topic
// lacks its beginning. Where the log cannot be read, what it says.
//
// A transaction may have been torn, its records without its position or the other way round. Then
// the topic itself is believed, since it is what consumers read: nothing is doubled, nothing left
// out. A topic that is new, or was made anew, gets everything from the first record.
absl::StatusOr<Resume> ResumeFrom(const Sent& sent, log::EventLog& log);

// The id of this copy, as positions carry it.
std::string PrimaryOf(const log::EventLog& log);
// The key of a relay's positions, and the id that fences it.
std::string PositionKey(const RelayOptions& options, const std::string& origin);
std::string TransactionalId(const RelayOptions& options, const std::string& origin);
// A position on its way to its topic.
Message PositionMessage(const RelayOptions& options, const log::v1::RelayPosition& position);
// UNAVAILABLE if no broker answers in time.
absl::StatusOr<Sent> ReadSent(const RelayOptions& options, const std::string& origin);

// INVALID_ARGUMENT if the value is no RelayPosition with a root.
absl::StatusOr<log::v1::RelayPosition> ParsePosition(const ReadMessage& message);

}  // namespace skyndsamt::kafka
