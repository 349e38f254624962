#include "services/server/config.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <type_traits>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace skyndsamt::server {
namespace {

using Json = nlohmann::ordered_json;

using Member =
    std::variant<std::string Config::*, int Config::*, int64_t Config::*, bool Config::*>;

struct Setting {
  const char* name;
  Member member;
};

constexpr char kPrefix[] = "SKYNDSAMT_";

const std::vector<Setting>& Settings() {
  static const std::vector<Setting> settings = {
      {"data", &Config::data},
      {"listen", &Config::listen},
      {"origin", &Config::origin},
      {"tls_certificate", &Config::tls_certificate},
      {"tls_key", &Config::tls_key},
      {"tls_client_ca", &Config::tls_client_ca},
      {"token_issuer", &Config::token_issuer},
      {"token_audience", &Config::token_audience},
      {"token_jwks", &Config::token_jwks},
      {"development_tokens", &Config::development_tokens},
      {"checkpoint_seconds", &Config::checkpoint_seconds},
      {"checkpoint_records", &Config::checkpoint_records},
      {"trusted_verifier_keys", &Config::trusted_verifier_keys},
      {"replica", &Config::replica},
      {"reflection", &Config::reflection},
      {"metrics_address", &Config::metrics_address},
      {"kafka_bootstrap", &Config::kafka_bootstrap},
      {"kafka_topic_prefix", &Config::kafka_topic_prefix},
      {"kafka_values", &Config::kafka_values},
      {"kafka_replication", &Config::kafka_replication},
      {"kafka_check_topics", &Config::kafka_check_topics},
      {"kafka_statistics", &Config::kafka_statistics},
      {"kafka_tls", &Config::kafka_tls},
      {"kafka_tls_ca", &Config::kafka_tls_ca},
      {"kafka_tls_certificate", &Config::kafka_tls_certificate},
      {"kafka_tls_key", &Config::kafka_tls_key},
      {"kafka_sasl_mechanism", &Config::kafka_sasl_mechanism},
      {"kafka_sasl_user", &Config::kafka_sasl_user},
      {"kafka_sasl_password_file", &Config::kafka_sasl_password_file},
      {"statistics_k", &Config::statistics_k},
      {"statistics_months", &Config::statistics_months},
      {"max_receive_bytes", &Config::max_receive_bytes},
      {"max_metadata_bytes", &Config::max_metadata_bytes},
      {"max_concurrent_streams", &Config::max_concurrent_streams},
      {"max_deadline_seconds", &Config::max_deadline_seconds},
      {"memory_quota_bytes", &Config::memory_quota_bytes},
      {"worker_threads", &Config::worker_threads},
      {"worker_queue", &Config::worker_queue},
      {"bytes_under_way", &Config::bytes_under_way},
      {"calls_per_second", &Config::calls_per_second},
      {"drain_seconds", &Config::drain_seconds},
      {"idle_seconds", &Config::idle_seconds},
      {"age_seconds", &Config::age_seconds},
      {"age_grace_seconds", &Config::age_grace_seconds},
      {"keepalive_seconds", &Config::keepalive_seconds},
      {"keepalive_timeout_seconds", &Config::keepalive_timeout_seconds},
      {"handshake_seconds", &Config::handshake_seconds},
      {"reminders", &Config::reminders},
      {"reminder_lead_days", &Config::reminder_lead_days},
      {"reminder_lead_hours", &Config::reminder_lead_hours},
      {"reminder_every_seconds", &Config::reminder_every_seconds},
      {"cache_bytes", &Config::cache_bytes},
      {"reserve_bytes", &Config::reserve_bytes},
      {"log_level", &Config::log_level},
  };
  return settings;
}

const Setting* FindSetting(std::string_view name) {
  for (const Setting& setting : Settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

absl::Status WrongValue(const char* name) {
  return absl::InvalidArgumentError(absl::StrCat("config: ", name, " has a value of another type"));
}

absl::Status SetFromJson(const Setting& setting, const Json& value, Config& config) {
  return std::visit(
      [&](auto member) -> absl::Status {
        using T = std::remove_reference_t<decltype(config.*member)>;
        if constexpr (std::is_same_v<T, std::string>) {
          if (!value.is_string()) return WrongValue(setting.name);
        } else if constexpr (std::is_same_v<T, bool>) {
          if (!value.is_boolean()) return WrongValue(setting.name);
        } else {
          if (!value.is_number_integer()) return WrongValue(setting.name);
          const int64_t number = value.get<int64_t>();
          if (number != static_cast<T>(number)) return WrongValue(setting.name);
        }
        config.*member = value.get<T>();
        return absl::OkStatus();
      },
      setting.member);
}

absl::Status SetFromText(const Setting& setting, const std::string& text, Config& config) {
  return std::visit(
      [&](auto member) -> absl::Status {
        using T = std::remove_reference_t<decltype(config.*member)>;
        if constexpr (std::is_same_v<T, std::string>) {
          config.*member = text;
        } else if constexpr (std::is_same_v<T, bool>) {
          if (!absl::SimpleAtob(text, &(config.*member))) return WrongValue(setting.name);
        } else {
          if (!absl::SimpleAtoi(text, &(config.*member))) return WrongValue(setting.name);
        }
        return absl::OkStatus();
      },
      setting.member);
}

std::string HostOf(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) {
    host = host.substr(1, host.size() - 2);
  }
  return host;
}

absl::Status Misset(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("config: ", what));
}

absl::Status CheckIdentities(const Config& config) {
  const int named =
      !config.token_issuer.empty() + !config.token_audience.empty() + !config.token_jwks.empty();
  if (named != 0 && named != 3) {
    return Misset("token_issuer, token_audience and token_jwks belong together");
  }
  if (named == 0 && !config.development_tokens) {
    return Misset(
        "no source of identities: set token_issuer, token_audience and token_jwks, or "
        "development_tokens on a loopback address");
  }
  if (config.development_tokens && !IsLoopback(config.listen)) {
    return Misset("development_tokens are for a loopback address alone");
  }
  return absl::OkStatus();
}

absl::Status CheckKafka(const Config& config) {
  if (config.kafka_values != "protobuf" && config.kafka_values != "json") {
    return Misset("kafka_values is protobuf or json");
  }
  if (config.kafka_replication < 1) return Misset("kafka_replication is at least 1");
  if (config.statistics_k < 3) return Misset("statistics_k is at least 3");
  const int months = config.statistics_months;
  if (months != 1 && months != 3 && months != 6 && months != 12) {
    return Misset("statistics_months is 1, 3, 6 or 12");
  }
  if (config.kafka_tls_certificate.empty() != config.kafka_tls_key.empty()) {
    return Misset("kafka_tls_certificate and kafka_tls_key belong together");
  }
  if (!config.kafka_tls && !(config.kafka_tls_ca + config.kafka_tls_certificate).empty()) {
    return Misset("kafka_tls is off and its files are set");
  }
  const std::string& mechanism = config.kafka_sasl_mechanism;
  if (mechanism.empty()) {
    if (config.kafka_sasl_user.empty() && config.kafka_sasl_password_file.empty()) return {};
    return Misset("kafka_sasl_mechanism is not set");
  }
  if (mechanism != "PLAIN" && mechanism != "SCRAM-SHA-256" && mechanism != "SCRAM-SHA-512") {
    return Misset("kafka_sasl_mechanism is PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512");
  }
  if (mechanism == "PLAIN" && !config.kafka_tls) {
    return Misset("kafka_sasl_mechanism PLAIN without kafka_tls would send the password in clear");
  }
  if (config.kafka_sasl_user.empty() || config.kafka_sasl_password_file.empty()) {
    return Misset("kafka_sasl_user and kafka_sasl_password_file are needed");
  }
  return absl::OkStatus();
}

absl::Status CheckCopies(const Config& config) {
  if (!merkle::IsNoteName(config.origin)) {
    return Misset("origin is printable ASCII without space and '+'");
  }
  const auto trusted = TrustedVerifiers(config);
  if (!trusted.ok()) return trusted.status();
  if (config.checkpoint_seconds < 1 || config.checkpoint_records < 1) {
    return Misset("checkpoint_seconds and checkpoint_records are at least 1");
  }
  if (!config.replica) return absl::OkStatus();
  if (config.kafka_bootstrap.empty()) return Misset("a replica needs kafka_bootstrap");
  if (trusted->empty()) {
    return Misset("a replica needs its primary's verifier key in trusted_verifier_keys");
  }
  return absl::OkStatus();
}

// Whether it is host:port; gRPC takes a port that is too large for another, and none for 443.
bool IsHostAndPort(const std::string& address) {
  int port = 0;
  const size_t colon = address.rfind(':');
  return colon != std::string::npos && absl::SimpleAtoi(address.substr(colon + 1), &port) &&
         port >= 0 && port <= 65535;
}

absl::Status CheckMetrics(const Config& config) {
  const std::string& address = config.metrics_address;
  if (address.empty()) return absl::OkStatus();
  if (!IsHostAndPort(address)) return Misset("metrics_address is no host:port");
  if (!IsLoopback(address)) return Misset("metrics_address is a loopback address alone");
  return absl::OkStatus();
}

absl::Status CheckWork(const Config& config) {
  if (config.worker_threads < 1 || config.worker_queue < 1) return Misset("no worker");
  if (config.reminder_every_seconds < 1 || config.reminder_lead_days > 366 ||
      config.reminder_lead_hours > 8784) {
    return Misset("reminders need a round of a second or more, and a lead of a year or less");
  }
  if (config.bytes_under_way < 5ll * config.max_receive_bytes) {
    return Misset("bytes_under_way is less than one call may need");
  }
  if (config.max_receive_bytes < 1 || config.max_deadline_seconds < 1) return Misset("no limit");
  return absl::OkStatus();
}

constexpr int64_t kMostSeconds = 2'000'000;  // in milliseconds it is still an int, as gRPC has it

// 0 for what is no number.
int64_t NumberOf(const Config& config, const Setting& setting) {
  return std::visit(
      [&](auto member) -> int64_t {
        using T = std::remove_reference_t<decltype(config.*member)>;
        if constexpr (std::is_same_v<T, const int> || std::is_same_v<T, const int64_t>) {
          return config.*member;
        }
        return 0;
      },
      setting.member);
}

absl::Status CheckLimits(const Config& config) {
  for (const Setting& setting : Settings()) {
    const int64_t number = NumberOf(config, setting);
    if (number < 0) return Misset("a limit is negative");
    if (absl::EndsWith(setting.name, "_seconds") && number > kMostSeconds) {
      return Misset(absl::StrCat(setting.name, " is above ", kMostSeconds));
    }
  }
  if (config.max_concurrent_streams < 1 || config.max_metadata_bytes < 4096 ||
      config.memory_quota_bytes < 16 << 20) {
    return Misset(
        "a connection needs max_concurrent_streams of 1, max_metadata_bytes of 4096 and "
        "memory_quota_bytes of 16 MiB or more");
  }
  for (const char* level : {"debug", "info", "warn", "error", "off"}) {
    if (config.log_level == level) return CheckWork(config);
  }
  return Misset("log_level is none of debug, info, warn, error and off");
}

}  // namespace

