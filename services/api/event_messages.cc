#include "services/api/event_messages.h"

#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::api {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z

std::string Bytes(std::string_view view) { return std::string(view); }

}  // namespace

void FillEvent(const log::EventLog& log, const log::Record& record, v1::Event* out) {
  auto* stored = out->mutable_record();
  stored->mutable_position()->set_log(log.origin());
  stored->mutable_position()->set_position(record.position);
  stored->set_leaf_data(record.leaf_data);
  stored->set_body(record.body);
  for (const vault::SealedPart& part : record.parts) {
    auto* sealed = stored->add_parts();
    sealed->set_person_key_id(Bytes(part.key.view()));
    sealed->set_salt(Bytes(View(part.salt)));
    sealed->set_ciphertext(part.ciphertext);
    sealed->set_commitment(Bytes(View(part.commitment)));
  }
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
