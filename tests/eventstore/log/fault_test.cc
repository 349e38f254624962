// What the log does when the machine misbehaves: failed writes and syncs, full and read-only disks,
// damaged files.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
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
  ExpectPoisonedUntilReopened(Op::kAppend, IsWal, IOStatus::IOError("injected"));
}

TEST_F(FaultTest, AFullDiskPoisonsTheLogAndLosesNothing) {
  ExpectPoisonedUntilReopened(Op::kAppend, IsWal, IOStatus::NoSpace("injected"));
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

TEST_F(FaultTest, AReadOnlyDirectoryIsRefusedClearly) {
  Close();
  fs_->SetFault(
      [](Op, const std::string&) { return IOStatus::IOError("injected: Read-only file system"); });
  const auto log = EventLog::Open(options_, clock_);
  EXPECT_EQ(log.status().code(), absl::StatusCode::kPermissionDenied) << log.status();
  fs_->SetFault({});
  Open();
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

// Damage to the live write-ahead log.
class WalTest : public LogTest {
 protected:
  void Fill() {
    for (int i = 0; i < 40; ++i) Add(std::to_string(i % 7), {{std::to_string(i)}});
    Close();
    for (const auto& entry : fs::directory_iterator(DatabasePath(options_.directory))) {
      if (IsWal(entry.path().string()) && fs::file_size(entry.path()) > 0) wal_ = entry.path();
    }
    ASSERT_FALSE(wal_.empty());
    bytes_ = Contents(wal_);
    // One block of the write-ahead log: every byte of it counts.
    ASSERT_LT(bytes_.size(), 32u << 10);
  }
  // Every file but the lock, with its contents.
  std::map<std::string, std::string> Snapshot() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(options_.directory)) {
      if (entry.is_regular_file()) files[entry.path().string()] = Contents(entry.path());
    }
    return files;
  }
  void ExpectRefusedUnchanged() {
    const auto before = Snapshot();
    const auto log = EventLog::Open(options_, clock_);
    ASSERT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
    EXPECT_EQ(Snapshot(), before);
  }

  fs::path wal_;
  std::string bytes_;
};

TEST_F(WalTest, CutAnywhereMakesOpenRefuseAndChangeNothing) {
  Fill();
  for (size_t kept = 0; kept < bytes_.size(); kept += 1 + bytes_.size() / 60) {
    SCOPED_TRACE(kept);
    Overwrite(wal_, bytes_.substr(0, kept));
    ExpectRefusedUnchanged();
  }
  Overwrite(wal_, bytes_.substr(0, bytes_.size() - 1));
  ExpectRefusedUnchanged();
  Overwrite(wal_, bytes_);
  Open();
  EXPECT_EQ(log_->committed(), 40u);
}

TEST_F(WalTest, AFlippedByteAnywhereMakesOpenRefuseAndChangeNothing) {
  Fill();
  for (size_t at = 0; at < bytes_.size(); at += 1 + bytes_.size() / 100) {
    SCOPED_TRACE(at);
    std::string flipped = bytes_;
    flipped[at] ^= 0x20;
    Overwrite(wal_, flipped);
    ExpectRefusedUnchanged();
  }
  Overwrite(wal_, bytes_);
  Open();
  EXPECT_EQ(log_->committed(), 40u);
}

TEST_F(WalTest, AMissingWriteAheadLogMakesOpenRefuse) {
  Fill();
  fs::remove(wal_);
  const auto log = EventLog::Open(options_, clock_);
  EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
  Overwrite(wal_, bytes_);
  Open();
  EXPECT_EQ(log_->committed(), 40u);
}

TEST_F(WalTest, AnOlderCopyOfTheDatabaseIsRefused) {
  for (int i = 0; i < 10; ++i) Add("s", {{"x"}});
  Close();
  const fs::path db = DatabasePath(options_.directory);
  const fs::path kept = directory_ / "older";
  fs::copy(db, kept, fs::copy_options::recursive);
  Open();
  Add("s", {{"one more"}});
  Close();
  fs::remove_all(db);
  fs::copy(kept, db, fs::copy_options::recursive);
  ExpectRefusedUnchanged();
}

TEST_F(WalTest, ALostDatabaseIsRefused) {
  Add("s", {{"x"}});
  Close();
  fs::remove_all(DatabasePath(options_.directory));
  const auto log = EventLog::Open(options_, clock_);
  EXPECT_FALSE(log.ok());
  EXPECT_FALSE(fs::exists(DatabasePath(options_.directory) + "/CURRENT"));
}

}  // namespace
}  // namespace skyndsamt::log
