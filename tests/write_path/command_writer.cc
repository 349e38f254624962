// Carries out random commands with several threads until it is killed, the views following, the
// keys' epoch changing now and then; says on standard output what frames.h has. For kill_test.cc.
#include <cstdio>
#include <thread>

#include "tests/write_path/frames.h"
#include "tests/write_path/random_commands.h"

namespace skyndsamt::testing {
namespace {

constexpr uint64_t kThreads = 3;

void Command(WritePath& path, uint64_t seed, Speaker& speaker) {
  RandomCommands commands(seed);
  while (true) {
    const auto request = commands.Next(path);
    if (!request.ok() || !speaker.Say('s', request->SerializeAsString())) return;
    const auto outcome = path.Record(*request);
    if (!outcome.ok()) return;
    const auto* answer = std::get_if<api::v1::RecordFactsResponse>(&*outcome);
    const std::string& id = request->request_id();
    if (answer == nullptr ? !speaker.Say('r', id)
                          : !speaker.Say('a', id + answer->SerializeAsString())) {
      return;
    }
  }
}

int Run(const std::string& directory, uint64_t seed) {
  const SystemClock clock;
  auto path = WritePath::Open({.directory = directory}, clock);
  if (!path.ok()) {
    std::fprintf(stderr, "%s\n", path.status().ToString().c_str());
    return 1;
  }
  (*path)->Start();
  Speaker speaker(STDOUT_FILENO);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { Command(**path, seed * kThreads + i, speaker); });
  }
  if (seed % 4 == 0) (void)(*path)->keys().RotateEpoch();
  for (std::thread& thread : threads) thread.join();
  return 2;
}

}  // namespace
}  // namespace skyndsamt::testing

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  return skyndsamt::testing::Run(argv[1], std::stoull(argv[2]));
}
