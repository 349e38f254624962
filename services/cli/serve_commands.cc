// serve, replica and promote: a server in this process, on a data directory.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "services/cli/commands.h"
#include "services/server/promotion.h"
#include "services/server/server.h"

namespace skyndsamt::cli {
namespace {

// What a server is told besides the configuration file and the environment.
struct ServeOptions {
  std::string config;
  std::string data, listen, tls_certificate, tls_key, tls_client_ca;
  std::string token_issuer, token_audience, token_jwks;
  std::string kafka, kafka_values, metrics;
  int kafka_replication = 0;
  std::vector<std::string> trusted_keys;
  bool development_tokens = false;
  bool replica = false;
  bool print_config = false;
};

// SKYNDSAMT_TOKEN and SKYNDSAMT_SERVER are the client's, not the server's.
std::vector<std::string> ServerEnvironment() {
  std::vector<std::string> environment = server::ProcessEnvironment();
  std::erase_if(environment, [](const std::string& variable) {
    return variable.starts_with("SKYNDSAMT_TOKEN=") || variable.starts_with("SKYNDSAMT_SERVER=");
  });
  return environment;
}

absl::Status ReadConfig(const ServeOptions& options, server::Config& config) {
  config.listen = SessionOptions().server;
  if (!options.config.empty()) {
    if (absl::Status read = server::ReadConfigFile(options.config, config); !read.ok()) return read;
  }
  if (absl::Status read = server::ReadConfigEnvironment(ServerEnvironment(), config); !read.ok()) {
    return read;
  }
  auto set = [](const std::string& flag, std::string& field) {
    if (!flag.empty()) field = flag;
  };
  set(options.data, config.data);
  set(options.listen, config.listen);
  set(options.tls_certificate, config.tls_certificate);
  set(options.tls_key, config.tls_key);
  set(options.tls_client_ca, config.tls_client_ca);
  set(options.token_issuer, config.token_issuer);
  set(options.token_audience, config.token_audience);
  set(options.token_jwks, config.token_jwks);
  set(options.kafka, config.kafka_bootstrap);
  set(options.metrics, config.metrics_address);
  set(options.kafka_values, config.kafka_values);
  set(absl::StrJoin(options.trusted_keys, ","), config.trusted_verifier_keys);
  if (options.kafka_replication > 0) config.kafka_replication = options.kafka_replication;
  if (options.development_tokens) config.development_tokens = true;
  if (options.replica) config.replica = true;
  return absl::OkStatus();
}

int Serve(const Context& context, const ServeOptions& options) {
  server::Config config;
  absl::Status read = ReadConfig(options, config);
  if (read.ok()) read = server::CheckConfig(config);
  if (!read.ok()) return context.Fail(read, "inställningarna går inte att använda");
  if (options.print_config) {
    context.terminal.out << server::PrintConfig(config) << "\n";
    return kOk;
  }
  SystemClock clock;
  auto server = server::Server::Start(config, clock);
  if (!server.ok()) return context.Fail(server.status(), "servern startade inte");
  context.terminal.err << (config.replica ? "serving a replica on " : "serving on ")
                       << (*server)->address() << ", data in " << config.data << "; Ctrl-C stops\n";
  if (config.development_tokens) {
    context.terminal.err << "development tokens are given to anyone on this machine: "
                            "never serve real cases so\n";
  }
  absl::Status ended = server::RunUntilSignal(**server, std::chrono::seconds(config.drain_seconds));
  if (!ended.ok()) return context.Fail(ended, "servern kunde inte stanna som den skulle");
  return kOk;
}

int Promote(const Context& context, const ServeOptions& options, int quiet_seconds,
            bool accept_loss) {
  server::Config config;
  absl::Status read = ReadConfig(options, config);
  if (read.ok() && config.kafka_bootstrap.empty()) {
    read = absl::InvalidArgumentError(
        "promotion needs Kafka, to fence the primary: give --kafka or kafka_bootstrap");
  }
  if (read.ok()) read = server::CheckBrokers(config);
  if (!read.ok()) return context.Fail(read, "inställningarna går inte att använda");
  const SystemClock clock;
  const auto promoted = server::PromoteReplica(
      config,
      {.quiet = std::chrono::seconds(quiet_seconds),
       .accept_loss = accept_loss,
       .on_step = [&](std::string_view step) { context.terminal.err << step << "\n"; }},
      clock);
  if (!promoted.ok()) return context.Fail(promoted.status(), "kopian kan inte ta över");
  context.terminal.out << "promoted: " << promoted->records << " records";
  if (promoted->lost > 0) context.terminal.out << ", " << promoted->lost << " given up";
  context.terminal.out << "; primary " << promoted->id.ToString() << "\n";
  context.terminal.err << "next: skyndsamt serve --data " << config.data << "\n";
  return kOk;
}

void AddKafkaOptions(CLI::App& command, ServeOptions& options) {
  command.add_option("--config", options.config, "Configuration, a JSON file");
  command.add_option("--data", options.data, "Data directory (default ./data)");
  command.add_option("--kafka", options.kafka,
                     "Kafka's brokers, host:port,... (default: no Kafka)");
  command.add_option("--trusted-key", options.trusted_keys,
                     "Verifier key whose checkpoints are trusted: of a replica's primary, or one "
                     "that the log was signed with before");
}

void AddServeOptions(CLI::App& command, ServeOptions& options) {
  AddKafkaOptions(command, options);
  command.add_option("--listen", options.listen,
                     "Address, host:port (default " + SessionOptions().server + ")");
  command.add_flag("--dev-tokens", options.development_tokens,
                   "Issue development tokens to anyone; loopback only");
  command.add_option("--tls-cert", options.tls_certificate, "Certificate chain, PEM");
  command.add_option("--tls-key", options.tls_key, "Private key, PEM");
  command.add_option("--tls-client-ca", options.tls_client_ca, "Demand client certificates, PEM");
  command.add_option("--token-issuer", options.token_issuer, "Issuer of tokens");
  command.add_option("--token-audience", options.token_audience, "Audience of tokens");
  command.add_option("--token-jwks", options.token_jwks, "Keys of the issuer, a JWK set");
  command.add_option("--metrics", options.metrics,
                     "Address of Prometheus' metrics, host:port; loopback only (default none)");
  command.add_flag("--print-config", options.print_config, "Print what would be used, and end");
}

}  // namespace

void AddServe(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("serve", "Run a server on a data directory");
  auto options = std::make_shared<ServeOptions>();
  AddServeOptions(*command, *options);
  command->add_option("--kafka-replication", options->kafka_replication,
                      "Copies of each topic (default 3)");
  command->add_option("--kafka-values", options->kafka_values, "protobuf (default) or json");
  command->callback([&context, options] {
    context.chosen = [&context, options] { return Serve(context, *options); };
  });
}

void AddReplica(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "replica", "Copy a primary's log from Kafka, check its checkpoints, answer queries");
  auto options = std::make_shared<ServeOptions>();
  options->replica = true;
  AddServeOptions(*command, *options);
  command->callback([&context, options] {
    context.chosen = [&context, options] { return Serve(context, *options); };
  });
}

void AddPromote(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "promote", "Make a stopped replica's directory the primary's, whose server is gone");
  auto options = std::make_shared<ServeOptions>();
  auto quiet = std::make_shared<int>(30);
  auto accept_loss = std::make_shared<bool>(false);
  AddKafkaOptions(*command, *options);
  command->add_option("--quiet", *quiet, "Seconds in which the primary must write nothing")
      ->check(CheckCount)
      ->capture_default_str();
  command->add_flag("--accept-loss", *accept_loss,
                    "Go on although the primary had records that nobody else has");
  command->callback([&context, options, quiet, accept_loss] {
    context.chosen = [&context, options, quiet, accept_loss] {
      return Promote(context, *options, *quiet, *accept_loss);
    };
  });
}

}  // namespace skyndsamt::cli
