#include "eventstore/log/committer.h"

#include <rocksdb/file_system.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "eventstore/base/shortage.h"
#include "eventstore/base/thread_name.h"
#include "eventstore/log/rocks_status.h"

namespace skyndsamt::log {
namespace {

constexpr auto kKeepEvery = std::chrono::seconds(1);

}  // namespace

Committer::Committer(const Options& options, Store& store, HighWater& high_water, Tail& tail)
    : options_(options), store_(store), high_water_(high_water), tail_(tail) {
  CheckSpace();
  thread_ = std::thread([this] { Keep(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  keep_.notify_all();
  thread_.join();
  if (mark_unsynced_.exchange(false)) (void)high_water_.Sync();  // an older mark would do as well
}

absl::Status Committer::health() const {
  if (poisoned_) {
    const std::lock_guard lock(mutex_);
    return poison_;
  }
  if (low_space_) return Exhausted(Shortage::kSpace, "free disk space is below the reserve");
  return absl::OkStatus();
}

absl::Status Committer::Commit(Group* group) {
  if (poisoned_) return health();
  if (group->records.empty()) return absl::OkStatus();
  rocksdb::WriteOptions write;
  write.sync = options_.sync;
  auto status = FromRocks(store_.db().Write(write, &group->batch), "writing to the log");
  if (status.ok()) status = high_water_.Write({group->tree->size(), group->last_leaf_hash});
  if (!status.ok()) {
    Poison(status);
    return health();
  }
  mark_unsynced_ = true;
  group->let_go = tail_.Publish(group->records, group->tree);
  return absl::OkStatus();
}

void Committer::Poison(const absl::Status& cause) {
  const std::lock_guard lock(mutex_);
  if (!poison_.ok()) return;
  poison_ =
      absl::UnavailableError(absl::StrCat("a write failed; the outcome of appends under way is "
                                          "unknown, and none is taken until the log "
                                          "is reopened (",
                                          cause.message(), ")"));
  poisoned_ = true;
}

void Committer::Keep() {
  NameThisThread("log-keeper");
  std::unique_lock lock(mutex_);
  while (!keep_.wait_for(lock, kKeepEvery, [&] { return closing_; })) {
    lock.unlock();
    if (mark_unsynced_.exchange(false)) {
      const auto synced = high_water_.Sync();
      if (!synced.ok()) Poison(synced);
    }
    CheckSpace();
    lock.lock();
  }
}

void Committer::CheckSpace() {
  uint64_t free_bytes = 0;
  const auto asked = FileSystemOf(options_).GetFreeSpace(options_.directory, rocksdb::IOOptions(),
                                                         &free_bytes, nullptr);
  low_space_ = asked.ok() && free_bytes < options_.reserve_bytes;
}

}  // namespace skyndsamt::log
