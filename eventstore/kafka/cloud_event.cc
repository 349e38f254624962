#include "eventstore/kafka/cloud_event.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eventstore/log/body_fields.h"
#include "eventstore/log/record_message.h"
#include "google/protobuf/util/json_util.h"

namespace skyndsamt::kafka {
namespace {

constexpr size_t kSequenceDigits = 20;  // of the largest uint64
constexpr char kSchemaPrefix[] = "urn:skyndsamt:skyndsamt.log.v1.Record#";

std::string InstantText(Micros micros) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::FromUnixMicros(micros),
                          absl::UTCTimeZone());
}

bool IsId(std::string_view bytes) { return bytes.size() == std::tuple_size_v<Bytes16>; }

std::string IdText(std::string_view bytes) { return EventId::FromBytes(bytes).ToString(); }

}  // namespace

std::string SequenceText(Position position) {
  std::string digits = std::to_string(position);
  return std::string(kSequenceDigits - digits.size(), '0') + digits;
}

std::optional<Position> ParseSequence(std::string_view text) {
  Position position = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (text.size() != kSequenceDigits || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return position;
}

CloudEventEncoder::CloudEventEncoder(std::string topic, int32_t partition, std::string origin,
                                     ValueFormat format)
    : origin_(std::move(origin)), format_(format) {
  message_.topic = std::move(topic);
  message_.partition = partition;
  message_.value.emplace();
}

absl::Status CloudEventEncoder::SetValue(const log::Record& record) {
  log::FillMessage(origin_, record, &value_);
  message_.value->clear();
  if (format_ == ValueFormat::kProtobuf) {
    value_.SerializeToString(&*message_.value);
    return absl::OkStatus();
  }
  const auto written = google::protobuf::util::MessageToJsonString(value_, &*message_.value);
  return written.ok() ? absl::OkStatus() : absl::InternalError("a record has no JSON");
}

absl::StatusOr<const Message*> CloudEventEncoder::Encode(const log::Record& record,
                                                         std::optional<Position> previous) {
  // No more is asked of a body than the log asked: what it took can always be sent.
  const auto body = log::ScanBody(record.body);
  if (!body) return absl::DataLossError("the body is no log.v1.Body");
  if (absl::Status set = SetValue(record); !set.ok()) return set;
  message_.key = record.stream.ToString();
  // Buffers are used again: a relay that is behind does this a hundred thousand times a second.
  size_t used = 0;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (used == message_.headers.size()) message_.headers.emplace_back();
    message_.headers[used].name.assign(name);
    message_.headers[used++].value.assign(value);
  };
  add(kContentType, format_ == ValueFormat::kProtobuf ? kProtobufType : kJsonType);
  add("ce_specversion", "1.0");
  add("ce_id", record.event_id.ToString());
  add("ce_source", origin_);
  add("ce_type", record.type);
  const std::string recorded = InstantText(record.recorded);
  add("ce_time", recorded);
  add("ce_recordedtime", recorded);
  add("ce_subject", message_.key);
  add("ce_partitionkey", message_.key);
  add(kSequence, SequenceText(record.position));
  if (previous) add(kPreviousSequence, SequenceText(*previous));
  if (IsId(body->request_hash)) add("ce_correlationid", IdText(body->request_hash));
  if (IsId(body->causation)) add("ce_causationid", IdText(body->causation));
  add("ce_dataschema", absl::StrCat(kSchemaPrefix, record.type, ":", record.schema));
  message_.headers.resize(used);
  return &message_;
}

absl::StatusOr<log::v1::Record> DecodeValue(const ReadMessage& message) {
  log::v1::Record record;
  const std::string* type = message.Find(kContentType);
  bool parsed = false;
  if (type != nullptr && message.value && *type == kProtobufType) {
    parsed = record.ParseFromString(*message.value);
  } else if (type != nullptr && message.value && *type == kJsonType) {
    parsed = google::protobuf::util::JsonStringToMessage(*message.value, &record).ok();
  }
  if (!parsed) return absl::DataLossError("a value is no log.v1.Record");
  return record;
}

}  // namespace skyndsamt::kafka
