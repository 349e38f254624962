// Publishes the checkpoints that are kept with a primary's log to the checkpoints topic, in the
// order of their sizes, going on after the newest that the topic has: each at least once, since one
// whose writing was not answered for is written again. Looks now and then whether this copy of the
// log is still its primary: an idle relay would not notice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/topics.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::kafka {

struct PublisherStatus {
  enum class State { kRunning, kWaiting, kStopped };
  State state = State::kWaiting;
  uint64_t published = 0;  // size of the newest checkpoint that the topic has
  std::string reason;      // why it waits; kPromotedElsewhere when it has stopped
};

struct PublisherOptions {
  ConnectionOptions connection;
  TopicSpec topic;            // of checkpoints
  std::string positions;      // name of the relay-position topic
  int32_t partition = 0;      // of `topic`
  bool ensure_topics = true;  // as in RelayOptions
  absl::Duration look_every = absl::Seconds(10);
  absl::Duration patience = absl::Seconds(15);  // for one answer
  absl::Duration shortest_pause = absl::Milliseconds(250);
  absl::Duration longest_pause = absl::Seconds(10);

  // Told of each change of state or reason, on the publisher's thread. Must not block.
  std::function<void(const PublisherStatus&)> on_change = [](const PublisherStatus&) {};
};

// Topics by their names.
PublisherOptions CheckpointsPublisher(const ConnectionOptions& connection, const TopicNames& names,
                                      int replication);

// Thread-safe.
class CheckpointPublisher {
 public:
  // Returns at once; everything happens on a thread of its own. `log` must outlive it.
  static std::unique_ptr<CheckpointPublisher> Start(PublisherOptions options, log::EventLog& log);
  virtual ~CheckpointPublisher() = default;  // stops

  // One more was kept.
  virtual void Wake() = 0;
  virtual void Stop() = 0;
  virtual PublisherStatus Status() const = 0;
};

}  // namespace skyndsamt::kafka
