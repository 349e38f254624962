#include "eventstore/log/appender.h"

#include <iterator>
#include <memory>
#include <utility>

#include "eventstore/base/shortage.h"
#include "eventstore/base/thread_name.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kGroupBytes = 8u << 20;
constexpr size_t kWakeFormerAt = 16;  // appends worth a context switch while the disk is busy

bool NeedsRead(const Answer& answer) {
  return std::holds_alternative<ConflictFound>(answer.outcome) ||
         std::holds_alternative<RepeatFound>(answer.outcome);
}

}  // namespace

Appender::Appender(const Options& options, Sequencer sequencer, Committer& committer,
                   const Tail& tail, Courier& courier, const Reader& reader)
    : options_(options),
      sequencer_(std::move(sequencer)),
      committer_(committer),
      tail_(tail),
      courier_(courier),
      reader_(reader) {
  threads_.emplace_back([this] { Run(); });
  threads_.emplace_back([this] { Run(); });
}

Appender::~Appender() { Close(); }

void Appender::Close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (std::condition_variable* thread : idle_) thread->notify_one();
  }
  turn_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

absl::Status Appender::health() const {
  auto healthy = committer_.health();
  if (!healthy.ok()) return healthy;
  const std::lock_guard lock(mutex_);
  return Open();
}

absl::Status Appender::Open() const {
  if (closing_) return absl::UnavailableError("the log is closing");
  return absl::OkStatus();
}

absl::Status Appender::Admit(size_t bytes) {
  auto healthy = committer_.health();
  if (!healthy.ok()) return healthy;
  const std::lock_guard lock(mutex_);
  if (auto open = Open(); !open.ok()) return open;
  if (queued_bytes_ + bytes > options_.queue_bytes) {
    return Exhausted(Shortage::kQueue, "too many appends are waiting");
  }
  queued_bytes_ += bytes;
  return absl::OkStatus();
}

void Appender::Dismiss(size_t bytes) {
  const std::lock_guard lock(mutex_);
  queued_bytes_ -= bytes;
}

void Appender::Submit(Pending pending) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(pending));
  if (!forming_) {
    WakeOne();
  } else if (waiting_turn_ && queue_.size() == kWakeFormerAt) {
    turn_.notify_one();
  }
}

void Appender::Enqueue(Pending pending) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(pending));
}

void Appender::Work() {
  AppendGroup group;
  std::unique_lock lock(mutex_);
  if (forming_) {  // whoever forms looks again, or wakes one who does
    if (waiting_turn_ && queue_.size() >= kWakeFormerAt) turn_.notify_one();
    return;
  }
  if (queue_.empty()) return;
  if (committing_ || queue_.size() > 1) return WakeOne();
  TakeTurn(lock, &group);
}

void Appender::WakeOne() {
  if (!idle_.empty()) idle_.back()->notify_one();
}

void Appender::Run() {
  NameThisThread("log-appender");
  AppendGroup group;
  std::condition_variable wake;
  std::unique_lock lock(mutex_);
  while (true) {
    while (forming_ || (queue_.empty() && !closing_)) {
      idle_.push_back(&wake);
      wake.wait(lock);
      std::erase(idle_, &wake);
    }
    if (queue_.empty()) return WakeOne();  // closing: the other may have slept through it
    TakeTurn(lock, &group);
    lock.unlock();
    group.Clear();
    lock.lock();
  }
}

void Appender::TakeTurn(std::unique_lock<std::mutex>& lock, AppendGroup* group) {
  forming_ = true;
  const auto has_room = [&] { return group->queued_bytes < kGroupBytes; };
  bool disk_free = false;
  while (!disk_free) {
    // Whoever comes once the disk is free waits for the next group: those whom the last commit
    // answered would otherwise all be waited for, and nothing would be formed during this one.
    disk_free = !committing_;
    if (!queue_.empty() && has_room()) {
      auto taken = Take(kGroupBytes - group->queued_bytes);
      lock.unlock();
      Form(std::move(taken), group);
      lock.lock();
    } else if (!disk_free) {
      waiting_turn_ = true;
      turn_.wait(lock,
                 [&] { return !committing_ || (has_room() && queue_.size() >= kWakeFormerAt); });
      waiting_turn_ = false;
    }
  }
  if (!group->records.empty()) sequencer_.Seal(group);
  forming_ = false;
  committing_ = true;
  if (!queue_.empty() || closing_) WakeOne();
  lock.unlock();
  const absl::Status committed = committer_.Commit(group);
  lock.lock();
  committing_ = false;
  if (waiting_turn_) turn_.notify_one();
  lock.unlock();
  const size_t answered = Deliver(group, committed);
  lock.lock();
  queued_bytes_ -= answered;
}

std::vector<Pending> Appender::Take(size_t room) {
  size_t count = 0;
  for (size_t bytes = 0; count < queue_.size() && bytes < room; ++count) {
    bytes += queue_[count].bytes;
  }
  if (count == queue_.size()) return std::exchange(queue_, {});
  const auto end = queue_.begin() + static_cast<ptrdiff_t>(count);
  std::vector<Pending> taken(std::move_iterator(queue_.begin()), std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return taken;
}

void Appender::Form(std::vector<Pending> taken, AppendGroup* group) {
  std::vector<InFlight::Ticket> tickets;
  tickets.reserve(taken.size());
  for (Pending& pending : taken) {
    tickets.push_back(pending.ticket);
    sequencer_.Add(std::move(pending), group);
  }
  for (const auto ticket : tickets) in_flight_.Leave(ticket);
  sequencer_.Forget(in_flight_.Oldest([this] { return tail_.committed(); }));
}

size_t Appender::Deliver(AppendGroup* group, const absl::Status& committed) {
  size_t answered = 0;
  if (group->answers.size() == 1 && !NeedsRead(group->answers.front())) {
    Resolve(std::move(group->answers.front()), committed);
    answered = group->queued_bytes;
  } else {
    courier_.Post([this, committed, bytes = group->queued_bytes,
                   answers = std::move(group->answers)]() mutable {
      for (Answer& answer : answers) Resolve(std::move(answer), committed);
      answers.clear();
      Dismiss(bytes);
    });
  }
  courier_.Committed();
  return answered;
}

void Appender::Resolve(Answer answer, const absl::Status& committed) {
  if (!committed.ok()) return answer.done(committed);
  if (const auto* refused = std::get_if<absl::Status>(&answer.outcome)) {
    return answer.done(*refused);
  }
  if (auto* appended = std::get_if<Appended>(&answer.outcome)) {
    return answer.done(AppendOutcome(std::move(*appended)));
  }
  if (std::holds_alternative<RequestReused>(answer.outcome)) {
    return answer.done(AppendOutcome(RequestReused{}));
  }
  if (const auto* repeat = std::get_if<RepeatFound>(&answer.outcome)) {
    auto found = reader_.FindRequest(repeat->key, repeat->fingerprint);
    if (!found.ok()) return answer.done(found.status());
    if (!found->has_value()) return answer.done(absl::DataLossError("a request's row is missing"));
    return answer.done(**std::move(found));
  }
  const auto& found = std::get<ConflictFound>(answer.outcome);
  Conflict conflict{found.stream, found.current, {}};
  if (found.current && found.first_missed <= *found.current) {
    auto missed = reader_.Missed(found.stream, found.first_missed, *found.current);
    if (!missed.ok()) return answer.done(missed.status());
    conflict.missed = *std::move(missed);
  }
  answer.done(AppendOutcome(std::move(conflict)));
}

}  // namespace skyndsamt::log