absl::Status ReadConfigFile(const std::string& path, Config& config) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("config: no file ", path));
  const Json json = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError("config: not a JSON object");
  Config read = config;
  for (const auto& [name, value] : json.items()) {
    const Setting* setting = FindSetting(name);
    if (setting == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("config: unknown key ", name));
    }
    if (absl::Status set = SetFromJson(*setting, value, read); !set.ok()) return set;
  }
  config = std::move(read);
  return absl::OkStatus();
}

absl::Status ReadConfigEnvironment(const std::vector<std::string>& environment, Config& config) {
  Config read = config;
  for (const std::string& variable : environment) {
    if (!absl::StartsWith(variable, kPrefix)) continue;
    const size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    const std::string name =
        absl::AsciiStrToLower(absl::StripPrefix(variable.substr(0, equals), kPrefix));
    const Setting* setting = FindSetting(name);
    if (setting == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("config: unknown variable ", variable.substr(0, equals)));
    }
    absl::Status set = SetFromText(*setting, variable.substr(equals + 1), read);
    if (!set.ok()) return set;
  }
  config = std::move(read);
  return absl::OkStatus();
}

std::vector<std::string> ProcessEnvironment() {
  std::vector<std::string> out;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    out.emplace_back(*variable);
  }
  return out;
}

