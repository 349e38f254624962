// Publishes an outbox: messages that are numbered 0, 1, 2, ... and follow from a log, so that the
// same log always gives the same message the same number.
//
// Each once, in order, provably: every message carries its number (kSequence) and the one before it
// (kPreviousSequence). A publisher that starts, or does not know how a transaction ended, first
// fences whoever published before (the transactional id is stable), then reads the topic's last
// number, committed, and goes on after it. Transactions only keep what was not committed from being
// seen; were one torn, the numbers would go on where it broke. Readers skip a number that they
// have, and stop at a gap.
//
// It ends (FAILED_PRECONDITION) with a reason that begins with "different:" if the topic's last
// message is not the outbox's of that number, or the topic lacks its beginning. While the outbox
// has not come to that number yet, since what it is made from is being built again, it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/kafka/message.h"
#include "eventstore/kafka/publisher.h"

namespace skyndsamt::kafka {

// Used by the publisher's thread alone.
class Outbox {
 public:
  virtual ~Outbox() = default;
  // At most `most` messages, the first with this number; none where there are none yet. To the
  // publisher's topic and partition, without the two sequences.
  virtual absl::StatusOr<std::vector<Message>> From(uint64_t number, size_t most) = 0;
  // Whether the topic's message says what ours of that number does: by its key and its bytes,
  // unless the outbox knows that other bytes may say the same.
  virtual bool Same(const Message& ours, const Message& theirs) const {
    return ours.key == theirs.key && ours.value == theirs.value;
  }
};

// `transactional_id` fences others of the same outbox; a transaction has at most `at_once`
// messages. `published` is the next number.
std::unique_ptr<Publisher> StartOutboxPublisher(PublisherOptions options,
                                                std::string transactional_id, log::EventLog& log,
                                                std::unique_ptr<Outbox> outbox,
                                                size_t at_once = 200);

}  // namespace skyndsamt::kafka
