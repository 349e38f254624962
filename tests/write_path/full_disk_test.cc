// A disk that is full for one kind of file after another, and a file system that really is: every
// failure has its code, what can go on goes on, and everything that was acknowledged is there, with
// what it says, when there is room again.
#include <filesystem>

#include "tests/eventstore/log/log_fixture.h"
#include "tests/eventstore/log/power_cut_fs.h"
#include "tests/write_path/own_mounts.h"
#include "tests/write_path/random_commands.h"
#include "tests/write_path/told.h"

namespace skyndsamt::testing {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOStatus;
using Op = log::PowerCutFileSystem::Op;

[[maybe_unused]] const auto* const kMounts =
    ::testing::AddGlobalTestEnvironment(new OwnMounts);  // the framework deletes it

// Of which kind a file is, by its path.
struct Kind {
  const char* name;
  const char* directory;
  const char* file;  // a part of its name
  absl::StatusCode code;

  bool Has(const std::string& path) const {
    const size_t slash = path.rfind('/');
    return path.find(directory) != std::string::npos && path.find(file, slash) != std::string::npos;
  }
};

class FullDisk : public ::testing::TestWithParam<Kind> {
 protected:
  FullDisk() {
    options_.directory = directory_ / "data";
    options_.env = env_.get();
    fs::create_directory(options_.directory);
    Open();
  }
  ~FullDisk() override { path_.reset(); }

  void Open() {
    auto path = WritePath::Open(options_, clock_);
    ASSERT_TRUE(path.ok()) << path.status();
    path_ = *std::move(path);
    path_->Start();
  }

  // Files of this kind take no more bytes.
  void Fill(const Kind& kind) {
    disk_->SetFault([kind](Op op, const std::string& path) {
      const bool writes = op == Op::kAppend || op == Op::kOverwrite;
      return writes && kind.Has(path) ? IOStatus::NoSpace("injected") : IOStatus::OK();
    });
  }

  // Up to so many commands; what the first says that fails.
  absl::Status Record(int commands) {
    for (int i = 0; i < commands; ++i) {
      const auto request = commands_.Next(*path_);
      if (!request.ok()) return request.status();
      ledger_.Sent(*request);
      auto outcome = path_->Record(*request);
      if (!outcome.ok()) return outcome.status();
      if (const auto* answer = std::get_if<api::v1::RecordFactsResponse>(&*outcome)) {
        ledger_.Answered(request->request_id(), *answer);
      } else {
        ledger_.Refused(request->request_id());
      }
    }
    return absl::OkStatus();
  }

  // There is room again: all of it is there.
  void ExpectAllThereAfterReopening() {
    disk_->SetFault({});
    path_.reset();
    EXPECT_EQ(FsckOf(options_), "");
    Open();
    ASSERT_NE(path_, nullptr);
    EXPECT_EQ(ledger_.CheckAll(*path_), "");
    EXPECT_TRUE(Record(20).ok());
    path_->views().runner().Stop();
    EXPECT_EQ(CompareWithZero(*path_, directory_ / "zero", clock_), "");
  }

