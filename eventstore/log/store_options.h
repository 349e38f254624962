// How the log's RocksDB is tuned. What was tried and measured stands in debian12.md of the design:
// hash-bucketed memtables for random keys, recovery that refuses flipped bytes, bounded memory and
// files. Pure function, safe from any thread.
#pragma once

#include <rocksdb/options.h>

#include <vector>

#include "eventstore/log/event_log.h"

namespace rocksdb {
struct ColumnFamilyDescriptor;
}

namespace skyndsamt::log {

rocksdb::DBOptions DatabaseOptions(const Options& options);
// RocksDB's default family, then those of key_format.h in order.
std::vector<rocksdb::ColumnFamilyDescriptor> FamilyOptions(const Options& options);

}  // namespace skyndsamt::log
