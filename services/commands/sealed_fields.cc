#include "services/commands/sealed_fields.h"

#include <charconv>
#include <memory>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/options.pb.h"

namespace skyndsamt::commands {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The fields of one message type that are sealed, or lead to such.
struct Plan {
  struct Field {
    const FieldDescriptor* field;
    bool sealed;
    const FieldDescriptor* person;  // sibling that holds the person; null: a free text
  };
  std::vector<Field> fields;
  bool is_fact = false;
};

bool IsSealed(const FieldDescriptor& field) {
  const auto data_class = field.options().GetExtension(event::v1::data).class_();
  return data_class == event::v1::DATA_CLASS_SEALED_TEXT ||
         data_class == event::v1::DATA_CLASS_SEALED_CODE;
}

bool LeadsToSealed(const Descriptor& type, absl::flat_hash_set<const Descriptor*>& seen) {
  if (!seen.insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsSealed(field)) return true;
    if (field.message_type() != nullptr && LeadsToSealed(*field.message_type(), seen)) return true;
  }
  return false;
}

Plan MakePlan(const Descriptor& type) {
  Plan plan;
  plan.is_fact = &type == event::v1::Fact::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsSealed(field)) {
      const std::string& sibling = field.options().GetExtension(event::v1::data).person();
      plan.fields.push_back(
          {&field, true, sibling.empty() ? nullptr : type.FindFieldByName(sibling)});
      continue;
    }
    absl::flat_hash_set<const Descriptor*> seen;
    if (field.message_type() != nullptr && LeadsToSealed(*field.message_type(), seen)) {
      plan.fields.push_back({&field, false, nullptr});
    }
  }
  return plan;
}

// Plans are made at the first sight of a type and never change.
class Plans {
 public:
  const Plan& Of(const Descriptor& type) {
    const std::lock_guard lock(mutex_);
    auto& plan = plans_[&type];
    if (plan == nullptr) plan = std::make_unique<const Plan>(MakePlan(type));
    return *plan;
  }

 private:
  std::mutex mutex_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<const Plan>> plans_;
};

const Plan& PlanOf(const Descriptor& type) {
  static Plans& plans = *new Plans();
  // Each thread remembers what it has seen, so that the lock is taken once per type.
  thread_local absl::flat_hash_map<const Descriptor*, const Plan*> known;
  const Plan*& plan = known[&type];
  if (plan == nullptr) plan = &plans.Of(type);
  return *plan;
}

class Walk {
 public:
  explicit Walk(const std::function<void(const SealedValue&)>& visit) : visit_(visit) {}

  void Into(Message& message, const std::string& prefix, const Message* fact) {
    const Plan& plan = PlanOf(*message.GetDescriptor());
    if (plan.is_fact) fact = &message;
    const Reflection& reflection = *message.GetReflection();
    for (const Plan::Field& planned : plan.fields) {
      const FieldDescriptor& field = *planned.field;
      const int size = field.is_repeated() ? reflection.FieldSize(message, &field)
                                           : reflection.HasField(message, &field);
      if (size == 0) continue;
      const std::string path = prefix + field.name();
      if (planned.sealed) {
        SealedValue value{path, &message, &field, "", fact};
        if (planned.person != nullptr) value.person = reflection.GetString(message, planned.person);
        visit_(value);
      } else if (!field.is_repeated()) {
        Into(*reflection.MutableMessage(&message, &field), path + ".", fact);
      } else {
        for (int i = 0; i < size; ++i) {
          Into(*reflection.MutableRepeatedMessage(&message, &field, i),
               path + "[" + std::to_string(i) + "].", fact);
        }
      }
    }
  }

 private:
  const std::function<void(const SealedValue&)>& visit_;
};

bool PutText(Message& message, const FieldDescriptor& field, const std::string& text) {
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    if (field.is_repeated()) {
      reflection.AddString(&message, &field, text);
    } else {
      reflection.SetString(&message, &field, text);
    }
    return true;
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return false;
  if (field.is_repeated()) {
    reflection.AddEnumValue(&message, &field, number);
  } else {
    reflection.SetEnumValue(&message, &field, number);
  }
  return true;
}

}  // namespace

int SealedValue::size() const {
  return field->is_repeated() ? message->GetReflection()->FieldSize(*message, field) : 1;
}

std::string SealedValue::Text(int i) const {
  const Reflection& reflection = *message->GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return field->is_repeated() ? reflection.GetRepeatedString(*message, field, i)
                                : reflection.GetString(*message, field);
  }
  const int number = field->is_repeated() ? reflection.GetRepeatedEnumValue(*message, field, i)
                                          : reflection.GetEnumValue(*message, field);
  return number == 0 ? std::string() : std::to_string(number);
}

void SealedValue::Clear() const { message->GetReflection()->ClearField(message, field); }

void ForEachSealed(Message& message, const std::function<void(const SealedValue&)>& visit) {
  Walk(visit).Into(message, "", nullptr);
}

bool PutSealed(Message& message, std::string_view path, const std::string& text) {
  Message* at = &message;
  for (;;) {
    const size_t dot = path.find('.');
    std::string_view step = path.substr(0, dot);
    int index = -1;
    if (const size_t bracket = step.find('['); bracket != std::string_view::npos) {
      const std::string_view digits = step.substr(bracket + 1);
      if (std::from_chars(digits.data(), digits.data() + digits.size(), index).ec != std::errc()) {
        return false;
      }
      step = step.substr(0, bracket);
    }
    const FieldDescriptor* field = at->GetDescriptor()->FindFieldByName(std::string(step));
    if (field == nullptr) return false;
    if (dot == std::string_view::npos) return IsSealed(*field) && PutText(*at, *field, text);
    if (field->message_type() == nullptr || field->is_repeated() != (index >= 0)) return false;
    const Reflection& reflection = *at->GetReflection();
    if (index >= 0 && index >= reflection.FieldSize(*at, field)) return false;
    // What holds a sealed field is there, though empty: sealing clears fields, never messages.
    if (index < 0 && !reflection.HasField(*at, field)) return false;
    at = index < 0 ? reflection.MutableMessage(at, field)
                   : reflection.MutableRepeatedMessage(at, field, index);
    path.remove_prefix(dot + 1);
  }
}

}  // namespace skyndsamt::commands
