// What RocksDB holds of a log is bounded by the options, however long the log grows: write-ahead
// logs on disk while it is written; blocks, indexes and filters in memory while it is read.
#include <filesystem>
#include <random>

#include "eventstore/log/store.h"
#include "tests/eventstore/log/counting_fs.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

constexpr Position kRecords = 150'000;
constexpr size_t kStreams = 5'000;  // by turns, so that a stream's records lie far from one another

class MemoryBoundsTest : public LogTest {
 protected:
  template <typename Visit>
  void Fill(Visit visit) {
    for (uint64_t batch = 0; log_->committed() < kRecords; ++batch) {
      AppendBuilder builder;
      for (size_t i = 0; i < 100; ++i) {
        builder.To(StreamNamed(std::to_string((100 * batch + i) % kStreams)), Expected::Any(),
                   {{std::string(200, 'x')}});
      }
      ASSERT_EQ(Added(builder.Request(std::to_string(batch), "p")).count, 100u);
      visit();
    }
  }

  uint64_t BytesOf(const std::string& extension) const {
    uint64_t bytes = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(DatabasePath(options_.directory))) {
      std::error_code gone;  // as files come and go
      const uint64_t size = entry.path().extension() == extension ? entry.file_size(gone) : 0;
      bytes += gone ? 0 : size;
    }
    return bytes;
  }
};

TEST_F(MemoryBoundsTest, WriteAheadLogsDoNotPileUp) {
  Close();
  options_.memtable_bytes = 4u << 20;
  Open();
  uint64_t most = 0;
  Fill([&] { most = std::max(most, BytesOf(".log")); });
  EXPECT_GT(BytesOf(".sst"), 40u << 20);
  EXPECT_LT(most, 4 * (2 * options_.memtable_bytes));
}

TEST_F(MemoryBoundsTest, BlocksIndexesAndFiltersShareTheCache) {
  constexpr size_t kCache = 1u << 20;
  Close();
  options_.memtable_bytes = 32u << 20;  // few tables: each costs a little for itself
  Open();
  Fill([] {});
  Close();
  options_.block_cache_bytes = kCache;
  const auto store = *Store::Open(options_, /*create=*/false);
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(store->ReadRecord(random() % kRecords).ok());
    const auto rows = store->ReadRows(StreamNamed(std::to_string(random() % kStreams)), 0, 10);
    ASSERT_TRUE(rows.ok()) << rows.status();
    ASSERT_TRUE(store->FindRequest(RequestNamed(std::to_string(i))).ok());
  }
  for (const Family family : {Family::kLog, Family::kStream, Family::kRequest}) {
    uint64_t cached = 0;
    uint64_t beside = 0;
    auto* handle = store->family(family);
    ASSERT_TRUE(store->db().GetIntProperty(handle, "rocksdb.block-cache-usage", &cached));
    ASSERT_TRUE(store->db().GetIntProperty(handle, "rocksdb.estimate-table-readers-mem", &beside));
    EXPECT_LE(cached, kCache + (64u << 10));  // what is pinned may stand above it
    EXPECT_LT(beside, 64u << 10) << "an index or a filter outside the cache";
  }
}

TEST_F(MemoryBoundsTest, OneKeyDoesNotCostAWholeFilesIndex) {
  Close();
  options_.memtable_bytes = 4u << 20;  // enough tables to be compacted into long ones
  Open();
  Fill([] {});
  Close();
  const auto counting = std::make_shared<CountingFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(counting);
  options_.env = env.get();
  options_.block_cache_bytes = 256u << 10;
  {
    const auto store = *Store::Open(options_, /*create=*/false);
    std::mt19937 random(1);
    uint64_t most = 0;
    for (int i = 0; i < 100; ++i) {
      const uint64_t before = counting->Of(".sst").bytes;
      const auto rows = store->ReadRows(StreamNamed(std::to_string(random() % kStreams)), 5, 5);
      ASSERT_TRUE(rows.ok()) << rows.status();
      ASSERT_TRUE(store->ReadRecord(rows->front().position).ok());
      const uint64_t bytes = counting->Of(".sst").bytes - before;
      if (i > 0) most = std::max(most, bytes);
    }
    EXPECT_LT(most, 64u << 10);
  }
  options_.env = nullptr;
}

}  // namespace
}  // namespace skyndsamt::log
