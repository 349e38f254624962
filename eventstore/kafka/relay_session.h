// One producer's life within a relay: taking over, then transactions, until it is lost or stopped.
// What it does not know when it ends, the next session reads back. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/kafka/append_pieces.h"
#include "eventstore/kafka/backoff.h"
#include "eventstore/kafka/batch_sizer.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/kafka/relay_board.h"
#include "eventstore/kafka/relay_position.h"
#include "eventstore/kafka/transactional_producer.h"

namespace skyndsamt::kafka {

// What a relay keeps from session to session.
struct RelayMemory {
  explicit RelayMemory(const RelayOptions& options)
      : sizer(options.batch_records), backoff(options.shortest_pause, options.longest_pause) {}
  const std::string id{EventId::Random().view()};  // of this relay, in what it writes
  // The highest epoch in Kafka that was seen; a higher one of another relay means that it took
  // over.
  std::optional<uint64_t> epoch_seen;
  std::optional<Position> unread;  // where the log could not be read last,
  int reads_failed = 0;            // and how often since records were sent
  BatchSizer sizer;
  Backoff backoff;  // after whatever failed, until records have been sent again
};

struct SessionEnd {
  bool for_good = false;  // or try again, after a pause
  std::string reason{};   // empty: it was asked to stop
};

class RelaySession {
 public:
  RelaySession(const RelayOptions& options, log::EventLog& log, Mapping& mapping,
               RelayMemory& memory, RelayBoard& board)
      : options_(options), log_(log), mapping_(mapping), memory_(memory), board_(board) {}

  SessionEnd Run();

 private:
  // What ended the session; nothing while it goes on.
  using End = std::optional<SessionEnd>;
  // How a transaction ended, and where in the batch if it was not committed.
  struct Attempt {
    Outcome outcome;
    size_t at = 0;        // the record that it had come to; past the last once all were sent
    bool poison = false;  // that record cannot be sent, whatever is around it
  };

  End TakeOver();
  // Whether another copy of the log is its primary, or another relay has taken over since this one
  // last looked: ends this one. Notes the epoch.
  End CheckFenced(const Sent& sent);
  End OpenProducer();
  // A read of the log has failed: it is tried again, unless it says that the log is damaged or it
  // failed too often at that position.
  SessionEnd Unreadable(Position at, const absl::Status& why);
  // The root over the first `size` records, for the position that is written next.
  End ReadRoot(Position size);
  // Writes this relay's epoch, so that the one before it learns that it was replaced.
  End WriteEpoch();

  End Pump();
  End Fill();
  // Sends the first `count` of the pending records, whole appends.
  End Send(size_t count);
  // How many of the pending are the first append; and how many, at most `most`, whole appends, but
  // the first at least.
  size_t FirstAppend() const;
  size_t WholeAppends(size_t most) const;
  Attempt Transact(size_t count);
  Outcome ProducePosition(Position size);
  Outcome Finish(Outcome (TransactionalProducer::*step)(absl::Duration));
  End AfterAbort(const Attempt& attempt, size_t count);

  const RelayOptions& options_;
  log::EventLog& log_;
  Mapping& mapping_;
  RelayMemory& memory_;
  RelayBoard& board_;

  std::unique_ptr<TransactionalProducer> producer_;
  std::unique_ptr<log::Subscription> tail_;
  std::vector<std::shared_ptr<const log::Record>> pending_;  // read, not yet sent
  size_t allowed_ = 0;   // of the pending, where a bad one follows; 0 = all
  AppendPieces pieces_;  // of the first append, which is sent alone once it was refused
  uint64_t epoch_ = 0;
  Position size_ = 0;                  // the next position to send
  std::optional<Position> last_sent_;  // that gave the topic anything
  std::optional<Position> sending_;    // likewise, in the transaction under way
  Bytes32 root_{};                     // see ReadRoot
};

}  // namespace skyndsamt::kafka
