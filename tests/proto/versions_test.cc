// A reader that was built for a version released earlier still works: what it knows has kept its
// name, number and kind, and what it does not know it keeps.
#include "tests/proto/versions.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>

#include "google/protobuf/descriptor.pb.h"
#include "tests/proto/golden.h"

namespace skyndsamt::event::v1 {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

std::string OneofOf(const FieldDescriptor& field) {
  const auto* oneof = field.real_containing_oneof();
  return oneof == nullptr ? "" : oneof->name();
}

// What of a field bytes, JSON and code that was generated depend on.
void ExpectSameField(const FieldDescriptor& then, const FieldDescriptor* now) {
  ASSERT_NE(now, nullptr) << then.full_name() << " is gone, or has another number";
  SCOPED_TRACE(then.full_name());
  EXPECT_EQ(now->name(), then.name());
  EXPECT_EQ(now->json_name(), then.json_name());
  EXPECT_EQ(now->type(), then.type());
  EXPECT_EQ(now->is_repeated(), then.is_repeated());
  EXPECT_EQ(now->has_presence(), then.has_presence());
  EXPECT_EQ(OneofOf(*now), OneofOf(then));
  if (then.message_type() != nullptr && now->message_type() != nullptr) {
    EXPECT_EQ(now->message_type()->full_name(), then.message_type()->full_name());
  }
  if (then.enum_type() != nullptr && now->enum_type() != nullptr) {
    EXPECT_EQ(now->enum_type()->full_name(), then.enum_type()->full_name());
  }
}

void ExpectSameMessage(const Descriptor& then, const Descriptor* now) {
  ASSERT_NE(now, nullptr) << then.full_name() << " is gone";
  for (int i = 0; i < then.field_count(); ++i) {
    ExpectSameField(*then.field(i), now->FindFieldByNumber(then.field(i)->number()));
  }
  for (int i = 0; i < then.nested_type_count(); ++i) {
    ExpectSameMessage(*then.nested_type(i), now->FindNestedTypeByName(then.nested_type(i)->name()));
  }
}

void ExpectSameCodes(const EnumDescriptor& then, const EnumDescriptor* now) {
  ASSERT_NE(now, nullptr) << then.full_name() << " is gone";
  for (int i = 0; i < then.value_count(); ++i) {
    const auto* code = now->FindValueByName(then.value(i)->name());
    ASSERT_NE(code, nullptr) << then.value(i)->full_name() << " is gone";
    EXPECT_EQ(code->number(), then.value(i)->number()) << code->full_name();
  }
}

// Of log and event, and of nothing else: google's own files are no promise of ours.
std::vector<const google::protobuf::FileDescriptor*> FilesOf(const Version& version) {
  std::vector<const google::protobuf::FileDescriptor*> files;
  std::ifstream in(version.path(), std::ios::binary);
  google::protobuf::FileDescriptorSet set;
  EXPECT_TRUE(set.ParseFromIstream(&in));
  for (const auto& file : set.file()) {
    if (file.name().starts_with("skyndsamt/")) {
      files.push_back(version.pool().FindFileByName(file.name()));
    }
  }
  return files;
}

TEST(Versions, WhatAnEarlierOneKnowsIsStillThere) {
  const Version today = Today();
  for (const Version& version : ReleasedVersions()) {
    SCOPED_TRACE(version.path());
    const auto files = FilesOf(version);
    EXPECT_GE(files.size(), 11u);
    for (const auto* file : files) {
      for (int i = 0; i < file->message_type_count(); ++i) {
        const Descriptor& then = *file->message_type(i);
        ExpectSameMessage(then, today.pool().FindMessageTypeByName(then.full_name()));
      }
      for (int i = 0; i < file->enum_type_count(); ++i) {
        const EnumDescriptor& then = *file->enum_type(i);
        ExpectSameCodes(then, today.pool().FindEnumTypeByName(then.full_name()));
      }
    }
  }
}

// Read by the earlier version, written by it, read by today's: nothing is lost on the way.
TEST(Versions, WhatAnEarlierOneDoesNotKnowItKeeps) {
  for (const Version& version : ReleasedVersions()) {
    SCOPED_TRACE(version.path());
    for (const GoldenEvent& event : ReadGolden().events) {
      SCOPED_TRACE(event.type);
      const auto then = version.NewMessage(event.type);
      if (then == nullptr) continue;  // a kind that it stops at
      ASSERT_TRUE(then->ParseFromString(event.bytes));
      const auto sent = NewMessage(event.type), back = NewMessage(event.type);
      ASSERT_TRUE(sent->ParseFromString(event.bytes));
      ASSERT_TRUE(back->ParseFromString(then->SerializeAsString()));
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*sent, *back));
    }
  }
}

}  // namespace
}  // namespace skyndsamt::event::v1
