// RocksDB writes no log file of its own beside our data. What goes wrong comes back as a status; a
// log file that a full disk has cut short would end the process at the next line (Debian's build
// asserts). Safe from any thread.
#pragma once

#include <rocksdb/env.h>

#include <cstdarg>

namespace skyndsamt::vault {

class QuietLogger : public rocksdb::Logger {
 public:
  QuietLogger() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace skyndsamt::vault
