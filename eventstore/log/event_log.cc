#include "eventstore/log/event_log.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <utility>

#include "eventstore/log/append_check.h"
#include "eventstore/log/appender.h"
#include "eventstore/log/backup.h"
#include "eventstore/log/committer.h"
#include "eventstore/log/courier.h"
#include "eventstore/log/directory.h"
#include "eventstore/log/files.h"
#include "eventstore/log/high_water.h"
#include "eventstore/log/ingester.h"
#include "eventstore/log/kept_checkpoints.h"
#include "eventstore/log/log_end.h"
#include "eventstore/log/reader.h"
#include "eventstore/log/recent_heads.h"
#include "eventstore/log/sequencer.h"
#include "eventstore/log/store.h"
#include "eventstore/log/stored_tree.h"
#include "eventstore/log/subscription.h"
#include "eventstore/log/tail.h"
#include "eventstore/merkle/proof.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kRecentHeads = 1 << 15;  // about 4 MB

// What opening a directory yields.
struct Opened {
  std::unique_ptr<DirectoryLock> lock;
  std::unique_ptr<HighWater> high_water;
  std::unique_ptr<Store> store;
  Role role;
  merkle::Tree tree;
  Micros last_recorded = 0;
};

class DirectoryLog : public EventLog {
 public:
  DirectoryLog(const Options& options, const Clock& clock, Opened opened)
      : options_(options),
        lock_(std::move(opened.lock)),
        high_water_(std::move(opened.high_water)),
        store_(std::move(opened.store)),
        primary_id_(opened.role.id),
        tail_(opened.tree, options_.ring_bytes),
        reader_(*store_, tail_),
        courier_([this] { return tail_.committed(); }),
        committer_(options_, *store_, *high_water_, tail_),
        appender_(
            options_,
            Sequencer(recent_heads_, clock, LogEnd(*store_, opened.tree, opened.last_recorded)),
            committer_, tail_, courier_, reader_),
        ingester_(*store_, recent_heads_,
                  LogEnd(*store_, std::move(opened.tree), opened.last_recorded), committer_,
                  courier_) {}

  ~DirectoryLog() override {
    appender_.Close();
    courier_.Close();
  }

  void Append(AppendRequest request, AppendCallback done) override {
    auto pending = Admit(std::move(request), std::move(done));
    if (pending) appender_.Submit(*std::move(pending));
  }
  void Enqueue(AppendRequest request, AppendCallback done) override {
    auto pending = Admit(std::move(request), std::move(done));
    if (pending) appender_.Enqueue(*std::move(pending));
  }
  void Work() override { appender_.Work(); }
  absl::StatusOr<Position> Ingest(std::vector<Record> records) override {
    if (options_.replica) return ingester_.Take(std::move(records));
    return absl::FailedPreconditionError("this log is a primary: it takes appends alone");
  }
  absl::Status Promote(const PrimaryId& id) override {
    if (options_.replica) return SetRole({Role::Kind::kPrimary, id});
    return absl::FailedPreconditionError("this log is a primary already");
  }
  absl::Status Retire() override {
    if (options_.replica) return absl::FailedPreconditionError("this log is a replica");
    retired_ = true;
    return SetRole({Role::Kind::kRetired, {}});
  }
  absl::StatusOr<std::optional<AppendOutcome>> FindRequest(const RequestKey& key,
                                                           const Bytes32& fingerprint) override {
    return reader_.FindRequest(key, fingerprint);
  }
  absl::StatusOr<ReadResult> ReadAll(const ReadOptions& options) override {
    return reader_.ReadAll(options);
  }
  absl::StatusOr<ReadResult> ReadStream(const StreamId& stream,
                                        const ReadOptions& options) override {
    return reader_.ReadStream(stream, options);
  }
  absl::StatusOr<std::optional<StreamHead>> Head(const StreamId& stream) override {
    return reader_.Head(stream);
  }
  absl::StatusOr<Position> FirstRecordedAt(Micros instant) override {
    return reader_.FirstRecordedAt(instant);
  }
  absl::StatusOr<Revision> FirstRecordedAt(const StreamId& stream, Micros instant) override {
    return reader_.FirstRecordedAt(stream, instant);
  }
  Position committed() const override { return tail_.committed(); }
  std::unique_ptr<Subscription> Subscribe(Position from, Filter filter) override {
    return std::make_unique<TailSubscription>(tail_, reader_, courier_, from, std::move(filter));
  }
  absl::StatusOr<Bytes32> Root(uint64_t size) override {
    auto prover = ProverOf(*store_, tail_.tree(), size);
    if (!prover.ok()) return prover.status();
    return prover->Root();
  }
  absl::StatusOr<std::vector<Bytes32>> ProveInclusion(Position position, uint64_t size) override {
    auto prover = ProverOf(*store_, tail_.tree(), size);
    if (!prover.ok()) return prover.status();
    return prover->Inclusion(position);
  }
  absl::StatusOr<std::vector<Bytes32>> ProveConsistency(uint64_t older, uint64_t size) override {
    auto prover = ProverOf(*store_, tail_.tree(), size);
    if (!prover.ok()) return prover.status();
    return prover->Consistency(older);
  }
  absl::Status KeepCheckpoints(const std::vector<std::string>& notes) override;
  absl::StatusOr<std::vector<KeptCheckpoint>> Checkpoints(uint64_t from, size_t max) override {
    return ReadCheckpoints(*store_, from, max);
  }
  absl::StatusOr<std::optional<KeptCheckpoint>> NewestCheckpoint(uint64_t at_most) override {
    return log::NewestCheckpoint(*store_, at_most);
  }
  absl::StatusOr<uint64_t> Backup(const std::string& directory) override {
    return WriteBackup(options_, *store_, directory);
  }
  const std::string& origin() const override { return options_.origin; }
  bool is_replica() const override { return options_.replica; }
  const PrimaryId& primary_id() const override { return primary_id_; }
  absl::Status health() const override {
    if (retired_) return Retired();
    return appender_.health();
  }

