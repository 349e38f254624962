// How far a long command has come, on stderr: nothing for what is done within a second; then one
// line that is written over on a terminal, or a line now and then elsewhere. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace skyndsamt::cli {

class Progress {
 public:
  // `out` may be null: silent.
  Progress(std::ostream* out, bool terminal, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `total` 0: not known.
  void At(uint64_t done, uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;

  std::ostream* out_;
  bool terminal_;
  std::string what_;
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace skyndsamt::cli
