// EventLog: an append-only log of typed records at gapless positions, in streams, durable before
// it answers, provable by a Merkle tree, in one RocksDB directory. This header alone says how to
// use it.
//
//   auto log = EventLog::Open(options, clock);
//   AppendRequest request;
//   request.streams.push_back({stream, Expected::None(), {event}});
//   auto outcome = (*log)->AppendAndWait(std::move(request));
//
// A replica (Options::replica) takes no appends: it takes the records of another log as they are
// (Ingest), and becomes byte for byte the same log.
//
// Promises
//  - An acknowledged append is on disk (synced) and survives kill -9 and power loss, wholly or, if
//    never acknowledged, wholly or not at all. One append may touch several streams atomically.
//  - Positions are given at commit by one appender that merges all waiting writers into one synced
//    write. No reader ever sees a gap, nor anything at or above committed().
//  - A request key is honoured for ever: the same key and fingerprint answers the first outcome
//    again, the same key with another fingerprint is refused, also across restart.
//  - After a failed write or sync the log is poisoned until it is reopened: every append answers
//    UNAVAILABLE, outcome unknown; reads go on.
//  - Open refuses a directory that is damaged, behind its high-water file, of another format or
//    open elsewhere, says what is wrong, and changes nothing.
//
// Errors (absl::Status): INVALID_ARGUMENT (record above 512 KiB, empty append, bad type),
// RESOURCE_EXHAUSTED (queue full, free space below the reserve; base/shortage.h tells which),
// UNAVAILABLE (poisoned, closing, clock more than 5 s behind the last record), DATA_LOSS (damage
// found while reading or opening), FAILED_PRECONDITION (an append to a replica or a retired
// primary, an ingest into a primary).
//
// Thread-safety: every method may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/ids.h"
#include "eventstore/log/record.h"
#include "eventstore/log/role.h"

namespace rocksdb {
class Env;
}

namespace skyndsamt::log {

inline constexpr size_t kMaxRecordBytes = 512 * 1024;

struct Options {
  std::string directory;
  std::string origin = "skyndsamt.local/log";  // the log's name, on the wire and in checkpoints
  bool create_if_missing = true;
  bool replica = false;  // the directory remembers it: role.h
  bool sync = true;      // false only for the test that must then fail
  size_t block_cache_bytes = 64u << 20;
  size_t memtable_bytes = 32u << 20;
  size_t ring_bytes = 16u << 20;        // recent commits shared by subscribers
  size_t queue_bytes = 64u << 20;       // appends waiting for the disk or for their answer
  uint64_t reserve_bytes = 256u << 20;  // free space below which appends are refused
  rocksdb::Env* env = nullptr;          // for fault tests; not owned
};

// What an append expects of a stream's last revision.
struct Expected {
  enum class Kind { kAny, kNone, kExists, kExactly };
  Kind kind = Kind::kAny;
  Revision revision = 0;

  static Expected Any() { return {Kind::kAny, 0}; }
  static Expected None() { return {Kind::kNone, 0}; }
  static Expected Exists() { return {Kind::kExists, 0}; }
  static Expected Exactly(Revision r) { return {Kind::kExactly, r}; }
};

struct StreamAppend {
  StreamId stream;
  Expected expected;
  std::vector<PreparedEvent> events;
};

struct AppendRequest {
  std::vector<StreamAppend> streams;
  // Both or neither. The body's request_hash and fingerprint must be the same bytes.
  std::optional<RequestKey> request;
  Bytes32 fingerprint{};
};

// Where an append's events are: [first, first + count), and each stream's last revision in the
// order of the request.
struct Appended {
  Position first = 0;
  uint32_t count = 0;
  Micros recorded = 0;  // of the last
  std::vector<Revision> revisions;
  bool deduplicated = false;  // the first answer to this request key, repeated
};

// The stream's tail was not as expected. `missed` are the records after the expected revision,
// oldest first, at most 100.
struct Conflict {
  StreamId stream;
  std::optional<Revision> current;  // absent: the stream does not exist
  std::vector<Record> missed;
};

// The request key was used by another command.
struct RequestReused {};

using AppendOutcome = std::variant<Appended, Conflict, RequestReused>;
using AppendCallback = std::function<void(absl::StatusOr<AppendOutcome>)>;

struct StreamHead {
  Revision last = 0;
  Position position = 0;
  Bytes32 leaf_hash{};
};

// Which records a reader wants. Empty lists let everything through.
struct Filter {
  std::vector<std::string> types{};
  std::vector<std::string> kinds{};
  bool Matches(std::string_view type) const;
  bool empty() const { return types.empty() && kinds.empty(); }
};

struct ReadOptions {
  // Forward: the first to read. Backward: the first to read, going down; absent = the end.
  std::optional<uint64_t> from{};
  bool backward = false;
  size_t max_records = 1000;
  size_t max_bytes = 4u << 20;  // at least one record is returned
  Filter filter{};
};

struct ReadResult {
  std::vector<Record> records;
  // Where to go on: position (or revision, for a stream); absent at the end.
  std::optional<uint64_t> next;
  Position committed = 0;  // number of records that were readable
};

// What Subscription::Poll hands out.
struct Delivery {
  enum class Kind {
    kNothing,  // nothing new: WhenReady tells when to poll again
    kRecords,
    kCaughtUp,    // all up to `position` was delivered; live from here
    kFellBehind,  // the shared ring has gone past this reader; catching up from `position`
    kCheckpoint,  // ten thousand records up to `position` did not pass the filter
  };
  Kind kind = Kind::kNothing;
  Position position = 0;  // next position this reader will see
  std::vector<std::shared_ptr<const Record>> records;
};

// A cursor over the log, never a queue: a slow reader costs no memory and blocks nobody.
// One thread at a time per object; it must not outlive its log.
class Subscription {
 public:
  virtual ~Subscription() = default;
  // An error is about the record at next(): what stands before it was handed out, and polling again
  // tries it again.
  virtual absl::StatusOr<Delivery> Poll(size_t max_records = 256, size_t max_bytes = 1u << 20) = 0;
  // Calls `ready` once, from the log's notifier thread, when Poll has something or the log closes;
  // at once if it has already. Must not block. Replaces an earlier one.
  virtual void WhenReady(std::function<void()> ready) = 0;
  virtual Position next() const = 0;
};

// A signed checkpoint (merkle/checkpoint.h) kept with the log.
struct KeptCheckpoint {
  uint64_t size = 0;
  std::string note;
};

class EventLog {
 public:
  static absl::StatusOr<std::unique_ptr<EventLog>> Open(const Options& options, const Clock& clock);
  virtual ~EventLog() = default;  // waits for the appends under way

