// Gives waiting appends their places: checks expected revisions and request keys, assigns
// positions, revisions and times, hashes leaves into the tree, and lays all of it into one write.
// Reads no disk: it knows every stream head and request key that changed since the oldest append in
// flight looked at the index, and takes the rest from that look.
//
// Not thread-safe: used by whoever holds the appender's forming role.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/in_flight.h"
#include "eventstore/log/log_end.h"
#include "eventstore/log/recent_heads.h"
#include "eventstore/log/store.h"

namespace skyndsamt::log {

// An append that has looked at the index. `heads` are its streams' newest rows as of that look.
struct Pending {
  AppendRequest request;
  std::vector<std::optional<StreamRow>> heads;
  InFlight::Ticket ticket = 0;
  size_t bytes = 0;
  AppendCallback done;
};

// A conflict decided by the sequencer; what was missed is read once everything before is committed.
struct ConflictFound {
  StreamId stream;
  std::optional<Revision> current;
  Revision first_missed = 0;
};
// The request key was used by an append that may not be committed yet.
struct RepeatFound {
  RequestKey key;
  Bytes32 fingerprint;
};

struct Answer {
  AppendCallback done;
  std::variant<absl::Status, Appended, RequestReused, ConflictFound, RepeatFound> outcome;
};

// A group of appends, and whom to answer after it.
struct AppendGroup : Group {
  void Clear();

  std::vector<Answer> answers;
  size_t queued_bytes = 0;
};

class Sequencer {
 public:
  Sequencer(RecentHeads& recent, const Clock& clock, LogEnd end)
      : recent_(recent), clock_(clock), end_(std::move(end)) {}

  void Add(Pending pending, AppendGroup* group);
  // Completes a group that holds records.
  void Seal(Group* group) { end_.Seal(group); }
  // Forgets what nobody in flight can have missed.
  void Forget(Position oldest_look);
  // How many streams and requests it knows by heart.
  size_t remembered() const { return heads_.size() + requests_.size(); }

 private:
  struct SeenRequest {
    Position first;
    Bytes32 fingerprint;
  };

  std::optional<StreamRow> HeadOf(const Pending& pending, size_t i) const;
  std::optional<ConflictFound> FindConflict(const Pending& pending) const;
  Appended Place(Pending& pending, Micros now, Group* group);
  void PlaceEvent(const StreamId& stream, PreparedEvent event, Micros now,
                  std::optional<StreamRow>* head, Group* group);

  RecentHeads& recent_;
  const Clock& clock_;
  LogEnd end_;
  absl::flat_hash_map<StreamId, StreamRow> heads_;
  absl::flat_hash_map<RequestKey, SeenRequest> requests_;
  std::deque<std::pair<Position, StreamId>> head_order_;
  std::deque<std::pair<Position, RequestKey>> request_order_;
};

}  // namespace skyndsamt::log
