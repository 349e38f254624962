#include "eventstore/kafka/publisher.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "eventstore/kafka/backoff.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/relay_position.h"

namespace skyndsamt::kafka {
namespace {

using State = PublisherStatus::State;

class LivePublisher final : public Publisher {
 public:
  LivePublisher(PublisherOptions options, log::EventLog& log,
                std::unique_ptr<Publication> publication)
      : options_(std::move(options)),
        log_(log),
        publication_(std::move(publication)),
        thread_([this] { Run(); }) {}
  ~LivePublisher() override { Stop(); }

  void Wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }
  void Stop() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    const std::lock_guard lock(joining_);
    if (thread_.joinable()) thread_.join();
  }
  PublisherStatus Status() const override {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  void Run();
  // Until it is stopped (OK) or something fails; FAILED_PRECONDITION: for good.
  absl::Status Session();
  absl::Status CheckPrimary(PartitionReader& positions) const;
  void Tell(State state, std::string reason, uint64_t published);
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  // Until it is stopped, woken (where that is asked for), or the time is over; false if stopped.
  bool Wait(absl::Duration timeout, bool for_wake);

  const PublisherOptions options_;
  log::EventLog& log_;
  const std::unique_ptr<Publication> publication_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  PublisherStatus status_;
  bool stopping_ = false;
  bool woken_ = false;
  std::mutex joining_;
  std::thread thread_;
};

void LivePublisher::Run() {
  Backoff backoff(options_.shortest_pause, options_.longest_pause);
  while (true) {
    const absl::Status ended = Session();
    if (ended.ok() || absl::IsFailedPrecondition(ended)) {
      return Tell(State::kStopped, std::string(ended.message()), Status().published);
    }
    if (Status().state == State::kRunning) backoff.Succeeded();
    Tell(State::kWaiting, std::string(ended.message()), Status().published);
    if (!Wait(backoff.Next(), /*for_wake=*/false)) {
      return Tell(State::kStopped, "", Status().published);
    }
  }
}

absl::Status LivePublisher::Session() {
  if (options_.ensure_topics) {
    auto topics = EnsureTopics(options_.connection, {options_.topic}, options_.patience);
    // A topic that is not as it should be is waited for, like the broker.
    if (!topics.ok()) return absl::UnavailableError(topics.message());
  }
  auto positions = PartitionReader::Open(options_.connection, options_.positions, 0);
  if (!positions.ok()) return positions.status();
  // Looks before it begins: one that was itself replaced must not fence who took its place.
  if (auto primary = CheckPrimary(**positions); !primary.ok()) return primary;
  auto published = publication_->Begin(options_);
  if (!published.ok()) return published.status();
  do {
    if (auto primary = CheckPrimary(**positions); !primary.ok()) return primary;
    for (std::optional<uint64_t> before; before != *published && !stopping();) {
      before = *published;
      if (auto sent = publication_->PublishAfter(&*published); !sent.ok()) return sent;
      Tell(State::kRunning, "", *published);
    }
  } while (Wait(options_.look_every, /*for_wake=*/true));
  return absl::OkStatus();
}

absl::Status LivePublisher::CheckPrimary(PartitionReader& positions) const {
  const auto newest = FindLast(positions, log_.origin(), options_.patience);
  if (!newest.ok() || !newest->has_value()) return newest.status();
  const auto position = ParsePosition(**newest);
  if (!position.ok() || position->primary() == PrimaryOf(log_)) return position.status();
  return absl::FailedPreconditionError(kPromotedElsewhere);
}

void LivePublisher::Tell(State state, std::string reason, uint64_t published) {
  PublisherStatus told;
  {
    const std::lock_guard lock(mutex_);
    status_.published = published;
    if (status_.state == state && status_.reason == reason) return;
    status_.state = state;
    status_.reason = std::move(reason);
    told = status_;
  }
  options_.on_change(told);
}

bool LivePublisher::Wait(absl::Duration timeout, bool for_wake) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                    [&] { return stopping_ || (for_wake && woken_); });
  woken_ = false;
  return !stopping_;
}

}  // namespace

const char* NameOf(State state) {
  switch (state) {
    case State::kRunning:
      return "running";
    case State::kWaiting:
      return "waiting";
    case State::kStopped:
      return "stopped";
  }
  return "";
}

std::unique_ptr<Publisher> Publisher::Start(PublisherOptions options, log::EventLog& log,
                                            std::unique_ptr<Publication> publication) {
  return std::make_unique<LivePublisher>(std::move(options), log, std::move(publication));
}

}  // namespace skyndsamt::kafka