std::string PrintConfig(const Config& config) {
  Json json;
  for (const Setting& setting : Settings()) {
    std::visit([&](auto member) { json[setting.name] = config.*member; }, setting.member);
  }
  return json.dump(2);
}

absl::StatusOr<std::vector<merkle::NoteVerifier>> TrustedVerifiers(const Config& config) {
  std::vector<merkle::NoteVerifier> verifiers;
  const auto keys =
      absl::StrSplit(config.trusted_verifier_keys, absl::ByAnyChar(", "), absl::SkipEmpty());
  for (const absl::string_view key : keys) {
    auto verifier = merkle::NoteVerifier::Parse(std::string(key));
    if (!verifier.ok()) return Misset("trusted_verifier_keys holds what is no verifier key");
    if (verifier->name() != config.origin) {
      return Misset("trusted_verifier_keys holds the key of another log than origin");
    }
    verifiers.push_back(*std::move(verifier));
  }
  return verifiers;
}

absl::Status CheckBrokers(const Config& config) { return CheckKafka(config); }

absl::Status CheckConfig(const Config& config) {
  if (config.data.empty()) return Misset("data is empty");
  if (!IsHostAndPort(config.listen)) return Misset("listen is no host:port");
  const bool tls = !config.tls_certificate.empty() && !config.tls_key.empty();
  if (!tls && (!config.tls_certificate.empty() || !config.tls_key.empty())) {
    return Misset("tls_certificate and tls_key belong together");
  }
  if (!tls && !config.tls_client_ca.empty()) return Misset("tls_client_ca needs tls_certificate");
  if (!tls && !IsLoopback(config.listen)) {
    return Misset("without TLS the server listens on a loopback address alone");
  }
  if (absl::Status identities = CheckIdentities(config); !identities.ok()) return identities;
  if (absl::Status kafka = CheckKafka(config); !kafka.ok()) return kafka;
  if (absl::Status copies = CheckCopies(config); !copies.ok()) return copies;
  if (absl::Status metrics = CheckMetrics(config); !metrics.ok()) return metrics;
  return CheckLimits(config);
}

bool IsLoopback(const std::string& listen) {
  const std::string host = HostOf(listen);
  if (host == "localhost" || host == "::1") return true;
  if (!absl::StartsWith(host, "127.")) return false;
  return std::all_of(host.begin(), host.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
}

}  // namespace skyndsamt::server
