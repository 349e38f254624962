// Whom the server shows itself to and whom it believes: TLS one way and both, and the tokens of an
// identity provider whose keys are pinned.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "services/access/development_issuer.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

// A CA, a server certificate for localhost, and a client certificate, made with openssl.
class Tls : public ::testing::Test {
 protected:
  Tls() {
    const std::string in = "cd " + directory_.path() + " && ";
    const std::string quiet = " >/dev/null 2>&1";
    const std::string key = "openssl ecparam -genkey -name prime256v1 -noout -out ";
    Run(in + key + "ca.key" + quiet);
    Run(in + "openssl req -x509 -new -key ca.key -days 2 -subj /CN=test-ca -out ca.pem" + quiet);
    for (const char* name : {"server", "client"}) {
      const std::string n = name;
      Run(in + key + n + ".key" + quiet);
      Run(in + "openssl req -new -key " + n + ".key -subj /CN=" + n + " -out " + n + ".csr" +
          quiet);
      Run(in + "printf 'subjectAltName=DNS:localhost' > san && openssl x509 -req -in " + n +
          ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out " + n + ".pem" +
          quiet);
    }
  }
  static void Run(const std::string& command) { ASSERT_EQ(std::system(command.c_str()), 0); }
  std::string File(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string Text(const std::string& name) const {
    std::ifstream file(File(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  server::Config Secured() const {
    server::Config config;
    config.listen = "localhost:0";
    config.tls_certificate = File("server.pem");
    config.tls_key = File("server.key");
    return config;
  }
  grpc::Status Call(RunningServer& running,
                    const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    auto channel =
        grpc::CreateChannel("localhost:" + std::to_string(running.server().port()), credentials);
    auto stub = api::v1::OperationService::NewStub(channel);
    api::v1::ServerStatus status;
    return stub->GetServerStatus(As(running.Token(Role::kOperator), 5).get(), {}, &status);
  }

  TempDirectory directory_;
};

TEST_F(Tls, ServesThoseWhoTrustItsCa) {
  RunningServer running(Secured());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Text("ca.pem");
  const grpc::Status status = Call(running, grpc::SslCredentials(options));
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Call(running, grpc::InsecureChannelCredentials()).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Tls, MutualAsksForTheClientsCertificate) {
  server::Config config = Secured();
  config.tls_client_ca = File("ca.pem");
  RunningServer running(config);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Text("ca.pem");
  EXPECT_FALSE(Call(running, grpc::SslCredentials(options)).ok());
  options.pem_cert_chain = Text("client.pem");
  options.pem_private_key = Text("client.key");
  const grpc::Status status = Call(running, grpc::SslCredentials(options));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(Tls, MissingFileIsToldAtTheStart) {
  server::Config config = Secured();
  TempDirectory data;
  config.data = data.path();
  config.development_tokens = true;
  config.log_level = "off";
  config.tls_key = File("none.key");
  ManualClock clock(kNoon);
  EXPECT_EQ(server::Server::Start(config, clock).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Identities, OfAPinnedProviderAreTaken) {
  // Another server's development key stands in for an identity provider's.
  RunningServer provider;
  TempDirectory files;
  const auto trusted = provider.server().development_issuer()->trusted();
  std::ofstream(files.path() + "/keys.json") << trusted.jwk_set;
  server::Config config;
  config.token_issuer = trusted.issuer;
  config.token_audience = trusted.audience;
  config.token_jwks = files.path() + "/keys.json";
  RunningServer running(config);
  auto stub = api::v1::OperationService::NewStub(running.channel());
  api::v1::ServerStatus status;
  EXPECT_TRUE(stub->GetServerStatus(As(provider.Token(Role::kOperator)).get(), {}, &status).ok());
}

}  // namespace
}  // namespace skyndsamt::testing
