#include "eventstore/kafka/relay_board.h"

#include <utility>

namespace skyndsamt::kafka {

void RelayBoard::Tell(RelayStatus::State state, std::string reason) {
  RelayStatus told;
  {
    const std::lock_guard lock(mutex_);
    if (status_.state == state && status_.reason == reason) return;
    status_.state = state;
    status_.reason = std::move(reason);
    told = status_;
  }
  on_change_(told);
}

void RelayBoard::TookOver(uint64_t epoch, uint64_t sent) {
  const std::lock_guard lock(mutex_);
  status_.epoch = epoch;
  status_.sent = sent;
}

void RelayBoard::Committed(uint64_t sent) {
  const std::lock_guard lock(mutex_);
  status_.sent = sent;
  ++status_.transactions;
}

RelayStatus RelayBoard::Read() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void RelayBoard::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool RelayBoard::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void RelayBoard::Wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void RelayBoard::Wait(absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                    [this] { return woken_ || stopping_; });
  woken_ = false;
}

void RelayBoard::Pause(absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout), [this] { return stopping_; });
}

}  // namespace skyndsamt::kafka
