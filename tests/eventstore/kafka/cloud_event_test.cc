// The headers that kafka's readers route by, and values that lose no byte, for records of any
// shape.
#include "eventstore/kafka/cloud_event.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/log/record_codec.h"
#include "eventstore/log/record_message.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::kafka {
namespace {

using log::v1::Body;

log::Record Made(Position position, const Body& body, size_t parts) {
  log::PreparedEvent event;
  event.id = EventId{DerivedUuid("event", std::to_string(position))};
  event.type = "incident.staff_learned";
  event.body = body.SerializeAsString();
  for (size_t i = 0; i < parts; ++i) {
    vault::SealedPart part;
    part.key = KeyId{DerivedUuid("key", std::to_string(i))};
    part.salt = Sha256Of(std::to_string(i));
    part.ciphertext = std::string(17 * (i + 1), static_cast<char>(0xf0 + i));
    part.commitment = Sha256Of(part.ciphertext);
    event.parts.push_back(part);
  }
  event.Prepare();
  log::Record record;
  record.position = position;
  record.recorded = 1'700'000'000'123'456;
  record.event_id = event.id;
  record.stream = StreamId{DerivedUuid("stream", "s")};
  record.revision = 3;
  record.type = event.type;
  record.schema = 2;
  record.body_hash = event.body_hash;
  record.body = event.body;
  record.parts = event.parts;
  record.leaf_data = log::EncodeLeaf(record, event.parts_digest);
  return record;
}

std::string Stored(const log::Record& record) {
  std::string bytes;
  log::EncodeStored(record, bytes);
  return bytes;
}

TEST(CloudEvent, HeadersAreThoseOfCloudEventsInBinaryMode) {
  Body body;
  body.set_request_hash(std::string(16, '\x11'));
  body.set_causation(std::string(16, '\x22'));
  CloudEventEncoder encoder("t", 0, "skyndsamt.example/log/1", ValueFormat::kProtobuf);
  const auto message = encoder.Encode(Made(42, body, 0), 41);
  ASSERT_TRUE(message.ok()) << message.status();
  const std::string stream = StreamId{DerivedUuid("stream", "s")}.ToString();
  EXPECT_EQ((*message)->key, stream);
  const std::vector<Header> expected = {
      {"content-type", "application/protobuf"},
      {"ce_specversion", "1.0"},
      {"ce_id", EventId{DerivedUuid("event", "42")}.ToString()},
      {"ce_source", "skyndsamt.example/log/1"},
      {"ce_type", "incident.staff_learned"},
      {"ce_time", "2023-11-14T22:13:20.123456Z"},
      {"ce_recordedtime", "2023-11-14T22:13:20.123456Z"},
      {"ce_subject", stream},
      {"ce_partitionkey", stream},
      {"ce_sequence", "00000000000000000042"},
      {"ce_previoussequence", "00000000000000000041"},
      {"ce_correlationid", "11111111-1111-1111-1111-111111111111"},
      {"ce_causationid", "22222222-2222-2222-2222-222222222222"},
      {"ce_dataschema", "urn:skyndsamt:skyndsamt.log.v1.Record#incident.staff_learned:2"}};
  EXPECT_EQ((*message)->headers, expected);
}

TEST(CloudEvent, WhatARecordLacksHasNoHeader) {
  CloudEventEncoder encoder("t", 0, "o", ValueFormat::kProtobuf);
  const auto message = encoder.Encode(Made(0, Body(), 0), std::nullopt);
  ASSERT_TRUE(message.ok());
  ReadMessage read;
  static_cast<Message&>(read) = **message;
  for (const char* absent : {"ce_previoussequence", "ce_correlationid", "ce_causationid"}) {
    EXPECT_EQ(read.Find(absent), nullptr) << absent;
  }
}

TEST(CloudEvent, WhateverTheLogTakesCanBeSent) {
  log::Record record = Made(0, Body(), 0);
  record.body = std::string("\x0a\x02\xff\xff", 4);  // an actor that is none: the log never looks
  for (const auto format : {ValueFormat::kProtobuf, ValueFormat::kJson}) {
    CloudEventEncoder encoder("t", 0, "o", format);
    EXPECT_TRUE(encoder.Encode(record, std::nullopt).ok());
  }
}

TEST(CloudEvent, ABodyThatTheLogWouldNotTakeIsRefused) {
  log::Record record = Made(0, Body(), 0);
  record.body = "\xff\xff\xff";
  CloudEventEncoder encoder("t", 0, "o", ValueFormat::kProtobuf);
  EXPECT_EQ(encoder.Encode(record, std::nullopt).status().code(), absl::StatusCode::kDataLoss);
}

RC_GTEST_PROP(CloudEventProperty, EveryByteOfARecordComesBackInEitherFormat, ()) {
  const auto format = *rc::gen::element(ValueFormat::kProtobuf, ValueFormat::kJson);
  Body body;
  body.set_event(*rc::gen::arbitrary<std::string>());
  const log::Record record =
      Made(*rc::gen::arbitrary<Position>(), body, *rc::gen::inRange<size_t>(0, 5));
  CloudEventEncoder encoder("t", 0, "o", format);
  const auto message = encoder.Encode(record, std::nullopt);
  RC_ASSERT(message.ok());
  ReadMessage read;
  static_cast<Message&>(read) = **message;
  const auto value = DecodeValue(read);
  RC_ASSERT(value.ok());
  const auto back = log::FromMessage(*value);
  RC_ASSERT(back.ok());
  RC_ASSERT(Stored(*back) == Stored(record));
}

RC_GTEST_PROP(CloudEventProperty, AMessageWithAFieldChangedInLengthIsNoRecord, ()) {
  log::v1::Record value;
  log::FillMessage("o", Made(7, Body(), 2), &value);
  std::string* fields[] = {value.mutable_leaf_data(), value.mutable_parts(0)->mutable_salt(),
                           value.mutable_parts(1)->mutable_commitment(),
                           value.mutable_parts(0)->mutable_person_key_id()};
  std::string& field =
      **rc::gen::elementOf(std::vector<std::string*>(std::begin(fields), std::end(fields)));
  if (*rc::gen::arbitrary<bool>()) {
    field.pop_back();
  } else {
    field.push_back('\0');
  }
  RC_ASSERT(!log::FromMessage(value).ok());
}

RC_GTEST_PROP(CloudEventProperty, SequencesSortAsTheirPositionsAndComeBack, ()) {
  const auto a = *rc::gen::arbitrary<Position>(), b = *rc::gen::arbitrary<Position>();
  RC_ASSERT(ParseSequence(SequenceText(a)) == a);
  RC_ASSERT((SequenceText(a) < SequenceText(b)) == (a < b));
}

TEST(CloudEvent, TextThatIsNoSequenceIsNone) {
  for (const char* text :
       {"", "42", "0000000000000000004x", "99999999999999999999", "000000000000000000042"}) {
    EXPECT_FALSE(ParseSequence(text)) << text;
  }
}

}  // namespace
}  // namespace skyndsamt::kafka
