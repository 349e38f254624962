// A process with a log, its relay and its signed checkpoints, for tests that kill it.
//
//   relay_process DIRECTORY BOOTSTRAP PREFIX REPLICATION TRANSACTION_MS
//
// Takes commands on standard input: `until N` appends until the log has N records, in the
// background; `another` starts a relay beside those that run; `past N` waits until a relay has sent
// more than N records; `wait` waits until everything of the last `until` has been appended and a
// relay has sent it all. Says on standard output, a line each: `relay I STATE REASON` on each
// change, `sent N` when either wait is over, `never` if it never is.
#include <cstdio>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <thread>

#include "eventstore/kafka/checkpoint_publisher.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/log/checkpointer.h"
#include "tests/eventstore/kafka/kafka_fixture.h"

namespace skyndsamt::kafka {
namespace {

constexpr uint64_t kPerAppend = 50;
constexpr size_t kPerTransaction = 500;  // many, for things to happen to

// Like a case's: a few hundred bytes, one in three with a sealed part.
log::AppendRequest Events(Position first, uint64_t count) {
  log::AppendBuilder builder;
  std::vector<log::NewEvent> events;
  for (uint64_t i = 0; i < count; ++i) {
    events.push_back({std::string(200 + (first + i) * 37 % 200, 'e'), "incident.noted"});
  }
  builder.To(log::StreamNamed(std::to_string(first % 997)), log::Expected::Any(), events);
  log::AppendRequest request = builder.Build();
  for (size_t i = 0; i < count; i += 3) {
    vault::SealedPart part;
    part.key = KeyId{DerivedUuid("key", std::to_string(first))};
    part.ciphertext = std::string(80, static_cast<char>(first + i));
    request.streams[0].events[i].parts = {part};
    request.streams[0].events[i].Prepare();
  }
  return request;
}

class Worker {
 public:
  Worker(std::unique_ptr<log::EventLog> log, RelayOptions options, PublisherOptions checkpoints)
      : log_(std::move(log)),
        options_(std::move(options)),
        publisher_(StartCheckpointPublisher(std::move(checkpoints), *log_)),
        checkpointer_(*log_, TestSigner(log_->origin()),
                      {.every = std::chrono::milliseconds(500),
                       .kept = [this](const auto&) { publisher_->Wake(); }}) {}
  ~Worker() {
    if (appender_.joinable()) appender_.join();
    relays_.clear();
  }

  void StartAnother() {
    RelayOptions options = options_;
    options.on_change = [this, number = relays_.size()](const RelayStatus& status) {
      Say("relay " + std::to_string(number) + " " + NameOf(status.state) + " " + status.reason);
    };
    auto mapping = std::make_unique<EventsMapping>(options.topic.name, 0, log_->origin(),
                                                   ValueFormat::kProtobuf);
    relays_.push_back(Relay::Start(std::move(options), *log_, std::move(mapping)));
  }

  void AppendUntil(uint64_t records) {
    if (appender_.joinable()) appender_.join();
    appender_ = std::thread([this, records] {
      while (log_->committed() < records) {
        const uint64_t left = records - log_->committed();
        auto outcome = log_->AppendAndWait(Events(log_->committed(), std::min(left, kPerAppend)));
        if (!outcome.ok()) std::abort();
      }
    });
  }

  void WaitPast(uint64_t records) {
    WaitFor([records](const RelayStatus& status) { return status.sent > records; });
  }
  void WaitForAll() {
    if (appender_.joinable()) appender_.join();
    WaitFor([](const RelayStatus& status) {
      return status.state == RelayStatus::State::kRunning && status.backlog() == 0;
    });
  }

 private:
  void WaitFor(const std::function<bool(const RelayStatus&)>& holds) {
    RelayStatus found;
    const bool held = Eventually([&] {
      return std::any_of(relays_.begin(), relays_.end(), [&](const auto& relay) {
        found = relay->Status();
        return holds(found);
      });
    });
    Say(held ? "sent " + std::to_string(found.sent) : "never");
  }
  void Say(const std::string& line) {
    const std::lock_guard lock(saying_);
    std::cout << line << std::endl;
  }

  const std::unique_ptr<log::EventLog> log_;
  const RelayOptions options_;
  const std::unique_ptr<Publisher> publisher_;
  log::Checkpointer checkpointer_;
  std::mutex saying_;
  std::vector<std::unique_ptr<Relay>> relays_;
  std::thread appender_;
};

int Run(char** argv) {
  const SystemClock clock;
  log::Options options;
  options.directory = argv[1];
  options.reserve_bytes = 0;
  auto log = log::EventLog::Open(options, clock);
  if (!log.ok()) {
    std::cerr << log.status() << std::endl;
    return 1;
  }
  ConnectionOptions connection;
  connection.bootstrap = argv[2];
  const TopicNames names(argv[3]);
  const int replication = std::stoi(argv[4]);
  RelayOptions relay = EventsRelay(connection, names, replication, ValueFormat::kProtobuf);
  relay.transactional_prefix = std::string(argv[3]) + "relay.";
  relay.transaction_timeout = absl::Milliseconds(std::stoi(argv[5]));
  relay.batch_records = kPerTransaction;
  relay.longest_pause = absl::Seconds(1);
  relay.patience = absl::Seconds(10);
  Worker worker(*std::move(log), std::move(relay),
                CheckpointsPublisher(connection, names, replication));
  worker.StartAnother();
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string command;
    uint64_t number = 0;
    words >> command >> number;
    if (command == "until") worker.AppendUntil(number);
    if (command == "another") worker.StartAnother();
    if (command == "past") worker.WaitPast(number);
    if (command == "wait") worker.WaitForAll();
  }
  return 0;
}

}  // namespace
}  // namespace skyndsamt::kafka

int main(int argc, char** argv) { return argc == 6 ? skyndsamt::kafka::Run(argv) : 64; }
