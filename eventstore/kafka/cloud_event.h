// A record of the log as a record of the events topic: a CloudEvent 1.0 in Kafka's binary mode,
// between the two without loss. Anyone can route it by its headers; a replica needs the value
// alone.
//
//   key                 the stream id, a UUID in text
//   value               log.v1.Record: position, leaf data, body, sealed parts, all as they are
//   content-type        application/protobuf, or application/json for JSON values (no ce_ prefix)
//   ce_specversion      1.0
//   ce_id               the event id, a UUID
//   ce_source           the log's origin, a URI reference
//   ce_type             the event's type, e.g. incident.staff_learned
//   ce_time             when it was recorded, UTC, with microseconds (not when it happened)
//   ce_recordedtime     the same instant (the recordedtime extension)
//   ce_subject          the stream id
//   ce_partitionkey     the same (the partitioning extension)
//   ce_sequence         the position, 20 digits with leading zeros (the sequence extension)
//   ce_previoussequence the position sent before it to this topic, likewise; absent on the first
//   ce_correlationid    what all events of one command share: its request hash, a UUID; if any
//   ce_causationid      the id of the event that caused this one; if any
//   ce_dataschema       urn:skyndsamt:skyndsamt.log.v1.Record#TYPE:SCHEMA, the value's message, and
//                       the type and schema number of the event inside it
//
// No header says anything about a person. Duplicates and gaps show in the two sequences.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/kafka/message.h"
#include "eventstore/log/record.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::kafka {

inline constexpr std::string_view kContentType = "content-type";
inline constexpr std::string_view kSequence = "ce_sequence";
inline constexpr std::string_view kPreviousSequence = "ce_previoussequence";
inline constexpr std::string_view kProtobufType = "application/protobuf";
inline constexpr std::string_view kJsonType = "application/json";

// One at a time; it keeps its buffers from record to record.
class CloudEventEncoder {
 public:
  CloudEventEncoder(std::string topic, int32_t partition, std::string origin, ValueFormat format);

  // `previous` is the position sent before it, absent for the first. The message is valid until the
  // next call. DATA_LOSS if the record's body is not one that the log would have taken.
  absl::StatusOr<const Message*> Encode(const log::Record& record,
                                        std::optional<Position> previous);

 private:
  absl::Status SetValue(const log::Record& record);

  const std::string origin_;
  const ValueFormat format_;
  log::v1::Record value_;
  Message message_;
};

// The value of a message of the events topic, whichever its content-type says it is written in;
// log::FromMessage makes the record of it. DATA_LOSS if it is neither.
absl::StatusOr<log::v1::Record> DecodeValue(const ReadMessage& message);

// A position as the two sequence headers have it; nullopt if it is not one.
std::string SequenceText(Position position);
std::optional<Position> ParseSequence(std::string_view text);

}  // namespace skyndsamt::kafka
