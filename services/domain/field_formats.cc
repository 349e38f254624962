#include "services/domain/field_formats.h"

#include <cassert>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/options.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::domain {
namespace {

using event::v1::DataClass;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Names = absl::flat_hash_set<std::string_view>;

// References that the client chooses; every other reference in text is a UUID.
bool IsChosenByClient(std::string_view name) {
  static const Names names = {"id",        "after",   "before",   "of",     "measure",
                              "complaint", "request", "document", "source", "version"};
  return names.contains(name);
}

// Without these a fact says nothing. (Fact.id is the decider's: a replacement may leave it out.)
bool IsRequired(const FieldDescriptor* field) {
  static const Names names = {"IncidentOpened.unit",
                              "ExposedChild.person",
                              "PersonDeclared.person",
                              "IncidentsLinked.other",
                              "DocumentAdded.document",
                              "ComplaintReceived.complaint",
                              "ComplaintAnswered.complaint",
                              "InvestigatorAssigned.investigator",
                              "ConflictDeclared.person",
                              "MeasureDecided.measure",
                              "MeasureCarriedOut.measure",
                              "MeasureWithdrawn.measure",
                              "MeasureFollowedUp.measure",
                              "DocumentsRequested.request",
                              "DocumentsAnswered.request",
                              "Correction.of",
                              "Imported.source",
                              "AuthorityDeclared.authority",
                              "AuthorityDeclared.name",
                              "UnitDeclared.unit",
                              "UnitDeclared.name",
                              "RoutinePublished.version",
                              "RoutinePublished.from",
                              "RoutineLimit.leg",
                              "YearPartBounds.part",
                              "YearPartBounds.first_day",
                              "YearPartBounds.last_day",
                              "ClosingDaysPublished.version",
                              "ClosingDaysPublished.from",
                              "ClosingDaysPublished.until",
                              "ClosedSpan.first",
                              "ClosedSpan.reason",
                              "YardsticksPublished.version",
                              "Yardstick.id",
                              "Yardstick.leg",
                              "RuleSetPublished.version",
                              "Statute.leg"};
  std::string_view name = field->full_name();
  name.remove_prefix(field->file()->package().size() + 1);
  return names.contains(name);
}

Format FormatOfTime(std::string_view name) {
  if (name == "edtf" || name == "told_at") return Format::kPastTime;
  if (name == "at_least" || name == "at_most" || name == "limit") return Format::kDuration;
  if (name == "from" || name == "until" || name == "first" || name == "last") {
    return Format::kLocalDate;
  }
  if (name == "first_day" || name == "last_day") return Format::kMonthDay;
  assert(name == "due" || name == "deadline" || name == "date");
  return Format::kTime;
}

Format FormatOf(const FieldDescriptor* field) {
  const bool text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  switch (field->options().GetExtension(event::v1::data).class_()) {
    case DataClass::DATA_CLASS_REFERENCE:
      assert(text);
      if (field->type() == FieldDescriptor::TYPE_BYTES) return Format::kSha256;
      return IsChosenByClient(field->name()) ? Format::kId : Format::kUuid;
    case DataClass::DATA_CLASS_TIME:
      assert(text);
      return FormatOfTime(field->name());
    case DataClass::DATA_CLASS_CODE:
    case DataClass::DATA_CLASS_SEALED_CODE:
      if (text && field->name() == "media_type") return Format::kMediaType;
      if (text) return Format::kLocalCode;
      return field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM ? Format::kEnum : Format::kNumber;
    case DataClass::DATA_CLASS_NUMBER:
      return Format::kNumber;
    case DataClass::DATA_CLASS_TEXT:
    case DataClass::DATA_CLASS_SEALED_TEXT:
      assert(text);
      return Format::kText;
    case DataClass::DATA_CLASS_GROUP:
      assert(field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE);
      return Format::kGroup;
    default:
      assert(false && "a field of an event without a data class");
      return Format::kText;
  }
}

using Rules = absl::flat_hash_map<const Descriptor*, MessageRules>;

void AddRules(Rules& rules, const Descriptor* message) {
  if (!rules.try_emplace(message).second) return;
  MessageRules own;
  own.fields.reserve(message->field_count());
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    own.fields.push_back({field, FormatOf(field), IsRequired(field)});
    if (field->real_containing_oneof() == nullptr) own.alone.push_back(i);
    if (own.fields.back().format == Format::kGroup) AddRules(rules, field->message_type());
  }
  rules[message] = std::move(own);
}

}  // namespace

const MessageRules& RulesOf(const Descriptor* message) {
  static const Rules rules = [] {
    Rules all;
    AddRules(all, event::v1::Fact::descriptor());
    AddRules(all, event::v1::AuthorityEvent::descriptor());
    AddRules(all, event::v1::SystemEvent::descriptor());
    return all;
  }();
  auto found = rules.find(message);
  assert(found != rules.end());
  return found->second;
}

}  // namespace skyndsamt::domain
