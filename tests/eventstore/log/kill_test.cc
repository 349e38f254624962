// kill -9 at random moments under load, two hundred times: every acknowledged append is there,
// once, where it was acknowledged, and fsck is clean.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "eventstore/log/fsck.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/seeds.h"

namespace skyndsamt::log {
namespace {

constexpr int kKills = 200;
constexpr int kKillsPerLog = 50;

// Starts the writer and kills it a moment after it has said so many lines, or while it is still
// opening if none are waited for; everything that it said.
std::string RunAndKill(const std::string& directory, uint64_t seed, int64_t lines,
                       std::chrono::microseconds after) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return {};
  const pid_t writer = fork();
  if (writer == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execl(SKYNDSAMT_LOG_WRITER, SKYNDSAMT_LOG_WRITER, directory.c_str(),
          std::to_string(seed).c_str(), nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  std::string said;
  std::atomic<int64_t> heard = 0;
  std::atomic<bool> ended = false;
  std::thread listener([&] {
    char buffer[4096];
    ssize_t n;
    while ((n = read(pipe_ends[0], buffer, sizeof buffer)) > 0) {
      said.append(buffer, static_cast<size_t>(n));
      heard = std::count(said.begin(), said.end(), '\n');
    }
    ended = true;
  });
  while (heard < lines && !ended) std::this_thread::sleep_for(std::chrono::microseconds(200));
  std::this_thread::sleep_for(after);
  kill(writer, SIGKILL);
  int status = 0;
  waitpid(writer, &status, 0);
  listener.join();
  close(pipe_ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << status;
  return said;
}

TEST(Kill, TwoHundredKillsLoseNothingThatWasAcknowledged) {
  const uint64_t seed = testing::Seeds(1).front();
  SCOPED_TRACE(testing::Again(seed));
  std::mt19937_64 random(seed);
  size_t acknowledged = 0;
  for (int log = 0; log < kKills / kKillsPerLog; ++log) {
    TempDirectory directory;
    const Options options = SmallOptions(directory / "log");
    const SystemClock clock;
    for (int round = 0; round < kKillsPerLog; ++round) {
      const auto lines = static_cast<int64_t>(random() % 8 == 0 ? 0 : 1 + random() % 60);
      const auto after = std::chrono::microseconds(random() % (lines == 0 ? 40'000 : 3'000));
      std::istringstream said(RunAndKill(options.directory, random() % (1u << 30), lines, after));
      auto reopened = EventLog::Open(options, clock);
      ASSERT_TRUE(reopened.ok()) << reopened.status();
      std::string name;
      Position first;
      uint32_t count;
      while (said >> name >> first >> count) {
        ++acknowledged;
        auto found = (*reopened)->FindRequest(RequestNamed(name), FingerprintOf(name));
        ASSERT_TRUE(found.ok() && found->has_value()) << "an acknowledged append is gone";
        const auto& there = std::get<Appended>(**found);
        ASSERT_EQ(there.first, first);
        ASSERT_EQ(there.count, count);
      }
    }
    // Each request once, each append whole, each event once: fsck looks at all of it.
    const auto report = Fsck(options);
    ASSERT_TRUE(report.ok()) << report.status();
    for (const Finding& finding : report->findings) ADD_FAILURE() << finding.what;
  }
  EXPECT_GT(acknowledged, static_cast<size_t>(kKills));
}

}  // namespace
}  // namespace skyndsamt::log
