// How a server is told what to do: a plain struct, filled from defaults, then one JSON file, then
// SKYNDSAMT_* variables; the command line's flags set the struct's fields last. Every name below is
// both the JSON key and, in upper case after SKYNDSAMT_, the variable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::server {

// Value type.
struct Config {
  // Where things are: DATA/log (the event log), DATA/keys (sealing keys, development key),
  // DATA/views and DATA/statistics (rebuilt from the log whenever they are lost).
  std::string data = "./data";
  std::string listen = "127.0.0.1:7070";  // host:port; port 0 = any free port
  std::string origin = "skyndsamt.local/log";

  // TLS (PEM files). Without them the server starts only on a loopback address.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;  // set: clients must present a certificate it has signed (mutual TLS)

  // The identity provider's tokens; all three, or development_tokens alone.
  std::string token_issuer;
  std::string token_audience;
  std::string token_jwks;           // file with the JWK set
  bool development_tokens = false;  // issue own tokens; loopback only

  // Signed checkpoints of the log; the key is DATA/keys/checkpoint.key.
  int checkpoint_seconds = 60;     // so long after a record it is covered, at the latest
  int checkpoint_records = 10000;  // so many new ones are not waited with
  // Verifier keys, comma-separated, whose checkpoints are trusted besides our own: a replica's
  // primary, and keys that the log was signed with before.
  std::string trusted_verifier_keys;
  bool replica = false;  // copy the log that Kafka carries; nothing is recorded here

  bool reflection = true;

  // Prometheus' metrics, http://host:port/metrics: loopback only, since it asks nobody who they
  // are. Empty = none; port 0 = any free port.
  std::string metrics_address;

  // Apache Kafka. Without brokers nothing of it is used. No value here is a secret.
  std::string kafka_bootstrap;  // host:port of brokers, comma-separated
  std::string kafka_topic_prefix = "skyndsamt.";
  std::string kafka_values = "protobuf";  // or json: how values are written
  int kafka_replication = 3;              // copies of each topic, made and demanded
  bool kafka_check_topics = true;         // false: topics are there, and may not be looked into
  bool kafka_statistics = true;           // figures of groups of cases, without personal data
  bool kafka_tls = false;
  std::string kafka_tls_ca;  // PEM; empty = the system's
  std::string kafka_tls_certificate;
  std::string kafka_tls_key;
  std::string kafka_sasl_mechanism;  // PLAIN (with TLS alone), SCRAM-SHA-256, SCRAM-SHA-512
  std::string kafka_sasl_user;
  std::string kafka_sasl_password_file;

  // Figures (projections/statistics). Choose both once: other ones make other figures.
  int statistics_k = 5;       // unrelated cases behind every number, at least
  int statistics_months = 6;  // of a period that is told as one: 1, 3, 6 or 12

  // Limits.
  int max_receive_bytes = 1 << 20;
  int max_metadata_bytes = 8 << 10;
  int max_concurrent_streams = 100;          // per connection
  int max_deadline_seconds = 30;             // also what a call without a deadline gets
  int64_t memory_quota_bytes = 512ll << 20;  // gRPC's buffers
  int worker_threads = 4;                    // what touches disk
  int worker_queue = 4096;                   // calls waiting for a worker
  int64_t bytes_under_way = 256ll << 20;     // that all calls may hold together, queued or not
  int calls_per_second = 0;                  // per identity; 0 = no limit
  int drain_seconds = 20;

  // Connections.
  int idle_seconds = 300;
  int age_seconds = 1800;
  int age_grace_seconds = 30;
  int keepalive_seconds = 60;
  int keepalive_timeout_seconds = 20;
  int handshake_seconds = 10;

  // Reminders of steps that wait (services/timers).
  bool reminders = true;
  int reminder_lead_days = 2;   // working days before the last day: due soon
  int reminder_lead_hours = 4;  // before the end of a limit in hours
  int reminder_every_seconds = 30;

  int64_t cache_bytes = 256ll << 20;    // folded incidents
  int64_t reserve_bytes = 256ll << 20;  // free space below which nothing is recorded
  std::string log_level = "info";       // debug, info, warn, error, off

  bool operator==(const Config&) const = default;
};

// Reads a JSON file over `config`. INVALID_ARGUMENT with the key that is unknown or of another
// type; NOT_FOUND where there is no file.
absl::Status ReadConfigFile(const std::string& path, Config& config);
// Reads SKYNDSAMT_* from an environment given as NAME=value strings. An unknown SKYNDSAMT_ name is
// refused, since it is most likely misspelt.
absl::Status ReadConfigEnvironment(const std::vector<std::string>& environment, Config& config);
// The process's environment in that form.
std::vector<std::string> ProcessEnvironment();
// What --print-config prints: every key with its value, as JSON that ReadConfigFile reads.
std::string PrintConfig(const Config& config);
// The verifier keys that a setting names. INVALID_ARGUMENT if one is none.
absl::StatusOr<std::vector<merkle::NoteVerifier>> TrustedVerifiers(const Config& config);
// Whether the server may start so: TLS or loopback, a source of identities, sane limits.
absl::Status CheckConfig(const Config& config);
// The part of it that a promotion needs: how Kafka is reached.
absl::Status CheckBrokers(const Config& config);

// 127.0.0.0/8, ::1 and "localhost".
bool IsLoopback(const std::string& listen);

}  // namespace skyndsamt::server
