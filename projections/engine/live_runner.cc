#include "projections/engine/live_runner.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "eventstore/base/coding.h"
#include "eventstore/base/thread_name.h"

namespace skyndsamt::engine {
namespace {

constexpr size_t kWorkWhenQuiet = 48;  // units of put-off work between two looks at the log
constexpr size_t kWorkShare = 4;       // of so many events taken, one unit
constexpr size_t kMuch = 1024;         // events behind that are not worth waiting for more
constexpr auto kGatherFor = std::chrono::milliseconds(5);

// How much put-off work a round does that took so many events: all of it where they are few; where
// they are many, a share, so that what is marked again meanwhile is worked out once.
size_t UnitsAfter(size_t taken) {
  return std::max(1 + taken / kWorkShare, kWorkWhenQuiet - std::min(taken, kWorkWhenQuiet));
}

}  // namespace

void LiveRunner::Alarm::Ring() {
  const std::lock_guard lock(mutex);
  ringing = true;
  rung.notify_all();
}

void LiveRunner::Alarm::Wait(std::optional<Deadline> deadline) {
  std::unique_lock lock(mutex);
  const auto is_ringing = [this] { return ringing; };
  if (deadline) {
    rung.wait_until(lock, *deadline, is_ringing);
  } else {
    rung.wait(lock, is_ringing);
  }
  ringing = false;
}

LiveRunner::LiveRunner(const RunnerOptions& options, log::EventLog& log, const Decoder& decoder)
    : options_(options), log_(log), decoder_(decoder) {}

LiveRunner::~LiveRunner() {
  Stop();
  beside_.clear();
  main_.reset();
}

void LiveRunner::Start() {
  stopping_ = false;
  waiters_.Fail(absl::OkStatus());
  main_thread_ = std::thread([this] { RunMain(); });
  for (auto& beside : beside_) {
    if (!beside->done)
      beside->thread = std::thread([this, &beside = *beside] { RunBeside(beside); });
  }
}

void LiveRunner::Stop() {
  stopping_ = true;
  alarm_->Ring();
  for (auto& beside : beside_) {
    if (beside->thread.joinable()) beside->thread.join();
  }
  if (main_thread_.joinable()) main_thread_.join();
  waiters_.Fail(absl::UnavailableError("the views are stopping"));
  if (store_ != nullptr) store_->Flush().IgnoreError();
}

absl::Status LiveRunner::CatchUp() {
  const Position end = log_.committed();
  while (true) {
    auto step = StepMain();
    if (!step.ok()) {
      Fail(step.status());
      return step.status();
    }
    Announce();
    if (step->idle() && main_->next() >= end) break;
  }
  for (auto& beside : beside_) {
    while (!beside->done) {
      const auto ready = StepBeside(*beside);
      if (!ready.ok()) return ready.status();
      if (!*ready) continue;
      if (absl::Status status = Switch(*beside); !status.ok()) return status;
    }
  }
  Announce();
  return absl::OkStatus();
}

void LiveRunner::WaitFor(Position position, Reach reach, Deadline deadline,
                         std::function<void(absl::Status)> done) {
  waiters_.Add(position, reach, deadline, std::move(done));
  alarm_->Ring();
}

absl::StatusOr<Snapshot> LiveRunner::Read(std::string_view view) const {
  rocksdb::DB& db = store_->db();
  std::shared_ptr<const rocksdb::Snapshot> at;
  uint32_t version = 0;
  {
    // The version and its rows belong together: a switch drops the old ones.
    const std::lock_guard lock(serving_mutex_);
    const auto serving = serving_.find(view);
    if (serving == serving_.end()) return absl::UnavailableError("the view is being built");
    version = serving->second;
    at.reset(db.GetSnapshot(), [&db](const rocksdb::Snapshot* s) { db.ReleaseSnapshot(s); });
  }
  rocksdb::ReadOptions options;
  options.snapshot = at.get();
  Position positions[2] = {0, 0};
  const std::string keys[2] = {Store::PositionKey(kMainFeed), Store::SettledKey(view, version)};
  for (int i = 0; i < 2; ++i) {
    std::string value;
    const auto status = db.Get(options, keys[i], &value);
    if (!status.ok() && !status.IsNotFound()) return store_->Checked(status, "read views");
    if (status.ok()) positions[i] = ByteReader(value).U64();
  }
  return Snapshot(*store_, at, Store::Scope(view, version), positions[0], positions[1]);
}

Position LiveRunner::applied() const { return main_->next(); }

Position LiveRunner::settled() const {
  const std::lock_guard lock(serving_mutex_);
  return main_->settled();
}

std::vector<ViewStatus> LiveRunner::Status() const {
  const Position committed = log_.committed();
  std::vector<ViewStatus> all;
  const auto add = [&](const Feed& feed, bool serving) {
    for (const auto& fed : feed.fed()) {
      const Position at = std::min(feed.next(), fed->settled.load());
      all.push_back({.view = std::string(fed->view->name()),
                     .version = fed->view->version(),
                     .serving = serving,
                     .position = at,
                     .lag = committed > at ? committed - at : 0});
    }
  };
  const std::lock_guard lock(serving_mutex_);
  add(*main_, true);
  for (const auto& beside : beside_) add(*beside->feed, false);
  return all;
}

absl::Status LiveRunner::health() const {
  const std::lock_guard lock(serving_mutex_);
  return health_;
}

void LiveRunner::Fail(const absl::Status& status) {
  {
    const std::lock_guard lock(serving_mutex_);
    if (health_.ok()) health_ = status;
  }
  waiters_.Fail(status);
}

void LiveRunner::Announce() {
  const bool lacks_needed = std::ranges::any_of(
      beside_, [](const auto& beside) { return beside->awaited && !beside->done; });
  if (!lacks_needed) waiters_.Reached(main_->next(), settled());
}

absl::StatusOr<LiveRunner::Step> LiveRunner::StepMain() {
  const std::lock_guard lock(main_mutex_);
  auto taken = main_->Take(std::nullopt);
  if (!taken.ok()) return taken.status();
  Step step{.taken = *taken};
  // Far behind, a full batch: the same would only have to be worked out again.
  if (!main_->HasWork() || *taken >= options_.batch_records) return step;
  const bool awaited = waiters_.AnyFor(Reach::kSettled);
  const absl::Status worked =
      main_->Work(awaited ? std::max(kWorkWhenQuiet, UnitsAfter(*taken)) : UnitsAfter(*taken));
  if (!worked.ok()) return worked;
  step.worked = true;
  return step;
}

void LiveRunner::Gather() {
  const Position committed = log_.committed();
  if (committed - main_->next() >= kMuch || waiters_.AnyBelow(committed)) return;
  alarm_->Wait(std::chrono::steady_clock::now() + kGatherFor);
}

void LiveRunner::RunMain() {
  NameThisThread("views");
  while (!stopping_) {
    auto step = StepMain();
    if (!step.ok()) {
      Fail(step.status());
      return;
    }
    Announce();
    const auto deadline = waiters_.Expire(std::chrono::steady_clock::now());
    if (step->idle()) {
      main_->WhenReady([alarm = alarm_] { alarm->Ring(); });
      alarm_->Wait(deadline);
    } else if (step->taken > 0) {
      Gather();
    }
  }
}

absl::StatusOr<bool> LiveRunner::StepBeside(Beside& beside) {
  auto taken = beside.feed->Take(main_->next());
  if (!taken.ok()) return taken.status();
  if (*taken > 0) return false;
  if (!beside.feed->HasWork()) return beside.feed->next() == main_->next();
  if (absl::Status status = beside.feed->Work(kWorkWhenQuiet); !status.ok()) return status;
  return false;
}

absl::Status LiveRunner::Switch(Beside& beside) {
  const std::lock_guard lock(main_mutex_);
  while (true) {
    auto ready = StepBeside(beside);
    if (!ready.ok()) return ready.status();
    if (*ready) break;
  }
  const View& view = *beside.feed->fed().front()->view;
  rocksdb::WriteBatch write;
  Store::PutServing(view.name(), view.version(), write);
  Store::DropPosition(beside.feed->name(), write);
  const std::lock_guard serving_lock(serving_mutex_);
  const auto old = serving_.find(view.name());
  if (old != serving_.end()) Store::DropVersion(view.name(), old->second, write);
  if (absl::Status status = store_->Write(write); !status.ok()) return status;
  serving_[std::string(view.name())] = view.version();
  main_->Replace(beside.feed->Release());
  beside.done = true;
  return absl::OkStatus();
}

void LiveRunner::RunBeside(Beside& beside) {
  NameThisThread("views-beside");
  while (!stopping_) {
    auto ready = StepBeside(beside);
    if (ready.ok() && *ready) {
      const absl::Status switched = Switch(beside);
      if (switched.ok()) return alarm_->Ring();  // whoever waited for it is told
      ready = switched;
    }
    if (!ready.ok()) {
      if (beside.awaited) return Fail(ready.status());
      const std::lock_guard lock(serving_mutex_);
      if (health_.ok()) health_ = ready.status();
      return;
    }
  }
}

}  // namespace skyndsamt::engine
