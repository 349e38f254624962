// Messages as bytes on the wire. The services take raw bytes and parse them here, so that what is
// truncated or not UTF-8 is refused with a reason and the field's path, as every other fault is,
// and so that a message lives on its call's arena.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"
#include "services/domain/rejection.h"

namespace skyndsamt::api {

// Refuses with MESSAGE_TOO_LARGE, TEXT_NOT_UTF8 (with the field's path) or MESSAGE_MALFORMED.
std::optional<domain::Rejection> ParseBytes(const grpc::ByteBuffer& bytes, size_t max_bytes,
                                            google::protobuf::Message& message);

// The same of a question, whose ids may be written in either case: they are given in lower case, as
// all that is recorded has them, and so can be compared as texts. What would be recorded (a draft's
// event/v1) stays as it is written, as does a command, which is known again by its bytes.
std::optional<domain::Rejection> ParseQuestion(const grpc::ByteBuffer& bytes, size_t max_bytes,
                                               google::protobuf::Message& message);

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);

// The path of the first string field that is not UTF-8, e.g. "facts[2].note"; nullopt if the bytes
// end before one is found.
std::optional<std::string> FindNotUtf8(const google::protobuf::Descriptor& type,
                                       std::string_view bytes);

}  // namespace skyndsamt::api
