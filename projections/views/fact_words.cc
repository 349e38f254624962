#include "projections/views/fact_words.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "eventstore/base/ids.h"
#include "projections/law/wording.h"
#include "projections/views/code_words.h"
#include "skyndsamt/event/v1/options.pb.h"

namespace skyndsamt::views {
namespace {

using event::v1::Fact;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using law::Words;

void Append(Words& words, const Words& more) {
  words.sv += more.sv;
  words.en += more.en;
}

Words Same(const std::string& text) { return {text, text}; }

// A line in both languages: a clause, then details in brackets.
class Line {
 public:
  explicit Line(law::Phrase clause) : words_(law::InFull(clause)) {}

  void Detail(const Words& detail) {
    if (detail.sv.empty()) return;
    Append(words_, Same(open_ ? ", " : " ("));
    Append(words_, detail);
    open_ = true;
  }

  Words Finish() {
    if (std::exchange(open_, false)) Append(words_, Same(")"));
    return {Capital(words_.sv), Capital(words_.en)};
  }

 private:
  static std::string Capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
    if (text.starts_with("å")) text.replace(0, 2, "Å");
    if (text.starts_with("ä")) text.replace(0, 2, "Ä");
    if (text.starts_with("ö")) text.replace(0, 2, "Ö");
    return text;
  }

  Words words_;
  bool open_ = false;
};

Words AllOf(const std::vector<Words>& parts, const law::Phrase& between) {
  Words all;
  for (const Words& part : parts) {
    if (!all.sv.empty()) Append(all, law::InFull(between));
    Append(all, part);
  }
  return all;
}

// The fields of a message in words, by reflection: what is sealed is left out.
class Reader {
 public:
  explicit Reader(const Wards& wards) : wards_(wards) {}

  // A field with what stands before it, or nothing. `name` is the table's, where it is not the
  // field's own.
  Words Field(const Message& message, const FieldDescriptor* field, std::string name = {}) const {
    if (IsSealed(field)) return {};
    std::vector<Words> values;
    for (int at = 0; at < Size(message, field); ++at) {
      if (Words value = Value(message, field, at); !value.sv.empty()) values.push_back(value);
    }
    if (values.empty()) return {};
    if (name.empty()) name = field->containing_type()->name() + "." + field->name();
    Words words = law::InFull(WordsBefore(name));
    Append(words, AllOf(values, {" och ", " and "}));
    return words;
  }

 private:
  static bool IsSealed(const FieldDescriptor* field) {
    const auto data_class = field->options().GetExtension(event::v1::data).class_();
    return data_class == event::v1::DATA_CLASS_SEALED_TEXT ||
           data_class == event::v1::DATA_CLASS_SEALED_CODE;
  }

  // How many values a field has; one that says nothing has none.
  static int Size(const Message& message, const FieldDescriptor* field) {
    const auto& reflection = *message.GetReflection();
    if (field->is_repeated()) return reflection.FieldSize(message, field);
    return reflection.HasField(message, field) ? 1 : 0;
  }

  Words Value(const Message& message, const FieldDescriptor* field, int at) const {
    const auto& r = *message.GetReflection();
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_ENUM:
        return law::InFull(WordsOfCode(many ? *r.GetRepeatedEnum(message, field, at)
                                            : *r.GetEnum(message, field)));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Group(many ? r.GetRepeatedMessage(message, field, at)
                          : r.GetMessage(message, field));
      case FieldDescriptor::CPPTYPE_UINT32:
        return Same(std::to_string(r.GetUInt32(message, field)));
      case FieldDescriptor::CPPTYPE_UINT64:
        return Same(std::to_string(r.GetUInt64(message, field)));
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text =
            many ? r.GetRepeatedString(message, field, at) : r.GetString(message, field);
        return Text(field, text);
      }
      default:
        return {};
    }
  }

  Words Text(const FieldDescriptor* field, const std::string& text) const {
    if (field->type() == FieldDescriptor::TYPE_BYTES) {
      return Same(absl::BytesToHexString(text.substr(0, 4)));
    }
    Words words = Same(ShortId(text));
    const auto wards = field->name() == "guardian" ? wards_.find(text) : wards_.end();
    if (wards == wards_.end()) return words;
    std::vector<Words> children;
    for (const std::string& child : wards->second) children.push_back(Same(ShortId(child)));
    Append(words, {" till barn ", " of child "});
    Append(words, AllOf(children, {" och ", " and "}));
    return words;
  }

  // A person with a code, as one value: what stands alone first, "rektorn 1f0c22ab".
  Words Group(const Message& message) const {
    std::vector<Words> parts;
    const auto* type = message.GetDescriptor();
    for (const bool alone : {true, false}) {
      for (int i = 0; i < type->field_count(); ++i) {
        const auto* field = type->field(i);
        const bool is_code = field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM &&
                             WordsBefore(type->name() + "." + field->name()).sv.empty();
        if (is_code != alone) continue;
        if (Words words = Field(message, field); !words.sv.empty()) parts.push_back(words);
      }
    }
    return AllOf(parts, {" ", " "});
  }

  const Wards& wards_;
};

