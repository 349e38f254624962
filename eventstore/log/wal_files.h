// RocksDB's write-ahead logs, laid out ahead: a file whose next megabyte is already there, as
// zeros, takes a write without growing, so that a sync writes the bytes alone and not the inode,
// a third of its time on most file systems. The price is that every byte of them is written twice.
//
// What a power cut leaves after the last synced byte is zeros, or pieces of what was never
// acknowledged, instead of the end of the file; the log is therefore opened to the first record
// that is not whole (kPointInTimeRecovery), and the high-water mark says whether that is enough.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace skyndsamt::log {

// `env`, with its files, but for write-ahead logs that are made new. Not owned, outlives the
// answer, which outlives the database.
std::unique_ptr<rocksdb::Env> WithWalsLaidAhead(rocksdb::Env* env);

}  // namespace skyndsamt::log
