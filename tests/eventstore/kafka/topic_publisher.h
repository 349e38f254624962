// Sends single messages to a topic, without a transaction, and waits until every in-sync copy has
// each: a stranger who writes where only the primary should. What the product publishes is fenced
// (eventstore/kafka/fenced_publisher.h).
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/message.h"

namespace skyndsamt::kafka {

// Thread-safe.
class TopicPublisher {
 public:
  static absl::StatusOr<std::unique_ptr<TopicPublisher>> Open(const ConnectionOptions& connection);
  virtual ~TopicPublisher() = default;

  // OK: written, once, after what earlier calls of the same thread wrote. UNAVAILABLE: whether it
  // was written is unknown, and publishing it again may write it twice; OUT_OF_RANGE, NOT_FOUND,
  // PERMISSION_DENIED: it was not.
  virtual absl::Status Publish(const Message& message, absl::Duration timeout) = 0;
};

}  // namespace skyndsamt::kafka
