// What the log does when the machine misbehaves: failed writes and syncs, a full disk, a torn
// high-water file. (A file system that really is read-only or full: tests/write_path.)
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "eventstore/base/shortage.h"
#include "eventstore/log/directory.h"
#include "eventstore/log/fsck.h"
#include "eventstore/log/high_water.h"
#include "eventstore/log/store.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/eventstore/log/power_cut_fs.h"

namespace skyndsamt::log {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOStatus;
using Op = PowerCutFileSystem::Op;

std::string Contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void Overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
bool IsWal(const std::string& path) { return path.ends_with(".log"); }

class FaultTest : public LogTest {
 protected:
  FaultTest() {
    Close();
    options_.env = env_.get();
    Open();
  }
  ~FaultTest() override { Close(); }

  // The operation on such a file fails from now on.
  void Fail(Op op, std::function<bool(const std::string&)> file, IOStatus status) {
    fs_->SetFault([=](Op now, const std::string& path) {
      return now == op && file(path) ? status : IOStatus::OK();
    });
  }
  absl::Status Append() {
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{"x"}});
    return log_->AppendAndWait(builder.Build()).status();
  }
  // Ten appends, then a fault: the next is refused, all later ones too, reads go on; reopened, the
  // ten are there and the log takes more.
  void ExpectPoisonedUntilReopened(Op op, std::function<bool(const std::string&)> file,
                                   IOStatus fault) {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(Append().ok());
    Fail(op, std::move(file), fault);
    EXPECT_EQ(Append().code(), absl::StatusCode::kUnavailable);
    fs_->SetFault({});
    EXPECT_EQ(Append().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(log_->health().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(log_->committed(), 10u);
    EXPECT_EQ(log_->ReadAll({})->records.size(), 10u);
    Reopen();
    EXPECT_GE(log_->committed(), 10u);
    EXPECT_TRUE(Append().ok());
    Close();
    const auto report = Fsck(options_);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->clean()) << report->findings.front().what;
    Open();
  }

  const std::shared_ptr<PowerCutFileSystem> fs_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = NewPowerCutEnv(fs_);
};

TEST_F(FaultTest, AFailedSyncPoisonsTheLog) {
  ExpectPoisonedUntilReopened(Op::kSync, IsWal, IOStatus::IOError("injected"));
}

TEST_F(FaultTest, AFailedWritePoisonsTheLog) {
  ExpectPoisonedUntilReopened(Op::kOverwrite, IsWal, IOStatus::IOError("injected"));
}

TEST_F(FaultTest, AFullDiskPoisonsTheLogAndLosesNothing) {
  ExpectPoisonedUntilReopened(Op::kOverwrite, IsWal, IOStatus::NoSpace("injected"));
}

TEST_F(FaultTest, AFailedHighWaterWritePoisonsTheLog) {
  ExpectPoisonedUntilReopened(
      Op::kOverwrite, [](const std::string& path) { return path.ends_with("HIGH-WATER"); },
      IOStatus::IOError("injected"));
}

TEST_F(FaultTest, BelowTheReserveAppendsAreRefusedAndReadsGoOn) {
  ASSERT_TRUE(Append().ok());
  options_.reserve_bytes = 1000;
  fs_->SetFreeSpace(999);
  Reopen();
  EXPECT_EQ(ShortageOf(Append()), Shortage::kSpace);
  EXPECT_EQ(log_->ReadAll({})->records.size(), 1u);
  fs_->SetFreeSpace(1000);
  while (!Append().ok()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(log_->committed(), 2u);
}

TEST_F(FaultTest, ATornHighWaterSlotLeavesTheOther) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Append().ok());
  Close();
  const fs::path path = HighWaterPath(options_.directory);
  const std::string whole = Contents(path);
  for (const uint64_t offset : kHighWaterSlotOffset) {
    std::string torn = whole;
    for (size_t i = 20; i < kHighWaterSlotBytes; ++i) torn[offset + i] ^= 0x55;
    Overwrite(path, torn);
    const auto mark = HighWater::Read(*fs_, path);
    ASSERT_TRUE(mark.ok());
    EXPECT_GE(mark->size, 4u);
    Open();
    EXPECT_EQ(log_->committed(), 5u);
    Close();
  }
  Overwrite(path, std::string(whole.size(), 'x'));
  EXPECT_EQ(EventLog::Open(options_, clock_).status().code(), absl::StatusCode::kDataLoss);
  fs::remove(path);
  EXPECT_EQ(EventLog::Open(options_, clock_).status().code(), absl::StatusCode::kDataLoss);
  Overwrite(path, whole);
  Open();
}

}  // namespace
}  // namespace skyndsamt::log
