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
  std::string_view detail{};  // as Rejection's
};

// What has been found, up to so many.
struct Faults {
  size_t most;
  std::vector<Fault> found{};
  bool full() const { return found.size() >= most; }
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
    case Format::kMonthDay:
      return IsMonthDay(text) ? api::v1::REASON_UNSPECIFIED : api::v1::REASON_TIME_MALFORMED;
    default:
      return IsLocalDate(text) ? api::v1::REASON_UNSPECIFIED : api::v1::REASON_TIME_MALFORMED;
  }
}

// The form of a time that is no EDTF.
std::string_view FormOf(Format format) {
  switch (format) {
    case Format::kLocalDate:
      return "date";
    case Format::kMonthDay:
      return "day_of_year";
    case Format::kDuration:
      return "duration";
    default:
      return {};
  }
}

bool IsLocalCode(std::string_view text) {
  if (text.empty() || text.size() > kMaxCodeBytes) return false;
  for (char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

// RFC 6838 4.2: restricted names, in the case that registries use.
bool IsMediaType(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || text.size() > kMaxCodeBytes) return false;
  const auto is_name = [](std::string_view name) {
    return !name.empty() && absl::ascii_isalnum(static_cast<unsigned char>(name.front())) &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+") == name.npos;
  };
  return is_name(text.substr(0, slash)) && is_name(text.substr(slash + 1));
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
    case Format::kMediaType:
      return require(IsMediaType(text));
    case Format::kText:
      return text.size() <= kMaxTextBytes ? api::v1::REASON_UNSPECIFIED
                                          : api::v1::REASON_TEXT_TOO_LONG;
    default:
      return CheckTime(format, text, at);
  }
}

void Walk(const Message& message, const Instant& at, Faults& faults);

// What is wrong with one value that is no group: the field itself, or its element `index`.
Reason CheckLeaf(const Message& message, const FieldRule& rule, int index, const Instant& at) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = rule.field;
  if (rule.format == Format::kNumber) return api::v1::REASON_UNSPECIFIED;
  if (rule.format == Format::kEnum) {
    int value = index < 0 ? reflection.GetEnumValue(message, field)
                          : reflection.GetRepeatedEnumValue(message, field, index);
    if (field->enum_type()->FindValueByNumber(value) == nullptr) {
      return api::v1::REASON_CODE_UNKNOWN;
    }
    return index >= 0 && value == 0 ? api::v1::REASON_FIELD_INVALID : api::v1::REASON_UNSPECIFIED;
  }
  std::string scratch;
  const std::string& text =
      index < 0 ? reflection.GetStringReference(message, field, &scratch)
                : reflection.GetRepeatedStringReference(message, field, index, &scratch);
  return CheckText(rule.format, text, at);
}

void CheckValue(const Message& message, const FieldRule& rule, int index, const Instant& at,
                Faults& faults) {
  const Reflection& reflection = *message.GetReflection();
  const size_t before = faults.found.size();
  if (rule.format == Format::kGroup) {
    Walk(index < 0 ? reflection.GetMessage(message, rule.field)
                   : reflection.GetRepeatedMessage(message, rule.field, index),
         at, faults);
  } else {
    const Reason reason = CheckLeaf(message, rule, index, at);
    const bool malformed = reason == api::v1::REASON_TIME_MALFORMED;
    if (reason != api::v1::REASON_UNSPECIFIED) {
      faults.found.push_back({reason, "", malformed ? FormOf(rule.format) : ""});
    }
  }
  for (size_t i = before; i < faults.found.size(); ++i) {
    std::string& path = faults.found[i].path;
    path = absl::StrCat(rule.field->name(), index < 0 ? "" : absl::StrCat("[", index, "]"),
                        path.empty() ? "" : ".", path);
  }
}

// Not there, or a text of blanks alone, which says as little.
bool IsMissing(const Message& message, const FieldRule& rule) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.HasField(message, rule.field)) return true;
  return rule.format == Format::kText &&
         absl::StripAsciiWhitespace(reflection.GetString(message, rule.field)).empty();
}

void CheckField(const Message& message, const FieldRule& rule, const Instant& at, Faults& faults) {
  const Reflection& reflection = *message.GetReflection();
  const auto invalid = [&] {
    faults.found.push_back({api::v1::REASON_FIELD_INVALID, rule.field->name()});
  };
  if (!rule.field->is_repeated()) {
    if (rule.required && IsMissing(message, rule)) return invalid();
    if (reflection.HasField(message, rule.field)) CheckValue(message, rule, -1, at, faults);
    return;
  }
  int size = reflection.FieldSize(message, rule.field);
  if (size > kMaxElements) return invalid();
  for (int i = 0; i < size && !faults.full(); ++i) CheckValue(message, rule, i, at, faults);
}

void Walk(const Message& message, const Instant& at, Faults& faults) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) {
    return faults.found.push_back({api::v1::REASON_FIELD_INVALID, ""});
  }
  const google::protobuf::Descriptor* descriptor = message.GetDescriptor();
  const MessageRules& rules = RulesOf(descriptor);
  for (int index : rules.alone) {
    if (faults.full()) return;
    CheckField(message, rules.fields[index], at, faults);
  }
  for (int i = 0; i < descriptor->real_oneof_decl_count() && !faults.full(); ++i) {
    const FieldDescriptor* chosen =
        message.GetReflection()->GetOneofFieldDescriptor(message, descriptor->oneof_decl(i));
    if (chosen != nullptr) CheckField(message, rules.fields[chosen->index()], at, faults);
  }
}

}  // namespace

std::vector<Rejection> FieldFaults(const Message& message, const TimeCheck& times, Micros now,
                                   const std::string& path, size_t most) {
  Faults faults{most};
  Walk(message, {times, now}, faults);
  std::vector<Rejection> rejections;
  for (Fault& fault : faults.found) {
    rejections.push_back(
        {fault.reason,
         absl::StrCat(path, path.empty() || fault.path.empty() ? "" : ".", fault.path),
         {},
         fault.detail});
  }
  return rejections;
}

std::optional<Rejection> CheckFields(const Message& message, const TimeCheck& times, Micros now,
                                     const std::string& path) {
  auto faults = FieldFaults(message, times, now, path, 1);
  if (faults.empty()) return std::nullopt;
  return std::move(faults.front());
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

// 29 February is a day of the year: 2000 has one.
bool IsMonthDay(std::string_view text) {
  return text.starts_with("--") && IsLocalDate(std::string("2000-").append(text.substr(2)));
}

}  // namespace skyndsamt::domain
