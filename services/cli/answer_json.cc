#include "services/cli/answer_json.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/codes.h"
#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"
#include "skyndsamt/event/v1/reminder.pb.h"

namespace skyndsamt::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using nlohmann::ordered_json;

ordered_json CodeJson(const google::protobuf::EnumValueDescriptor* value) {
  return value->file()->package() == "skyndsamt.event.v1" ? CodeOf(value)
                                                          : std::string(BareName(value));
}

// One value: the field itself, or its element `at`.
ordered_json ValueJson(const Message& message, const FieldDescriptor* field, int at) {
  const Reflection& r = *message.GetReflection();
  const bool one = at < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AnswerJson(one ? r.GetMessage(message, field)
                            : r.GetRepeatedMessage(message, field, at));
    case FieldDescriptor::CPPTYPE_ENUM:
      return CodeJson(one ? r.GetEnum(message, field) : r.GetRepeatedEnum(message, field, at));
    case FieldDescriptor::CPPTYPE_BOOL:
      return one ? r.GetBool(message, field) : r.GetRepeatedBool(message, field, at);
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? r.GetInt32(message, field) : r.GetRepeatedInt32(message, field, at);
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? r.GetUInt32(message, field) : r.GetRepeatedUInt32(message, field, at);
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(one ? r.GetInt64(message, field)
                                : r.GetRepeatedInt64(message, field, at));
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(one ? r.GetUInt64(message, field)
                                : r.GetRepeatedUInt64(message, field, at));
    default: {
      std::string text =
          one ? r.GetString(message, field) : r.GetRepeatedString(message, field, at);
      return field->type() == FieldDescriptor::TYPE_BYTES ? absl::Base64Escape(text) : text;
    }
  }
}

// Whether a field that is not repeated has something to say.
bool Says(const Message& message, const FieldDescriptor* field) {
  const Reflection& r = *message.GetReflection();
  if (field->has_presence()) return r.HasField(message, field);
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
      return r.HasField(message, field);
    default:
      return field->name() != "round" || r.HasField(message, field);
  }
}

template <typename Kind>
std::unique_ptr<Message> Parsed(const std::string& bytes) {
  auto message = std::make_unique<Kind>();
  if (!message->ParseFromString(bytes)) return nullptr;
  return message;
}

}  // namespace

ordered_json AnswerJson(const Message& message) {
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    google::protobuf::Timestamp instant;
    instant.CopyFrom(message);
    return google::protobuf::util::TimeUtil::ToString(instant);
  }
  ordered_json object = ordered_json::object();
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (!field->is_repeated()) {
      if (Says(message, field)) object[field->name()] = ValueJson(message, field, -1);
      continue;
    }
    ordered_json list = ordered_json::array();
    for (int at = 0; at < message.GetReflection()->FieldSize(message, field); ++at) {
      list.push_back(ValueJson(message, field, at));
    }
    object[field->name()] = std::move(list);
  }
  return object;
}

std::unique_ptr<Message> DecodeEvent(const std::string& type, const std::string& bytes) {
  if (type.starts_with("incident.")) return Parsed<event::v1::Fact>(bytes);
  if (type.starts_with("authority.")) return Parsed<event::v1::AuthorityEvent>(bytes);
  if (type.starts_with("system.")) return Parsed<event::v1::SystemEvent>(bytes);
  if (type.starts_with("timer.")) return Parsed<event::v1::TimerEvent>(bytes);
  return nullptr;
}

ordered_json EventJson(const api::v1::Event& event) {
  ordered_json object = AnswerJson(event);
  if (auto decoded = DecodeEvent(event.type(), event.event())) {
    object["event"] = AnswerJson(*decoded);
  }
  return object;
}

const std::string& CaseNames::Of(const std::string& person) const {
  auto found = aliases.find(person);
  return found == aliases.end() ? person : found->second;
}

ordered_json TimelinessJson(const api::v1::Timeliness& answer, const CaseNames& names) {
  ordered_json body = AnswerJson(answer);
  ordered_json object = ordered_json::object();
  if (!names.file.empty()) object["file"] = names.file;
  for (auto& [key, value] : body.items()) object[key] = std::move(value);
  if (!names.incident.empty()) object["incident"] = names.incident;
  if (!answer.child().empty()) object["child"] = names.Of(answer.child());
  for (ordered_json& leg : object["legs"]) {
    if (leg.contains("guardian")) leg["guardian"] = names.Of(leg["guardian"]);
  }
  return object;
}

}  // namespace skyndsamt::cli
