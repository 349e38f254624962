// A process that publishes the figures of a log, for tests that kill it.
//
//   figures_process LOG STORE BOOTSTRAP PREFIX protobuf|json
//
// Says on standard output "from N" whenever it looks for figures from number N on: all before are
// in Kafka. A few figures make a transaction, so that there are many to be killed in. Ends with its
// input.
#include <cstdio>
#include <iostream>
#include <limits>
#include <memory>
#include <string>

#include "eventstore/base/clock.h"
#include "eventstore/kafka/outbox_publisher.h"
#include "eventstore/log/event_log.h"
#include "services/server/figures.h"

namespace skyndsamt::server {
namespace {

constexpr size_t kAtOnce = 3;

class Telling final : public kafka::Outbox {
 public:
  explicit Telling(std::unique_ptr<kafka::Outbox> outbox) : outbox_(std::move(outbox)) {}
  absl::StatusOr<std::vector<kafka::Message>> From(uint64_t number, size_t most) override {
    auto messages = outbox_->From(number, most);
    if (most > 1) std::printf("from %llu\n", static_cast<unsigned long long>(number));
    std::fflush(stdout);
    return messages;
  }
  bool Same(const kafka::Message& ours, const kafka::Message& theirs) const override {
    return outbox_->Same(ours, theirs);
  }

 private:
  const std::unique_ptr<kafka::Outbox> outbox_;
};

int Main(char** arguments) {
  const ManualClock clock(std::numeric_limits<Micros>::max() / 2);  // after whatever was recorded
  log::Options options;
  options.directory = arguments[0];
  options.reserve_bytes = 0;
  auto log = log::EventLog::Open(options, clock);
  if (!log.ok()) return 2;
  statistics::StatisticsOptions statistics;
  statistics.runner.directory = arguments[1];
  auto opened = statistics::Statistics::Open(statistics, **log);
  if (!opened.ok()) return 3;
  (*opened)->Start();

  Config config;
  config.kafka_bootstrap = arguments[2];
  config.kafka_topic_prefix = arguments[3];
  config.kafka_replication = 1;
  config.kafka_values = arguments[4];
  kafka::PublisherOptions publishing = FiguresPublisherOf(config);
  publishing.look_every = absl::Milliseconds(100);
  publishing.shortest_pause = absl::Milliseconds(50);
  publishing.longest_pause = absl::Seconds(8);  // longer than a beginning takes
  auto outbox =
      std::make_unique<FigureOutbox>(**opened, publishing.topic.name, (*log)->origin(),
                                     FormatOf(config), [&log] { return (*log)->committed(); });
  const auto publisher =
      kafka::StartOutboxPublisher(publishing, config.kafka_topic_prefix + "relay.figures", **log,
                                  std::make_unique<Telling>(std::move(outbox)), kAtOnce);
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}

}  // namespace
}  // namespace skyndsamt::server

int main(int count, char** arguments) {
  return count == 6 ? skyndsamt::server::Main(arguments + 1) : 64;
}
