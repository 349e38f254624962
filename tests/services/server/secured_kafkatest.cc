// A broker with TLS, logins and access lists, reached by what stands in the configuration file: a
// primary with the rights that acls.sh grants sends events, checkpoints and figures; a replica that
// may only read copies and checks; nobody does more than that.
#include <gmock/gmock.h>

#include <fstream>

#include "services/server/wiring.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/eventstore/kafka/topic_publisher.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::server {
namespace {

using kafka::Eventually;
using skyndsamt::testing::As;
using skyndsamt::testing::NewId;
using skyndsamt::testing::RunningServer;
using ::testing::HasSubstr;

constexpr char kPublisher[] = "stranger", kReader[] = "reader";  // of the cluster, without rights
constexpr Micros kFortyDays = Micros{40} * 24 * 3600 * 1'000'000;

kafka::KafkaCluster& Cluster() {
  static kafka::KafkaCluster cluster({.secure = true});
  return cluster;
}

class Secured : public ::testing::Test {
 protected:
  // As an operator writes it.
  Config FromFile(const std::string& settings) {
    const std::string path = File("config.json", "{" + settings + ", \"kafka_tls_ca\": \"" +
                                                     Cluster().ca() + R"(", "kafka_tls": true,
        "kafka_topic_prefix": ")" + prefix_ + R"(", "kafka_replication": 1, "log_level": "off",
        "checkpoint_seconds": 1, "statistics_months": 1, "reminders": false})");
    Config config;
    const absl::Status read = ReadConfigFile(path, config);
    EXPECT_TRUE(read.ok()) << read;
    return config;
  }
  Config WithPassword(const std::string& user) {
    return FromFile(R"("kafka_bootstrap": ")" + Cluster().sasl_ssl() +
                    R"(", "kafka_sasl_mechanism": "PLAIN", "kafka_sasl_user": ")" + user +
                    R"(", "kafka_sasl_password_file": ")" + File("password", Cluster().password()) +
                    "\"");
  }
  Config WithCertificate() {
    return FromFile(R"("kafka_bootstrap": ")" + Cluster().mutual() +
                    R"(", "kafka_tls_certificate": ")" + Cluster().certificate() +
                    R"(", "kafka_tls_key": ")" + Cluster().key() + "\"");
  }
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path) << text << "\n";
    return path;
  }

  static void Run(const std::vector<std::string>& command) {
    const kafka::Ended ended = kafka::RunToItsEnd(command);
    ASSERT_EQ(ended.code, 0) << ended.said;
  }
  void GrantRelay() { Run({SKYNDSAMT_KAFKA_ACLS, Cluster().bootstrap(), kPublisher, prefix_}); }
  // deploy/kafka/README.md: "a replica Read on events and checkpoints".
  void GrantReplica() {
    Run({"/usr/bin/java", "-cp", SKYNDSAMT_KAFKA_LIBS "/*", "org.apache.kafka.tools.AclCommand",
         "--bootstrap-server", Cluster().bootstrap(), "--add", "--allow-principal",
         std::string("User:") + kReader, "--operation", "Read", "--topic", names_.events, "--topic",
         names_.checkpoints});
  }

  static api::v1::ServerStatus StatusOf(RunningServer& running) {
    api::v1::ServerStatus status;
    const auto asked =
        api::v1::OperationService::NewStub(running.channel())
            ->GetServerStatus(As(running.Token(access::Role::kOperator)).get(), {}, &status);
    EXPECT_TRUE(asked.ok()) << asked.error_message();
    return status;
  }
  // So many of a topic are sent, or more, and nothing waits.
  static bool HasSent(RunningServer& running, const std::string& topic, uint64_t least) {
    const auto status = StatusOf(running);
    return std::ranges::any_of(status.relays(), [&](const auto& relay) {
      return relay.topic() == topic && relay.state() == "running" && relay.sent() >= least &&
             relay.backlog() == 0;
    });
  }
  void ExpectTopicIsLog(RunningServer& running) {
    const Position records = running.log().committed();
    const auto read = kafka::ReadTopic(Cluster().bootstrap(), names_.events, records);
    EXPECT_EQ(read.wrong, "");
    EXPECT_EQ(read.root, kafka::Hex(*running.log().Root(records)));
  }

  const std::string prefix_ = kafka::FreshPrefix();
  const kafka::TopicNames names_{prefix_};
  skyndsamt::testing::TempDirectory directory_;
};

TEST_F(Secured, TheRelaysRightsSufficeForEventsCheckpointsAndFigures) {
  RunningServer primary(WithPassword(kPublisher));
  primary.DeclareOrganisation();
  const auto refused = [&](const auto& relay) {
    return relay.reason().find("AUTHORIZATION_FAILED") != std::string::npos;
  };
  EXPECT_TRUE(Eventually([&] { return std::ranges::any_of(StatusOf(primary).relays(), refused); }));
  GrantRelay();
  for (int i = 0; i < 5; ++i) primary.OpenIncident(NewId());
  primary.clock().Advance(kFortyDays);
  primary.OpenIncident(NewId());
  primary.Sign();
  const Position records = primary.log().committed();
  EXPECT_TRUE(Eventually([&] { return HasSent(primary, names_.events, records); }));
  EXPECT_TRUE(Eventually([&] { return HasSent(primary, names_.checkpoints, 1); }));
  EXPECT_TRUE(Eventually([&] { return HasSent(primary, names_.statistics, 1); }));
  ExpectTopicIsLog(primary);
}

TEST_F(Secured, AReplicaNeedsToReadAndCanDoNoMore) {
  RunningServer primary(WithCertificate());
  primary.DeclareOrganisation();
  primary.OpenIncident(NewId());
  const std::string verifier_key = primary.Sign();
  const Position records = primary.log().committed();
  ASSERT_TRUE(Eventually([&] { return HasSent(primary, names_.events, records); }));
  Config config = WithPassword(kReader);
  config.replica = true;
  config.trusted_verifier_keys = verifier_key;
  RunningServer replica(config);
  EXPECT_TRUE(Eventually([&] { return StatusOf(replica).replica().reason() != ""; }));
  GrantReplica();
  EXPECT_TRUE(Eventually([&] {
    const auto status = StatusOf(replica);
    return status.replica().caught_up() && status.records() == records &&
           status.checkpoint() == records;
  })) << StatusOf(replica).ShortDebugString();
  EXPECT_EQ(*replica.log().Root(records), *primary.log().Root(records));

  const auto publisher = kafka::TopicPublisher::Open(KafkaConnection(config));
  ASSERT_TRUE(publisher.ok()) << publisher.status();
  const kafka::Message forged{.topic = names_.events, .key = "k", .value = "v"};
  const absl::Status sent = (*publisher)->Publish(forged, absl::Seconds(60));
  EXPECT_FALSE(sent.ok());
  EXPECT_THAT(std::string(sent.message()), HasSubstr("AUTHORIZATION_FAILED"));
  ExpectTopicIsLog(primary);
}

}  // namespace
}  // namespace skyndsamt::server
