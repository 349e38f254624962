// What the tests against a real broker share: one cluster a program, topics of each test's own, a
// log to relay, and a foreign reader that says whether what arrived is that log.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "eventstore/kafka/relay.h"
#include "eventstore/merkle/note.h"
#include "tests/eventstore/kafka/kafka_cluster.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::kafka {

// A broker that all tests of a program share; started by the first, ended with the program.
KafkaCluster& SharedCluster();

// Until it holds; false, after minutes, if it never does. A test never asserts how long.
bool Eventually(const std::function<bool()>& holds);

// What read_topic.py found on an events topic; its Kafka client is the product's, librdkafka.
struct ReadBack {
  uint64_t records = 0;
  std::string root{};   // hex, over the records' leaf data
  std::string wrong{};  // empty if every position came once and in order, with the right headers
};
ReadBack ReadTopic(const std::string& bootstrap, const std::string& topic, uint64_t until);
// The same by ReadTopic.java, which shares no code at all with the product: its client is Kafka's
// own.
ReadBack ReadTopicInJava(const std::string& bootstrap, const std::string& topic, uint64_t until);

// The same command, with its errors on its standard output.
std::vector<std::string> WithErrors(const std::vector<std::string>& command);

// A program that ends by itself: its exit code, and what it said, errors too, up to an empty line.
struct Ended {
  int code = 0;
  std::string said{};
};
Ended RunToItsEnd(const std::vector<std::string>& command);

std::string Hex(const Bytes32& bytes);

// Signs a log's checkpoints where any key will do; always the same.
merkle::NoteSigner TestSigner(const std::string& origin);

// A fresh prefix for topics: tests share a cluster, never a topic.
std::string FreshPrefix();

class RelayTest : public log::LogTest {
 protected:
  RelayTest() : prefix_(FreshPrefix()), names_(prefix_) {}

  // For the shared cluster, with short pauses and one copy of everything.
  RelayOptions Options(ValueFormat format = ValueFormat::kProtobuf);
  std::unique_ptr<Relay> StartRelay(RelayOptions options,
                                    ValueFormat format = ValueFormat::kProtobuf);
  void AddMany(int count);
  // What the relay is to have sent for good: everything that is in the log.
  bool CatchesUp(const Relay& relay);
  // The log's records, each once and in order, to a stranger.
  void ExpectTopicIsLog();

  const std::string prefix_;
  const TopicNames names_;
};

}  // namespace skyndsamt::kafka
