// How to reach Kafka: brokers, TLS, SASL. What every producer and reader here is made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace skyndsamt::kafka {

// Value type. No member is a secret: the password is in a file, read whenever a client is made and
// never logged.
struct ConnectionOptions {
  std::string bootstrap{};  // host:port, comma-separated
  std::string client_id = "skyndsamt";

  bool tls = false;
  std::string tls_ca{};           // PEM file of who signs the brokers; empty = the system's
  std::string tls_certificate{};  // PEM file of our own certificate (mutual TLS), with its key
  std::string tls_key{};

  std::string sasl_mechanism{};  // PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; empty = no SASL
  std::string sasl_user{};
  std::string sasl_password_file{};  // its first line

  // librdkafka's own properties, set last: for tests and for brokers with limits of their own.
  std::vector<std::pair<std::string, std::string>> properties{};
};

}  // namespace skyndsamt::kafka
