// Appends under load until it is killed, and says on standard output what was acknowledged:
// "<request name> <first position> <count>\n", each line in one write. For kill_test.cc.
#include <unistd.h>

#include <cstdio>
#include <random>
#include <thread>

#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

void Write(EventLog& log, uint64_t seed) {
  std::mt19937_64 random(seed);
  while (true) {
    const std::string name = std::to_string(random());
    AppendBuilder builder;
    builder.To(StreamNamed(std::to_string(random() % 16)), Expected::Any(),
               std::vector<NewEvent>(1 + random() % 3, NewEvent{name}));
    builder.Request(name, name);
    auto outcome = log.AppendAndWait(builder.Build());
    if (!outcome.ok()) return;
    const auto& appended = std::get<Appended>(*outcome);
    const std::string line =
        name + " " + std::to_string(appended.first) + " " + std::to_string(appended.count) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return;
  }
}

int Run(const std::string& directory, uint64_t seed) {
  const SystemClock clock;
  Options options = SmallOptions(directory);
  options.memtable_bytes = 64u << 10;
  auto log = EventLog::Open(options, clock);
  if (!log.ok()) {
    std::fprintf(stderr, "%s\n", std::string(log.status().message()).c_str());
    return 1;
  }
  std::vector<std::thread> writers;
  for (uint64_t i = 0; i < 4; ++i) writers.emplace_back([&, i] { Write(**log, seed * 4 + i); });
  for (std::thread& writer : writers) writer.join();
  return 2;
}

}  // namespace
}  // namespace skyndsamt::log

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  return skyndsamt::log::Run(argv[1], std::stoull(argv[2]));
}
