// How the program reaches a server that shows who it is, and asks who calls.
#include "tests/services/cli/cli_fixture.h"
#include "tests/services/server/tls_files.h"

namespace skyndsamt::cli {
namespace {

using ::testing::HasSubstr;

class Session : public ::testing::Test {
 protected:
  // With these arguments besides, of a server with mutual TLS.
  Ran Status(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"status", "--server", server_->address()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return RunHere(std::move(all));
  }
  void SetUp() override {
    server::Config config;
    config.data = directory_ / "data";
    config.listen = "localhost:0";
    config.development_tokens = true;
    config.log_level = "error";
    config.tls_certificate = files_.File("server.pem");
    config.tls_key = files_.File("server.key");
    config.tls_client_ca = files_.File("ca.pem");
    auto started = server::Server::Start(config, clock_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }

  const skyndsamt::testing::TlsFiles files_;
  TestDirectory directory_;
  SystemClock clock_;
  std::unique_ptr<server::Server> server_;
};

TEST_F(Session, ShowsItsCertificateWhereTheServerAsksForOne) {
  const std::string ca = files_.File("ca.pem");
  const std::string certificate = files_.File("client.pem");
  const std::string key = files_.File("client.key");
  EXPECT_EQ(Status({"--tls-ca", ca}).code, 3) << "without one it is not served";
  const Ran served = Status({"--tls-ca", ca, "--tls-certificate", certificate, "--tls-key", key});
  EXPECT_EQ(served.code, 0) << served.err;
}

TEST_F(Session, RefusesHalfOfAnIdentityAndFilesThatAreNone) {
  const std::string ca = files_.File("ca.pem");
  const std::string certificate = files_.File("client.pem");
  const std::string key = files_.File("client.key");
  EXPECT_EQ(Status({"--tls-ca", ca, "--tls-certificate", certificate}).code, 2);
  EXPECT_EQ(Status({"--tls-ca", ca, "--tls-key", key}).code, 2);
  EXPECT_EQ(Status({"--tls-certificate", certificate, "--tls-key", key}).code, 2)
      << "over a connection in the clear nobody would ask for it";
  const Ran swapped = Status({"--tls-ca", ca, "--tls-certificate", key, "--tls-key", certificate});
  EXPECT_EQ(swapped.code, 2);
  EXPECT_THAT(swapped.err, HasSubstr("client.key holds no certificate (PEM)"));
  EXPECT_EQ(Status({"--tls-ca", ca, "--tls-certificate", certificate, "--tls-key", ca}).code, 2);
}

TEST_F(Session, AnEmptyAddressIsAFaultOfTheCommandLine) {
  for (const char* command : {"case", "status", "policy"}) {
    const Ran ran = RunHere({command, "--server", ""});
    EXPECT_EQ(ran.code, 2) << command;
    EXPECT_THAT(ran.err, HasSubstr("--server: must be host:port"));
  }
}

}  // namespace
}  // namespace skyndsamt::cli
