#include "services/cli/codes.h"

#include "absl/strings/ascii.h"

namespace skyndsamt::cli {
namespace {

constexpr std::string_view kUnspecified = "UNSPECIFIED";

}  // namespace

std::string_view BareName(const google::protobuf::EnumValueDescriptor* value) {
  std::string_view zero = value->type()->FindValueByNumber(0)->name();
  std::string_view name = value->name();
  name.remove_prefix(zero.size() - kUnspecified.size());
  return name;
}

std::string CodeOf(const google::protobuf::EnumValueDescriptor* value) {
  return absl::AsciiStrToLower(std::string(BareName(value)));
}

std::optional<int> ParseCode(const google::protobuf::EnumDescriptor* type, std::string_view code) {
  for (int i = 0; i < type->value_count(); ++i) {
    const auto* value = type->value(i);
    if (value->number() != 0 && CodeOf(value) == code) return value->number();
  }
  return std::nullopt;
}

}  // namespace skyndsamt::cli
