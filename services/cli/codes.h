// Codes as people and case files write them: PARTY_OWN_STAFF is own_staff. By reflection, so that a
// code added to a proto file is known here at once. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace skyndsamt::cli {

// The value's name without the prefix that all of its enum share, as in the proto: OWN_STAFF.
std::string_view BareName(const google::protobuf::EnumValueDescriptor* value);
// The same in lower case: own_staff.
std::string CodeOf(const google::protobuf::EnumValueDescriptor* value);
// The number of a code; never that of "unspecified".
std::optional<int> ParseCode(const google::protobuf::EnumDescriptor* type, std::string_view code);

// The code of a generated enum's value, e.g. CodeName(event::v1::LEG_FOLLOW_UP) == "follow_up";
// empty for a value that its list lacks.
template <typename Enum>
std::string CodeName(Enum value) {
  const auto* found = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return found == nullptr ? std::string() : CodeOf(found);
}

}  // namespace skyndsamt::cli
