// Configuration: file over defaults, variables over the file, and what is refused before anything
// is opened.
#include "services/server/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/services/server/running_server.h"

namespace skyndsamt::server {
namespace {

using skyndsamt::testing::TempDirectory;

class Configs : public ::testing::Test {
 protected:
  absl::Status Read(const std::string& json, Config& config) {
    const std::string path = directory_.path() + "/config.json";
    std::ofstream(path) << json;
    return ReadConfigFile(path, config);
  }
  TempDirectory directory_;
};

Config Usable() {
  Config config;
  config.development_tokens = true;
  return config;
}

TEST_F(Configs, PrintedOnesAreReadBackTheSame) {
  Config config = Usable();
  config.listen = "127.0.0.1:0";
  config.max_concurrent_streams = 256;
  config.cache_bytes = 5'000'000'000;
  Config read;
  ASSERT_TRUE(Read(PrintConfig(config), read).ok());
  EXPECT_EQ(read, config);
}

TEST_F(Configs, FileGoesOverDefaultsAndVariablesOverTheFile) {
  Config config;
  ASSERT_TRUE(Read(R"({"listen": "127.0.0.1:1", "worker_threads": 7})", config).ok());
  ASSERT_TRUE(ReadConfigEnvironment({"PATH=/bin", "SKYNDSAMT_LISTEN=127.0.0.1:2",
                                     "SKYNDSAMT_DEVELOPMENT_TOKENS=true"},
                                    config)
                  .ok());
  EXPECT_EQ(config.listen, "127.0.0.1:2");
  EXPECT_EQ(config.worker_threads, 7);
  EXPECT_TRUE(config.development_tokens);
}

TEST_F(Configs, WhatIsMisspeltOrOfAnotherTypeIsRefusedWhole) {
  Config config;
  for (const char* json : {R"({"lissten": "x"})", R"({"worker_threads": "7"})",
                           R"({"worker_threads": 7.5})", R"({"reflection": 1})",
                           R"({"worker_threads": 5000000000})", R"({"data": null})", "[]", "no"}) {
    EXPECT_EQ(Read(json, config).code(), absl::StatusCode::kInvalidArgument) << json;
  }
  EXPECT_FALSE(Read(R"({"worker_threads": 9, "lissten": "x"})", config).ok());
  EXPECT_FALSE(ReadConfigEnvironment({"SKYNDSAMT_LISSTEN=x"}, config).ok());
  EXPECT_FALSE(ReadConfigEnvironment({"SKYNDSAMT_WORKER_THREADS=many"}, config).ok());
  EXPECT_EQ(config, Config());
  EXPECT_EQ(ReadConfigFile(directory_.path() + "/none", config).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(Configs, LoopbackIsRecognised) {
  for (const char* listen : {"127.0.0.1:7070", "127.8.8.8:1", "localhost:0", "[::1]:7070"}) {
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  }
  for (const char* listen : {"0.0.0.0:7070", "[::]:7070", "10.0.0.1:1", "127.evil.example:1",
                             "localhost.example:1", ":7070", "*:7070"}) {
    EXPECT_FALSE(IsLoopback(listen)) << listen;
  }
}

TEST_F(Configs, UnsafeOnesDoNotStart) {
  EXPECT_TRUE(CheckConfig(Usable()).ok());
  const auto refused = [](auto change) {
    Config config = Usable();
    change(config);
    return CheckConfig(config).code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](Config& c) { c.listen = "0.0.0.0:7070"; }));
  EXPECT_TRUE(refused([](Config& c) { c.development_tokens = false; }));
  EXPECT_TRUE(refused([](Config& c) { c.token_issuer = "https://idp.example"; }));
  EXPECT_TRUE(refused([](Config& c) { c.tls_certificate = "cert.pem"; }));
  EXPECT_TRUE(refused([](Config& c) { c.tls_client_ca = "ca.pem"; }));
  for (const char* address : {"127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"}) {
    EXPECT_TRUE(refused([address](Config& c) { c.listen = address; })) << address;
  }
  EXPECT_TRUE(refused([](Config& c) { c.worker_threads = 0; }));
  EXPECT_TRUE(refused([](Config& c) { c.cache_bytes = -1; }));
  EXPECT_TRUE(refused([](Config& c) { c.max_concurrent_streams = 0; }));
  EXPECT_TRUE(refused([](Config& c) { c.max_metadata_bytes = 0; }));
  EXPECT_TRUE(refused([](Config& c) { c.memory_quota_bytes = 0; }));
  EXPECT_TRUE(refused([](Config& c) { c.idle_seconds = 3'000'000; }));
  EXPECT_TRUE(refused([](Config& c) { c.log_level = "INFO"; }));
  EXPECT_FALSE(refused([](Config& c) { c.log_level = "warn"; }));
  EXPECT_TRUE(refused([](Config& c) { c.data = ""; }));
  EXPECT_TRUE(refused([](Config& c) { c.checkpoint_seconds = 0; }));
  for (const char* address : {"0.0.0.0:9464", ":9464", "9464", "127.0.0.1", "127.0.0.1:http",
                              "127.0.0.1:65536", "127.0.0.1:1,0.0.0.0:2"}) {
    EXPECT_TRUE(refused([&](Config& c) { c.metrics_address = address; })) << address;
  }
  // Development tokens on a public address, even with TLS.
  EXPECT_TRUE(refused([](Config& c) {
    c.listen = "0.0.0.0:7070";
    c.tls_certificate = "cert.pem";
    c.tls_key = "key.pem";
  }));
}

TEST_F(Configs, AReplicaNeedsKafkaAndItsPrimarysKey) {
  const std::string key = merkle::NoteSigner::FromSeed(Config().origin, {}).verifier().Encode();
  Config config = Usable();
  config.trusted_verifier_keys = key + ", " + key;
  EXPECT_TRUE(CheckConfig(config).ok());
  EXPECT_EQ(TrustedVerifiers(config)->size(), 2u);
  config.replica = true;
  EXPECT_FALSE(CheckConfig(config).ok());
  config.kafka_bootstrap = "127.0.0.1:9092";
  EXPECT_TRUE(CheckConfig(config).ok());
  config.trusted_verifier_keys = "";
  EXPECT_FALSE(CheckConfig(config).ok());
  config.trusted_verifier_keys = key.substr(1);
  EXPECT_FALSE(CheckConfig(config).ok());
  config.trusted_verifier_keys = key;
  config.origin = "another.log";
  EXPECT_FALSE(CheckConfig(config).ok());
  config.origin = "no log name";
  EXPECT_FALSE(CheckConfig(config).ok());
}

TEST_F(Configs, PublicAddressWithoutTlsDoesNotEvenOpenTheData) {
  Config config;
  config.data = directory_.path() + "/data";
  config.listen = "0.0.0.0:0";
  config.token_issuer = config.token_audience = config.token_jwks = "x";
  ManualClock clock(skyndsamt::testing::kNoon);
  const auto started = Server::Start(config, clock);
  EXPECT_EQ(started.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::ifstream(config.data + "/log/CURRENT").good());
}

TEST_F(Configs, KafkaIsLeftOutUnlessBrokersAreNamedAndNeedsWhatBelongsTogether) {
  Config config = Usable();
  EXPECT_EQ(config.kafka_bootstrap, "");
  config.kafka_bootstrap = "127.0.0.1:9092";
  EXPECT_TRUE(CheckConfig(config).ok());
  const auto refused = [&](auto change, const char* named) {
    Config changed = config;
    change(changed);
    const absl::Status status = CheckConfig(changed);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << named;
    EXPECT_NE(std::string(status.message()).find(named), std::string::npos) << status;
  };
  refused([](Config& c) { c.kafka_values = "avro"; }, "kafka_values");
  refused([](Config& c) { c.kafka_replication = 0; }, "kafka_replication");
  refused([](Config& c) { c.statistics_k = 2; }, "statistics_k");
  refused([](Config& c) { c.statistics_months = 5; }, "statistics_months");
  refused([](Config& c) { c.kafka_tls_ca = "ca.pem"; }, "kafka_tls is off");
  refused([](Config& c) { c.kafka_tls_key = "key.pem"; }, "kafka_tls_certificate");
  refused([](Config& c) { c.kafka_sasl_user = "relay"; }, "kafka_sasl_mechanism is not set");
  refused([](Config& c) { c.kafka_sasl_mechanism = "GSSAPI"; }, "kafka_sasl_mechanism is PLAIN");
  refused([](Config& c) { c.kafka_sasl_mechanism = "SCRAM-SHA-256"; }, "kafka_sasl_user");
  config.kafka_sasl_user = "relay";
  config.kafka_sasl_password_file = "/run/credentials/kafka";
  refused([](Config& c) { c.kafka_sasl_mechanism = "PLAIN"; }, "in clear");
  config.kafka_sasl_mechanism = "PLAIN";
  config.kafka_tls = true;
  EXPECT_TRUE(CheckConfig(config).ok());
}

}  // namespace
}  // namespace skyndsamt::server
