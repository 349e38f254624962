// TLS, SASL and access lists against a real broker: what is let through, and what an operator is
// told where it is not.
#include <fstream>

#include "eventstore/kafka/checkpoint_publisher.h"
#include "eventstore/log/checkpointer.h"
#include "tests/eventstore/kafka/kafka_fixture.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using State = RelayStatus::State;

constexpr char kStranger[] = "stranger";  // a user of the cluster who may do nothing

class Security : public RelayTest {
 protected:
  static KafkaCluster& Cluster() {
    static KafkaCluster cluster({.secure = true});
    return cluster;
  }

  std::string File(const std::string& name, const std::string& text) {
    const std::string path = directory_ / name;
    std::ofstream(path) << text << "\n";
    return path;
  }

  // By password, and by certificate.
  RelayOptions Secured(const std::string& user, const std::string& password) {
    return Through({.bootstrap = Cluster().sasl_ssl(),
                    .tls = true,
                    .tls_ca = Cluster().ca(),
                    .sasl_mechanism = "PLAIN",
                    .sasl_user = user,
                    .sasl_password_file = File("password", password)});
  }
  RelayOptions Mutual(const std::string& certificate, const std::string& key) {
    return Through({.bootstrap = Cluster().mutual(),
                    .tls = true,
                    .tls_ca = Cluster().ca(),
                    .tls_certificate = certificate,
                    .tls_key = key});
  }
  RelayOptions Through(const ConnectionOptions& connection) {
    RelayOptions options = EventsRelay(connection, names_, 1, ValueFormat::kProtobuf);
    options.transactional_prefix = prefix_ + "relay.";
    options.patience = absl::Seconds(3);
    options.shortest_pause = absl::Milliseconds(50);
    options.longest_pause = absl::Milliseconds(200);
    return options;
  }

  // The reason it waits with, once it has one with these words.
  std::string ReasonWith(const Relay& relay, const std::string& words) {
    std::string reason;
    Eventually([&] {
      const RelayStatus status = relay.Status();
      reason = status.reason;
      return status.state == State::kWaiting && reason.find(words) != std::string::npos;
    });
    return reason;
  }

  // Through the listener that asks for a password.
  void Grant(const std::string& user) {
    const std::string properties =
        File("admin.properties",
             "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n" +
                 PlainLogin(Cluster().user(), Cluster().password()) +
                 "\nssl.truststore.type=PEM\nssl.truststore.location=" + Cluster().ca());
    process::Child script({SKYNDSAMT_KAFKA_ACLS, Cluster().sasl_ssl(), user, prefix_, properties});
    ASSERT_EQ(script.Wait(), 0);
  }
  static std::string PlainLogin(const std::string& user, const std::string& password) {
    return "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
           "username=\"" +
           user + "\" password=\"" + password + "\";";
  }
  void ExpectSecureTopicIsLog() {
    const ReadBack read = ReadTopic(Cluster().bootstrap(), names_.events, log_->committed());
    EXPECT_EQ(read.wrong, "");
    EXPECT_EQ(read.root, Hex(*log_->Root(log_->committed())));
  }
};

TEST_F(Security, APasswordOrACertificateLetsTheRelayThrough) {
  for (const RelayOptions& options : {Secured(Cluster().user(), Cluster().password()),
                                      Mutual(Cluster().certificate(), Cluster().key())}) {
    AddMany(200);
    const auto relay = StartRelay(options);
    ASSERT_TRUE(CatchesUp(*relay)) << relay->Status().reason;
  }
  ExpectSecureTopicIsLog();
}

TEST_F(Security, OneWithoutACertificateIsRefusedWhereOneIsAskedFor) {
  const auto relay = StartRelay(Mutual("", ""));
  EXPECT_THAT(ReasonWith(*relay, "ssl"), HasSubstr("ssl"));
}

TEST_F(Security, AWrongPasswordIsToldAndTheRightOneIsTakenUp) {
  AddMany(20);
  RelayOptions options = Secured(Cluster().user(), "not-the-password");
  const auto relay = StartRelay(options);
  const std::string reason = ReasonWith(*relay, "uthentication");
  EXPECT_THAT(reason, HasSubstr("uthentication"));
  EXPECT_THAT(reason, Not(HasSubstr("not-the-password")));
  File("password", Cluster().password());
  EXPECT_TRUE(CatchesUp(*relay)) << relay->Status().reason;
}

TEST_F(Security, ABrokerOfUnknownAuthorityIsNotTrusted) {
  RelayOptions options = Secured(Cluster().user(), Cluster().password());
  options.connection.tls_ca = "/etc/ssl/certs/ca-certificates.crt";
  const auto relay = StartRelay(options);
  EXPECT_THAT(ReasonWith(*relay, "certificate verify failed"),
              HasSubstr("certificate verify failed"));
}

TEST_F(Security, APasswordFileThatIsNotThereIsNamed) {
  RelayOptions options = Secured(Cluster().user(), Cluster().password());
  options.connection.sasl_password_file = "/nowhere/password";
  const auto relay = StartRelay(options);
  EXPECT_THAT(ReasonWith(*relay, "/nowhere"), HasSubstr("no password in /nowhere/password"));
}

TEST_F(Security, AUserWithoutRightsIsToldSoAndTheRightsOfTheDeploymentSuffice) {
  AddMany(100);
  const auto relay = StartRelay(Secured(kStranger, Cluster().password()));
  EXPECT_THAT(ReasonWith(*relay, "AUTHORIZATION_FAILED"), HasSubstr("AUTHORIZATION_FAILED"));
  Grant(kStranger);
  ASSERT_TRUE(CatchesUp(*relay)) << relay->Status().reason;
  ExpectSecureTopicIsLog();
  log::Checkpointer checkpointer(*log_, TestSigner(log_->origin()),
                                 {.every = std::chrono::hours(24)});
  ASSERT_TRUE(checkpointer.SignNow().ok());
  const auto publisher = StartCheckpointPublisher(
      CheckpointsPublisher(Secured(kStranger, Cluster().password()).connection, names_, 1), *log_);
  EXPECT_TRUE(Eventually([&] { return publisher->Status().published == log_->committed(); }))
      << publisher->Status().reason;
}

}  // namespace
}  // namespace skyndsamt::kafka