  log::TempDirectory directory_;
  const SystemClock clock_;
  const std::shared_ptr<log::PowerCutFileSystem> disk_ =
      std::make_shared<log::PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = log::NewPowerCutEnv(disk_);
  WritePathOptions options_;
  RandomCommands commands_{1};
  Ledger ledger_;
  std::unique_ptr<WritePath> path_;
};

using FullForCommands = FullDisk;

TEST_P(FullForCommands, TheyFailWithTheirCodeReadsGoOnAndNothingIsLost) {
  ASSERT_TRUE(Record(50).ok());
  Fill(GetParam());
  const auto failed = Record(2000);
  EXPECT_EQ(failed.code(), GetParam().code) << failed;
  EXPECT_EQ(Record(200).code(), GetParam().code) << "it went on by itself";
  const auto read = path_->log().ReadAll({});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_GT(read->records.size(), 50u);
  ExpectAllThereAfterReopening();
}

// The first failed write poisons the log: its outcome is not known.
constexpr auto kUnknown = absl::StatusCode::kUnavailable;
constexpr auto kNoRoom = absl::StatusCode::kResourceExhausted;

INSTANTIATE_TEST_SUITE_P(Kinds, FullForCommands,
                         ::testing::Values(Kind{"Wal", "/log/db/", ".log", kUnknown},
                                           Kind{"Tables", "/log/db/", ".sst", kUnknown},
                                           Kind{"Manifest", "/log/db/", "MANIFEST", kUnknown},
                                           Kind{"Keys", "/keys/db/", ".log", kUnknown}),
                         [](const auto& one) { return one.param.name; });

using FullForOthers = FullDisk;

TEST_F(FullForOthers, TheViewsStopAndSayWhyAndCommandsGoOn) {
  Fill({"Views", "/views/", "", kNoRoom});
  const auto health = [&] { return path_->views().runner().health(); };
  for (int i = 0; i < 60 && health().ok(); ++i) ASSERT_TRUE(Record(100).ok());
  EXPECT_EQ(health().code(), kNoRoom) << health();
  EXPECT_TRUE(Record(100).ok());
  ExpectAllThereAfterReopening();
}

TEST_F(FullForOthers, KeyTablesWaitAndNothingIsLost) {
  Fill({"KeyTables", "/keys/db/", ".sst", kNoRoom});
  // Keys stay in the write-ahead log; a rotation needs tables.
  EXPECT_FALSE(path_->keys().RotateEpoch().ok());
  ExpectAllThereAfterReopening();
}

TEST_F(FullForOthers, ABackupFailsIsNoLogAndCommandsGoOn) {
  ASSERT_TRUE(Record(400).ok());
  for (const char* file : {".sst", "MANIFEST", "HIGH-WATER", "FORMAT"}) {
    SCOPED_TRACE(file);
    Fill({"Backup", "/backup", file, kNoRoom});
    const auto backup = path_->log().Backup(directory_ / "backup");
    EXPECT_EQ(backup.status().code(), kNoRoom) << backup.status();
    EXPECT_TRUE(Record(5).ok());
    disk_->SetFault({});
    log::Options copy = LogOptionsOf(options_);
    copy.directory = directory_ / "backup";
    copy.create_if_missing = false;
    EXPECT_FALSE(log::EventLog::Open(copy, clock_).ok());
    fs::remove_all(directory_ / "backup");
  }
  Fill({"Backup", "/backup", "", kNoRoom});
  EXPECT_EQ(path_->keys().Backup(directory_ / "backup").code(), kNoRoom);
  ExpectAllThereAfterReopening();
}

TEST(ReallyFull, CommandsFailAndEverythingAcknowledgedIsThereWhenTheDiskHasGrown) {
  if (!OwnMounts::allowed()) GTEST_SKIP() << "file systems may not be mounted here";
  log::TempDirectory directory;
  SmallDisk disk(directory / "", 24u << 20);
  const SystemClock clock;
  WritePathOptions options;
  options.directory = directory / "data";
  fs::create_directory(options.directory);
  Ledger ledger;
  RandomCommands commands(1);
  for (size_t room = 24; room <= 40; room += 8) {
    SCOPED_TRACE(room);
    ASSERT_TRUE(disk.Grow(room << 20));
    auto path = WritePath::Open(options, clock);
    ASSERT_TRUE(path.ok()) << path.status();
    EXPECT_EQ(ledger.CheckNew(**path), "");
    (*path)->Start();
    absl::StatusOr<api::v1::RecordFactsRequest> request;
    do {
      request = commands.Next(**path);
      ASSERT_TRUE(request.ok()) << request.status();
    } while (ledger.Record(**path, *request));
  }
  ASSERT_TRUE(disk.Grow(64u << 20));
  EXPECT_EQ(FsckOf(options), "");
  auto path = WritePath::Open(options, clock);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(ledger.CheckAll(**path), "");
  EXPECT_EQ(CompareWithZero(**path, directory / "zero", clock), "");
}

}  // namespace
}  // namespace skyndsamt::testing