// A party and, where it is known, the person: "av rektorn 1f0c22ab".
Words PartyWords(const Reader& reader, const Fact& fact, int party, int person,
                 const std::string& name) {
  const auto* type = Fact::descriptor();
  const Words who = reader.Field(fact, type->FindFieldByNumber(party), name);
  const Words which = reader.Field(fact, type->FindFieldByNumber(person));
  if (who.sv.empty() && !which.sv.empty()) {
    Words words = law::InFull(WordsBefore(name));
    Append(words, which);
    return words;
  }
  return which.sv.empty() ? who : AllOf({who, which}, {" ", " "});
}

// What a fact says besides its kind, its time and where it was brought in from.
void AddDetails(const Reader& reader, const Fact& fact, Line& line) {
  const auto* type = Fact::descriptor();
  line.Detail(
      PartyWords(reader, fact, Fact::kByFieldNumber, Fact::kByPersonFieldNumber, "Fact.by"));
  line.Detail(PartyWords(reader, fact, Fact::kToFieldNumber, Fact::kToPersonFieldNumber,
                         fact.has_report_received() ? "ReportReceived.to" : "Fact.to"));
  line.Detail(reader.Field(fact, type->FindFieldByNumber(Fact::kChannelFieldNumber)));
  const auto* kind = type->FindFieldByNumber(fact.kind_case());
  if (kind != nullptr && !fact.has_correction()) {
    const Message& own = fact.GetReflection()->GetMessage(fact, kind);
    for (int i = 0; i < own.GetDescriptor()->field_count(); ++i) {
      line.Detail(reader.Field(own, own.GetDescriptor()->field(i)));
    }
  }
  line.Detail(reader.Field(fact, type->FindFieldByNumber(Fact::kChildrenFieldNumber)));
  line.Detail(reader.Field(fact, type->FindFieldByNumber(Fact::kMentionsFieldNumber)));
}

Words LineOf(const Fact& fact, const Wards& wards) {
  const bool correction = fact.has_correction();
  Line line(correction ? law::Phrase{"rättelse", "correction"}
                       : law::WhatHappened(fact.kind_case()));
  AddDetails(Reader(wards), fact, line);
  Words words = line.Finish();
  if (!correction) return words;
  const std::string& of = fact.correction().of();
  if (!fact.correction().has_replacement()) {
    Append(words, {": " + of + " gäller inte", ": " + of + " does not stand"});
    return words;
  }
  const Fact& instead = fact.correction().replacement();
  Append(words, {": i stället för " + of + " gäller: ", ": in place of " + of + " stands: "});
  Append(words, LineOf(instead, wards));
  if (const std::string when = law::AsStated(instead); !when.empty()) {
    Append(words, Same(", " + when));
  }
  return words;
}

}  // namespace

Wards WardsOf(std::span<const law::EffectiveFact> facts) {
  Wards wards;
  for (const law::EffectiveFact& stated : facts) {
    const auto& person = stated.fact->person_declared();
    if (person.guardian_of().empty()) continue;
    wards[person.person()] = {person.guardian_of().begin(), person.guardian_of().end()};
  }
  return wards;
}

std::string ShortId(const std::string& id) { return ParseUuid(id).ok() ? id.substr(0, 8) : id; }

api::v1::Text WhatChanged(const Fact& fact, const Wards& wards) {
  return law::ToText(LineOf(fact, wards));
}

}  // namespace skyndsamt::views
