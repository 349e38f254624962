// kill -9 at random moments of the whole write path under load, two hundred times: after each,
// fsck is clean, every acknowledged command is there once and its sealed texts open, what was not
// answered can be asked again, and the views are those that are built from zero.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "tests/eventstore/log/log_fixture.h"
#include "tests/seeds.h"
#include "tests/write_path/frames.h"

namespace skyndsamt::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kKills = 200;
constexpr int kKillsPerDirectory = 50;

// Starts the program and kills it a moment after it has said so many bytes, or while it is still
// opening if none are waited for; everything that it said.
std::string RunAndKill(const std::string& directory, uint64_t seed, size_t bytes,
                       std::chrono::microseconds after) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return {};
  const pid_t writer = fork();
  if (writer == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execl(SKYNDSAMT_COMMAND_WRITER, SKYNDSAMT_COMMAND_WRITER, directory.c_str(),
          std::to_string(seed).c_str(), nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  std::string said;
  std::atomic<size_t> heard = 0;
  std::atomic<bool> ended = false;
  std::thread listener([&] {
    char buffer[1 << 16];
    ssize_t n;
    while ((n = read(pipe_ends[0], buffer, sizeof buffer)) > 0) {
      said.append(buffer, static_cast<size_t>(n));
      heard = said.size();
    }
    ended = true;
  });
  while (heard < bytes && !ended) std::this_thread::sleep_for(std::chrono::microseconds(200));
  std::this_thread::sleep_for(after);
  kill(writer, SIGKILL);
  int status = 0;
  waitpid(writer, &status, 0);
  listener.join();
  close(pipe_ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the program ended by itself: " << status;
  return said;
}

// One directory that is killed again and again.
class Victim {
 public:
  explicit Victim(uint64_t seed) : random_(seed) { options_.directory = directory_ / "data"; }

  std::string KillOnce() {
    fs::create_directories(options_.directory);
    const size_t bytes = random_() % 8 == 0 ? 0 : 1 + random_() % 60'000;
    const auto after = std::chrono::microseconds(random_() % (bytes == 0 ? 60'000 : 5'000));
    Hear(RunAndKill(options_.directory, random_() % (1u << 30), bytes, after), ledger_);
    return Look();
  }
  std::string Finish() {
    auto path = WritePath::Open(options_, clock_);
    if (!path.ok()) return path.status().ToString();
    return ledger_.CheckAll(**path);
  }
  size_t answered() const { return ledger_.answered(); }

 private:
  std::string Look() {
    // A log that was killed while it was made cannot be checked, and need not be.
    auto wrong = FsckOf(options_);
    if (!wrong.empty() && ledger_.answered() > 0) return "fsck: " + wrong;
    // The views are looked at in a copy: the program goes on with what the kill has left.
    WritePathOptions look = options_;
    look.views = "views-copy";
    const std::string killed = options_.directory + "/views",
                      copy = options_.directory + "/views-copy";
    fs::remove_all(copy);
    if (fs::exists(killed)) fs::copy(killed, copy, fs::copy_options::recursive);
    auto path = WritePath::Open(look, clock_);
    if (!path.ok()) return path.status().ToString();
    wrong = CompareWithZero(**path, directory_ / "zero", clock_);
    return wrong.empty() ? ledger_.CheckNew(**path) : wrong;
  }

  log::TempDirectory directory_;
  std::mt19937_64 random_;
  const SystemClock clock_;
  WritePathOptions options_;
  Ledger ledger_;
};

TEST(Kill, TwoHundredKillsLoseNothingThatWasAcknowledged) {
  for (const uint64_t seed : Seeds(kKills / kKillsPerDirectory)) {
    SCOPED_TRACE(Again(seed));
    Victim victim(seed);
    for (int kill = 0; kill < kKillsPerDirectory; ++kill) {
      ASSERT_EQ(victim.KillOnce(), "") << "kill " << kill;
    }
    ASSERT_EQ(victim.Finish(), "");
    EXPECT_GT(victim.answered(), static_cast<size_t>(kKillsPerDirectory));
  }
}

}  // namespace
}  // namespace skyndsamt::testing
