// Power cuts while checkpoints are signed, while a replica ingests, and after a backup: nothing is
// ever signed that is not there afterwards, what the replica has is the beginning of its primary's
// log, whole appends of it, and a backup that was made is there.
#include <algorithm>
#include <fstream>

#include "eventstore/log/checkpointer.h"
#include "eventstore/log/files.h"
#include "eventstore/log/fsck.h"
#include "eventstore/merkle/checkpoint.h"
#include "tests/eventstore/log/ingest_fixture.h"
#include "tests/eventstore/log/power_cut_fs.h"

namespace skyndsamt::log {
namespace {

constexpr int kCuts = 100;

class CopiesPowerCut : public IngestTest {
 protected:
  CopiesPowerCut() {
    victim_ = SmallOptions(directory_ / "victim");
    victim_.env = env_.get();
    victim_.memtable_bytes = 64u << 10;  // flushes and compactions happen under way
  }
  // The log that is cut; null if the power went while it was opening.
  std::unique_ptr<EventLog> OpenVictim() {
    if (random_() % 4 == 0) fs_->CutAfter(static_cast<int64_t>(random_() % 60));
    auto log = EventLog::Open(victim_, clock_);
    if (!log.ok()) {
      EXPECT_TRUE(fs_->dead()) << log.status();
      return nullptr;
    }
    if (!fs_->dead()) fs_->CutAfter(static_cast<int64_t>(random_() % 150));
    return *std::move(log);
  }
  void ExpectCleanVictim(const std::vector<merkle::NoteVerifier>& verifiers) {
    { ASSERT_TRUE(EventLog::Open(victim_, clock_).ok()); }
    const auto report = Fsck(victim_, {}, verifiers);
    ASSERT_TRUE(report.ok()) << report.status();
    for (const Finding& finding : report->findings) ADD_FAILURE() << finding.what;
  }

  std::mt19937_64 random_{11};
  const std::shared_ptr<PowerCutFileSystem> fs_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = NewPowerCutEnv(fs_);
  Options victim_;
};

TEST_F(CopiesPowerCut, WhatWasSignedIsThereAfterwards) {
  const auto signer = merkle::NoteSigner::FromSeed(victim_.origin, Bytes32{1});
  uint64_t signed_size = 0;
  size_t checkpoints = 0;
  for (int cut = 0; cut < kCuts; ++cut) {
    {
      // Opening compares the log with its newest checkpoint.
      const auto log = OpenVictim();
      if (log != nullptr) {
        EXPECT_GE(log->committed(), signed_size);
        Checkpointer checkpointer(*log, signer, {.every = std::chrono::milliseconds(1)});
        while (!fs_->dead()) {
          AppendBuilder builder;
          builder.To(StreamNamed(std::to_string(random_() % 8)), Expected::Any(),
                     std::vector<NewEvent>(1 + random_() % 3, NewEvent{std::string(300, 'x')}));
          if (!log->AppendAndWait(builder.Build()).ok()) break;
          const auto kept = checkpointer.SignNow();
          if (kept.ok()) {
            signed_size = (*kept)->size;
            ++checkpoints;
          }
        }
        fs_->Cut();
      }
    }
    fs_->Restore(random_, /*torn=*/random_() % 2 == 0);
  }
  EXPECT_GT(checkpoints, static_cast<size_t>(kCuts));
  ExpectCleanVictim({signer.verifier()});
}

TEST_F(CopiesPowerCut, AReplicaHasTheBeginningOfItsPrimarysLog) {
  for (int i = 0; i < 600; ++i) AppendAtRandom(random_);
  const auto all = All();
  victim_.replica = true;
  uint64_t had = 0;
  int whole = 0;  // logs that were copied to the end
  for (int cut = 0; cut < kCuts; ++cut) {
    if (had == all.size()) {
      ExpectCleanVictim({});
      victim_.directory = directory_ / ("victim " + std::to_string(++whole));
      had = 0;
    }
    {
      const auto replica = OpenVictim();
      if (replica != nullptr) {
        Position due = replica->committed();
        EXPECT_GE(due, had) << "what was there before is gone";
        EXPECT_EQ(*replica->Root(due), *log_->Root(due));
        while (due < all.size() && !fs_->dead()) {
          const size_t to = std::min<size_t>(all.size(), due + 1 + random_() % 20);
          const auto next = replica->Ingest({all.begin() + static_cast<ptrdiff_t>(due),
                                             all.begin() + static_cast<ptrdiff_t>(to)});
          if (!next.ok()) break;
          due = *next;
          had = std::max(had, replica->committed());
        }
        fs_->Cut();
      }
    }
    fs_->Restore(random_, /*torn=*/random_() % 2 == 0);
  }
  EXPECT_GT(whole, 0);
}

// And so are the directories that were made for it.
TEST_F(CopiesPowerCut, ABackupThatWasMadeIsThereAfterwards) {
  Options copy = victim_;
  copy.directory = directory_ / "made/above/log";
  {
    auto log = EventLog::Open(victim_, clock_);
    ASSERT_TRUE(log.ok()) << log.status();
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{"0"}, {"1"}});
    ASSERT_TRUE((*log)->AppendAndWait(builder.Build()).ok());
    ASSERT_TRUE(MakeDirectories(directory_ / "made/above/", fs_.get()).ok());
    ASSERT_EQ(*(*log)->Backup(copy.directory), 2u);
    fs_->Cut();
  }
  fs_->Restore(random_, /*torn=*/false);
  const auto report = Fsck(copy);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->clean());
  EXPECT_EQ(report->records, 2u);
}

TEST_F(CopiesPowerCut, OnlyADirectoryThatIsMadeIsMadePrivate) {
  namespace fs = std::filesystem;
  const fs::perms open = fs::perms(0750);
  fs::create_directory(directory_ / "there");
  fs::permissions(directory_ / "there", open);
  ASSERT_TRUE(MakeDirectories(directory_ / "there").ok());
  EXPECT_EQ(fs::status(directory_ / "there").permissions(), open);
  ASSERT_TRUE(MakeDirectories(directory_ / "there/above/made").ok());
  EXPECT_EQ(fs::status(directory_ / "there").permissions(), open);
  EXPECT_EQ(fs::status(directory_ / "there/above/made").permissions(), fs::perms::owner_all);
  EXPECT_FALSE(MakeDirectories("/proc/no/such").ok());
  EXPECT_FALSE(MakeDirectories("").ok());
  std::ofstream(directory_ / "file") << "no directory";
  EXPECT_FALSE(MakeDirectories(directory_ / "file").ok());
}

}  // namespace
}  // namespace skyndsamt::log
