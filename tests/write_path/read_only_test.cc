// A directory on a file system that is mounted read-only: everything says so and nothing is
// changed; what was acknowledged can be checked there, and is there when it can be written again.
#include <filesystem>

#include "eventstore/log/fsck.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/write_path/own_mounts.h"
#include "tests/write_path/random_commands.h"
#include "tests/write_path/told.h"

namespace skyndsamt::testing {
namespace {

namespace fs = std::filesystem;

class ReadOnly : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!OwnMounts::allowed()) GTEST_SKIP() << "file systems may not be mounted here";
    disk_.emplace(directory_ / "", 64u << 20);
    options_.directory = directory_ / "data";
    fs::create_directory(options_.directory);
    auto path = WritePath::Open(options_, clock_);
    ASSERT_TRUE(path.ok()) << path.status();
    RandomCommands commands(1);
    while (ledger_.answered() < 50) {
      const auto request = commands.Next(**path);
      ASSERT_TRUE(request.ok() && ledger_.Record(**path, *request));
    }
    records_ = (*path)->log().committed();
  }

  log::TempDirectory directory_;
  std::optional<SmallDisk> disk_;
  const SystemClock clock_;
  WritePathOptions options_;
  Ledger ledger_;
  Position records_ = 0;
};

TEST_F(ReadOnly, TheLogIsRefusedCheckedAndThereAfterwards) {
  ASSERT_TRUE(disk_->MakeReadOnly(true));
  const auto log = log::EventLog::Open(LogOptionsOf(options_), clock_);
  EXPECT_EQ(log.status().code(), absl::StatusCode::kPermissionDenied) << log.status();
  EXPECT_NE(log.status().message().find("cannot be written"), std::string::npos);

  const auto report = log::Fsck(LogOptionsOf(options_));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->clean());
  EXPECT_EQ(report->records, records_);

  ASSERT_TRUE(disk_->MakeReadOnly(false));
  auto path = WritePath::Open(options_, clock_);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(ledger_.CheckAll(**path), "");
}

TEST_F(ReadOnly, TheKeysAreRefusedAndThereAfterwards) {
  ASSERT_TRUE(disk_->MakeReadOnly(true));
  const auto keys = vault::KeyStore::Open(KeyOptionsOf(options_));
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kPermissionDenied) << keys.status();
  ASSERT_TRUE(disk_->MakeReadOnly(false));
  auto path = WritePath::Open(options_, clock_);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(ledger_.CheckAll(**path), "");
}

TEST_F(ReadOnly, NoLogIsMadeThere) {
  ASSERT_TRUE(disk_->MakeReadOnly(true));
  log::Options options = LogOptionsOf(options_);
  options.directory = options_.directory + "/another";
  const auto log = log::EventLog::Open(options, clock_);
  EXPECT_EQ(log.status().code(), absl::StatusCode::kPermissionDenied) << log.status();
  EXPECT_FALSE(fs::exists(options.directory));
}

}  // namespace
}  // namespace skyndsamt::testing
