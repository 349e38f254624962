// A thousand simulated power cuts of the whole write path under load, log, keys and views on one
// disk that loses what was not synced: every acknowledged command is there once and its sealed
// texts open, what was not answered can be asked again, fsck is clean, and the views are those that
// are built from zero. The same check must fail where the log or the key store is not synced.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <thread>

#include "tests/eventstore/log/log_fixture.h"
#include "tests/eventstore/log/power_cut_fs.h"
#include "tests/seeds.h"
#include "tests/write_path/random_commands.h"
#include "tests/write_path/told.h"

namespace skyndsamt::testing {
namespace {

constexpr int kCuts = 1000;
constexpr int kCutsPerDirectory = 25;  // all that is there is looked at after each
constexpr int kCutsToNotice = 100;
constexpr int kWriters = 3;

// One directory whose power is cut again and again. Not thread-safe.
class Victim {
 public:
  explicit Victim(uint64_t seed, bool sync = true) : random_(seed) {
    options_.directory = directory_ / "data";
    std::filesystem::create_directory(options_.directory);
    options_.env = env_.get();
    options_.sync = sync;
  }

  log::PowerCutFileSystem& disk() { return *disk_; }

  // Opens, looks at what survived the cut before, and runs until the power goes again. What is
  // wrong, or empty.
  std::string CutOnce() {
    // Now and then the power goes while all is being opened.
    if (random_() % 4 == 0) disk_->CutAfter(static_cast<int64_t>(random_() % 250));
    {
      auto path = WritePath::Open(options_, clock_);
      if (!path.ok()) {
        if (!disk_->dead()) return "does not open: " + path.status().ToString();
      } else {
        if (!disk_->dead()) {
          disk_->CutAfter(INT64_MAX);
          const std::string wrong = Look(**path);
          if (!wrong.empty()) return wrong;
          disk_->CutAfter(static_cast<int64_t>(random_() % 250));
        }
        Load(**path);
      }
    }
    if (!disk_->dead()) return "the writers ended before the power did";
    disk_->Restore(random_, /*torn=*/random_() % 2 == 0);
    return {};
  }

  // A last look at everything.
  std::string Finish() {
    {
      auto path = WritePath::Open(options_, clock_);
      if (!path.ok()) return "does not open: " + path.status().ToString();
      auto wrong = Look(**path);
      if (wrong.empty()) wrong = ledger_.CheckAll(**path);
      if (!wrong.empty()) return wrong;
    }
    return FsckOf(options_);
  }
  size_t answered() const { return ledger_.answered(); }

 private:
  // Commands until they fail; at times the keys' epoch changes meanwhile.
  void Load(WritePath& path) {
    path.Start();
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, seed = random_()] {
        RandomCommands commands(seed);
        for (bool more = true; more;) {
          const auto request = commands.Next(path);
          more = request.ok() && ledger_.Record(path, *request);
        }
      });
    }
    if (random_() % 4 == 0) (void)path.keys().RotateEpoch();
    for (std::thread& writer : writers) writer.join();
  }

  // What was there at the last look is there unchanged: the tree says so. The rest is asked for.
  std::string Look(WritePath& path) {
    log::EventLog& log = path.log();
    if (log.committed() < seen_size_) return "what was there before is gone";
    const auto root = log.Root(seen_size_);
    if (!root.ok() || *root != seen_root_) return "what was there before is another";
    auto wrong = CompareWithZero(path, directory_ / "zero", clock_);
    if (wrong.empty()) wrong = ledger_.CheckNew(path);
    seen_size_ = log.committed();
    seen_root_ = *log.Root(seen_size_);
    return wrong;
  }

  log::TempDirectory directory_;
  std::mt19937_64 random_;
  const SystemClock clock_;
  const std::shared_ptr<log::PowerCutFileSystem> disk_ =
      std::make_shared<log::PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = log::NewPowerCutEnv(disk_);
  WritePathOptions options_;
  Ledger ledger_;
  uint64_t seen_size_ = 0;
  Bytes32 seen_root_ = Sha256Of("");  // of the empty tree
};

TEST(PowerCut, AThousandCutsLoseNothingThatWasAcknowledged) {
  for (const uint64_t seed : Seeds(kCuts / kCutsPerDirectory)) {
    SCOPED_TRACE(Again(seed));
    Victim victim(seed);
    for (int cut = 0; cut < kCutsPerDirectory; ++cut) {
      ASSERT_EQ(victim.CutOnce(), "") << "cut " << cut;
    }
    ASSERT_EQ(victim.Finish(), "");
    EXPECT_GT(victim.answered(), static_cast<size_t>(kCutsPerDirectory));
  }
}

// Whether the check notices: it must, long before so many cuts.
bool IsNoticed(Victim& victim) {
  std::string wrong;
  for (int cut = 0; cut < kCutsToNotice && wrong.empty(); ++cut) wrong = victim.CutOnce();
  return !wrong.empty();
}

TEST(PowerCut, WithoutSyncTheSameCheckFails) {
  Victim victim(1, /*sync=*/false);
  EXPECT_TRUE(IsNoticed(victim));
}

TEST(PowerCut, OnADiskThatLiesAboutTheLogTheSameCheckFails) {
  Victim victim(2);
  victim.disk().IgnoreSyncsOf([](const std::string& path) { return path.ends_with(".log"); });
  EXPECT_TRUE(IsNoticed(victim));
}

TEST(PowerCut, OnADiskThatLiesAboutTheKeysTheSameCheckFails) {
  for (const char* what : {"/keys/db/", "/keys/root.key", "/keys/epoch.key"}) {
    Victim victim(3);
    victim.disk().IgnoreSyncsOf(
        [what](const std::string& path) { return path.find(what) != std::string::npos; });
    EXPECT_TRUE(IsNoticed(victim)) << what;
  }
}

}  // namespace
}  // namespace skyndsamt::testing
