#include "projections/law/shipped_rules.h"

#include <cassert>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace skyndsamt::law {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using nlohmann::json;

absl::Status Wrong(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
}

// LEG_UNSPECIFIED names the prefix that all values of its enum share.
const google::protobuf::EnumValueDescriptor* FindCode(const EnumDescriptor* type,
                                                      const std::string& code) {
  constexpr std::string_view kUnspecified = "UNSPECIFIED";
  const std::string& zero = type->FindValueByNumber(0)->name();
  return type->FindValueByName(
      absl::StrCat(zero.substr(0, zero.size() - kUnspecified.size()), absl::AsciiStrToUpper(code)));
}

absl::Status ReadMessage(const json& value, const std::string& path, Message& message);

// One value: of the field itself, or one more of a repeated one.
absl::Status ReadValue(const json& value, const std::string& path, Message& message,
                       const FieldDescriptor* field) {
  const auto& reflection = *message.GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ReadMessage(value, path,
                         repeated ? *reflection.AddMessage(&message, field)
                                  : *reflection.MutableMessage(&message, field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      if (!value.is_string()) return Wrong(path);
      const auto* code = FindCode(field->enum_type(), value.get<std::string>());
      if (code == nullptr) return Wrong(path);
      repeated ? reflection.AddEnum(&message, field, code)
               : reflection.SetEnum(&message, field, code);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_STRING:
      if (!value.is_string() || repeated) return Wrong(path);
      reflection.SetString(&message, field, value.get<std::string>());
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.is_boolean() || repeated) return Wrong(path);
      reflection.SetBool(&message, field, value.get<bool>());
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32:
      if (!value.is_number_unsigned() || value.get<uint64_t>() > INT32_MAX) return Wrong(path);
      reflection.SetInt32(&message, field, value.get<int32_t>());
      return absl::OkStatus();
    default:
      return Wrong(path);
  }
}

absl::Status ReadMessage(const json& value, const std::string& path, Message& message) {
  if (!value.is_object()) return Wrong(path);
  for (const auto& [key, inner] : value.items()) {
    const std::string inner_path = absl::StrCat(path, ".", key);
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(key);
    if (field == nullptr || field->is_repeated() != inner.is_array()) return Wrong(inner_path);
    if (!field->is_repeated()) {
      if (auto status = ReadValue(inner, inner_path, message, field); !status.ok()) return status;
      continue;
    }
    for (size_t i = 0; i < inner.size(); ++i) {
      auto status = ReadValue(inner[i], absl::StrCat(inner_path, "[", i, "]"), message, field);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<event::v1::RuleSetPublished> ReadRuleSet(std::string_view text) {
  const json read = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object() || !read.contains("rule_set")) return Wrong("$.rule_set");
  event::v1::RuleSetPublished rules;
  if (auto status = ReadMessage(read["rule_set"], "$.rule_set", rules); !status.ok()) return status;
  return rules;
}

const event::v1::RuleSetPublished& ShippedRules() {
  static const event::v1::RuleSetPublished rules = [] {
    auto read = ReadRuleSet(ShippedRulesText());
    assert(read.ok() && "the shipped rules were read by the tests");
    return *std::move(read);
  }();
  return rules;
}

}  // namespace skyndsamt::law
