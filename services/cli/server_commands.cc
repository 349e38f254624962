// serve, fsck and restore: what runs in this process, on a data directory.
#include <algorithm>
#include <filesystem>

#include "eventstore/log/backup.h"
#include "eventstore/log/fsck.h"
#include "eventstore/vault/vault.h"
#include "services/cli/answer_json.h"
#include "services/cli/commands.h"
#include "services/cli/progress.h"
#include "services/server/server.h"

namespace skyndsamt::cli {
namespace {

// What serve is told besides the configuration file and the environment.
struct ServeOptions {
  std::string config;
  std::string data, listen, tls_certificate, tls_key, tls_client_ca;
  std::string token_issuer, token_audience, token_jwks;
  std::string kafka, kafka_values;
  int kafka_replication = 0;
  bool development_tokens = false;
  bool print_config = false;
};

int FailWith(const Context& context, const absl::Status& status, const std::string& sv) {
  return context.Fail(absl::IsDataLoss(status) ? kDamaged : kFailed, std::string(status.message()),
                      sv);
}

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
  set(options.kafka_values, config.kafka_values);
  if (options.kafka_replication > 0) config.kafka_replication = options.kafka_replication;
  if (options.development_tokens) config.development_tokens = true;
  return server::CheckConfig(config);
}

int Serve(const Context& context, const ServeOptions& options) {
  server::Config config;
  if (absl::Status read = ReadConfig(options, config); !read.ok()) {
    return FailWith(context, read, "inställningarna går inte att använda");
  }
  if (options.print_config) {
    context.terminal.out << server::PrintConfig(config) << "\n";
    return kOk;
  }
  SystemClock clock;
  auto server = server::Server::Start(config, clock);
  if (!server.ok()) return FailWith(context, server.status(), "servern startade inte");
  context.terminal.err << "serving on " << (*server)->address() << ", data in " << config.data
                       << "; Ctrl-C stops\n";
  if (config.development_tokens) {
    context.terminal.err << "development tokens are given to anyone on this machine: "
                            "never serve real cases so\n";
  }
  absl::Status ended = server::RunUntilSignal(**server, std::chrono::seconds(config.drain_seconds));
  if (!ended.ok()) return FailWith(context, ended, "servern kunde inte stanna som den skulle");
  return kOk;
}

std::string Hex(const Bytes32& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

void PrintReport(const Context& context, const log::FsckReport& report) {
  std::ostream& out = context.terminal.out;
  if (context.json) {
    nlohmann::ordered_json json = {{"origin", report.origin},
                                   {"records", std::to_string(report.records)},
                                   {"streams", std::to_string(report.streams)},
                                   {"requests", std::to_string(report.requests)},
                                   {"root", Hex(report.root)},
                                   {"found", std::to_string(report.found)}};
    json["findings"] = nlohmann::ordered_json::array();
    for (const log::Finding& finding : report.findings) {
      nlohmann::ordered_json one = nlohmann::ordered_json::object();
      if (finding.position) one["position"] = std::to_string(*finding.position);
      one["what"] = finding.what;
      json["findings"].push_back(std::move(one));
    }
    out << json.dump() << "\n";
    return;
  }
  for (const log::Finding& finding : report.findings) {
    if (finding.position) out << "at " << *finding.position << ": ";
    out << finding.what << "\n";
  }
  out << report.records << " records in " << report.streams << " streams, " << report.requests
      << " requests; root " << Hex(report.root) << "\n"
      << (report.clean() ? "clean" : std::to_string(report.found) + " findings") << "\n";
}

int Fsck(const Context& context, const std::string& data) {
  log::Options options;
  options.directory = (std::filesystem::path(data) / "log").string();
  options.create_if_missing = false;
  absl::StatusOr<log::FsckReport> report = [&] {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "checking, records");
    return log::Fsck(options, [&](uint64_t done, uint64_t total) { progress.At(done, total); });
  }();
  if (!report.ok()) return FailWith(context, report.status(), "loggen kan inte kontrolleras");
  PrintReport(context, *report);
  return report->clean() ? kOk : kDamaged;
}

int Restore(const Context& context, const std::string& from, const std::string& key_files,
            const std::string& data) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(data, error) && !fs::is_empty(data, error)) {
    return context.Fail(kFailed, "the data directory is not empty", "datakatalogen är inte tom");
  }
  fs::create_directories(data, error);
  if (error) {
    return context.Fail(kFailed, "the data directory cannot be made",
                        "datakatalogen kan inte skapas");
  }
  fs::permissions(data, fs::perms::owner_all, error);
  const auto records = [&] {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "restoring, MiB");
    return log::Restore(
        (fs::path(from) / "log").string(), (fs::path(data) / "log").string(),
        [&](uint64_t done, uint64_t total) { progress.At(done >> 20, total >> 20); });
  }();
  if (!records.ok()) return FailWith(context, records.status(), "loggen kan inte återställas");
  const absl::Status keys = [&] {
    const Waiting waiting(&context.terminal.err, context.terminal.err_is_terminal,
                          "restoring the keys");
    return vault::RestoreKeyStore((fs::path(from) / "keys").string(), key_files,
                                  (fs::path(data) / "keys").string());
  }();
  if (!keys.ok()) return FailWith(context, keys, "nycklarna kan inte återställas");
  if (context.json) {
    const nlohmann::ordered_json json = {{"records", std::to_string(*records)}, {"data", data}};
    context.terminal.out << json.dump() << "\n";
  } else {
    context.terminal.out << *records << " records restored; views are rebuilt at the next start\n";
  }
  return kOk;
}

}  // namespace

