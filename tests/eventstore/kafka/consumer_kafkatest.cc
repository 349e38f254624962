// The consumer of deploy/clients/kafka: killed at any moment, given messages twice, or missing one.
#include <map>
#include <random>
#include <thread>

#include "eventstore/kafka/topic_publisher.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {
namespace {

constexpr int kGap = 2;  // its exit code

class ConsumerTest : public RelayTest {
 protected:
  std::vector<std::string> Command(uint64_t until) const {
    return {
        "/usr/bin/python3", SKYNDSAMT_COUNT_STEPS,    "--bootstrap", SharedCluster().bootstrap(),
        "--database",       directory_ / "counts.db", "--topic",     names_.events,
        "--until",          std::to_string(until)};
  }
  // What it prints when it has counted all that is in the log.
  std::map<std::string, uint64_t> Counted() const {
    process::Child consumer(Command(log_->committed()));
    google::protobuf::Struct found;
    const std::string line = consumer.ReadLine();
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &found).ok()) << line;
    std::map<std::string, uint64_t> counts;
    for (const auto& [name, value] : found.fields()) {
      counts[name] = static_cast<uint64_t>(value.number_value());
    }
    return counts;
  }
  // The same by the log itself.
  std::map<std::string, uint64_t> InLog() const {
    std::map<std::string, uint64_t> counts;
    for (Position next = 0; next < log_->committed();) {
      const auto read = log_->ReadAll({.from = next, .max_records = 1000});
      for (const log::Record& record : read->records) {
        const absl::Time recorded = absl::FromUnixMicros(record.recorded);
        ++counts[record.type + " " + absl::FormatTime("%Y-%m", recorded, absl::UTCTimeZone())];
      }
      next += read->records.size();
    }
    return counts;
  }
  // A record on the topic as the relay would send it after the one before.
  void Send(Position position) {
    CloudEventEncoder encoder(names_.events, 0, log_->origin(), ValueFormat::kProtobuf);
    const auto record = log_->ReadAll({.from = position, .max_records = 1});
    const auto message = encoder.Encode(record->records[0],
                                        position == 0 ? std::nullopt : std::optional(position - 1));
    auto publisher = TopicPublisher::Open(Options().connection);
    ASSERT_TRUE(message.ok() && publisher.ok());
    const absl::Status sent = (*publisher)->Publish(**message, absl::Seconds(60));
    ASSERT_TRUE(sent.ok()) << sent;
  }
  void MakeTopic() {
    const absl::Status made =
        EnsureTopics(Options().connection, {Options().topic}, absl::Seconds(60));
    ASSERT_TRUE(made.ok()) << made;
  }
};

TEST_F(ConsumerTest, KilledAtRandomItCountsEveryStepOnce) {
  std::mt19937_64 random(3);
  const auto relay = StartRelay(Options());
  for (int i = 0; i < 6; ++i) {
    AddMany(400);
    for (const char* type : {"incident.staff_learned", "incident.classified"}) {
      Add("others", std::vector<log::NewEvent>(17, {"text", type}));
    }
    ASSERT_TRUE(CatchesUp(*relay));
    process::Child consumer(Command(~uint64_t{0} >> 2));
    std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 1500));
    consumer.Kill();
  }
  EXPECT_EQ(Counted(), InLog());
  EXPECT_EQ(Counted(), InLog()) << "and nothing more when it is asked again";
}

TEST_F(ConsumerTest, WhatComesTwiceIsCountedOnce) {
  MakeTopic();
  AddMany(40);
  for (const Position position : {0u, 1u, 2u, 1u, 2u, 3u, 0u}) Send(position);
  for (Position position = 3; position < 40; ++position) Send(position);
  EXPECT_EQ(Counted(), InLog());
}

TEST_F(ConsumerTest, StopsAtAGap) {
  MakeTopic();
  AddMany(20);
  for (const Position position : {0u, 1u, 3u}) Send(position);
  process::Child consumer(Command(20));
  EXPECT_EQ(consumer.Wait(), kGap);
}

}  // namespace
}  // namespace skyndsamt::kafka
