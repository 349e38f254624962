// The events topic as consumers decode it, headers and values, in Python, in Java and with kcat;
// and as one does that was built for an earlier version of the protos, or reads what was written
// then.
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include "absl/strings/escaping.h"
#include "eventstore/log/record_message.h"
#include "google/protobuf/struct.pb.h"
#include "tests/eventstore/kafka/java_program.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/process/child.h"
#include "tests/proto/golden.h"
#include "tests/proto/versions.h"

namespace skyndsamt::kafka {
namespace {

using event::v1::GoldenEvent;
using event::v1::Version;
using google::protobuf::Message;
using google::protobuf::Struct;
using google::protobuf::util::MessageDifferencer;

Struct StructOf(const std::string& json) {
  Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &parsed).ok()) << json;
  return parsed;
}

Struct JsonOf(const Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return StructOf(json);
}

void ExpectEqual(const Message& found, const Message& expected) {
  EXPECT_TRUE(MessageDifferencer::Equals(found, expected))
      << "found " << found.ShortDebugString() << "\nexpected " << expected.ShortDebugString();
}

// Every version's events, one record each, on a topic whose values are of one format.
class VersionsTest : public RelayTest {
 protected:
  void Relay(ValueFormat format) {
    for (const GoldenEvent& event : golden_) Add("s", {{event.bytes, event.type}});
    const auto relay = StartRelay(Options(format), format);
    ASSERT_TRUE(CatchesUp(*relay));
    records_ = log_->ReadAll({.max_records = 1000})->records;
    ASSERT_EQ(records_.size(), golden_.size());
  }
  std::vector<std::string> Python() const {
    return {"/usr/bin/python3", SKYNDSAMT_KAFKATESTS "/read_events.py",
            "--bootstrap",      SharedCluster().bootstrap(),
            "--topic",          names_.events,
            "--until",          std::to_string(golden_.size()),
            "--descriptors"};
  }
  std::vector<std::string> Java() const {
    return JavaCommand(
        kConsumers, SKYNDSAMT_KAFKATESTS "/ReadEvents.java",
        {SharedCluster().bootstrap(), names_.events, std::to_string(golden_.size())});
  }
  // What the reader says of each record and version is what the log has and the version knows.
  void ExpectReads(std::vector<std::string> command, ValueFormat format) {
    for (const Version& version : versions_) command.push_back(version.path());
    process::Child reader(command);
    for (size_t i = 0; i < golden_.size(); ++i) {
      for (const Version& version : versions_) {
        SCOPED_TRACE(golden_[i].type + ", read with " + version.path());
        Struct told = StructOf(reader.ReadLine());
        ExpectRecord(records_[i], told, format);
        ExpectEvent(golden_[i], version, told);
        if (HasFailure()) return;
      }
    }
    EXPECT_EQ(reader.Wait(), 0);
  }

  const std::vector<GoldenEvent> golden_ = event::v1::ReadGolden().events;
  std::vector<log::Record> records_;
  std::vector<Version> versions_ = [] {
    std::vector<Version> versions = event::v1::ReleasedVersions();
    versions.push_back(event::v1::Today());
    return versions;
  }();

 private:
  void ExpectRecord(const log::Record& record, Struct& told, ValueFormat format) const {
    auto& fields = *told.mutable_fields();
    log::v1::Record value;
    log::FillMessage(log_->origin(), record, &value);
    ExpectEqual(fields["record"].struct_value(), JsonOf(value));
    log::v1::Body body;
    ASSERT_TRUE(body.ParseFromString(record.body));
    ExpectEqual(fields["body"].struct_value(), JsonOf(body));
    EXPECT_EQ(fields["key"].string_value(), record.stream.ToString());
    CloudEventEncoder encoder(names_.events, 0, log_->origin(), format);
    const auto message = encoder.Encode(
        record, record.position == 0 ? std::nullopt : std::optional(record.position - 1));
    Struct headers;
    for (const auto& header : (*message)->headers) {
      (*headers.mutable_fields())[header.name].set_string_value(header.value);
    }
    ExpectEqual(fields["headers"].struct_value(), headers);
  }
  static void ExpectEvent(const GoldenEvent& golden, const Version& version, Struct& told) {
    auto& fields = *told.mutable_fields();
    const auto known = version.NewMessage(golden.type);
    if (known == nullptr) {
      EXPECT_TRUE(fields["event"].has_null_value());
      return;
    }
    ASSERT_TRUE(known->ParseFromString(golden.bytes));
    ExpectEqual(fields["event"].struct_value(), JsonOf(*known));
    // What was written again is what was read, with all that this version does not know.
    const auto sent = event::v1::NewMessage(golden.type), back = event::v1::NewMessage(golden.type);
    std::string again;
    ASSERT_TRUE(absl::Base64Unescape(fields["again"].string_value(), &again));
    ASSERT_TRUE(back->ParseFromString(again));
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(golden.text, sent.get()));
    ExpectEqual(*back, *sent);
  }
};

