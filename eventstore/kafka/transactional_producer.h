// Sends messages in transactions under a stable id: a newer producer of that id fences the older.
// A thin wrapper over librdkafka's: it says what is to be done next, and nothing is retried here.
//
// librdkafka speaks the older transaction protocol, which can lose, expose or tear a transaction in
// rare faults. Transactions are therefore no proof of anything: whoever needs exactly once checks
// positions.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"
#include "eventstore/kafka/message.h"

namespace skyndsamt::kafka {

struct ProducerOptions {
  std::string transactional_id{};
  // How long a transaction may be open, and how long one that was left open stalls read_committed
  // readers. A message is given up a little earlier, a silent broker in a third of the time.
  absl::Duration transaction_timeout = absl::Seconds(30);
};

// How a call ended.
struct [[nodiscard]] Outcome {
  enum class Next {
    kGoOn,    // it is done
    kRetry,   // call the same again: it goes on where it was
    kAbort,   // call Abort; once it has answered OK, nothing of the transaction will ever be read
    kReopen,  // this producer is no more. Whether the transaction was committed is unknown
  };
  Next next = Next::kGoOn;
  absl::Status status{};  // why; OK if and only if kGoOn

  bool ok() const { return next == Next::kGoOn; }
};

// One thread at a time.
class TransactionalProducer {
 public:
  static absl::StatusOr<std::unique_ptr<TransactionalProducer>> Open(
      const ConnectionOptions& connection, const ProducerOptions& options);
  virtual ~TransactionalProducer() = default;

  // Once, before all else: fences older producers of the id, and waits until what they left open
  // has ended. Never kAbort.
  virtual Outcome Init(absl::Duration timeout) = 0;
  // From now on Commit commits nothing, and answers kReopen, where a message to this partition has
  // come to lie below `end` or below a message of an earlier transaction: the topic was made anew
  // since, or has lost records.
  virtual void Follow(const std::string& topic, int32_t partition, int64_t end) = 0;
  virtual Outcome Begin() = 0;
  // Queues a copy; waits while librdkafka's queue is full. `position` is what the message is about,
  // for TakeRefused. kAbort with OUT_OF_RANGE: this message is too large, whatever is around it.
  virtual Outcome Produce(const Message& message, uint64_t position) = 0;
  // Waits until the brokers have taken all that was produced. kAbort: not all; TakeRefused tells
  // what they refused.
  virtual Outcome Flush(absl::Duration timeout) = 0;
  // Waits until everything has been written (kRetry: not yet), and then until it is committed: for
  // what is left of the timeout, or for ten seconds if that is more (kReopen: not yet).
  virtual Outcome Commit(absl::Duration timeout) = 0;
  // Likewise.
  virtual Outcome Abort(absl::Duration timeout) = 0;

  // What the brokers refused in the transaction that has just failed: the first position and why;
  // OUT_OF_RANGE if the message, or the batch it was in, is too large or invalid.
  struct Refused {
    uint64_t position;
    absl::Status status;
  };
  virtual std::optional<Refused> TakeRefused() = 0;
};

}  // namespace skyndsamt::kafka