  // Queues the append; `done` runs exactly once and must not block: on a thread of the log's own,
  // or, where the append is refused before it is queued, on the calling one. What is queued is held
  // within Options::queue_bytes until `done` has returned. Looks at the index on the calling thread
  // (a bloom-filtered read).
  virtual void Append(AppendRequest request, AppendCallback done) = 0;
  absl::StatusOr<AppendOutcome> AppendAndWait(AppendRequest request);
  // Append in two steps, for a caller that may wait for the disk: where nothing else is going on
  // its own thread does the log's work, for as long as one commit takes, and no other is woken.
  // Enqueue need not wake anybody, so Work must follow soon. Callbacks may run in it; the log
  // outlives every Work.
  virtual void Enqueue(AppendRequest request, AppendCallback done) {
    Append(std::move(request), std::move(done));
  }
  virtual void Work() {}

  // A replica's one way in: records as record_message.h reads them, in the order of their
  // positions. Everything is checked (ingester.h); what is there already is passed over; the first
  // records of an append whose last has not come are held back and never readable. Answers, when
  // all else is durable, the position that is due next; OUT_OF_RANGE names the one that is missing,
  // DATA_LOSS the one that is wrong, and what stood before it is kept.
  virtual absl::StatusOr<Position> Ingest(std::vector<Record> records) = 0;
  // A replica's directory is, from the next Open on, the primary's of this id; this log goes on
  // taking nothing.
  virtual absl::Status Promote(const PrimaryId& id) = 0;
  // A replica was promoted in this primary's place: from now on nothing is appended, and the
  // directory does not open again.
  virtual absl::Status Retire() = 0;

  // The first answer to a request key, if it was ever used. RequestReused if the fingerprint
  // differs.
  virtual absl::StatusOr<std::optional<AppendOutcome>> FindRequest(const RequestKey& key,
                                                                   const Bytes32& fingerprint) = 0;

  virtual absl::StatusOr<ReadResult> ReadAll(const ReadOptions& options) = 0;
  virtual absl::StatusOr<ReadResult> ReadStream(const StreamId& stream,
                                                const ReadOptions& options) = 0;
  virtual absl::StatusOr<std::optional<StreamHead>> Head(const StreamId& stream) = 0;
  // The first position recorded at or after an instant; committed() if none is.
  virtual absl::StatusOr<Position> FirstRecordedAt(Micros instant) = 0;
  // The same in a stream: its first revision; one past its last if there is none, 0 if it is
  // unknown.
  virtual absl::StatusOr<Revision> FirstRecordedAt(const StreamId& stream, Micros instant) = 0;

  // Number of readable records = the next position to be committed.
  virtual Position committed() const = 0;
  virtual std::unique_ptr<Subscription> Subscribe(Position from, Filter filter) = 0;

  // Root of the tree over the first `size` records, size <= committed().
  virtual absl::StatusOr<Bytes32> Root(uint64_t size) = 0;
  // Proofs in the tree over the first `size` records (merkle/verify.h checks them).
  // INVALID_ARGUMENT for what is outside it.
  virtual absl::StatusOr<std::vector<Bytes32>> ProveInclusion(Position position, uint64_t size) = 0;
  virtual absl::StatusOr<std::vector<Bytes32>> ProveConsistency(uint64_t older, uint64_t size) = 0;

  // Keeps signed notes of the log's root at their sizes, durably, then the newest in the file
  // CHECKPOINT too. The first that is kept of a size stays. INVALID_ARGUMENT, and none is kept,
  // unless each says the root that the log has at that size; signatures are the caller's matter.
  virtual absl::Status KeepCheckpoints(const std::vector<std::string>& notes) = 0;
  // From the smallest at or above `from`, at most `max`.
  virtual absl::StatusOr<std::vector<KeptCheckpoint>> Checkpoints(uint64_t from, size_t max) = 0;
  // The largest at or below `at_most`.
  virtual absl::StatusOr<std::optional<KeptCheckpoint>> NewestCheckpoint(
      uint64_t at_most = ~uint64_t{0}) = 0;

  // An online backup into an absent or empty directory; appends go on. The number of records in it.
  virtual absl::StatusOr<uint64_t> Backup(const std::string& directory) = 0;

  virtual const std::string& origin() const = 0;
  virtual bool is_replica() const = 0;
  virtual const PrimaryId& primary_id() const = 0;
  // OK, or why appends are refused.
  virtual absl::Status health() const = 0;
};

}  // namespace skyndsamt::log
