// Whom the server shows itself to and whom it believes: TLS one way and both, and the tokens of an
// identity provider whose keys are pinned.
#include <gtest/gtest.h>

#include <fstream>

#include "services/access/development_issuer.h"
#include "tests/services/server/running_server.h"
#include "tests/services/server/tls_files.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

class Tls : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return files_.File(name); }
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

  const TlsFiles files_;
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
