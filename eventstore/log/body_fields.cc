#include "eventstore/log/body_fields.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::log {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

bool ReadBytes(CodedInputStream& input, std::string_view body, std::string_view* out) {
  uint32_t length = 0;
  if (!input.ReadVarint32(&length)) return false;
  const size_t offset = static_cast<size_t>(input.CurrentPosition());
  if (length > body.size() - offset || !input.Skip(static_cast<int>(length))) return false;
  *out = body.substr(offset, length);
  return true;
}

}  // namespace

std::optional<BodyFields> ScanBody(std::string_view body) {
  using v1::Body;
  const auto bytes_tag = [](int field) {
    return WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  };
  const auto varint_tag = [](int field) {
    return WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_VARINT);
  };
  CodedInputStream input(reinterpret_cast<const uint8_t*>(body.data()),
                         static_cast<int>(body.size()));
  BodyFields fields;
  while (const uint32_t tag = input.ReadTag()) {
    bool good;
    if (tag == bytes_tag(Body::kRequestHashFieldNumber)) {
      good = ReadBytes(input, body, &fields.request_hash);
    } else if (tag == bytes_tag(Body::kFingerprintFieldNumber)) {
      good = ReadBytes(input, body, &fields.fingerprint);
    } else if (tag == bytes_tag(Body::kCausationFieldNumber)) {
      good = ReadBytes(input, body, &fields.causation);
    } else if (tag == varint_tag(Body::kIndexFieldNumber)) {
      good = input.ReadVarint32(&fields.index);
    } else if (tag == varint_tag(Body::kCountFieldNumber)) {
      good = input.ReadVarint32(&fields.count);
    } else {
      good = WireFormatLite::SkipField(&input, tag);
    }
    if (!good) return std::nullopt;
  }
  if (!input.ConsumedEntireMessage() || input.CurrentPosition() != static_cast<int>(body.size())) {
    return std::nullopt;
  }
  if (fields.count == 0) fields.count = 1;
  return fields;
}

}  // namespace skyndsamt::log
