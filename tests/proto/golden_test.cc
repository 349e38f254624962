// What was recorded once is read for ever: every line of event_v1.golden must decode to the same
// names and values, without a field that is not understood, and encode to the same bytes. A field,
// number or code that changes fails here. One that is added fails too, and says the line to append.
#include "tests/proto/golden.h"

#include <gmock/gmock.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"
#include "skyndsamt/event/v1/reminder.pb.h"

namespace skyndsamt::event::v1 {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

std::string BytesOf(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

std::string TextOf(const Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

std::string Hex(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

// Every message and enum of an event, and every field, by their full names.
struct Schema {
  std::set<const Descriptor*> messages;
  std::set<const EnumDescriptor*> enums;
  std::set<std::string> fields;

  void Add(const Descriptor* message) {
    if (!messages.insert(message).second) return;
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      fields.insert(field->full_name());
      if (field->enum_type() != nullptr) enums.insert(field->enum_type());
      if (field->message_type() != nullptr) Add(field->message_type());
    }
  }
};

Schema Released() {
  Schema schema;
  schema.Add(Fact::descriptor());
  schema.Add(AuthorityEvent::descriptor());
  schema.Add(SystemEvent::descriptor());
  schema.Add(TimerEvent::descriptor());
  return schema;
}

// The fields that are set in a message, and below; none may be one that is not understood.
void Seen(const Message& message, std::set<std::string>* fields) {
  const Reflection& reflection = *message.GetReflection();
  EXPECT_TRUE(reflection.GetUnknownFields(message).empty()) << message.GetTypeName();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    fields->insert(field->full_name());
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      Seen(reflection.GetMessage(message, field), fields);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Seen(reflection.GetRepeatedMessage(message, field, i), fields);
    }
  }
}

// A message with every field set; of a oneof the one that `turn` comes to.
class Filler {
 public:
  explicit Filler(int turn) : turn_(turn) {}

  void Fill(Message& message, int depth) {
    const Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      const OneofDescriptor* oneof = field->real_containing_oneof();
      // By depth, so that the turns of a oneof inside another differ from the outer one's.
      if (oneof != nullptr && oneof->field((turn_ >> depth) % oneof->field_count()) != field) {
        continue;
      }
      Set(message, field, depth);
    }
  }

  void Set(Message& message, const FieldDescriptor* field, int depth) {
    const Reflection& reflection = *message.GetReflection();
    const int size = field->is_repeated() ? 2 : 1;
    for (int i = 0; i < size; ++i) {
      if (field->message_type() == nullptr) {
        SetScalar(message, field, i);
      } else if (depth < 4) {
        Fill(field->is_repeated() ? *reflection.AddMessage(&message, field)
                                  : *reflection.MutableMessage(&message, field),
             depth + 1);
      }
    }
  }

 private:
  static void SetScalar(Message& message, const FieldDescriptor* field, int i) {
    const Reflection& reflection = *message.GetReflection();
    const bool repeated = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = field->name() + "-" + std::to_string(i);
        repeated ? reflection.AddString(&message, field, text)
                 : reflection.SetString(&message, field, text);
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int last = field->enum_type()->value_count() - 1 - i;
        const auto* value = field->enum_type()->value(last);
        repeated ? reflection.AddEnum(&message, field, value)
                 : reflection.SetEnum(&message, field, value);
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, field, true);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, field, 300);
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.SetUInt32(&message, field, 300);
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.SetUInt64(&message, field, 1ull << 40);
      default:
        ADD_FAILURE() << "the filler knows no " << field->cpp_type_name();
    }
  }

  const int turn_;
};

// Lines that hold every field of every event, to append from.
std::vector<std::string> FullLines() {
  std::vector<std::string> lines;
  for (const std::string kind : {"incident.", "authority.", "system.", "timer."}) {
    const OneofDescriptor* kinds = NewMessage(kind)->GetDescriptor()->oneof_decl(0);
    for (int i = 0; i < kinds->field_count(); ++i) {
      // Twice, so that every alternative of an inner oneof has its turn.
      for (int turn = 0; turn < 2; ++turn) {
        const auto message = NewMessage(kind);
        const Descriptor& type = *message->GetDescriptor();
        Filler filler(i + turn);
        for (int f = 0; f < type.field_count(); ++f) {
          const FieldDescriptor* field = type.field(f);
          if (field->real_containing_oneof() == kinds && field != kinds->field(i)) continue;
          filler.Set(*message, field, 0);
        }
        lines.push_back("event\t" + kind + kinds->field(i)->name() + "\t" + Hex(BytesOf(*message)) +
                        "\t" + TextOf(*message));
      }
    }
  }
  return lines;
}

TEST(Golden, EveryEventEverReleasedIsReadAsItWasWritten) {
  for (const GoldenEvent& event : ReadGolden().events) {
    SCOPED_TRACE(event.type);
    const auto message = NewMessage(event.type), named = NewMessage(event.type);
    ASSERT_NE(message, nullptr);
    ASSERT_TRUE(message->ParseFromString(event.bytes));
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(event.text, named.get()));
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*message, *named))
        << "read as " << TextOf(*message);
    EXPECT_EQ(Hex(BytesOf(*message)), Hex(event.bytes)) << "written otherwise now";
    const OneofDescriptor* kinds = message->GetDescriptor()->oneof_decl(0);
    const auto* kind = message->GetReflection()->GetOneofFieldDescriptor(*message, kinds);
    ASSERT_NE(kind, nullptr);
    EXPECT_EQ(event.type.substr(event.type.find('.') + 1), kind->name());
  }
}

TEST(Golden, HoldsEveryFieldOfEveryEvent) {
  std::set<std::string> seen;
  for (const GoldenEvent& event : ReadGolden().events) {
    const auto message = NewMessage(event.type);
    ASSERT_TRUE(message->ParseFromString(event.bytes));
    Seen(*message, &seen);
  }
  for (const std::string& field : Released().fields) {
    if (seen.contains(field)) continue;
    std::string line = "(none found)";
    for (const std::string& full : FullLines()) {
      const auto type = full.substr(6, full.find('\t', 6) - 6);
      const size_t hex = 7 + type.size();
      const auto message = NewMessage(type);
      ASSERT_TRUE(message->ParseFromString(FromHex(full.substr(hex, full.find('\t', hex) - hex))));
      std::set<std::string> held;
      Seen(*message, &held);
      if (held.contains(field)) line = full;
    }
    ADD_FAILURE() << field << " is new: append\n" << line;
  }
}

TEST(Golden, EveryCodeEverReleasedKeepsItsNumber) {
  const Golden golden = ReadGolden();
  std::set<std::string> enums;
  for (const EnumDescriptor* type : Released().enums) {
    SCOPED_TRACE(type->full_name());
    enums.insert(type->full_name());
    std::map<std::string, int> now;
    std::string line = "codes\t" + type->full_name() + "\t";
    for (int i = 0; i < type->value_count(); ++i) {
      now[type->value(i)->name()] = type->value(i)->number();
      line += (i > 0 ? " " : "") + type->value(i)->name() + "=" +
              std::to_string(type->value(i)->number());
    }
    const auto found = golden.codes.find(type->full_name());
    EXPECT_TRUE(found != golden.codes.end() && found->second == now) << "its line is now\n" << line;
  }
  for (const auto& [type, codes] : golden.codes) EXPECT_TRUE(enums.contains(type)) << type;
}

}  // namespace
}  // namespace skyndsamt::event::v1
