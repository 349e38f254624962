#include "services/cli/fact_reader.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "projections/law/duration.h"
#include "projections/law/edtf.h"
#include "services/cli/codes.h"
#include "services/domain/field_formats.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::cli {
namespace {

using domain::Format;
using event::v1::Fact;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using nlohmann::json;

// Keys of a fact that are fields of Fact itself, and those that are the file's own.
constexpr std::string_view kCommon[] = {"id",        "by",      "by_person", "to",
                                        "to_person", "channel", "note",      "mentions"};
const std::set<std::string_view> kFilesOwn = {"fact", "happened", "incident", "child"};

Format FormatOf(const FieldDescriptor* field) {
  return domain::RulesOf(field->containing_type()).fields[field->index()].format;
}

// An authority may say when its terms and seasons begin.
bool IsLater(law::Interval stated, Micros instant) {
  if (stated.earliest_precision == law::Precision::kTerm) stated.earliest_approximate = true;
  return law::CertainlyAfter(law::Widened(stated), instant);
}

// The field that a message has already where it can have only one of several; null where none.
const FieldDescriptor* InsteadOf(const FieldDescriptor* field, const Message& message) {
  const auto* oneof = field->real_containing_oneof();
  return oneof == nullptr ? nullptr
                          : message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
}

}  // namespace

bool FactReader::Expect(bool right, const std::string& path, std::string_view en,
                        std::string_view sv) {
  if (!right && !problem_) problem_ = Problem{path, std::string(en), std::string(sv)};
  return right;
}

bool FactReader::ReadText(const json& value, const std::string& path, std::string* text) {
  if (!Expect(value.is_string(), path, "must be a text", "ska vara en text")) return false;
  *text = value.get<std::string>();
  return Expect(!text->empty(), path, "must not be empty; leave the field out",
                "får inte vara tom; utelämna fältet");
}

bool FactReader::ReadWhen(const json& value, const std::string& path, event::v1::When* when) {
  if (value.is_string()) {
    when->set_edtf(value.get<std::string>());
    const auto read = law::ParseEdtf(when->edtf());
    if (absl::IsOutOfRange(read.status())) {
      return Expect(false, path, "the interval ends before it begins",
                    "intervallet slutar innan det börjar");
    }
    return Expect(read.ok(), path, "not a time as case files write it (EDTF, or \"unknown\")",
                  "inte en tid så som ärendefiler skriver den (EDTF, eller ”unknown”)") &&
           Expect(!told_ || !IsLater(*read, *told_), path,
                  "lies after the file's as_of, by which everything in it had happened",
                  "ligger efter filens as_of, då allt i den hade hänt");
  }
  auto* relative = when->mutable_relative();
  if (!Expect(value.is_object(), path, "must be a time, or an object with after or before",
              "ska vara en tid, eller ett objekt med after eller before")) {
    return false;
  }
  if (!Expect(value.contains("after") != value.contains("before"), path,
              "must have either after or before", "ska ha antingen after eller before")) {
    return false;
  }
  return ReadObject(value, path, relative, {});
}

bool FactReader::ReadObject(const json& value, const std::string& path, Message* message,
                            const std::set<std::string_view>& besides) {
  if (!Expect(value.is_object(), path, "must be an object", "ska vara ett objekt")) return false;
  for (const auto& [key, inner] : value.items()) {
    if (besides.contains(key)) continue;
    std::string inner_path = Under(path, key);
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(key);
    if (!Expect(field != nullptr, inner_path, "this format has no such field here",
                "formatet har inget sådant fält här")) {
      return false;
    }
    const FieldDescriptor* other = InsteadOf(field, *message);
    if (other != nullptr) {
      return Expect(false, inner_path, absl::StrCat("cannot stand beside ", other->name()),
                    absl::StrCat("kan inte stå bredvid ", other->name()));
    }
    if (!ReadField(inner, inner_path, message, field)) return false;
  }
  return true;
}

bool FactReader::ReadField(const json& value, const std::string& path, Message* message,
                           const FieldDescriptor* field) {
  if (!field->is_repeated()) return ReadValue(value, path, message, field);
  if (!Expect(value.is_array() && !value.empty(), path, "must be a list with something in it",
              "ska vara en lista med något i")) {
    return false;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    if (!ReadValue(value[i], At(path, i), message, field)) return false;
  }
  return true;
}

