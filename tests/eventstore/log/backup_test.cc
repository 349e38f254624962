// Backup while appends go on, and restore.
#include "eventstore/log/backup.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "eventstore/log/fsck.h"
#include "eventstore/log/store.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

using BackupTest = LogTest;

void FlipByte(const std::filesystem::path& path, uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const auto was = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(was ^ 0x20));
}

TEST_F(BackupTest, ABackupUnderLoadIsAWholeBeginningOfTheLog) {
  options_.memtable_bytes = 64u << 10;
  Reopen();
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; !stop; ++i) {
        AppendBuilder builder;
        builder.To(StreamNamed(std::to_string(i % 5)), Expected::Any(), {{"x"}, {"y"}})
            .Request(std::to_string(w) + "/" + std::to_string(i), "payload");
        Added(builder);
      }
    });
  }
  for (int round = 0; round < 5; ++round) {
    Options copy = options_;
    copy.directory = directory_ / ("backup" + std::to_string(round));
    while (log_->committed() < 100u * (round + 1)) std::this_thread::yield();
    const Position acknowledged = log_->committed();
    const auto size = log_->Backup(copy.directory);
    ASSERT_TRUE(size.ok()) << size.status();
    EXPECT_GE(*size, acknowledged);
    const auto report = Fsck(copy);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->clean()) << report->findings.front().what;
    EXPECT_EQ(report->records, *size);
    while (log_->committed() < *size) std::this_thread::yield();
    EXPECT_EQ(*log_->Root(*size), report->root);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

TEST_F(BackupTest, ARestoredLogGoesOnWhereTheBackupEnded) {
  Add("s", {{"0"}, {"1"}});
  AppendBuilder command;
  command.To(StreamNamed("s"), Expected::Any(), {{"2"}}).Request("r", "payload");
  Added(command);
  ASSERT_EQ(*log_->Backup(directory_ / "backup"), 3u);
  Add("s", {{"after the backup"}});
  Close();
  options_.directory = directory_ / "restored";
  const auto restored = Restore(directory_ / "backup", options_.directory);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(*restored, 3u);
  Open();
  EXPECT_EQ(TextsOf(log_->ReadAll({})->records), (std::vector<std::string>{"0", "1", "2"}));
  AppendBuilder again;
  again.To(StreamNamed("s"), Expected::Any(), {{"2"}}).Request("r", "payload");
  EXPECT_TRUE(Added(again).deduplicated);
  EXPECT_EQ(Add("s", {{"3"}}).first, 3u);
  Close();
  EXPECT_TRUE(Fsck(options_)->clean());
}

TEST_F(BackupTest, ARestoreTellsHowFarItHasCome) {
  for (int i = 0; i < 8; ++i) Add("s", {{std::string(300'000, static_cast<char>('a' + i))}});
  ASSERT_TRUE(log_->Backup(directory_ / "backup").ok());
  uint64_t last = 0, whole = 0, told = 0;
  const auto restored =
      Restore(directory_ / "backup", directory_ / "restored", [&](uint64_t done, uint64_t total) {
        EXPECT_GT(done, last);
        EXPECT_LE(done, total);
        last = done;
        whole = total;
        ++told;
      });
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(last, whole);
  EXPECT_GT(whole, 2'000'000u);
  EXPECT_GT(told, 2u);
}

TEST_F(BackupTest, AnEmptyLogCanBeBackedUpAndRestored) {
  ASSERT_EQ(*log_->Backup(directory_ / "backup"), 0u);
  EXPECT_EQ(*Restore(directory_ / "backup", directory_ / "restored"), 0u);
}

TEST_F(BackupTest, NeitherWritesIntoADirectoryThatHoldsSomething) {
  Add("s", {{"0"}});
  std::filesystem::create_directory(directory_ / "taken");
  std::ofstream(directory_ / "taken/letter") << "dear";
  EXPECT_EQ(log_->Backup(directory_ / "taken").status().code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(log_->Backup(directory_ / "backup").ok());
  EXPECT_EQ(Restore(directory_ / "backup", directory_ / "taken").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Restore(directory_ / "taken", directory_ / "restored").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(BackupTest, ADamagedBackupIsNotRestored) {
  for (int i = 0; i < 20; ++i) Add("s", {{std::to_string(i)}});
  const std::string backup = directory_ / "backup";
  ASSERT_TRUE(log_->Backup(backup).ok());
  // Its database is put back to an earlier one; its high-water file is not.
  ASSERT_TRUE(log_->Backup(directory_ / "other").ok());
  std::filesystem::remove_all(DatabasePath(backup));
  Options early = SmallOptions(directory_ / "early");
  {
    auto log = EventLog::Open(early, clock_);
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE((*log)->Backup(directory_ / "early_backup").ok());
  }
  std::filesystem::copy(DatabasePath(directory_ / "early_backup"), DatabasePath(backup),
                        std::filesystem::copy_options::recursive);
  EXPECT_EQ(Restore(backup, directory_ / "restored").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(std::filesystem::exists(FormatPath(directory_ / "restored")));
}

// In a block that no start would read.
TEST_F(BackupTest, ABackupWithAFlippedByteIsNotRestored) {
  for (int i = 0; i < 200; ++i) Add("s", {{std::string(5'000, static_cast<char>('a' + i % 26))}});
  const std::string backup = directory_ / "backup";
  ASSERT_TRUE(log_->Backup(backup).ok());
  std::filesystem::path largest;
  for (const auto& file : std::filesystem::directory_iterator(DatabasePath(backup))) {
    if (file.path().extension() != ".sst") continue;
    if (largest.empty() || file.file_size() > std::filesystem::file_size(largest)) largest = file;
  }
  FlipByte(largest, std::filesystem::file_size(largest) / 2);
  EXPECT_EQ(Restore(backup, directory_ / "restored").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(std::filesystem::exists(FormatPath(directory_ / "restored")));
}

TEST_F(BackupTest, ALogThatIsOpenIsNotRestoredFrom) {
  Add("s", {{"0"}});
  EXPECT_EQ(Restore(options_.directory, directory_ / "restored").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(std::filesystem::exists(FormatPath(directory_ / "restored")));
  Close();
  EXPECT_EQ(*Restore(options_.directory, directory_ / "restored"), 1u);
}

}  // namespace
}  // namespace skyndsamt::log