void AddServe(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("serve", "Run a server on a data directory");
  auto options = std::make_shared<ServeOptions>();
  command->add_option("--config", options->config, "Configuration, a JSON file");
  command->add_option("--data", options->data, "Data directory (default ./data)");
  command->add_option("--listen", options->listen,
                      "Address, host:port (default " + SessionOptions().server + ")");
  command->add_flag("--dev-tokens", options->development_tokens,
                    "Issue development tokens to anyone; loopback only");
  command->add_option("--tls-cert", options->tls_certificate, "Certificate chain, PEM");
  command->add_option("--tls-key", options->tls_key, "Private key, PEM");
  command->add_option("--tls-client-ca", options->tls_client_ca, "Demand client certificates, PEM");
  command->add_option("--token-issuer", options->token_issuer, "Issuer of tokens");
  command->add_option("--token-audience", options->token_audience, "Audience of tokens");
  command->add_option("--token-jwks", options->token_jwks, "Keys of the issuer, a JWK set");
  command->add_option("--kafka", options->kafka,
                      "Kafka's brokers, host:port,...; relays the log to them (default: no Kafka)");
  command->add_option("--kafka-replication", options->kafka_replication,
                      "Copies of each topic (default 3)");
  command->add_option("--kafka-values", options->kafka_values, "protobuf (default) or json");
  command->add_flag("--print-config", options->print_config, "Print what would be used, and end");
  command->callback([&context, options] {
    context.chosen = [&context, options] { return Serve(context, *options); };
  });
}

void AddFsck(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("fsck", "Check a closed log: every record, index and hash");
  auto data = std::make_shared<std::string>("./data");
  command->add_option("--data", *data, "Data directory, or a backup")->capture_default_str();
  AddJson(*command, context);
  command->callback(
      [&context, data] { context.chosen = [&context, data] { return Fsck(context, *data); }; });
}

void AddRestore(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("restore", "Make a data directory of a backup");
  auto from = std::make_shared<std::string>();
  auto data = std::make_shared<std::string>();
  auto key_files = std::make_shared<std::string>();
  command->add_option("BACKUP", *from, "Directory of the backup")->required();
  command->add_option("--data", *data, "Data directory to make; absent or empty")->required();
  command
      ->add_option("--key-files", *key_files,
                   "Directory of root.key and epoch.key; they are never in a backup")
      ->required();
  AddJson(*command, context);
  command->callback([&context, from, data, key_files] {
    context.chosen = [&context, from, data, key_files] {
      return Restore(context, *from, *key_files, *data);
    };
  });
}

}  // namespace skyndsamt::cli
