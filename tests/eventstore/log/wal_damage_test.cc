// Damage to the live write-ahead log: bytes cut off, flipped, or come back as zeros, at random
// places. Opening refuses and changes nothing; it never opens a log that lacks what it
// acknowledged.
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "eventstore/log/store.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/seeds.h"

namespace skyndsamt::log {
namespace {

namespace fs = std::filesystem;

std::string Contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void Overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class WalTest : public LogTest {
 protected:
  void Fill(int records, size_t bytes) {
    for (int i = 0; i < records; ++i) {
      Add(std::to_string(i % 7), {{std::to_string(i) + std::string(bytes, 'x')}});
    }
    records_ = log_->committed();
    root_ = *log_->Root(records_);
    Leave();
    for (const auto& entry : fs::directory_iterator(DatabasePath(options_.directory))) {
      if (entry.path().extension() == ".log" && entry.file_size() > 0) wal_ = entry.path();
    }
    ASSERT_FALSE(wal_.empty());
    bytes_ = Contents(wal_);
  }
  virtual void Leave() { Close(); }
  // Every file with its contents.
  std::map<std::string, std::string> Snapshot() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(options_.directory)) {
      if (entry.is_regular_file()) files[entry.path().string()] = Contents(entry.path());
    }
    return files;
  }
  // True if the damaged log is refused, unchanged. Where it opens, the damage must have been to
  // bytes that say nothing: all is there.
  bool IsRefused(const std::string& damaged) {
    Overwrite(wal_, damaged);
    const auto before = Snapshot();
    auto log = EventLog::Open(options_, clock_);
    if (log.ok()) {
      EXPECT_EQ((*log)->committed(), records_);
      EXPECT_EQ(*(*log)->Root(records_), root_);
      ReadOptions all;
      all.max_records = records_;
      all.max_bytes = 1u << 30;
      const auto read = (*log)->ReadAll(all);
      EXPECT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(read->records.size(), records_);
      log->reset();
      PutBack(before);
      return false;
    }
    EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
    EXPECT_EQ(Snapshot(), before);
    return true;
  }
  void PutBack(const std::map<std::string, std::string>& files) {
    for (const auto& [path, bytes] : Snapshot()) {
      if (!files.contains(path)) fs::remove(path);
    }
    for (const auto& [path, bytes] : files) Overwrite(path, bytes);
  }
  // One bit flipped at a time, anywhere below `end`.
  int RefusedOf200Flips(size_t end) {
    int refused = 0;
    for (int i = 0; i < 200; ++i) {
      std::string flipped = bytes_;
      const size_t at = random_() % end;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << random_() % 8));
      SCOPED_TRACE(at);
      refused += IsRefused(flipped);
    }
    return refused;
  }
  void ExpectUndamagedOpens() {
    Overwrite(wal_, bytes_);
    Open();
    EXPECT_EQ(log_->committed(), records_);
    EXPECT_EQ(*log_->Root(records_), root_);
  }

  std::mt19937_64 random_{testing::Seeds(1).front()};
  fs::path wal_;
  std::string bytes_;
  Position records_ = 0;
  Bytes32 root_{};
};

// A write-ahead log within one of RocksDB's blocks: every byte of it counts.
class OneBlock : public WalTest {
 protected:
  void SetUp() override {
    Fill(40, 0);
    ASSERT_LT(bytes_.size(), 32u << 10);
  }
};

TEST_F(OneBlock, CutAnywhereMakesOpenRefuse) {
  EXPECT_TRUE(IsRefused(bytes_.substr(0, bytes_.size() - 1)));
  EXPECT_TRUE(IsRefused(""));
  for (int i = 0; i < 100; ++i) {
    const size_t kept = random_() % bytes_.size();
    EXPECT_TRUE(IsRefused(bytes_.substr(0, kept))) << kept;
  }
  ExpectUndamagedOpens();
}

TEST_F(OneBlock, AFlippedBitAnywhereMakesOpenRefuse) {
  for (int i = 0; i < 400; ++i) {
    const size_t at = random_() % bytes_.size();
    const int bit = static_cast<int>(random_() % 8);
    std::string flipped = bytes_;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
    EXPECT_TRUE(IsRefused(flipped)) << "byte " << at << ", bit " << bit;
  }
  ExpectUndamagedOpens();
}

