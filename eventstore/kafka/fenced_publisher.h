// Publishes messages in transactions of their own under a stable id: one that opens fences whoever
// opened before, of whose messages none is committed from then on. For what is written now and
// then; what follows the log record by record is the Relay's.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/message.h"
#include "eventstore/kafka/transactional_producer.h"

namespace skyndsamt::kafka {

// One thread at a time.
class FencedPublisher {
 public:
  // What an earlier one left open has ended when this answers. `patience` is for each step.
  static absl::StatusOr<std::unique_ptr<FencedPublisher>> Open(const ConnectionOptions& connection,
                                                               const std::string& transactional_id,
                                                               absl::Duration patience);

  // From now on nothing is committed that comes to lie below `end` on that partition, or below what
  // this publisher has published there: the topic was made anew since, or has lost records.
  void Follow(const std::string& topic, int32_t partition, int64_t end) {
    producer_->Follow(topic, partition, end);
  }
  // Commits all of them, or answers UNAVAILABLE: whether they were committed may be unknown, and
  // this publisher is of no more use; who opens the next reads back what there is.
  absl::Status Publish(const std::vector<Message>& messages);

 private:
  FencedPublisher(std::unique_ptr<TransactionalProducer> producer, absl::Duration patience)
      : producer_(std::move(producer)), patience_(patience) {}
  absl::Status Finish(Outcome (TransactionalProducer::*step)(absl::Duration));

  const std::unique_ptr<TransactionalProducer> producer_;
  const absl::Duration patience_;
};

}  // namespace skyndsamt::kafka
