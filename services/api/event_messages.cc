#include "services/api/event_messages.h"

#include "eventstore/log/record_message.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::api {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z

}  // namespace

void FillEvent(const log::EventLog& log, const log::Record& record, v1::Event* out) {
  log::FillMessage(log.origin(), record, out->mutable_record());
  out->set_type(record.type);
  out->set_schema(record.schema);
  out->set_stream(record.stream.ToString());
  out->set_revision(record.revision);
  out->set_event_id(record.event_id.ToString());
  out->mutable_recorded()->set_seconds(record.recorded / kMicros);
  out->mutable_recorded()->set_nanos(static_cast<int32_t>(record.recorded % kMicros * 1000));
  skyndsamt::log::v1::Body body;
  if (body.ParseFromString(record.body)) out->set_event(std::move(*body.mutable_event()));
}

log::Filter FilterOf(const v1::EventFilter& filter) {
  return {{filter.types().begin(), filter.types().end()},
          {filter.stream_kinds().begin(), filter.stream_kinds().end()}};
}

std::optional<Micros> MicrosOf(const google::protobuf::Timestamp& instant) {
  if (instant.seconds() < kFirstSecond || instant.seconds() > kLastSecond || instant.nanos() < 0 ||
      instant.nanos() > 999'999'999) {
    return std::nullopt;
  }
  return instant.seconds() * kMicros + instant.nanos() / 1000;
}

}  // namespace skyndsamt::api
