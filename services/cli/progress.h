// How far a long command has come, on stderr: nothing for what is done within a second; then one
// line that is written over on a terminal, or a line now and then elsewhere. Not thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>

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
  // Takes the line away, for what is printed next.
  void End();

 private:
  using Clock = std::chrono::steady_clock;

  std::ostream* out_;
  bool terminal_;
  std::string what_;
  Clock::time_point next_;
  bool shown_ = false;
};

// The same for what says nothing of how far it has come: how many seconds it has taken, until the
// object goes.
class Waiting {
 public:
  Waiting(std::ostream* out, bool terminal, std::string what);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread teller_;  // alone writes to `out` while it lives
};

}  // namespace skyndsamt::cli