bool FactReader::ReadValue(const json& value, const std::string& path, Message* message,
                           const FieldDescriptor* field) {
  const auto* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ReadMessage(value, path,
                         field->is_repeated() ? reflection->AddMessage(message, field)
                                              : reflection->MutableMessage(message, field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      auto number = value.is_string() ? ParseCode(field->enum_type(), value.get<std::string>())
                                      : std::nullopt;
      if (!Expect(number.has_value(), path, "not a code of this list", "ingen kod i listan")) {
        return false;
      }
      if (field->is_repeated()) {
        reflection->AddEnumValue(message, field, *number);
      } else {
        reflection->SetEnumValue(message, field, *number);
      }
      return true;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!Expect(value.is_boolean(), path, "must be true or false", "ska vara true eller false")) {
        return false;
      }
      reflection->SetBool(message, field, value.get<bool>());
      return true;
    case FieldDescriptor::CPPTYPE_STRING:
      return ReadString(value, path, message, field);
    default:
      return ReadNumber(value, path, message, field);
  }
}

bool FactReader::ReadMessage(const json& value, const std::string& path, Message* message) {
  if (auto* replacement = dynamic_cast<Fact*>(message)) {
    return ReadReplacement(value, path, replacement);
  }
  return ReadObject(value, path, message, {});
}

bool FactReader::ReadNumber(const json& value, const std::string& path, Message* message,
                            const FieldDescriptor* field) {
  if (!Expect(value.is_number_unsigned(), path, "must be a whole number, zero or more",
              "ska vara ett heltal, noll eller mer")) {
    return false;
  }
  uint64_t number = value.get<uint64_t>();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
    message->GetReflection()->SetUInt64(message, field, number);
    return true;
  }
  const bool is_signed = field->cpp_type() == FieldDescriptor::CPPTYPE_INT32;
  if (!Expect(number <= (is_signed ? INT32_MAX : UINT32_MAX), path, "too large a number",
              "för stort tal")) {
    return false;
  }
  if (is_signed) {
    message->GetReflection()->SetInt32(message, field, static_cast<int32_t>(number));
  } else {
    message->GetReflection()->SetUInt32(message, field, static_cast<uint32_t>(number));
  }
  return true;
}

bool FactReader::ReadString(const json& value, const std::string& path, Message* message,
                            const FieldDescriptor* field) {
  std::string text;
  if (!ReadText(value, path, &text) || !Translate(path, field, &text)) return false;
  if (field->is_repeated()) {
    message->GetReflection()->AddString(message, field, std::move(text));
  } else {
    message->GetReflection()->SetString(message, field, std::move(text));
  }
  return true;
}

// Checks a text and puts ids in the place of names.
bool FactReader::Translate(const std::string& path, const FieldDescriptor* field,
                           std::string* text) {
  switch (FormatOf(field)) {
    case Format::kId:
      return Expect(domain::IsClientId(*text), path, "must be 1-64 of A-Z a-z 0-9 . _ -",
                    "ska vara 1-64 av A-Z a-z 0-9 . _ -");
    case Format::kUuid:
      if (field->name() == "other") {
        *text = names_.incident(*text);
        return Expect(!text->empty(), path, "no such incident", "ingen sådan händelse");
      }
      if (field->name() == "unit") {
        *text = names_.unit(*text);
        return Expect(!text->empty(), path, "no such unit", "ingen sådan enhet");
      }
      *text = names_.person(*text);
      return Expect(!text->empty(), path,
                    "no such person: declare it with person_declared, as a child or as accused",
                    "ingen sådan person: ange den med person_declared, som barn eller anklagad");
    case Format::kSha256: {
      bool hex =
          text->size() == 64 && text->find_first_not_of("0123456789abcdef") == std::string::npos;
      if (!Expect(hex, path, "must be 64 hexadecimal digits in lower case",
                  "ska vara 64 hexadecimala siffror med små bokstäver")) {
        return false;
      }
      *text = absl::HexStringToBytes(*text);
      return true;
    }
    case Format::kPastTime:
    case Format::kTime:
      return Expect(law::ParseEdtf(*text).ok(), path, "not a time as case files write it (EDTF)",
                    "inte en tid så som ärendefiler skriver den (EDTF)");
    case Format::kDuration:
      return Expect(law::ParseDuration(*text).ok(), path,
                    "not an ISO 8601 duration such as P7D, P1M or PT24H",
                    "ingen längd enligt ISO 8601, såsom P7D, P1M eller PT24H");
    case Format::kLocalDate:
      return Expect(domain::IsLocalDate(*text), path, "must be a date, yyyy-mm-dd",
                    "ska vara ett datum, åååå-mm-dd");
    case Format::kMonthDay:
      return Expect(domain::IsMonthDay(*text), path, "must be a day of the year, --mm-dd",
                    "ska vara en dag på året, --mm-dd");
    default:
      return Expect(text->size() <= domain::kMaxTextBytes, path, "too long a text",
                    "för lång text");
  }
}

