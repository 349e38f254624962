// The program itself, as the runbook has an operator use it: `skyndsamt replica` beside a primary,
// `skyndsamt promote` when the primary has gone, `skyndsamt serve` in its place.
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

#include "nlohmann/json.hpp"
#include "services/server/server.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using kafka::Ended;
using kafka::Eventually;
using kafka::RunToItsEnd;
using ::testing::HasSubstr;

class ReplicaProgram : public ::testing::Test {
 protected:
  static server::Config OnKafka(const std::string& prefix) {
    server::Config config = RunningServer::Quiet();
    config.kafka_bootstrap = kafka::SharedCluster().bootstrap();
    config.kafka_topic_prefix = prefix;
    config.kafka_replication = 1;
    return config;
  }
  ReplicaProgram() {
    primary_.DeclareOrganisation();
    for (int i = 0; i < 20; ++i) primary_.OpenIncident(NewId());
    verifier_key_ = primary_.Sign();
    records_ = primary_.log().committed();
  }

  std::vector<std::string> Program(std::vector<std::string> words) const {
    std::vector<std::string> command = {"/usr/bin/env", "SKYNDSAMT_KAFKA_TOPIC_PREFIX=" + prefix_,
                                        "SKYNDSAMT_KAFKA_REPLICATION=1",
                                        "SKYNDSAMT_REMINDERS=false", SKYNDSAMT_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    return command;
  }
  std::vector<std::string> On(const std::string& command) const {
    return {command,         "--data",     data_, "--kafka", kafka::SharedCluster().bootstrap(),
            "--trusted-key", verifier_key_};
  }
  std::unique_ptr<process::Child> Serve(const std::string& command) const {
    std::vector<std::string> words = On(command);
    words.insert(words.end(), {"--listen", address_, "--dev-tokens"});
    return std::make_unique<process::Child>(Program(words));
  }
  // SIGTERM, as an operator or systemd stops it.
  static int Stop(process::Child& server) {
    kill(server.pid(), SIGTERM);
    return server.Wait();
  }
  // What `skyndsamt status --json` says; null where nobody answers.
  nlohmann::json Status() const {
    const Ended ended = RunToItsEnd(Program({"status", "--json", "--server", address_}));
    return ended.code == 0 ? nlohmann::json::parse(ended.said, nullptr, false) : nlohmann::json();
  }
  bool StatusBecomes(const std::function<bool(const nlohmann::json&)>& so) const {
    return Eventually([&] {
      const nlohmann::json status = Status();
      return status.is_object() && so(status);
    });
  }

  const std::string prefix_ = kafka::FreshPrefix();
  const TempDirectory directory_;
  const std::string data_ = directory_.path() + "/copy";
  const std::string address_ = "127.0.0.1:" + std::to_string(process::FreePort());
  RunningServer primary_{OnKafka(prefix_)};
  std::string verifier_key_;
  uint64_t records_ = 0;
};

TEST_F(ReplicaProgram, CopiesIsPromotedAndServesInThePrimarysPlace) {
  const std::string all = std::to_string(records_);  // 64 bits are text in JSON
  const auto replica = Serve("replica");
  EXPECT_TRUE(StatusBecomes([&](const nlohmann::json& status) {
    return status.contains("replica") && status["replica"].value("caught_up", false) &&
           status.value("records", "") == all && status.value("checkpoint", "") == all;
  })) << Status();
  const Ended in_use = RunToItsEnd(Program(On("promote")));
  EXPECT_EQ(in_use.code, 1) << in_use.said;
  EXPECT_EQ(Stop(*replica), 0);
  const Bytes32 root = *primary_.log().Root(records_);
  primary_.Stop();
  std::filesystem::remove_all(data_ + "/keys");
  std::filesystem::copy(primary_.data() + "/keys", data_ + "/keys",
                        std::filesystem::copy_options::recursive);

  std::vector<std::string> promote = On("promote");
  promote.insert(promote.end(), {"--quiet", "1"});
  const Ended promoted = RunToItsEnd(Program(promote));
  ASSERT_EQ(promoted.code, 0) << promoted.said;
  EXPECT_THAT(promoted.said, HasSubstr("promoted: " + all + " records; primary "));

  const auto serving = Serve("serve");
  EXPECT_TRUE(StatusBecomes([&](const nlohmann::json& status) {
    return !status.contains("replica") && status.contains("relays") &&
           status["relays"][0].value("state", "") == "running" &&
           status["relays"][0].value("sent", "") == status.value("records", "none") &&
           std::stoull(status.value("records", "0")) >= records_;
  })) << Status();
  EXPECT_EQ(Stop(*serving), 0);
  server::Config config = OnKafka(prefix_);
  config.kafka_bootstrap = "";
  config.data = data_;
  config.listen = "127.0.0.1:0";
  config.development_tokens = true;
  config.log_level = "off";
  const SystemClock clock;
  const auto opened = server::Server::Start(config, clock);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*(*opened)->event_log().Root(records_), root);
}

}  // namespace
}  // namespace skyndsamt::testing
