// RocksDB's write-ahead logs, laid out ahead: a file whose next bytes are already there, as zeros,
// takes a write without growing, so that a sync writes the bytes alone and not the inode, a third
// of its time on most file systems. The price is that every byte of them is written twice.
//
// What a power cut leaves after the last synced byte is zeros, or pieces of what was never
// acknowledged, instead of the end of the file; the log is therefore opened with
// kPointInTimeRecovery. Nothing whole can follow a torn record, as each is synced before the next
// is written. Damage looks the same, and zeros RocksDB passes over without a word: whether all is
// there that was acknowledged, the high-water file says, and behind its mark (a second, and after a
// power cut alone) nobody.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

namespace skyndsamt::log {

// `env`, with its files, but for the write-ahead logs of this database. Not owned, outlives the
// answer, which outlives the database. Asked for the length of such a file while it is written, it
// tells what was written: a backup copies no more.
std::unique_ptr<rocksdb::Env> WithWalsLaidAhead(rocksdb::Env* env, const std::string& database);

}  // namespace skyndsamt::log