bool FactReader::ReadChildren(const json& value, const std::string& path,
                              std::vector<std::string>* children) {
  if (value.is_string()) return ReadText(value, path, &children->emplace_back());
  if (!Expect(value.is_array() && !value.empty(), path, "must be an alias or a list of aliases",
              "ska vara ett alias eller en lista med alias")) {
    return false;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    if (!ReadText(value[i], At(path, i), &children->emplace_back())) {
      return false;
    }
  }
  return true;
}

// The kind named by "fact" and its own fields.
bool FactReader::ReadKind(const json& value, const std::string& path, Fact* fact) {
  std::string kind_path = Under(path, "fact");
  if (!Expect(value.contains("fact"), kind_path, "is missing", "saknas")) return false;
  std::string name;
  if (!ReadText(value["fact"], kind_path, &name)) return false;
  const auto* kinds = Fact::descriptor()->FindOneofByName("kind");
  const FieldDescriptor* kind = nullptr;
  for (int i = 0; i < kinds->field_count(); ++i) {
    if (kinds->field(i)->name() == name) kind = kinds->field(i);
  }
  if (kind != nullptr && kind->number() == Fact::kIncidentOpenedFieldNumber) kind = nullptr;
  if (!Expect(kind != nullptr, kind_path, "no such kind of fact", "inget sådant slags faktum")) {
    return false;
  }
  std::set<std::string_view> besides = kFilesOwn;
  besides.insert(std::begin(kCommon), std::end(kCommon));
  return ReadObject(value, path, fact->GetReflection()->MutableMessage(fact, kind), besides);
}

bool FactReader::ReadReplacement(const json& value, const std::string& path, Fact* fact) {
  if (!Expect(value.is_object(), path, "must be an object", "ska vara ett objekt")) return false;
  if (!Expect(!value.contains("incident"), Under(path, "incident"),
              "a replacement stays in its incident", "en ersättning stannar i sin händelse")) {
    return false;
  }
  Placement placement;
  if (!Read(value, path, fact, &placement)) return false;
  for (size_t i = 0; i < placement.children.size(); ++i) {
    fact->add_children(names_.person(placement.children[i]));
    if (!Expect(!fact->children(static_cast<int>(i)).empty(), Under(path, "child"), "no such child",
                "inget sådant barn")) {
      return false;
    }
  }
  return true;
}

bool FactReader::Read(const json& value, const std::string& path, Fact* fact,
                      Placement* placement) {
  if (!Expect(value.is_object(), path, "must be an object", "ska vara ett objekt")) return false;
  std::string happened = Under(path, "happened");
  if (!ReadKind(value, path, fact)) return false;
  if (!Expect(value.contains("happened"), happened, "is missing; write \"unknown\" if nobody knows",
              "saknas; skriv ”unknown” om ingen vet")) {
    return false;
  }
  if (!ReadWhen(value["happened"], happened, fact->mutable_happened())) return false;
  for (std::string_view key : kCommon) {
    auto found = value.find(key);
    if (found == value.end()) continue;
    const auto* field = Fact::descriptor()->FindFieldByName(std::string(key));
    if (!ReadField(*found, Under(path, key), fact, field)) return false;
  }
  if (value.contains("incident") &&
      !ReadText(value["incident"], Under(path, "incident"), &placement->incident)) {
    return false;
  }
  return !value.contains("child") ||
         ReadChildren(value["child"], Under(path, "child"), &placement->children);
}

}  // namespace skyndsamt::cli
