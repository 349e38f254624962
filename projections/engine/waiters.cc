#include "projections/engine/waiters.h"

#include <utility>

namespace skyndsamt::engine {

void Waiters::Add(Position position, Reach reach, Runner::Deadline deadline, Done done) {
  absl::Status status;
  {
    const std::lock_guard lock(mutex_);
    const Position reached = reach == Reach::kApplied ? applied_ : settled_;
    if (position >= reached) {
      if (failure_.ok()) {
        QueueOf(reach).emplace(position, Waiter{deadline, std::move(done)});
        return;
      }
      status = failure_;
    }
  }
  done(status);
}

void Waiters::TakeBelow(Queue& queue, Position end, std::vector<Done>& out) {
  const auto last = queue.lower_bound(end);
  for (auto it = queue.begin(); it != last; ++it) out.push_back(std::move(it->second.done));
  queue.erase(queue.begin(), last);
}

void Waiters::Reached(Position applied, Position settled) {
  std::vector<Done> reached;
  {
    const std::lock_guard lock(mutex_);
    applied_ = applied;
    settled_ = settled;
    TakeBelow(applied_waiters_, applied, reached);
    TakeBelow(settled_waiters_, settled, reached);
  }
  for (Done& done : reached) done(absl::OkStatus());
}

std::optional<Runner::Deadline> Waiters::Expire(Runner::Deadline now) {
  std::vector<Done> expired;
  std::optional<Runner::Deadline> next;
  {
    const std::lock_guard lock(mutex_);
    for (Queue* queue : {&applied_waiters_, &settled_waiters_}) {
      for (auto it = queue->begin(); it != queue->end();) {
        if (it->second.deadline <= now) {
          expired.push_back(std::move(it->second.done));
          it = queue->erase(it);
          continue;
        }
        if (!next || it->second.deadline < *next) next = it->second.deadline;
        ++it;
      }
    }
  }
  for (Done& done : expired) done(absl::DeadlineExceededError("the views are not there yet"));
  return next;
}

void Waiters::Fail(const absl::Status& failure) {
  std::vector<Done> failed;
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    if (failure.ok()) return;
    for (Queue* queue : {&applied_waiters_, &settled_waiters_}) {
      for (auto& [position, waiter] : *queue) failed.push_back(std::move(waiter.done));
      queue->clear();
    }
  }
  for (Done& done : failed) done(failure);
}

bool Waiters::AnyFor(Reach reach) const {
  const std::lock_guard lock(mutex_);
  return reach == Reach::kApplied ? !applied_waiters_.empty() : !settled_waiters_.empty();
}

bool Waiters::AnyBelow(Position end) const {
  const std::lock_guard lock(mutex_);
  const auto below = [end](const Queue& queue) {
    return !queue.empty() && queue.begin()->first < end;
  };
  return below(applied_waiters_) || below(settled_waiters_);
}

}  // namespace skyndsamt::engine