TEST_F(OneBlock, ZerosAnywhereMakeOpenRefuse) {
  for (int i = 0; i < 60; ++i) {
    const size_t length = std::min<size_t>(64 << random_() % 5, bytes_.size());
    const size_t at = random_() % (bytes_.size() - length + 1);
    std::string zeroed = bytes_;
    zeroed.replace(at, length, length, '\0');
    EXPECT_TRUE(IsRefused(zeroed)) << length << " bytes at " << at;
  }
  ExpectUndamagedOpens();
}

TEST_F(OneBlock, AMissingWriteAheadLogMakesOpenRefuse) {
  fs::remove(wal_);
  const auto log = EventLog::Open(options_, clock_);
  EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
  ExpectUndamagedOpens();
}

// Tables behind it, many blocks in it: at their ends a few bytes say nothing.
class ManyBlocks : public WalTest {
 protected:
  void SetUp() override {
    options_.memtable_bytes = 256u << 10;
    Reopen();
    Fill(600, 900);
    ASSERT_GT(bytes_.size(), 3u * (32 << 10));
    ASSERT_GT(records_ * 900, 3 * options_.memtable_bytes / 2) << "nothing was flushed";
  }
};

TEST_F(ManyBlocks, CutAnywhereMakesOpenRefuse) {
  for (int i = 0; i < 60; ++i) {
    const size_t kept = random_() % bytes_.size();
    EXPECT_TRUE(IsRefused(bytes_.substr(0, kept))) << kept;
  }
  ExpectUndamagedOpens();
}

TEST_F(ManyBlocks, AFlippedBitMakesOpenRefuseWhereverItSaysSomething) {
  EXPECT_GE(RefusedOf200Flips(bytes_.size()), 195);
  ExpectUndamagedOpens();
}

TEST_F(ManyBlocks, ASectorOfZerosMakesOpenRefuse) {
  for (int i = 0; i < 60; ++i) {
    const size_t at = 512 * (random_() % (bytes_.size() / 512));
    std::string zeroed = bytes_;
    zeroed.replace(at, 512, 512, '\0');
    EXPECT_TRUE(IsRefused(zeroed)) << at;
  }
  ExpectUndamagedOpens();
}

// As a process leaves it that is killed: zeros are laid out behind what was written.
class KilledWal : public WalTest {
 protected:
  void SetUp() override {
    Fill(200, 300);
    written_ = bytes_.find_last_not_of('\0') + 1;
    ASSERT_LT(written_, bytes_.size()) << "nothing was laid ahead";
  }
  void Leave() override {
    const fs::path killed = directory_ / "killed";
    fs::copy(options_.directory, killed, fs::copy_options::recursive);
    Close();
    fs::remove_all(options_.directory);
    fs::rename(killed, options_.directory);
  }

  size_t written_ = 0;
};

TEST_F(KilledWal, OpensWithAllThatWasAcknowledged) { ExpectUndamagedOpens(); }

TEST_F(KilledWal, CutWithinWhatWasWrittenMakesOpenRefuse) {
  for (int i = 0; i < 60; ++i) {
    const size_t kept = random_() % written_;
    EXPECT_TRUE(IsRefused(bytes_.substr(0, kept))) << kept;
    EXPECT_TRUE(IsRefused(bytes_.substr(0, kept) + std::string(bytes_.size() - kept, '\0')))
        << "zeros from " << kept;
  }
  ExpectUndamagedOpens();
}

TEST_F(KilledWal, AFlippedBitMakesOpenRefuseWhereverItSaysSomething) {
  EXPECT_GE(RefusedOf200Flips(written_), 195);
  ExpectUndamagedOpens();
}

// A power cut leaves pieces of the write that it fell into.
TEST_F(KilledWal, PiecesOfWhatWasNeverAcknowledgedAreNothing) {
  for (int i = 0; i < 60; ++i) {
    std::string torn = bytes_;
    const size_t length = 1 + random_() % 100'000;
    for (size_t at = written_; at < std::min(written_ + length, torn.size()); ++at) {
      if (at / 512 % 3 != 0) torn[at] = static_cast<char>(random_());
    }
    EXPECT_FALSE(IsRefused(torn)) << length;
  }
  ExpectUndamagedOpens();
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
  const auto before = Snapshot();
  const auto log = EventLog::Open(options_, clock_);
  EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss) << log.status();
  EXPECT_EQ(Snapshot(), before);
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
