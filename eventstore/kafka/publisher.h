// Keeps a topic up with something that grows now and then on a log's primary: signed checkpoints,
// or figures. What it is, and where it goes on, a Publication says; the publisher has the thread,
// waits for brokers however long they are away, and looks now and then whether this copy of the log
// is still its primary: an idle relay would not notice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/topics.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::kafka {

struct PublisherStatus {
  enum class State { kRunning, kWaiting, kStopped };
  State state = State::kWaiting;
  uint64_t published = 0;  // up to where the topic has it, as the publication counts
  std::string reason;      // why it waits or has stopped; kPromotedElsewhere: the primary no more
};

// running, waiting, stopped.
const char* NameOf(PublisherStatus::State state);

struct PublisherOptions {
  ConnectionOptions connection;
  TopicSpec topic;        // what is fed
  std::string positions;  // name of the relay-position topic
  std::string transactional_prefix = "skyndsamt.relay.";
  int32_t partition = 0;      // of `topic`
  bool ensure_topics = true;  // as in RelayOptions
  absl::Duration look_every = absl::Seconds(10);
  absl::Duration patience = absl::Seconds(15);  // for one answer
  // After a failure, give or take a half of it; doubled from one failure to the next.
  absl::Duration shortest_pause = absl::Milliseconds(250);
  absl::Duration longest_pause = absl::Seconds(10);

  // Told of each change of state or reason, on the publisher's thread. Must not block.
  std::function<void(const PublisherStatus&)> on_change = [](const PublisherStatus&) {};
};

// What is published. Used by the publisher's thread alone; whatever fails but for
// FAILED_PRECONDITION, which ends the publisher, is tried again from Begin on.
class Publication {
 public:
  virtual ~Publication() = default;
  // Connects, and says up to where the topic has it.
  virtual absl::StatusOr<uint64_t> Begin(const PublisherOptions& options) = 0;
  // Publishes what there is after `*published`, as much of it as goes in one transaction, and
  // counts it; called again until there is nothing more.
  virtual absl::Status PublishAfter(uint64_t* published) = 0;
};

// Thread-safe.
class Publisher {
 public:
  // Returns at once; everything happens on a thread of its own. `log` must outlive it.
  static std::unique_ptr<Publisher> Start(PublisherOptions options, log::EventLog& log,
                                          std::unique_ptr<Publication> publication);
  virtual ~Publisher() = default;  // stops

  // There may be more.
  virtual void Wake() = 0;
  // Ends the thread: within moments, but for a broker that is silent, which is waited for as long
  // as `patience` says.
  virtual void Stop() = 0;
  virtual PublisherStatus Status() const = 0;
};

}  // namespace skyndsamt::kafka
