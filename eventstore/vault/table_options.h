// How every RocksDB here keeps its tables in a bounded block cache. Pure function, thread-safe.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

#include <cstddef>

namespace skyndsamt::vault {

// Indexes count towards `bytes`, and with them the memory of a log of any size. They come in parts:
// one key does not cost a whole file's index. Whoever adds a filter sets partition_filters for the
// same reason. Shards are few, since a block larger than its share of one is never kept.
inline rocksdb::BlockBasedTableOptions TablesCachedIn(size_t bytes) {
  constexpr int kShardBits = 2;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(bytes, kShardBits);
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  return table;
}

}  // namespace skyndsamt::vault
