// A RocksDB environment that never sleeps longer than a millisecond: what RocksDB waits out after
// an error would otherwise make a thousand power cuts last for hours.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace skyndsamt::log {

class WakefulClock : public rocksdb::SystemClockWrapper {
 public:
  WakefulClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "WakefulClock"; }
  void SleepForMicroseconds(int micros) override {
    SystemClockWrapper::SleepForMicroseconds(std::min(micros, 1000));
  }
};

class WakefulEnv : public rocksdb::EnvWrapper {
 public:
  explicit WakefulEnv(std::unique_ptr<rocksdb::Env> env) : EnvWrapper(std::move(env)) {
    file_system_ = target()->GetFileSystem();
    system_clock_ = std::make_shared<WakefulClock>();
  }
  const char* Name() const override { return "WakefulEnv"; }
};

}  // namespace skyndsamt::log
