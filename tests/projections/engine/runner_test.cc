// The runner: rows and position in one write, restart anywhere, read your own writes, unknown
// events, versions built beside, a store that is not of this log.
#include "projections/engine/runner.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "tests/projections/engine/runner_world.h"

namespace skyndsamt::engine {
namespace {

using ::testing::HasSubstr;

TEST_F(RunnerTest, AnswersYourOwnWrite) {
  auto runner = Open();
  runner->Start();
  for (int i = 0; i < 50; ++i) {
    const Position position = Append(*log_, Stream(1), {Said(std::to_string(i))});
    ASSERT_TRUE(Wait(*runner, position, Reach::kApplied).ok());
    EXPECT_EQ(LastWordOf(*runner, 1), std::to_string(i) + "/1");
    EXPECT_GT(runner->Read("last_word")->applied(), position);
  }
}

TEST_F(RunnerTest, SettledMeansThatPutOffWorkIsDone) {
  auto runner = Open();
  runner->Start();
  for (int i = 1; i <= 20; ++i) {
    const Position position = Append(*log_, Stream(1), {Said("a"), Said("b")});
    ASSERT_TRUE(Wait(*runner, position, Reach::kSettled).ok());
    auto snapshot = runner->Read("word_count");
    EXPECT_GT(snapshot->settled(), position);
    EXPECT_EQ(**snapshot->Get("c" + std::string(Stream(1).view())), std::to_string(2 * i));
  }
}

TEST_F(RunnerTest, TellsWhoWaitsWhenTheDeadlinePassesOrItStops) {
  auto runner = Open();
  runner->Start();
  const auto soon = std::chrono::milliseconds(5);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Wait(*runner, 1000, Reach::kApplied, soon)));
  std::promise<absl::Status> stopped;
  runner->WaitFor(1000, Reach::kSettled, std::chrono::steady_clock::now() + kPatience,
                  [&](absl::Status status) { stopped.set_value(std::move(status)); });
  runner->Stop();
  EXPECT_TRUE(absl::IsUnavailable(stopped.get_future().get()));
  EXPECT_TRUE(absl::IsUnavailable(Wait(*runner, 1000, Reach::kApplied)));
}

