// The log's completion thread: runs append callbacks in order, and wakes subscribers whose next
// record has been committed. Safe from any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "eventstore/base/ids.h"

namespace skyndsamt::log {

class Courier {
 public:
  // `committed` is asked whenever subscribers may have to be woken.
  explicit Courier(std::function<Position()> committed);
  ~Courier();

  void Post(absl::AnyInvocable<void()> task);

  // Runs `ready` once, on the courier's thread, when `at_once` says so, something at or above
  // `next` is committed, or the log closes. One per watcher; a later one replaces it.
  void Watch(const void* watcher, Position next, bool at_once, std::function<void()> ready);
  // After this the watcher's callback neither runs nor will, unless it is this call's caller.
  void Forget(const void* watcher);
  // Something was committed.
  void Committed();

  // Runs what was posted, wakes every watcher, and ends the thread. Nothing is posted afterwards.
  void Close();

 private:
  struct Watching {
    Position next;
    bool at_once;
    std::function<void()> ready;
  };

  void Run();
  // Wakes one watcher that has something to read; false if there is none. Called with the lock.
  bool WakeOne(std::unique_lock<std::mutex>& lock);

  const std::function<Position()> committed_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<absl::AnyInvocable<void()>> tasks_;
  std::map<const void*, Watching> watchers_;
  const void* waking_ = nullptr;
  bool look_ = false;  // the watchers may have something to read
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace skyndsamt::log
