// A thread for what a command needs beyond the fast path: reading a stream again after a conflict,
// an earlier answer, missed facts. Jobs run in order. There is at most one for each command under
// way, and what it holds is that command: whoever bounds those in bytes bounds these. Thread-safe;
// the destructor runs what is queued, then joins.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace skyndsamt::commands {

class SlowLane {
 public:
  SlowLane();
  ~SlowLane();
  SlowLane(const SlowLane&) = delete;
  SlowLane& operator=(const SlowLane&) = delete;

  void Post(std::function<void()> job);

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace skyndsamt::commands
