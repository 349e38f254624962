#include "eventstore/kafka/topic_beginning.h"

#include "absl/time/clock.h"
#include "eventstore/kafka/cloud_event.h"

namespace skyndsamt::kafka {

absl::StatusOr<bool> LacksBeginning(PartitionReader& reader, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const auto range = reader.Range(timeout);
  if (!range.ok()) return range.status();
  if (range->begin > 0 || range->end == 0) return false;
  if (absl::Status started = reader.StartAt(0); !started.ok()) return started;
  while (!reader.at_end()) {
    if (absl::Now() > deadline) return absl::UnavailableError("Kafka does not answer in time");
    const auto messages = reader.Read(2, deadline - absl::Now());
    if (!messages.ok()) return messages.status();
    if (!messages->empty()) return messages->front().Find(kPreviousSequence) != nullptr;
  }
  return false;
}

}  // namespace skyndsamt::kafka