TEST_F(VersionsTest, PythonAndJavaReadEveryVersionsEventsWithEveryVersionsProtos) {
  Relay(ValueFormat::kProtobuf);
  ExpectReads(Python(), ValueFormat::kProtobuf);
  ExpectReads(Java(), ValueFormat::kProtobuf);
}

TEST_F(VersionsTest, AndWhereValuesAreJson) {
  Relay(ValueFormat::kJson);
  ExpectReads(Python(), ValueFormat::kJson);
  ExpectReads(Java(), ValueFormat::kJson);
}

// The earlier versions here do differ from today's, or the tests above say nothing.
TEST_F(VersionsTest, AnEarlierVersionLacksFieldsCodesAndKinds) {
  const Version& earliest = versions_.front();
  EXPECT_EQ(earliest.NewMessage("timer.overdue"), nullptr);
  int with_unknown = 0;
  for (const GoldenEvent& golden : golden_) {
    const auto known = earliest.NewMessage(golden.type);
    if (known == nullptr) continue;
    const auto now = event::v1::NewMessage(golden.type);
    ASSERT_TRUE(known->ParseFromString(golden.bytes) && now->ParseFromString(golden.bytes));
    with_unknown += MessageDifferencer::Equals(JsonOf(*known), JsonOf(*now)) ? 0 : 1;
  }
  EXPECT_GT(with_unknown, 0);
}

class Kcat : public VersionsTest {
 protected:
  // What the shell prints for kcat's messages from the first on, and what it is piped into.
  process::Child Read(const std::string& rest) const {
    return process::Child({"/bin/sh", "-c",
                           "kcat -C -q -X isolation.level=read_committed -b " +
                               SharedCluster().bootstrap() + " -t " + names_.events +
                               " -o beginning " + rest});
  }
};

TEST_F(Kcat, HandsAValueToProtoc) {
  Relay(ValueFormat::kProtobuf);
  process::Child kcat =
      Read("-c 1 -f %s | protoc --decode=skyndsamt.log.v1.Record --descriptor_set_in=" +
           versions_.back().path());
  std::string text;
  for (std::string line = kcat.ReadLine(); !line.empty(); line = kcat.ReadLine())
    text += line + "\n";
  log::v1::Record found, expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &found)) << text;
  log::FillMessage(log_->origin(), records_[0], &expected);
  ExpectEqual(found, expected);
}

TEST_F(Kcat, ShowsHeadersAndValuesThatAreJson) {
  Relay(ValueFormat::kJson);
  process::Child kcat = Read("-e -J");
  for (const log::Record& record : records_) {
    Struct told = StructOf(kcat.ReadLine());
    auto& fields = *told.mutable_fields();
    log::v1::Record expected;
    log::FillMessage(log_->origin(), record, &expected);
    ExpectEqual(StructOf(fields["payload"].string_value()), JsonOf(expected));
    EXPECT_EQ(fields["key"].string_value(), record.stream.ToString());
    const auto& headers = fields["headers"].list_value().values();
    const auto name = std::find_if(headers.begin(), headers.end(), [](const auto& value) {
      return value.string_value() == "ce_type";
    });
    ASSERT_NE(name, headers.end());
    EXPECT_EQ((name + 1)->string_value(), record.type);
  }
}

}  // namespace
}  // namespace skyndsamt::kafka
