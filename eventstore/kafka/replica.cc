#include "eventstore/kafka/replica.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "eventstore/kafka/backoff.h"
#include "eventstore/kafka/replica_session.h"

namespace skyndsamt::kafka {
namespace {

using State = ReplicaStatus::State;

bool IsForGood(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsFailedPrecondition(status);
}

class LiveReplica final : public Replica {
 public:
  LiveReplica(ReplicaOptions options, log::EventLog& log)
      : options_(std::move(options)), log_(log), thread_([this] { Run(); }) {}
  ~LiveReplica() override { Stop(); }

  void Stop() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    const std::lock_guard lock(joining_);
    if (thread_.joinable()) thread_.join();
  }

  ReplicaStatus Status() const override {
    const std::lock_guard lock(mutex_);
    ReplicaStatus status = status_;
    status.records = log_.committed();
    const auto newest = log_.NewestCheckpoint();
    if (newest.ok() && newest->has_value()) status.checkpoint = (*newest)->size;
    return status;
  }

 private:
  void Run();
  void Tell(State state, std::string reason);
  // Until it is stopped, or the time is over.
  void Pause(absl::Duration timeout);
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  const ReplicaOptions options_;
  log::EventLog& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  ReplicaStatus status_;
  bool stopping_ = false;
  std::mutex joining_;
  std::thread thread_;
};

void LiveReplica::Run() {
  Backoff backoff(options_.shortest_pause, options_.longest_pause);
  while (!stopping()) {
    ReplicaSession session(options_, log_, [&](uint64_t behind) {
      Tell(State::kRunning, "");
      backoff.Succeeded();
      const std::lock_guard lock(mutex_);
      status_.caught_up = behind == 0;
      status_.behind = behind;
    });
    const absl::Status ended = session.Run([this] { return stopping(); });
    if (IsForGood(ended)) return Tell(State::kStopped, std::string(ended.message()));
    if (ended.ok()) break;
    Tell(State::kWaiting, std::string(ended.message()));
    Pause(backoff.Next());
  }
  Tell(State::kStopped, "");
}

void LiveReplica::Tell(State state, std::string reason) {
  {
    const std::lock_guard lock(mutex_);
    if (status_.state == state && status_.reason == reason) return;
    status_.state = state;
    status_.reason = std::move(reason);
    status_.caught_up = false;
  }
  options_.on_change(Status());
}

void LiveReplica::Pause(absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout), [this] { return stopping_; });
}

}  // namespace

const char* NameOf(ReplicaStatus::State state) {
  switch (state) {
    case State::kStarting:
      return "starting";
    case State::kRunning:
      return "running";
    case State::kWaiting:
      return "waiting";
    case State::kStopped:
      return "stopped";
  }
  return "";
}

std::unique_ptr<Replica> Replica::Start(ReplicaOptions options, log::EventLog& log) {
  return std::make_unique<LiveReplica>(std::move(options), log);
}

}  // namespace skyndsamt::kafka
