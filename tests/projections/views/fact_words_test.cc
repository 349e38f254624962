// The trail says of every kind of fact what it is and everything of it that is not sealed, in both
// languages, so that no two steps are told alike.
#include "projections/views/fact_words.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "projections/views/code_words.h"
#include "skyndsamt/event/v1/options.pb.h"

namespace skyndsamt::views {
namespace {

using event::v1::DataClass;
using event::v1::Fact;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Fact Parse(const std::string& text) {
  Fact fact;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fact)) << text;
  return fact;
}

void ForEachKind(const std::function<void(const FieldDescriptor*)>& see) {
  const auto* kinds = Fact::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    if (kinds->field(i)->number() != Fact::kCorrection) see(kinds->field(i));  // told with another
  }
}

DataClass ClassOf(const FieldDescriptor* field) {
  return field->options().GetExtension(event::v1::data).class_();
}

bool IsSealed(const FieldDescriptor* field) {
  return ClassOf(field) == event::v1::DATA_CLASS_SEALED_TEXT ||
         ClassOf(field) == event::v1::DATA_CLASS_SEALED_CODE;
}

// Gives a field that is no message a value: the code `number`, or one that says something.
void Set(Message& message, const FieldDescriptor* field, int number = 1) {
  const auto& r = *message.GetReflection();
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return many ? r.AddEnumValue(&message, field, number)
                  : r.SetEnumValue(&message, field, number);
    case FieldDescriptor::CPPTYPE_UINT32:
      return r.SetUInt32(&message, field, 77);
    case FieldDescriptor::CPPTYPE_UINT64:
      return r.SetUInt64(&message, field, 77);
    default:
      return many ? r.AddString(&message, field, "said") : r.SetString(&message, field, "said");
  }
}

// Sees every field below `message` that is no group, and leaves the message as it was.
void ForEachField(Message& message,
                  const std::function<void(Message&, const FieldDescriptor*)>& see) {
  const auto& r = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto* field = message.GetDescriptor()->field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      see(message, field);
    } else {
      ForEachField(field->is_repeated() ? *r.AddMessage(&message, field)
                                        : *r.MutableMessage(&message, field),
                   see);
    }
    r.ClearField(&message, field);
  }
}

TEST(FactWords, EveryKindHasWordsOfItsOwn) {
  std::map<std::string, std::string> kind_of;
  ForEachKind([&](const FieldDescriptor* kind) {
    Fact fact;
    fact.GetReflection()->MutableMessage(&fact, kind);
    const api::v1::Text text = WhatChanged(fact);
    EXPECT_NE(text.sv(), WhatChanged(Fact()).sv()) << kind->name();
    EXPECT_NE(text.en(), WhatChanged(Fact()).en()) << kind->name();
    const auto [other, added] = kind_of.emplace(text.sv(), kind->name());
    EXPECT_TRUE(added) << kind->name() << " is told like " << other->second;
  });
}

TEST(FactWords, EveryFieldIsToldUnlessItIsSealed) {
  int told = 0, sealed = 0;
  ForEachKind([&](const FieldDescriptor* kind) {
    Fact fact;
    Message& own = *fact.GetReflection()->MutableMessage(&fact, kind);
    const api::v1::Text bare = WhatChanged(fact);
    ForEachField(own, [&](Message& message, const FieldDescriptor* field) {
      Set(message, field);
      const api::v1::Text text = WhatChanged(fact);
      EXPECT_EQ(text.sv() == bare.sv(), IsSealed(field)) << field->full_name() << ": " << text.sv();
      EXPECT_EQ(text.en() == bare.en(), IsSealed(field)) << field->full_name() << ": " << text.en();
      ++(IsSealed(field) ? sealed : told);
    });
  });
  EXPECT_GT(told, 40);
  EXPECT_GT(sealed, 10);
}

TEST(FactWords, EveryCodeOfAFieldIsToldApart) {
  ForEachKind([&](const FieldDescriptor* kind) {
    Fact fact;
    Message& own = *fact.GetReflection()->MutableMessage(&fact, kind);
    ForEachField(own, [&](Message& message, const FieldDescriptor* field) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM || IsSealed(field)) return;
      std::set<std::string> sv, en;
      for (int i = 1; i < field->enum_type()->value_count(); ++i) {
        message.GetReflection()->ClearField(&message, field);
        Set(message, field, field->enum_type()->value(i)->number());
        const api::v1::Text text = WhatChanged(fact);
        EXPECT_TRUE(sv.insert(text.sv()).second) << field->enum_type()->value(i)->name();
        EXPECT_TRUE(en.insert(text.en()).second) << field->enum_type()->value(i)->name();
      }
    });
  });
}

TEST(FactWords, WhoAndWhomAreTold) {
  const Fact fact = Parse(R"(
      by: PARTY_STAFF by_person: "11111111-2222-4333-8444-555555555555"
      to_person: "99999999-2222-4333-8444-555555555555" channel: CHANNEL_TELEPHONE
      children: "aaaaaaaa-2222-4333-8444-555555555555" principal_informed {})");
  EXPECT_EQ(WhatChanged(fact).sv(),
            "Rektorn informerades (av personal 11111111, till 99999999, per telefon, om barn "
            "aaaaaaaa)");
  EXPECT_EQ(WhatChanged(fact).en(),
            "The principal was informed (by staff 11111111, to 99999999, by telephone, about child "
            "aaaaaaaa)");
}

TEST(FactWords, OfAReportDiscovererReporterAndReceiverAreApart) {
  const Fact fact = Parse(R"(to: PARTY_STAFF report_received {
      discoverer { party: PARTY_CHILD } reporter { party: PARTY_GUARDIAN person: "g" }
      adults_present: 0 })");
  EXPECT_EQ(WhatChanged(fact).en(),
            "A report was received (received by staff, discovered by the child, reported by a "
            "guardian g, adults present: 0)");
}

TEST(FactWords, AGuardianIsToldWithWhose) {
  const Fact mother = Parse(R"(person_declared { person: "g" guardian_of: ["a", "b"] })");
  const std::vector<law::Entry> entries = {{.fact = &mother}};
  const Wards wards = WardsOf(law::EffectiveFacts(entries, 1));
  const Fact fact = Parse(R"(guardian_informed { guardian: "g" })");
  EXPECT_EQ(WhatChanged(fact, wards).sv(),
            "Vårdnadshavaren informerades (vårdnadshavare g till barn a och b)");
  EXPECT_EQ(WhatChanged(fact, wards).en(),
            "The guardian was informed (guardian g of child a and b)");
}

TEST(FactWords, ACorrectionIsToldWithWhatStandsInstead) {
  const Fact fact = Parse(R"(by: PARTY_PRINCIPAL correction { of: "a30" replacement {
      happened { edtf: "2022-03-24" } measure_carried_out { measure: "m" } } })");
  EXPECT_EQ(WhatChanged(fact).sv(),
            "Rättelse (av rektorn): i stället för a30 gäller: Åtgärden genomfördes (åtgärd m), "
            "2022-03-24");
  const Fact withdrawn = Parse(R"(correction { of: "a30" withdrawn: true })");
  EXPECT_EQ(WhatChanged(withdrawn).en(), "Correction: a30 does not stand");
}

}  // namespace
}  // namespace skyndsamt::views
