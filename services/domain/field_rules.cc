#include "services/domain/field_rules.h"

#include <cassert>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "services/domain/field_formats.h"

namespace skyndsamt::domain {
namespace {

using api::v1::Reason;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A fault and the way to it, put together from the inside on the way out.
struct Fault {
  Reason reason;
  std::string path;
};

struct Instant {
  const TimeCheck& times;
  Micros now;
};

Reason CheckTime(Format format, std::string_view text, const Instant& at) {
  if (text.empty() || text.size() > kMaxTimeBytes) return api::v1::REASON_TIME_MALFORMED;
  switch (format) {
    case Format::kPastTime:
      return ReasonOf(at.times.Edtf(text, at.now));
    case Format::kTime: {
      TimeFault fault = at.times.Edtf(text, at.now);
      return ReasonOf(fault == TimeFault::kFuture ? TimeFault::kNone : fault);
    }
    case Format::kDuration:
      return ReasonOf(at.times.Span(text, {}));
    default:
      return IsLocalDate(text) ? api::v1::REASON_UNSPECIFIED : api::v1::REASON_TIME_MALFORMED;
  }
}

bool IsLocalCode(std::string_view text) {
  if (text.empty() || text.size() > kMaxCodeBytes) return false;
  for (char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

Reason CheckText(Format format, std::string_view text, const Instant& at) {
  auto require = [](bool right) {
    return right ? api::v1::REASON_UNSPECIFIED : api::v1::REASON_FIELD_INVALID;
  };
  if (format == Format::kSha256) return require(text.size() == 32);
  if (!google::protobuf::internal::IsStructurallyValidUTF8(text.data(),
                                                           static_cast<int>(text.size()))) {
    return api::v1::REASON_TEXT_NOT_UTF8;
  }
  switch (format) {
    case Format::kId:
      return require(IsClientId(text));
    case Format::kUuid:
      return require(IsUuid(text));
    case Format::kLocalCode:
      return require(IsLocalCode(text));
    case Format::kText:
      return require(text.size() <= kMaxTextBytes);
    default:
      return CheckTime(format, text, at);
  }
}

std::optional<Fault> Walk(const Message& message, const Instant& at);

// One value of a field: the field itself, or its element `index`.
std::optional<Fault> CheckValue(const Message& message, const FieldRule& rule, int index,
                                const Instant& at) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = rule.field;
  Reason reason = api::v1::REASON_UNSPECIFIED;
  std::string inner;
  if (rule.format == Format::kGroup) {
    auto fault = Walk(index < 0 ? reflection.GetMessage(message, field)
                                : reflection.GetRepeatedMessage(message, field, index),
                      at);
    if (!fault) return std::nullopt;
    reason = fault->reason;
    inner = std::move(fault->path);
  } else if (rule.format == Format::kEnum) {
    int value = index < 0 ? reflection.GetEnumValue(message, field)
                          : reflection.GetRepeatedEnumValue(message, field, index);
    bool listed = field->enum_type()->FindValueByNumber(value) != nullptr;
    if (!listed) reason = api::v1::REASON_CODE_UNKNOWN;
    if (listed && index >= 0 && value == 0) reason = api::v1::REASON_FIELD_INVALID;
  } else if (rule.format != Format::kNumber) {
    std::string scratch;
    const std::string& text =
        index < 0 ? reflection.GetStringReference(message, field, &scratch)
                  : reflection.GetRepeatedStringReference(message, field, index, &scratch);
    reason = CheckText(rule.format, text, at);
  }
  if (reason == api::v1::REASON_UNSPECIFIED) return std::nullopt;
  return Fault{reason, absl::StrCat(field->name(), index < 0 ? "" : absl::StrCat("[", index, "]"),
                                    inner.empty() ? "" : ".", inner)};
}

std::optional<Fault> CheckField(const Message& message, const FieldRule& rule, const Instant& at) {
  const Reflection& reflection = *message.GetReflection();
  if (!rule.field->is_repeated()) {
    if (reflection.HasField(message, rule.field)) return CheckValue(message, rule, -1, at);
    if (!rule.required) return std::nullopt;
    return Fault{api::v1::REASON_FIELD_INVALID, rule.field->name()};
  }
  int size = reflection.FieldSize(message, rule.field);
  if (size > kMaxElements) return Fault{api::v1::REASON_FIELD_INVALID, rule.field->name()};
  for (int i = 0; i < size; ++i) {
    if (auto fault = CheckValue(message, rule, i, at)) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> Walk(const Message& message, const Instant& at) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) {
    return Fault{api::v1::REASON_FIELD_INVALID, ""};
  }
  const google::protobuf::Descriptor* descriptor = message.GetDescriptor();
  const MessageRules& rules = RulesOf(descriptor);
  for (int index : rules.alone) {
    if (auto fault = CheckField(message, rules.fields[index], at)) return fault;
  }
  for (int i = 0; i < descriptor->real_oneof_decl_count(); ++i) {
    const FieldDescriptor* chosen =
        message.GetReflection()->GetOneofFieldDescriptor(message, descriptor->oneof_decl(i));
    if (chosen == nullptr) continue;
    if (auto fault = CheckField(message, rules.fields[chosen->index()], at)) return fault;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Rejection> CheckFields(const Message& message, const TimeCheck& times, Micros now,
                                     const std::string& path) {
  auto fault = Walk(message, {times, now});
  if (!fault) return std::nullopt;
  return Rejection{fault->reason,
                   absl::StrCat(path, path.empty() || fault->path.empty() ? "" : ".", fault->path)};
}

api::v1::Reason ReasonOf(TimeFault fault) {
  switch (fault) {
    case TimeFault::kNone:
      return api::v1::REASON_UNSPECIFIED;
    case TimeFault::kMalformed:
      return api::v1::REASON_TIME_MALFORMED;
    case TimeFault::kEndsBeforeBegin:
      return api::v1::REASON_INTERVAL_ENDS_BEFORE_BEGIN;
    case TimeFault::kFuture:
      return api::v1::REASON_TIME_IN_FUTURE;
  }
  assert(false && "a fault that no list has");
  return api::v1::REASON_TIME_MALFORMED;
}

bool IsClientId(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdBytes) return false;
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '-') {
      return false;
    }
  }
  return true;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    char c = text[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

bool IsLocalDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && i != 7 && !absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  auto digits = [&](size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  return std::chrono::year_month_day(std::chrono::year(digits(0) * 100 + digits(2)),
                                     std::chrono::month(digits(5)), std::chrono::day(digits(8)))
      .ok();
}

}  // namespace skyndsamt::domain
