#include "eventstore/log/store_options.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>

#include "eventstore/log/key_format.h"
#include "eventstore/log/store.h"
#include "eventstore/vault/quiet_logger.h"
#include "eventstore/vault/table_options.h"

namespace skyndsamt::log {
namespace {

// A bucket's pointer and its usual content: the table itself must stay far below the memtable's
// size.
size_t Buckets(size_t memtable_bytes) {
  return std::clamp<size_t>(memtable_bytes / 128, 512, 1 << 16);
}

rocksdb::ColumnFamilyOptions Plain(size_t memtable_bytes) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = memtable_bytes;
  family.max_write_buffer_number = 3;
  family.compression = rocksdb::kNoCompression;  // sealed bytes and hashes do not compress
  return family;
}

}  // namespace

rocksdb::DBOptions DatabaseOptions(const Options& options) {
  rocksdb::DBOptions db;
  db.env = EnvOf(options);
  // What a power cut has torn is behind all that was acknowledged (wal_files.h); whether what is
  // missing was damaged, the high-water file says.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  db.track_and_verify_wals_in_manifest = true;
  db.allow_concurrent_memtable_write = false;  // hash memtables; there is one writer anyway
  db.enable_write_thread_adaptive_yield = false;
  db.max_bgerror_resume_count = 0;  // a failed write poisons the log until it is reopened
  db.max_open_files = 512;
  db.max_file_opening_threads = 1;
  db.skip_stats_update_on_db_open = true;  // start-up in constant time
  db.manifest_preallocation_size = 64u << 10;
  db.max_background_jobs = 2;
  db.bytes_per_sync =
      1u << 20;  // a flush must not pile up dirty pages that a commit then waits for
  db.max_total_wal_size = std::max<uint64_t>(2 * options.memtable_bytes, 4u << 20);
  db.info_log = std::make_shared<vault::QuietLogger>();
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> FamilyOptions(const Options& options) {
  const auto table = vault::TablesCachedIn(options.block_cache_bytes);
  const auto without_filter = [&] {
    return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(table));
  };
  const auto with_filter = [&](bool whole_key) {
    auto filtered = table;
    filtered.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    filtered.partition_filters = true;
    filtered.whole_key_filtering = whole_key;
    return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(filtered));
  };
  const size_t small = std::max<size_t>(options.memtable_bytes / 4, 64u << 10);

  auto log = Plain(options.memtable_bytes);
  log.table_factory = without_filter();
  auto stream = Plain(std::max<size_t>(options.memtable_bytes / 2, small));
  stream.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kStreamPrefixBytes));
  stream.memtable_factory.reset(
      rocksdb::NewHashSkipListRepFactory(Buckets(stream.write_buffer_size)));
  stream.table_factory = with_filter(/*whole_key=*/false);
  auto request = Plain(small);
  request.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kStreamPrefixBytes));
  request.memtable_factory.reset(
      rocksdb::NewHashLinkListRepFactory(Buckets(small), 0, 4096, /*if_log_bucket_dist=*/false));
  request.table_factory = with_filter(/*whole_key=*/true);
  auto tile = Plain(small);
  tile.table_factory = without_filter();
  auto meta = Plain(small);
  meta.table_factory = without_filter();

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, Plain(64u << 10));
  for (auto& [family, options_of] :
       {std::pair{Family::kLog, &log}, std::pair{Family::kStream, &stream},
        std::pair{Family::kRequest, &request}, std::pair{Family::kTile, &tile},
        std::pair{Family::kMeta, &meta}}) {
    families.emplace_back(kFamilyNames[static_cast<size_t>(family)], *options_of);
  }
  return families;
}

}  // namespace skyndsamt::log
