// Folded incidents in memory, bounded in bytes, least recently used first out.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "eventstore/log/event_log.h"
#include "services/commands/sealing.h"
#include "services/domain/incident.h"

namespace skyndsamt::commands {

// An incident as folded so far, appends still on their way to the disk included. The members that
// have no lock of their own are guarded by `mutex`, which is held from deciding to handing over to
// the log, so that commands reach the log in the order in which they were decided.
class FoldedIncident {
 public:
  std::mutex mutex;
  std::atomic<bool> loaded = false;
  bool assumed = false;  // only an append confirms that it is new
  bool retired = false;  // it may be ahead of the log, or knows nothing: fetch another
  domain::Incident state;
  std::optional<Revision> last;  // absent: nothing recorded
  BoundKeys keys;
  size_t bytes = 0;  // in memory, about

  // Reads the stream; nothing is known of it if that fails. FAILED_PRECONDITION if the stream is no
  // incident's.
  absl::Status Load(log::EventLog& log, const StreamId& stream);
  // Takes the incident to be new without looking.
  void AssumeNew();
  // Folds one more fact that is on its way to the log.
  void Evolve(const domain::Fact& fact);

  // Appends handed over, and those of them answered (or failed).
  void Submitted();
  bool idle() const;
  // Calls `then` once all that were submitted so far are settled, from Settled; false, and nothing
  // is kept, if they are already.
  bool WhenSettled(std::function<void()> then);
  // The same where the incident is only taken to be new, until the append is settled that tells.
  // With `mutex` held.
  bool WhenConfirmed(std::function<void()> then);
  // Those whose wait is over.
  std::vector<std::function<void()>> Settled();

 private:
  void Clear();
  absl::Status Fold(log::EventLog& log, const StreamId& stream);

  struct Waiter {
    uint64_t until;
    std::function<void()> then;
  };

  mutable std::mutex pending_mutex_;
  uint64_t submitted_ = 0;
  uint64_t settled_ = 0;
  std::vector<Waiter> waiting_;
};

// Thread-safe.
class IncidentCache {
 public:
  explicit IncidentCache(size_t bytes) : shard_bytes_(bytes / kShards) {}

  // The incident's entry; a new one that is not loaded if there is none.
  std::shared_ptr<FoldedIncident> Get(const StreamId& stream);
  bool Loaded(const StreamId& stream) const;
  // Says how large it is now, and lets go of others where that is too much.
  void Charge(const StreamId& stream, size_t bytes);
  // Lets go of this entry, if it is still the incident's.
  void Drop(const StreamId& stream, const FoldedIncident* entry);

 private:
  static constexpr size_t kShards = 16;

  struct Slot {
    StreamId stream;
    std::shared_ptr<FoldedIncident> entry;
    size_t bytes = 0;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Slot> recent;  // most recently used first
    absl::flat_hash_map<StreamId, std::list<Slot>::iterator> index;
    size_t bytes = 0;
  };

  Shard& ShardOf(const StreamId& stream) { return shards_[stream.bytes[3] % kShards]; }
  const Shard& ShardOf(const StreamId& stream) const { return shards_[stream.bytes[3] % kShards]; }

  const size_t shard_bytes_;
  Shard shards_[kShards];
};

}  // namespace skyndsamt::commands
