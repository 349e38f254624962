// Replica: builds the log of a primary from the topics that the primary's relay feeds, byte for
// byte, and says at every signed checkpoint whether it is the same.
//
//   options.connection.bootstrap = "127.0.0.1:9092";
//   options.verifiers = {primary's verifier key};
//   auto replica = Replica::Start(options, log);       // a log opened with Options::replica
//
//  - Records are read read_committed from where the own log ends; nothing else is remembered. The
//    log itself checks that each can only be what follows (EventLog::Ingest), passes over what
//    comes twice and holds back the beginning of an append whose end has not come.
//  - Every note of this log on the checkpoints topic must be signed by a trusted key and say the
//    root that this log has at that size, and is kept.
//
// Kafka that is away is waited for. The replica stops for good, with a reason that names the
// position, the size or the offset, at a gap, at a record that does not follow or came twice and
// not the same, and at a checkpoint that does not hold. What it has stays readable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/topics.h"
#include "eventstore/log/event_log.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::kafka {

struct ReplicaStatus {
  enum class State {
    kStarting,  // looking for Kafka, and for where to go on
    kRunning,
    kWaiting,  // for Kafka, some seconds after it went, or for space on the disk; tries again
    kStopped,  // for good: see reason
  };
  State state = State::kStarting;
  bool caught_up = false;   // has all that was on the topic when it last looked
  uint64_t behind = 0;      // messages that it had not read then, transactions' markers included
  uint64_t records = 0;     // in the log
  uint64_t checkpoint = 0;  // size of the newest that was verified; 0: none yet
  std::string reason;       // why it waits or has stopped
};

// starting, running, waiting, stopped.
const char* NameOf(ReplicaStatus::State state);

struct ReplicaOptions {
  ConnectionOptions connection;
  TopicNames names;
  int32_t partition = 0;
  std::vector<merkle::NoteVerifier> verifiers;  // who may have signed checkpoints

  absl::Duration patience = absl::Seconds(60);  // for one answer, when starting
  // After a failure, give or take a half of it; doubled from one failure to the next.
  absl::Duration shortest_pause = absl::Milliseconds(250);
  absl::Duration longest_pause = absl::Seconds(10);

  // Told of each change of state or reason, on the replica's thread. Must not block.
  std::function<void(const ReplicaStatus&)> on_change = [](const ReplicaStatus&) {};
};

// Thread-safe.
class Replica {
 public:
  // Returns at once; everything happens on a thread of its own. `log` must outlive it.
  static std::unique_ptr<Replica> Start(ReplicaOptions options, log::EventLog& log);
  virtual ~Replica() = default;  // stops

  virtual void Stop() = 0;
  virtual ReplicaStatus Status() const = 0;
};

}  // namespace skyndsamt::kafka