 private:
  absl::Status SetRole(const Role& role) const {
    return WriteRole(FileSystemOf(options_), options_.directory, role);
  }
  static absl::Status Retired() {
    return TakesNoAppends("another copy of this log was promoted: this one takes no appends");
  }
  // What is to be submitted; nothing if it is answered already, or about to be.
  std::optional<Pending> Admit(AppendRequest request, AppendCallback done);
  // What the index says about an append; an outcome if it is answered by that alone.
  absl::StatusOr<std::optional<AppendOutcome>> LookUp(Pending* pending);

  const Options options_;
  const std::unique_ptr<DirectoryLock> lock_;
  const std::unique_ptr<HighWater> high_water_;
  const std::unique_ptr<Store> store_;
  const PrimaryId primary_id_;
  std::atomic<bool> retired_ = false;
  Tail tail_;
  const Reader reader_;
  RecentHeads recent_heads_{kRecentHeads};
  Courier courier_;
  Committer committer_;
  // One of them is idle: a log takes appends or, as a replica, ingests.
  Appender appender_;
  Ingester ingester_;
  std::mutex keeping_;  // of checkpoints
};

absl::StatusOr<std::optional<AppendOutcome>> DirectoryLog::LookUp(Pending* pending) {
  const AppendRequest& request = pending->request;
  if (request.request) {
    auto found = reader_.FindRequest(*request.request, request.fingerprint);
    if (!found.ok() || found->has_value()) return found;
  }
  for (const StreamAppend& append : request.streams) {
    auto recent = recent_heads_.Find(append.stream);
    if (!recent) {
      auto head = store_->NewestBelow(append.stream, ~Position{0});
      if (!head.ok()) return head.status();
      recent = *head;
    }
    pending->heads.push_back(recent);
  }
  return std::nullopt;
}

std::optional<Pending> DirectoryLog::Admit(AppendRequest request, AppendCallback done) {
  // Refused at the door: nothing of it may be kept, not even until the courier comes.
  const auto refuse = [&](const absl::Status& why) {
    done(why);
    return std::nullopt;
  };
  if (options_.replica) return refuse(TakesNoAppends("this log is a replica: it takes no appends"));
  if (retired_) return refuse(Retired());
  auto bytes = CheckAppend(&request);
  if (!bytes.ok()) return refuse(bytes.status());
  auto admitted = appender_.Admit(*bytes);
  if (!admitted.ok()) return refuse(admitted);

  Pending pending;
  pending.request = std::move(request);
  pending.bytes = *bytes;
  pending.ticket = appender_.in_flight().Enter([this] { return tail_.committed(); });
  auto known = LookUp(&pending);
  if (!known.ok() || known->has_value()) {
    appender_.in_flight().Leave(pending.ticket);
    auto outcome = known.ok() ? absl::StatusOr<AppendOutcome>(**std::move(known)) : known.status();
    courier_.Post(
        [this, bytes = *bytes, done = std::move(done), outcome = std::move(outcome)]() mutable {
          done(std::move(outcome));
          appender_.Dismiss(bytes);
        });
    return std::nullopt;
  }
  pending.done = std::move(done);
  return pending;
}

