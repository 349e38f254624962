// Measures, prints one table, asserts nothing: machines are shared and noisy, so read the ratios.
//
//   bench        commands beside the echoes, rebuild, appends beside RocksDB
//   bench cold   p99 of a command, cold, among 1,000 and N cases, in 2 GiB
//   bench kafka  the relay beside librdkafka alone, its delay, no broker
//   bench law    verdicts a second by shape; N cases judged again under a draft policy
//   bench store  appends beside RocksDB alone
// each with [--seconds S] [--rounds N] [--cases N].
//
// Everything runs on loopback and in a temporary directory of where it is called, bounded in time.
#include <grpcpp/grpcpp.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "echo.grpc.pb.h"
#include "tests/bench/commands.h"
#include "tests/bench/echo_server.h"
#include "tests/bench/kafka.h"
#include "tests/bench/law.h"
#include "tests/bench/load.h"
#include "tests/bench/machine.h"
#include "tests/bench/store.h"
#include "tests/process/black_hole.h"
#include "tests/process/child.h"

namespace skyndsamt::bench {
namespace {

namespace fs = std::filesystem;
using process::Child;
using process::FreePort;
using process::OwnPath;

struct Settings {
  double seconds = 4;
  int rounds = 3;
  uint64_t cases = 1000000;
  uint64_t law_cases = 100000;
};

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Directory {
 public:
  Directory() {
    std::string path = (fs::current_path() / "bench.XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) std::abort();
    path_ = path;
  }
  ~Directory() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

// The product, as it is served.
class Product {
 public:
  explicit Product(const std::string& data)
      : address_("127.0.0.1:" + std::to_string(FreePort())),
        child_({SKYNDSAMT_PROGRAM, "serve", "--data", data, "--listen", address_, "--dev-tokens"}) {
  }
  const std::string& address() const { return address_; }
  int pid() const { return child_.pid(); }

 private:
  const std::string address_;
  Child child_;
};

class EchoLoad {
 public:
  explicit EchoLoad(const std::string& file)
      : child_({OwnPath(), "echo", file}),
        stub_(v1::EchoService::NewStub(grpc::CreateChannel("127.0.0.1:" + child_.ReadLine(),
                                                           grpc::InsecureChannelCredentials()))) {}
  int pid() const { return child_.pid(); }
  StartCall Calls() {
    return [this](uint64_t, std::function<void(bool)> done) {
      struct Call {
        grpc::ClientContext context;
        v1::EchoMessage request;
        v1::EchoMessage response;
      };
      auto* call = new Call;
      call->request.set_payload(std::string(400, 'e'));
      call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(25));
      stub_->async()->Echo(&call->context, &call->request, &call->response,
                           [call, done = std::move(done)](const grpc::Status& status) {
                             delete call;
                             done(status.ok());
                           });
    };
  }

 private:
  Child child_;
  std::unique_ptr<v1::EchoService::Stub> stub_;
};

void PrintLoad(const char* name, int in_flight, const LoadResult& r, const LoadResult& durable) {
  std::printf("%-34s %4d %10.0f/s %7u %7u %9.1f %9.1f %8.2f %6llu\n", name, in_flight,
              r.per_second(), r.percentile(50), r.percentile(99), r.server_micros(),
              r.client_micros(), r.per_second() / durable.per_second(),
              static_cast<unsigned long long>(r.failed));
}

void PrintRate(const char* name, double rate, double yardstick) {
  std::printf("%-34s %4s %10.0f/s %44.2f\n", name, "", rate, rate / yardstick);
}

// Until the server has been idle for a second.
void WaitUntilIdle(int pid) {
  double before = -1;
  for (double now = CpuSeconds(pid); now - before > 0.02; now = CpuSeconds(pid)) {
    before = now;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

// Until the product's views have everything and it does nothing more; how far they were behind.
uint64_t Settle(CommandLoad& commands, int pid) {
  const uint64_t lag = commands.ViewLag();
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (commands.ViewLag() > 0) {
    if (std::chrono::steady_clock::now() > until) std::abort();  // they do not catch up
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  WaitUntilIdle(pid);
  return lag;
}

// The three servers take turns, so that a drifting machine touches all alike, and none shares the
// cores with what another's turn has left: the product's ends with its views.
void Commands(const Settings& settings, const Directory& directory) {
  EchoLoad bare("");
  EchoLoad durable(directory / "durable");
  Product product(directory / "data");
  auto commands = CommandLoad::Connect(product.address(), 1);
  commands->OpenIncidents(1000, 64);
  Settle(*commands, product.pid());
  const StartCall mix = commands->Mix();
  constexpr double kWarmUp = 0.5;
  for (const int in_flight : {1, 64, 256}) {
    LoadResult all[3];
    uint64_t lag = 0;
    for (int round = 0; round < settings.rounds; ++round) {
      all[0].Add(RunLoad(in_flight, kWarmUp, settings.seconds, bare.pid(), bare.Calls()));
      all[1].Add(RunLoad(in_flight, kWarmUp, settings.seconds, durable.pid(), durable.Calls()));
      all[2].Add(RunLoad(in_flight, kWarmUp, settings.seconds, product.pid(), mix));
      lag = std::max(lag, Settle(*commands, product.pid()));
    }
    PrintLoad("bare echo, 400 B", in_flight, all[0], all[1]);
    PrintLoad("durable echo, 400 B", in_flight, all[1], all[1]);
    PrintLoad("durable command, mix caseday", in_flight, all[2], all[1]);
    std::printf("%-34s %4s %10llu records at most, after a turn of %.1f s\n", "  views behind", "",
                static_cast<unsigned long long>(lag), kWarmUp + settings.seconds);
  }
}

void Stores(const Settings& settings, const Directory& directory) {
  double raw = 0;
  double one = 0;
  double merged = 0;
  for (int round = 0; round < settings.rounds; ++round) {
    const std::string suffix = std::to_string(round);
    raw += RawBatches(directory / ("raw" + suffix), settings.seconds);
    one += OneStreamAppends(directory / ("one" + suffix), settings.seconds);
    merged += MergedAppends(directory / ("merged" + suffix), settings.seconds);
  }
  PrintRate("raw RocksDB, 64 puts a sync", raw / settings.rounds, raw / settings.rounds);
  PrintRate("append of 64 events, one stream", one / settings.rounds, raw / settings.rounds);
  PrintRate("64 appends to 64 streams, merged", merged / settings.rounds, raw / settings.rounds);
}

// Seconds until the server, started anew, serves and its views have everything.
double StartAndSettle(const std::string& data, uint64_t* records) {
  const double begun = Now();
  Product product(data);
  auto commands = CommandLoad::Connect(product.address(), 1);
  while (commands->ViewLag() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  *records = commands->Records();
  return Now() - begun;
}

// The views are lost, and built again from the log while the server starts. The whole start is
// counted: one with views may have work of its own (reminders that have come due).
void Rebuild(const Directory& directory) {
  uint64_t records = 0;
  StartAndSettle(directory / "data", &records);  // what the load left in the write-ahead logs
  const double with_views = StartAndSettle(directory / "data", &records);
  fs::remove_all(directory / "data/views");
  const double rebuilt = StartAndSettle(directory / "data", &records);
  std::printf("%-34s %4s %10.0f/s   (%llu events; the start took %.1f s, one with views %.1f s)\n",
              "rebuild of all views", "", static_cast<double>(records) / rebuilt,
              static_cast<unsigned long long>(records), rebuilt, with_views);
}

struct Cold {
  bool dropped = false;  // the page cache
  bool limited = false;  // to 2 GiB
};

LoadResult ColdCommands(const Settings& settings, const std::string& data, uint64_t cases,
                        Cold& how) {
  {
    Product product(data);
    auto commands = CommandLoad::Connect(product.address(), 7);
    commands->OpenIncidents(cases, 256);
    while (commands->ViewLag() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  // What a fill leaves to be compacted, now and at the next start, is no part of a cold one.
  WaitUntilIdle(Product(data).pid());
  how.dropped = DropPageCache();
  MemoryLimit limit(2ull << 30);
  Product product(data);
  how.limited = limit.Hold(product.pid());
  auto commands = CommandLoad::Connect(product.address(), 7);
  commands->AssumeIncidents(cases);
  return RunLoad(8, 0, settings.seconds * settings.rounds, product.pid(), commands->Mix());
}

void ColdStart(const Settings& settings) {
  const Directory directory;
  Cold how;
  const LoadResult few = ColdCommands(settings, directory / "few", 1000, how);
  const LoadResult many = ColdCommands(settings, directory / "many", settings.cases, how);
  std::printf("%-34s %4d %10.0f/s p50 %u p99 %u us, failed %llu\n", "cold, 1,000 cases", 8,
              few.per_second(), few.percentile(50), few.percentile(99),
              static_cast<unsigned long long>(few.failed));
  std::printf("%-34s %4d %10.0f/s p50 %u p99 %u us, failed %llu; 2 GiB limit %s, page cache %s\n",
              ("cold, " + std::to_string(settings.cases) + " cases").c_str(), 8, many.per_second(),
              many.percentile(50), many.percentile(99),
              static_cast<unsigned long long>(many.failed),
              how.limited ? "held" : "could not be set here",
              how.dropped ? "dropped" : "could not be dropped here");
  std::printf("%-34s %4s %10.2f\n", "p99, many over few", "",
              static_cast<double>(many.percentile(99)) / few.percentile(99));
}

void Law(const Settings& settings) {
  JudgeShapes(settings.seconds / 4);
  const Directory directory;
  JudgeMunicipality(directory / "law", settings.law_cases);
}

// The nearest rank: the least value that so many percent do not exceed.
double Percentile(const std::vector<double>& sorted, double percent) {
  const double rank = std::ceil(static_cast<double>(sorted.size()) * percent / 100);
  return sorted[std::max<size_t>(static_cast<size_t>(rank), 1) - 1];
}

// What a round's appends reached of those without a relay: the middle of the rounds and both ends.
void PrintSpread(const char* name, std::vector<double> ratios) {
  std::ranges::sort(ratios);
  std::printf("%-34s %4s %10zu rounds, ratio %.2f (%.2f to %.2f)\n", name, "", ratios.size(),
              Percentile(ratios, 50), ratios.front(), ratios.back());
}

// Rounds of all three, each beginning with another, so that none is always first.
void AbsentBroker(KafkaBench& kafka, const Settings& settings) {
  const int rounds = std::max(settings.rounds, 6);
  std::vector<double> refused, silent;
  double without = 0;
  for (int round = 0; round < rounds; ++round) {
    const process::BlackHole hole;
    const std::string brokers[] = {"", "127.0.0.1:1", hole.address()};
    double rates[3] = {};
    for (int turn = 0; turn < 3; ++turn) {
      const int which = (round + turn) % 3;
      rates[which] = kafka.Appends(settings.seconds, brokers[which]);
    }
    without += rates[0] / rounds;
    refused.push_back(rates[1] / rates[0]);
    silent.push_back(rates[2] / rates[0]);
  }
  PrintRate("appends, no relay", without, without);
  PrintSpread("the same, broker's port refuses", refused);
  PrintSpread("the same, broker answers nothing", silent);
}

void PrintDelays(const char* name, const std::vector<double>& sorted) {
  std::printf("%-34s %4s %10zu   %9.1f ms p50 %9.1f ms p99\n", name, "", sorted.size(),
              Percentile(sorted, 50) / 1000, Percentile(sorted, 99) / 1000);
}

// Both sides take turns, each second round the other begins, so that a drifting machine touches
// them alike. The first, on a broker just started, does not count.
void Kafka(const Settings& settings) {
  const Directory directory;
  KafkaBench kafka(directory / "");
  constexpr uint64_t kRecords = 200'000;
  double relayed = 0, bare = 0;
  kafka.BareProducer(kRecords);
  for (int round = 0; round < settings.rounds; ++round) {
    const bool bare_first = round % 2 == 0;
    if (bare_first) bare += kafka.BareProducer(kRecords) / settings.rounds;
    relayed += kafka.Relayed(kRecords) / settings.rounds;
    if (!bare_first) bare += kafka.BareProducer(kRecords) / settings.rounds;
  }
  PrintRate("bare librdkafka, 10,000 a commit", bare, bare);
  PrintRate("relay of a log that is behind", relayed, bare);
  // Long enough for a p99 that is more than the worst few.
  PrintDelays("answer to reader, 20 appends/s", kafka.Delays(std::max(settings.seconds, 55.0), 0));
  PrintDelays("answer to reader, 1 in flight", kafka.Delays(settings.seconds, 1));
  PrintDelays("answer to reader, 64 in flight", kafka.Delays(settings.seconds, 64));
  AbsentBroker(kafka, settings);
}

void All(const Settings& settings) {
  const Directory directory;
  std::printf("%-34s %4s %12s %7s %7s %9s %9s %8s %6s\n", "what", "in", "rate", "p50 us", "p99 us",
              "server us", "client us", "ratio", "failed");
  Commands(settings, directory);
  Rebuild(directory);
  Stores(settings, directory);
}

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // as the product does
  Settings settings;
  std::string mode;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "echo") return ServeEcho(i + 1 < argc ? argv[i + 1] : "");
    if (word == "--seconds" && i + 1 < argc)
      settings.seconds = std::atof(argv[++i]);
    else if (word == "--rounds" && i + 1 < argc)
      settings.rounds = std::atoi(argv[++i]);
    else if (word == "--cases" && i + 1 < argc)
      settings.cases = settings.law_cases = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "cold" || word == "kafka" || word == "law" || word == "store")
      mode = word;
    else {
      std::fprintf(stderr,
                   "usage: bench [cold|kafka|law|store] [--seconds S] [--rounds N] [--cases N]\n");
      return 2;
    }
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (mode == "law")
    Law(settings);
  else if (mode == "cold")
    ColdStart(settings);
  else if (mode == "kafka")
    Kafka(settings);
  else if (mode == "store")
    Stores(settings, Directory());
  else
    All(settings);
  return 0;
}

}  // namespace
}  // namespace skyndsamt::bench

int main(int argc, char** argv) { return skyndsamt::bench::Main(argc, argv); }
