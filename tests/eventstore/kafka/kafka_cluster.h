// A real Apache Kafka cluster for a test: kafka_cluster.py, started and spoken to. Brokers listen
// on free loopback ports and keep their data in a directory of their own; all goes with the object.
//
//   KafkaCluster kafka({.brokers = 3});
//   options.bootstrap = kafka.bootstrap();
//   kafka.Kill(1);
//   kafka.Start(1);
#pragma once

#include <string>

#include "tests/process/child.h"

namespace skyndsamt::kafka {

struct ClusterOptions {
  int brokers = 1;
  bool secure = false;  // listeners with TLS and ACLs beside the plaintext ones
};

// Aborts the test program, saying why, when something cannot be done. One thread at a time.
class KafkaCluster {
 public:
  explicit KafkaCluster(ClusterOptions options = {});  // returns when every broker answers
  ~KafkaCluster();

  // host:port of each broker, comma-separated: plaintext; the same through the proxy that Cut
  // silences; with TLS and SASL PLAIN; with mutual TLS.
  const std::string& bootstrap() const { return bootstrap_; }
  const std::string& proxied() const { return proxied_; }
  const std::string& sasl_ssl() const { return sasl_ssl_; }
  const std::string& mutual() const { return mutual_; }
  // What a client of the last two needs: the PEM file to trust, and a user who may do anything, by
  // password or by PEM files.
  const std::string& ca() const { return ca_; }
  const std::string& user() const { return user_; }
  const std::string& password() const { return password_; }
  const std::string& certificate() const { return certificate_; }
  const std::string& key() const { return key_; }

  void Start(int broker);   // returns when it answers
  void Stop(int broker);    // SIGTERM, a controlled shutdown
  void Kill(int broker);    // SIGKILL
  void Freeze(int broker);  // SIGSTOP
  void Thaw(int broker);    // SIGCONT
  // Through the proxy nothing passes, nothing is refused and nothing is lost until Mend: what was
  // under way arrives late.
  void Cut();
  void Mend();

 private:
  void Command(const std::string& line);

  const std::string directory_;
  process::Child child_;
  std::string bootstrap_, proxied_, sasl_ssl_, mutual_, ca_, user_, password_, certificate_, key_;
};

}  // namespace skyndsamt::kafka
