#include "services/server/transport.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/resource_quota.h"

namespace skyndsamt::server {
namespace {

// What is too large is refused by the services, with its reason, up to the size that gRPC takes by
// default: so much of a message is worth its memory (100 streams of it fit the quota). What is
// larger gRPC refuses while it arrives, with the same code and nothing more.
constexpr int kReceiveAtMost = 4 << 20;
constexpr int kReceiveSlack = 1 << 20;  // at least, where the limit is set high

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) {
    return absl::InvalidArgumentError(absl::StrCat("TLS: cannot read ", path));
  }
  return text.str();
}

// gRPC gives reflection to every server of a process that links it; this takes it from one.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    const std::string reflection = grpc::reflection::ProtoServerReflectionPlugin().name();
    std::erase_if(*plugins, [&](const auto& plugin) { return plugin->name() == reflection; });
  }
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(const Config& config) {
  if (config.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  const auto certificate = ReadPem(config.tls_certificate);
  if (!certificate.ok()) return certificate.status();
  const auto key = ReadPem(config.tls_key);
  if (!key.ok()) return key.status();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({*key, *certificate});
  if (!config.tls_client_ca.empty()) {
    const auto ca = ReadPem(config.tls_client_ca);
    if (!ca.ok()) return ca.status();
    options.pem_root_certs = *ca;
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(options);
}

void Harden(grpc::ServerBuilder& builder, const Config& config) {
  const auto millis = [](int seconds) { return seconds * 1000; };
  builder.SetMaxReceiveMessageSize(
      std::max(kReceiveAtMost, config.max_receive_bytes + kReceiveSlack));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, config.max_metadata_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, config.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, millis(config.idle_seconds));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, millis(config.age_seconds));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             millis(config.age_grace_seconds));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, millis(config.keepalive_seconds));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             millis(config.keepalive_timeout_seconds));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             millis(config.handshake_seconds));
  // Two servers must not share a port by accident.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("skyndsamt");
  quota.Resize(static_cast<size_t>(config.memory_quota_bytes));
  builder.SetResourceQuota(quota);
  // Only health and reflection are served the synchronous way; one thread waits for both.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  // gRPC serves health without a description that reflection could hand out.
  google::protobuf::LinkMessageReflection<grpc::health::v1::HealthCheckRequest>();
  if (!config.reflection) builder.SetOption(std::make_unique<WithoutReflection>());
}

}  // namespace skyndsamt::server
