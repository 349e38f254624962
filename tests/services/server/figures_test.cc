// A figure as a message: the same in protobuf and in JSON, and nothing in its headers that the
// figure does not say.
#include "services/server/figures.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "google/protobuf/util/json_util.h"

namespace skyndsamt::server {
namespace {

statistics::Told SomeFigure() {
  statistics::Told told;
  told.at = 1'767'225'599'000'000;  // the end of 2025
  told.figure.set_id("3f1c0c1e-8a55-8d1c-9a0b-6f0f5a9d1b11");
  told.figure.set_revision(2);
  told.figure.set_authority("5b0c8a8e-30a1-8e4b-8a43-0d2a8f6c7e22");
  told.figure.set_form(event::v1::UNIT_FORM_PRESCHOOL);
  told.figure.set_first_day("2025-07-01");
  told.figure.set_last_day("2025-12-31");
  told.figure.set_step(statistics::v1::STEP_REPORTED);
  told.figure.set_count(12);
  told.figure.set_k(5);
  return told;
}

std::string Header(const kafka::Message& message, const std::string& name) {
  const auto found = std::find_if(message.headers.begin(), message.headers.end(),
                                  [&](const auto& header) { return header.name == name; });
  return found == message.headers.end() ? "" : found->value;
}

TEST(FigureMessages, SayTheSameInJson) {
  const auto told = SomeFigure();
  const auto protobuf = FigureMessage(told, "t", "log", kafka::ValueFormat::kProtobuf);
  const auto json = FigureMessage(told, "t", "log", kafka::ValueFormat::kJson);
  statistics::v1::Figure from_protobuf, from_json;
  ASSERT_TRUE(from_protobuf.ParseFromString(*protobuf.value));
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*json.value, &from_json).ok())
      << *json.value;
  EXPECT_EQ(from_protobuf.SerializeAsString(), told.figure.SerializeAsString());
  EXPECT_EQ(from_json.SerializeAsString(), told.figure.SerializeAsString());
  EXPECT_EQ(Header(protobuf, "content-type"), "application/protobuf");
  EXPECT_EQ(Header(json, "content-type"), "application/json");
}

TEST(FigureMessages, AreKeyedByUnitOrElseByAuthority) {
  auto told = SomeFigure();
  const auto of_authority = FigureMessage(told, "t", "log", kafka::ValueFormat::kProtobuf);
  EXPECT_EQ(of_authority.key, told.figure.authority());
  EXPECT_EQ(Header(of_authority, "ce_id"), told.figure.id() + ".2");
  EXPECT_EQ(Header(of_authority, "ce_time"), "2025-12-31T23:59:59Z");
  told.figure.set_unit("77d06d1f-3a3f-8a8f-9a6e-2b1d1e1f9c33");
  EXPECT_EQ(FigureMessage(told, "t", "log", kafka::ValueFormat::kProtobuf).key, told.figure.unit());
}

}  // namespace
}  // namespace skyndsamt::server
