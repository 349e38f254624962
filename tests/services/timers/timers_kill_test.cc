// kill -9 at random moments while it tells of due dates: every reminder is in the log once.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "eventstore/log/fsck.h"
#include "tests/services/timers/timers_world.h"

namespace skyndsamt::timers {
namespace {

constexpr int kKills = 40;
constexpr int kCases = 150;

// Starts the teller and kills it a moment after so many rounds.
void RunAndKill(const std::string& directory, uint64_t seed, int rounds,
                std::chrono::microseconds after) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t teller = fork();
  if (teller == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execl(SKYNDSAMT_TIMERS_TELLER, SKYNDSAMT_TIMERS_TELLER, directory.c_str(),
          std::to_string(seed).c_str(), nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  std::atomic<int64_t> heard = 0;
  std::atomic<bool> ended = false;
  std::thread listener([&] {
    char buffer[4096];
    ssize_t n;
    while ((n = read(pipe_ends[0], buffer, sizeof buffer)) > 0) {
      heard += std::count(buffer, buffer + n, '\n');
    }
    ended = true;
  });
  while (heard < rounds && !ended) std::this_thread::sleep_for(std::chrono::microseconds(200));
  std::this_thread::sleep_for(after);
  kill(teller, SIGKILL);
  int status = 0;
  waitpid(teller, &status, 0);
  listener.join();
  close(pipe_ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the teller ended by itself: " << status;
}

TEST(TimersKill, FortyKillsDoubleAndLoseNothing) {
  TempDirectory directory;
  ManualClock clock(*views::ParseInstant("2026-02-03T12:00:00+01:00"));
  {
    views::CaseWorld world(1);
    world.clock().Set(clock.Now());
    world.DeclareOrganisation();
    world.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P21D");
    for (int i = 0; i < kCases; ++i) {
      const std::string day = law::FormatDay(absl::CivilDay(2026, 1, 14) + i % 20);
      world.Record("CASE" + std::to_string(i),
                   "id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' } }",
                   "id: 'p' happened { edtf: '" + day + "' } principal_informed {}");
    }
    ASSERT_TRUE(world.log().Backup(directory / "log").ok());
  }
  std::mt19937_64 random(5);
  for (int i = 0; i < kKills; ++i) {
    const int rounds = static_cast<int>(random() % 6);
    const auto after = std::chrono::microseconds(random() % (rounds == 0 ? 60'000 : 4'000));
    ASSERT_NO_FATAL_FAILURE(RunAndKill(directory / "", random() % (1u << 30), rounds, after));
  }
  clock.Set(*views::ParseInstant("2027-01-01"));
  log::Options options;
  options.directory = directory / "log";
  options.reserve_bytes = 0;
  {
    auto log = log::EventLog::Open(options, clock);
    ASSERT_TRUE(log.ok()) << log.status();
    views::ViewsOptions view_options;
    view_options.runner.directory = directory / "views";
    auto views = views::Views::Open(view_options, **log, clock);
    ASSERT_TRUE(views.ok()) << views.status();
    (*views)->runner().Start();
    TimerOptions patient;
    patient.patience = std::chrono::minutes(5);
    Timers timers(**log, **views, clock, patient);
    const size_t before = Reminders(**log).size();
    EXPECT_GT(before, 0u) << "it was killed before it told of anything";
    ASSERT_TRUE(timers.Round().ok());
    const auto told = ExpectEachOnceAndInOrder(Reminders(**log));
    EXPECT_EQ(told.size(), static_cast<size_t>(kCases));
    for (const auto& [step, stage] : told) EXPECT_EQ(stage, Stage::kOverdue);
  }
  const auto report = log::Fsck(options);
  ASSERT_TRUE(report.ok()) << report.status();
  for (const log::Finding& finding : report->findings) ADD_FAILURE() << finding.what;
}

}  // namespace
}  // namespace skyndsamt::timers