absl::Status DirectoryLog::KeepCheckpoints(const std::vector<std::string>& notes) {
  const std::lock_guard lock(keeping_);
  const auto tree = tail_.tree();
  std::vector<KeptCheckpoint> checkpoints;
  for (const std::string& note : notes) {
    auto checkpoint = CheckNote(note, options_.origin, store_.get(), *tree);
    if (absl::IsDataLoss(checkpoint.status())) {
      return absl::InvalidArgumentError(checkpoint.status().message());
    }
    if (!checkpoint.ok()) return checkpoint.status();
    checkpoints.push_back(*std::move(checkpoint));
  }
  return log::KeepCheckpoints(options_, *store_, checkpoints);
}

// What must hold before anything is changed: the database is not behind its high-water mark, and is
// what it has signed.
absl::Status CheckBeforeOpening(const Options& options, const HighWaterMark& mark) {
  if (mark.size == 0) {
    // The mark is synced seldom: after a power cut it may know nothing of a log that is there.
    auto& fs = FileSystemOf(options);
    if (!FileExists(fs, CheckpointPath(options.directory))) return absl::OkStatus();
    if (!FileExists(fs, DatabasePath(options.directory) + "/CURRENT")) {
      return CheckSigned(options, nullptr, merkle::Tree());
    }
  }
  auto look = Store::OpenReadOnly(options);
  if (!look.ok()) return look.status();
  auto checked = CheckAgainst(mark, **look);
  if (!checked.ok()) return checked;
  auto frontier = (*look)->ReadFrontier();
  if (!frontier.ok()) return frontier.status();
  auto tree = RestoreTree(**look, *frontier);
  if (!tree.ok()) return tree.status();
  return CheckSigned(options, look->get(), *tree);
}

absl::StatusOr<Opened> OpenDirectory(const Options& options) {
  auto& fs = FileSystemOf(options);
  auto state = InspectDirectory(options);
  if (!state.ok()) return state.status();
  if (*state == DirectoryState::kEmpty) {
    auto made = MakeDirectory(fs, options.directory);
    if (!made.ok()) return made;
  }
  Opened opened;
  auto lock = DirectoryLock::Take(options);
  if (!lock.ok()) return lock.status();
  opened.lock = *std::move(lock);
  auto initialised = InitialiseDirectory(options);
  if (!initialised.ok()) return initialised;
  auto role = ReadRole(fs, options.directory);
  if (!role.ok()) return role.status();
  opened.role = *role;
  auto high_water = HighWater::Open(fs, HighWaterPath(options.directory));
  if (!high_water.ok()) return high_water.status();
  opened.high_water = *std::move(high_water);
  const HighWaterMark& mark = opened.high_water->at_open();

  auto checked = CheckBeforeOpening(options, mark);
  if (!checked.ok()) return checked;
  const bool create = mark.size == 0;
  auto store = Store::Open(options, create);
  if (!store.ok()) return store.status();
  opened.store = *std::move(store);
  if (create) {
    auto synced = SyncDirectory(fs, options.directory);  // the database's own name
    if (!synced.ok()) return synced;
  }
  auto frontier = opened.store->ReadFrontier();
  if (!frontier.ok()) return frontier.status();
  auto tree = RestoreTree(*opened.store, *frontier);
  if (!tree.ok()) return tree.status();
  opened.tree = *std::move(tree);
  opened.last_recorded = frontier->last_recorded;
  return opened;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventLog>> EventLog::Open(const Options& options,
                                                         const Clock& clock) {
  auto opened = OpenDirectory(options);
  if (!opened.ok()) return opened.status();
  return std::make_unique<DirectoryLog>(options, clock, *std::move(opened));
}

absl::StatusOr<AppendOutcome> EventLog::AppendAndWait(AppendRequest request) {
  std::promise<absl::StatusOr<AppendOutcome>> promise;
  auto future = promise.get_future();
  Enqueue(std::move(request),
          [&](absl::StatusOr<AppendOutcome> outcome) { promise.set_value(std::move(outcome)); });
  Work();
  return future.get();
}

}  // namespace skyndsamt::log
