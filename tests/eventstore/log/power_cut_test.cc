// A thousand simulated power cuts under load: what was acknowledged is there, once; what was not is
// wholly there or wholly absent; fsck is clean. The same check must fail when nothing is synced.
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "eventstore/log/fsck.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/eventstore/log/power_cut_fs.h"

#if defined(__SANITIZE_ADDRESS__)
// RocksDB 7.8 forgets the memtable that it had made when the power goes just as it starts a new
// write-ahead log: its own, not ours.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:rocksdb::DBImpl::SwitchMemtable\n";
}
#endif

namespace skyndsamt::log {
namespace {

constexpr int kCuts = 1000;
constexpr int kCutsPerLog = 100;
constexpr int kWriters = 3;

// One log whose power is cut again and again. Not thread-safe.
class Victim {
 public:
  Victim(uint64_t seed, bool sync) : random_(seed), options_(SmallOptions(directory_ / "log")) {
    options_.env = env_.get();
    options_.sync = sync;
    options_.memtable_bytes = 64u << 10;  // flushes and compactions happen under way
  }

  // Opens, looks at what survived the cut before, and runs until the power goes again. What is
  // wrong, or empty.
  std::string CutOnce() {
    // Now and then the power goes while the log is opening.
    if (random_() % 4 == 0) fs_->CutAfter(static_cast<int64_t>(random_() % 60));
    {
      auto log = EventLog::Open(options_, clock_);
      if (!log.ok()) {
        if (!fs_->dead()) return "does not open: " + std::string(log.status().message());
      } else {
        const std::string wrong = Look(**log);
        if (!wrong.empty()) return wrong;
        if (!fs_->dead()) fs_->CutAfter(static_cast<int64_t>(random_() % 120));
        Load(**log);
      }
    }
    if (!fs_->dead()) return "the writers ended before the power did";
    fs_->Restore(random_, /*torn=*/random_() % 2 == 0);
    return {};
  }

  // A last look, and fsck.
  std::string Finish() {
    {
      auto log = EventLog::Open(options_, clock_);
      if (!log.ok()) return "does not open: " + std::string(log.status().message());
      const std::string wrong = Look(**log);
      if (!wrong.empty()) return wrong;
    }
    auto report = Fsck(options_);
    if (!report.ok()) return std::string(report.status().message());
    return report->clean() ? "" : report->findings.front().what;
  }
  size_t acknowledged() const { return acknowledged_.size(); }

 private:
  // Writers append until they are refused.
  void Load(EventLog& log) {
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, seed = random_()] {
        std::mt19937_64 random(seed);
        while (WriteOne(log, random)) {
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }

  bool WriteOne(EventLog& log, std::mt19937_64& random) {
    const std::string name = std::to_string(random());
    AppendBuilder builder;
    std::vector<NewEvent> events(1 + random() % 3, NewEvent{name + std::string(300, 'x')});
    builder.To(StreamNamed(std::to_string(random() % 8)), Expected::Any(), events);
    if (random() % 3 == 0) builder.To(StreamNamed(name), Expected::None(), {{name}});
    builder.Request(name, name);
    auto outcome = log.AppendAndWait(builder.Build());
    if (!outcome.ok()) return false;
    const auto& appended = std::get<Appended>(*outcome);
    const std::lock_guard lock(mutex_);
    acknowledged_[name] = appended;
    return true;
  }

  std::string Look(EventLog& log) {
    if (log.committed() < seen_size_) return "what was there before is gone";
    auto root = log.Root(seen_size_);
    if (!root.ok() || *root != seen_root_) return "what was there before is another";
    for (const auto& [name, appended] : acknowledged_) {
      if (appended.first < seen_size_) continue;
      auto found = log.FindRequest(RequestNamed(name), FingerprintOf(name));
      if (!found.ok()) return std::string(found.status().message());
      if (!found->has_value()) return "an acknowledged append is gone";
      const auto& there = std::get<Appended>(**found);
      if (there.first != appended.first || there.count != appended.count ||
          there.revisions != appended.revisions || there.recorded != appended.recorded) {
        return "an acknowledged append is not what was acknowledged";
      }
    }
    seen_size_ = log.committed();
    seen_root_ = *log.Root(seen_size_);
    return CheckOnce(log);
  }

  // Every append in the log is whole and there once.
  std::string CheckOnce(EventLog& log) {
    std::map<std::string, uint32_t> left;
    ReadOptions read;
    read.from = checked_;
    while (true) {
      auto chunk = log.ReadAll(read);
      if (!chunk.ok()) return std::string(chunk.status().message());
      for (const Record& record : chunk->records) {
        v1::Body body;
        body.ParseFromString(record.body);
        auto [entry, first] = left.try_emplace(body.request_hash(), body.count());
        if (first != (body.index() == 0) || entry->second-- == 0) return "an append is there twice";
      }
      if (!chunk->next) break;
      read.from = chunk->next;
    }
    for (const auto& [request, count] : left) {
      if (count != 0) return "an append is there in part";
    }
    checked_ = log.committed();
    return {};
  }

  TempDirectory directory_;
  std::mt19937_64 random_;
  SystemClock clock_;
  const std::shared_ptr<PowerCutFileSystem> fs_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = NewPowerCutEnv(fs_);
  Options options_;
  std::mutex mutex_;
  std::map<std::string, Appended> acknowledged_;
  uint64_t seen_size_ = 0;
  Bytes32 seen_root_ = Sha256Of("");  // of the empty tree
  Position checked_ = 0;
};

TEST(PowerCut, AThousandCutsLoseNothingThatWasAcknowledged) {
  size_t acknowledged = 0;
  for (int log = 0; log < kCuts / kCutsPerLog; ++log) {
    Victim victim(static_cast<uint64_t>(log), /*sync=*/true);
    for (int cut = 0; cut < kCutsPerLog; ++cut) {
      ASSERT_EQ(victim.CutOnce(), "") << "log " << log << ", cut " << cut;
    }
    ASSERT_EQ(victim.Finish(), "") << "log " << log;
    acknowledged += victim.acknowledged();
  }
  EXPECT_GT(acknowledged, static_cast<size_t>(kCuts));
}

TEST(PowerCut, WithoutSyncTheSameCheckFails) {
  Victim victim(1, /*sync=*/false);
  std::string wrong;
  for (int cut = 0; cut < kCutsPerLog && wrong.empty(); ++cut) wrong = victim.CutOnce();
  EXPECT_NE(wrong, "");
}

}  // namespace
}  // namespace skyndsamt::log
