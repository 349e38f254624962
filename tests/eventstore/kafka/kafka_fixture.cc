#include "tests/eventstore/kafka/kafka_fixture.h"

#include <chrono>
#include <thread>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/eventstore/kafka/java_program.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {

KafkaCluster& SharedCluster() {
  static KafkaCluster cluster;
  return cluster;
}

bool Eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(4);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

namespace {

std::string SecondsToRead(uint64_t records) { return std::to_string(300 + records / 500); }

ReadBack WhatItFinds(const std::vector<std::string>& command) {
  process::Child reader(command);
  google::protobuf::Struct found;
  const std::string line = reader.ReadLine();
  if (!google::protobuf::util::JsonStringToMessage(line, &found).ok()) {
    return {.wrong = "the reader failed: " + line};
  }
  auto& fields = *found.mutable_fields();
  return {.records = static_cast<uint64_t>(fields["records"].number_value()),
          .root = fields["root"].string_value(),
          .wrong = fields["wrong"].string_value()};
}

}  // namespace

ReadBack ReadTopic(const std::string& bootstrap, const std::string& topic, uint64_t until) {
  return WhatItFinds({"/usr/bin/python3", SKYNDSAMT_READ_TOPIC, "--bootstrap", bootstrap, "--topic",
                      topic, "--until", std::to_string(until), "--proto", SKYNDSAMT_PYTHON_PROTO,
                      "--asyncapi", SKYNDSAMT_ASYNCAPI, "--seconds", SecondsToRead(until)});
}

ReadBack ReadTopicInJava(const std::string& bootstrap, const std::string& topic, uint64_t until) {
  return WhatItFinds(JavaCommand(kConsumers, SKYNDSAMT_READ_TOPIC_IN_JAVA,
                                 {bootstrap, topic, std::to_string(until), SecondsToRead(until)}));
}

std::vector<std::string> WithErrors(const std::vector<std::string>& command) {
  std::vector<std::string> words = {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

Ended RunToItsEnd(const std::vector<std::string>& command) {
  process::Child program(WithErrors(command));
  Ended ended;
  for (std::string line = program.ReadLine(); !line.empty(); line = program.ReadLine()) {
    ended.said += line + "\n";
  }
  ended.code = program.Wait();
  return ended;
}

std::string Hex(const Bytes32& bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

merkle::NoteSigner TestSigner(const std::string& origin) {
  return merkle::NoteSigner::FromSeed(origin, Bytes32{1});
}

std::string FreshPrefix() {
  static int number = 0;
  return "test" + std::to_string(++number) + ".";
}

RelayOptions RelayTest::Options(ValueFormat format) {
  ConnectionOptions connection;
  connection.bootstrap = SharedCluster().bootstrap();
  RelayOptions options = EventsRelay(connection, names_, /*replication=*/1, format);
  options.transactional_prefix = prefix_ + "relay.";
  options.shortest_pause = absl::Milliseconds(50);
  options.longest_pause = absl::Milliseconds(500);
  return options;
}

std::unique_ptr<Relay> RelayTest::StartRelay(RelayOptions options, ValueFormat format) {
  auto mapping =
      std::make_unique<EventsMapping>(names_.events, options.partition, log_->origin(), format);
  return Relay::Start(std::move(options), *log_, std::move(mapping));
}

void RelayTest::AddMany(int count) {
  for (int i = 0; i < count; i += 20) {
    Add("stream " + std::to_string(i % 7),
        std::vector<log::NewEvent>(static_cast<size_t>(std::min(20, count - i)),
                                   {.text = "event " + std::to_string(i)}));
  }
}

bool RelayTest::CatchesUp(const Relay& relay) {
  return Eventually([&] {
    const RelayStatus status = relay.Status();
    return status.backlog() == 0 && status.state == RelayStatus::State::kRunning;
  });
}

void RelayTest::ExpectTopicIsLog() {
  const ReadBack read = ReadTopic(SharedCluster().bootstrap(), names_.events, log_->committed());
  EXPECT_EQ(read.wrong, "");
  EXPECT_EQ(read.records, log_->committed());
  EXPECT_EQ(read.root, Hex(*log_->Root(log_->committed())));
}

}  // namespace skyndsamt::kafka
