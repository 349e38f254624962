// What a relay's thread tells the others of itself, and how they wake and stop it. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "eventstore/kafka/relay.h"

namespace skyndsamt::kafka {

class RelayBoard {
 public:
  explicit RelayBoard(std::function<void(const RelayStatus&)> on_change)
      : on_change_(std::move(on_change)) {}

  // Calls on_change where the state or the reason is another than before.
  void Tell(RelayStatus::State state, std::string reason);
  void TookOver(uint64_t epoch, uint64_t sent);
  void Committed(uint64_t sent);
  RelayStatus Read() const;

  void Stop();
  bool stopping() const;
  // There may be something to do.
  void Wake();
  // Until it is woken or stopped, or the time is over; a wake that came before counts.
  void Wait(absl::Duration timeout);
  // Until it is stopped, or the time is over.
  void Pause(absl::Duration timeout);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(const RelayStatus&)> on_change_;
  RelayStatus status_;
  bool stopping_ = false;
  bool woken_ = false;
};

}  // namespace skyndsamt::kafka