TEST_F(RunnerTest, RestartedAnywhereHoldsWhatARebuildHolds) {
  for (int round = 0; round < 12; ++round) {
    SayRandom(static_cast<int>(random_() % 40));
    auto runner = Open();
    if (random_() % 2 == 0) {
      ASSERT_TRUE(runner->CatchUp().ok());
    } else {
      runner->Start();
      SayRandom(static_cast<int>(random_() % 60));
      runner->Stop();  // wherever it has got to
    }
  }
  ASSERT_TRUE(Open()->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

TEST_F(RunnerTest, DiscardsAStoreThatIsAheadOfARestoredLog) {
  SayRandom(30);
  ASSERT_TRUE(log_->Backup(directory_ / "backup").ok());
  SayRandom(30);
  ASSERT_TRUE(Open()->CatchUp().ok());
  log_ = OpenLog(directory_ / "backup", clock_);
  ASSERT_EQ(log_->committed(), 30u);
  auto runner = Open();
  EXPECT_EQ(runner->applied(), 0u);
  ASSERT_TRUE(runner->CatchUp().ok());
  runner.reset();
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

TEST_F(RunnerTest, DiscardsAStoreOfAnotherHistoryOfTheSameLength) {
  SayRandom(30);
  ASSERT_TRUE(log_->Backup(directory_ / "backup").ok());
  SayRandom(30);
  ASSERT_TRUE(Open()->CatchUp().ok());
  log_ = OpenLog(directory_ / "backup", clock_);
  SayRandom(40);  // the restored log has gone another way, past the store's position
  auto runner = Open();
  EXPECT_EQ(runner->applied(), 0u);
  ASSERT_TRUE(runner->CatchUp().ok());
  runner.reset();
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

TEST_F(RunnerTest, StopsAtAnUnknownEventAndNamesItsPosition) {
  SayRandom(5);
  Append(*log_, Stream(1), {Said("before")});
  const Position unknown = Append(*log_, Stream(1), {Said("?", "toy.whispered")});
  const Position after = Append(*log_, Stream(1), {Said("after")});
  {
    auto runner = Open();
    runner->Start();
    const absl::Status answer = Wait(*runner, after, Reach::kApplied);
    EXPECT_TRUE(absl::IsFailedPrecondition(answer)) << answer;
    const absl::Status health = runner->health();
    EXPECT_TRUE(absl::IsFailedPrecondition(health)) << health;
    EXPECT_THAT(std::string(health.message()), HasSubstr("position " + std::to_string(unknown)));
    EXPECT_EQ(runner->applied(), unknown);
    EXPECT_EQ(LastWordOf(*runner, 1), "before/1");
    EXPECT_EQ(runner->Status()[0].lag, 2u);
  }
  decoder_.Add("toy.whispered", google::protobuf::StringValue::default_instance());
  auto runner = Open();
  ASSERT_TRUE(runner->CatchUp().ok());
  EXPECT_EQ(LastWordOf(*runner, 1), "after/1");
}

TEST_F(RunnerTest, StopsWhereAViewRefusesAnEvent) {
  SayRandom(20);
  Append(*log_, Stream(1), {Said("refuse")});
  auto runner = Open();
  EXPECT_TRUE(absl::IsDataLoss(runner->CatchUp()));
  EXPECT_TRUE(absl::IsDataLoss(runner->health()));
  EXPECT_THAT(std::string(runner->health().message()), HasSubstr("view last_word at position 20"));
  EXPECT_LE(runner->applied(), 20u);
}

TEST_F(RunnerTest, TellsHowFarEachViewLags) {
  SayRandom(25);
  auto runner = Open();
  for (const ViewStatus& status : runner->Status()) {
    EXPECT_EQ(status.lag, 25u) << status.view;
    EXPECT_TRUE(status.serving);
  }
  ASSERT_TRUE(runner->CatchUp().ok());
  for (const ViewStatus& status : runner->Status()) {
    EXPECT_EQ(status.lag, 0u) << status.view;
    EXPECT_EQ(status.position, 25u);
  }
}

std::vector<std::unique_ptr<View>> BothVersions() {
  auto views = ToyViews();
  views.push_back(std::make_unique<LastWord>(2));
  return views;
}

std::vector<std::unique_ptr<View>> NewestVersions() {
  std::vector<std::unique_ptr<View>> views;
  views.push_back(std::make_unique<LastWord>(2));
  views.push_back(std::make_unique<WordCount>());
  return views;
}

TEST_F(RunnerTest, BuildsANewVersionBesideTheServingOneAndSwitches) {
  SayRandom(200);
  Append(*log_, Stream(1), {Said("word")});
  ASSERT_TRUE(Open()->CatchUp().ok());
  {
    auto runner = Open(BothVersions);
    EXPECT_EQ(LastWordOf(*runner, 1), "word/1");  // the old one goes on serving
    EXPECT_EQ(runner->Status().size(), 3u);
    ASSERT_TRUE(runner->CatchUp().ok());
    EXPECT_EQ(LastWordOf(*runner, 1), "word/2");
    EXPECT_EQ(runner->Status().size(), 2u);
  }
  // Nothing of the old version is left, and the new one is what it would be from zero.
  ASSERT_TRUE(Open(NewestVersions, "newest")->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), Dump(directory_ / "newest"));
}

TEST_F(RunnerTest, SwitchesWhileEventsKeepComing) {
  SayRandom(300);
  ASSERT_TRUE(Open()->CatchUp().ok());
  auto runner = Open(BothVersions);
  runner->Start();
  for (int i = 0; i < 2000 && runner->Status().size() == 3; ++i) SayRandom(1);
  const Position position = Append(*log_, Stream(1), {Said("last")});
  ASSERT_TRUE(Wait(*runner, position, Reach::kSettled).ok());
  while (runner->Status().size() == 3) std::this_thread::yield();
  EXPECT_EQ(LastWordOf(*runner, 1), "last/2");
  runner->Stop();
  EXPECT_TRUE(runner->health().ok());
}

TEST_F(RunnerTest, ABuildBesideSurvivesRestarts) {
  SayRandom(200);
  ASSERT_TRUE(Open()->CatchUp().ok());
  for (int i = 0; i < 5; ++i) {
    auto runner = Open(BothVersions);
    runner->Start();
    SayRandom(5);
    runner->Stop();
  }
  ASSERT_TRUE(Open(BothVersions)->CatchUp().ok());
  ASSERT_TRUE(Open(NewestVersions, "newest")->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), Dump(directory_ / "newest"));
}

// The rows of the version that served are of a program that is gone: the lower one is built anew.
TEST_F(RunnerTest, BuildsALowerVersionWhenAReleaseIsTakenBack) {
  SayRandom(200);
  Append(*log_, Stream(1), {Said("word")});
  ASSERT_TRUE(Open(NewestVersions)->CatchUp().ok());
  {
    auto runner = Open();
    EXPECT_EQ(runner->Status().size(), 2u);
    EXPECT_TRUE(absl::IsUnavailable(runner->Read("last_word").status()));
    EXPECT_TRUE(runner->Read("word_count").ok());
  }
  SayRandom(20);
  {
    auto runner = Open();
    ASSERT_TRUE(runner->CatchUp().ok());
    EXPECT_EQ(runner->Status().size(), 2u);
    EXPECT_TRUE(runner->Read("last_word").ok());
  }
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
  // And the release once more.
  ASSERT_TRUE(Open(NewestVersions)->CatchUp().ok());
  ASSERT_TRUE(Open(NewestVersions, "newest")->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), Dump(directory_ / "newest"));
}

TEST_F(RunnerTest, AnswersUnavailableWhileAFirstVersionIsBuilt) {
  SayRandom(20);
  {
    const auto one = [] {
      std::vector<std::unique_ptr<View>> views;
      views.push_back(std::make_unique<LastWord>());
      return views;
    };
    ASSERT_TRUE(Open(one)->CatchUp().ok());
  }
  auto runner = Open();
  EXPECT_TRUE(absl::IsUnavailable(runner->Read("word_count").status()));
  EXPECT_TRUE(runner->Read("last_word").ok());
  ASSERT_TRUE(runner->CatchUp().ok());
  EXPECT_TRUE(runner->Read("word_count").ok());
  runner.reset();
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

TEST_F(RunnerTest, NoPositionIsReachedBeforeANeededViewServes) {
  SayRandom(50);
  ASSERT_TRUE(Open()->CatchUp().ok());
  for (const absl::Status& answer :
       {absl::DataLossError("a word it cannot take"), absl::OkStatus()}) {
    std::promise<absl::Status> told;
    auto runner = Open([taken = told.get_future().share()] {
      auto views = ToyViews();
      views.push_back(std::make_unique<Needed>(taken));
      return views;
    });
    runner->Start();
    EXPECT_EQ(runner->applied(), 50u);
    EXPECT_TRUE(absl::IsDeadlineExceeded(
        Wait(*runner, 49, Reach::kApplied, std::chrono::milliseconds(50))));
    told.set_value(answer);
    EXPECT_EQ(Wait(*runner, 49, Reach::kApplied).code(), answer.code());
    EXPECT_EQ(runner->health().code(), answer.code());
    EXPECT_EQ(runner->Read("needed").ok(), answer.ok());
  }
}

TEST_F(RunnerTest, RefusesADirectoryThatAnotherHolds) {
  auto runner = Open();
  auto second = Runner::Open(Small(directory_ / "views"), *log_, decoder_, ToyViews);
  EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
}

// What KilledAnywhere starts in a process of its own: follows a log until it is killed.
TEST(RunnerChild, DISABLED_FollowsUntilKilled) {
  const char* directory = std::getenv("RUNNER_TEST_DIRECTORY");
  ASSERT_NE(directory, nullptr);
  const ManualClock clock(1'700'000'000'000'000);
  auto log = OpenLog(std::string(directory) + "/log", clock);
  const Decoder decoder = ToyDecoder();
  RunnerOptions options = Small(std::string(directory) + "/views");
  options.memtable_bytes = 64u << 10;  // many flushes
  options.batch_records = 3;
  auto runner = Runner::Open(options, *log, decoder, ToyViews);
  ASSERT_TRUE(runner.ok()) << runner.status();
  (*runner)->Start();
  while (true) ::pause();
}

TEST_F(RunnerTest, KilledAnywhereHoldsWhatARebuildHolds) {
  SayRandom(4000);
  for (int kill = 0; kill < 8; ++kill) {
    log_.reset();
    const std::string root = (std::filesystem::path(directory_ / "log").parent_path()).string();
    ::setenv("RUNNER_TEST_DIRECTORY", root.c_str(), 1);
    std::string filter = "--gtest_filter=RunnerChild.*";
    std::string disabled = "--gtest_also_run_disabled_tests";
    std::string program = "/proc/self/exe";
    char* arguments[] = {program.data(), filter.data(), disabled.data(), nullptr};
    pid_t child = 0;
    ASSERT_EQ(posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments, environ), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random_() % 200));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));  // it was killed, it did not fail
    log_ = OpenLog(directory_ / "log", clock_);
    ASSERT_NE(log_, nullptr);
  }
  ASSERT_TRUE(Open()->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

}  // namespace
}  // namespace skyndsamt::engine
