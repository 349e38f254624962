// What Prometheus reads from a running server over HTTP, and that it is what GetServerStatus says.
#include "services/server/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <sstream>
#include <thread>

#include "tests/process/black_hole.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

constexpr char kLoopback[] = "127.0.0.1:0";

// The answer, head and body, of a plain HTTP client; empty if nobody listens.
std::string Get(int port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  there.sin_port = htons(static_cast<uint16_t>(port));
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof(there)) == 0) {
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    char buffer[4096];
    for (ssize_t got; (got = ::recv(socket, buffer, sizeof(buffer), 0)) > 0;) {
      answer.append(buffer, static_cast<size_t>(got));
    }
  }
  ::close(socket);
  return answer;
}

// Each series by its name with labels, as it is written.
std::map<std::string, double> Scrape(RunningServer& running) {
  std::istringstream lines(Get(running.server().metrics_port(), "/metrics"));
  std::map<std::string, double> series;
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.rfind(' ');
    if (!line.starts_with("skyndsamt_") || space == std::string::npos) continue;
    series[line.substr(0, space)] = std::stod(line.substr(space));
  }
  return series;
}

bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 24'000 && !holds(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return holds();
}

server::Config Scraped(const std::string& kafka = "") {
  server::Config config = RunningServer::Quiet();
  config.metrics_address = kLoopback;
  config.kafka_bootstrap = kafka;
  return config;
}

TEST(Metrics, AreNotServedUnlessAskedFor) {
  RunningServer running;
  EXPECT_EQ(running.server().metrics_port(), 0);
}

TEST(Metrics, FollowTheLogAndItsViews) {
  RunningServer running(Scraped());
  running.DeclareOrganisation();
  const auto before = Scrape(running);
  EXPECT_THAT(before, Contains(Pair("skyndsamt_log_records_total", running.log().committed())));
  EXPECT_THAT(before, Contains(Pair("skyndsamt_log_state{state=\"open\"}", 1)));
  EXPECT_THAT(before, Contains(Pair("skyndsamt_log_state{state=\"poisoned\"}", 0)));
  EXPECT_THAT(before, Contains(Pair("skyndsamt_build_info{version=\"0.1.0\"}", 1)));
  EXPECT_GT(before.at("skyndsamt_log_free_bytes"), 0);
  for (int i = 0; i < 3; ++i) running.OpenIncident(NewId());
  EXPECT_EQ(Scrape(running).at("skyndsamt_log_records_total"), running.log().committed());
  EXPECT_TRUE(Eventually([&] {
    int views = 0, caught_up = 0;
    for (const auto& [name, value] : Scrape(running)) {
      if (name.starts_with("skyndsamt_view_lag_records{")) ++views, caught_up += value == 0;
    }
    return views > 3 && caught_up == views;
  }));
  EXPECT_THAT(before, Not(Contains(Key(HasSubstr("relay")))));
  EXPECT_THAT(before, Not(Contains(Key(HasSubstr("replica")))));
}

// Whether the broker's port refuses, or takes connections up and answers nothing: commands are
// answered, the server stays ready, and the backlog grows by each record.
void ExpectNothingWaitsFor(const std::string& broker) {
  RunningServer running(Scraped(broker));
  running.DeclareOrganisation();
  const std::string backlog = "skyndsamt_relay_backlog_records{topic=\"skyndsamt.events.v1\"}";
  for (int i = 0; i < 5; ++i) {
    running.OpenIncident(NewId());
    EXPECT_EQ(Scrape(running).at(backlog), running.log().committed());
  }
  const std::string state = "skyndsamt_relay_state{topic=\"skyndsamt.events.v1\",state=";
  EXPECT_TRUE(Eventually([&] { return Scrape(running).at(state + "\"waiting\"}") == 1; }));
  EXPECT_EQ(Scrape(running).at(state + "\"running\"}"), 0);
  running.OpenIncident(NewId());
  EXPECT_EQ(Scrape(running).at(backlog), running.log().committed());
  EXPECT_EQ(Health(running), kServing);
}

TEST(Metrics, TellTheBacklogWhileTheBrokerRefuses) { ExpectNothingWaitsFor("127.0.0.1:1"); }

TEST(Metrics, TellTheBacklogWhileTheBrokerTakesConnectionsAndAnswersNothing) {
  const process::BlackHole hole;
  ExpectNothingWaitsFor(hole.address());
}

// Everything that could be wrong at once: names and states are told, reasons are not, since a
// reason may be any text.
TEST(Metrics, OfAStatusHaveAFamilyForEachNumberAndNoReasons) {
  api::v1::ServerStatus status;
  status.set_log_state("poisoned");
  status.set_checkpoint(7);
  auto* relay = status.add_relays();
  relay->set_topic("t");
  relay->set_state("stopped");
  relay->set_reason("poisoned: position 3");
  status.mutable_replica()->set_state("running");
  status.mutable_replica()->set_lag(12);
  std::map<std::string, double> values;
  for (const auto& family : server::MetricsOf(status)) {
    EXPECT_FALSE(family.help.empty()) << family.name;
    for (const auto& metric : family.metric) {
      std::string name = family.name;
      for (const auto& label : metric.label) name += " " + label.value;
      values[name] = metric.gauge.value;
    }
  }
  EXPECT_THAT(values, Contains(Pair("skyndsamt_log_state poisoned", 1)));
  EXPECT_THAT(values, Contains(Pair("skyndsamt_log_state open", 0)));
  EXPECT_THAT(values, Contains(Pair("skyndsamt_relay_state t stopped", 1)));
  EXPECT_THAT(values, Contains(Pair("skyndsamt_checkpoint_records", 7)));
  EXPECT_THAT(values, Contains(Pair("skyndsamt_replica_lag_messages", 12)));
  EXPECT_THAT(values, Not(Contains(Key("skyndsamt_log_free_bytes")))) << "it is unknown";
  EXPECT_THAT(values, Not(Contains(Key(HasSubstr("position 3")))));
}

TEST(Metrics, AnAddressThatIsTakenIsAnErrorAtTheStart) {
  const process::BlackHole taken;
  TempDirectory data;
  server::Config config = Scraped();
  config.data = data.path();
  config.listen = kLoopback;
  config.development_tokens = true;
  config.log_level = "off";
  config.metrics_address = taken.address();
  const ManualClock clock(kNoon);
  const auto refused = server::Server::Start(config, clock);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(refused.status().message(), HasSubstr("metrics_address " + taken.address()));
}

}  // namespace
}  // namespace skyndsamt::testing
