// Which form each field of each event must have: derived once from the field options
// (options.proto) and, where a class has several forms, from the field's name. A field that no form
// fits is a bug in the proto files and stops the first use; the tests walk every event to find it
// before. Thread-safe: built once, then read only.
#pragma once

#include <cstdint>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace skyndsamt::domain {

enum class Format : uint8_t {
  kId,         // chosen by the client: 1-64 of [A-Za-z0-9._-]
  kUuid,       // lower case
  kSha256,     // 32 bytes
  kPastTime,   // EDTF, not certainly in the future
  kTime,       // EDTF
  kDuration,   // ISO 8601
  kLocalDate,  // yyyy-mm-dd
  kMonthDay,   // --mm-dd, a day of every year
  kLocalCode,  // from a list outside the protos
  kMediaType,  // type/subtype (RFC 6838)
  kEnum,       // from an enum of the protos
  kNumber,     // also a yes or no
  kText,
  kGroup,  // a message with rules of its own
};

struct FieldRule {
  const google::protobuf::FieldDescriptor* field = nullptr;
  Format format = Format::kText;
  bool required = false;
};

struct MessageRules {
  std::vector<FieldRule> fields;  // of every field, by its index
  std::vector<int> alone;         // indices of the fields that are in no oneof
};

// The rules of a message that is part of a Fact, AuthorityEvent or SystemEvent.
const MessageRules& RulesOf(const google::protobuf::Descriptor* message);

}  // namespace skyndsamt::domain
