// One connection's life within a replica: finding where to go on, then reading until it is stopped
// or something is wrong. What it does not know when it ends, the next one reads from the log.
// One thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "eventstore/kafka/checkpoint_intake.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/replica.h"

namespace skyndsamt::kafka {

class ReplicaSession {
 public:
  // `read` is told after each look how many messages of the topic have not been read.
  ReplicaSession(const ReplicaOptions& options, log::EventLog& log,
                 std::function<void(uint64_t behind)> read)
      : options_(options), log_(log), read_(std::move(read)), intake_(log, options.verifiers) {}

  // Goes on until `stopping` or an error: DATA_LOSS and FAILED_PRECONDITION are for good.
  absl::Status Run(const std::function<bool()>& stopping);

 private:
  absl::Status Open();
  absl::Status ReadEvents();
  absl::Status ReadCheckpoints();
  // A reader waits without a word for brokers that are away: one that has heard nothing for a while
  // is made to ask. UNAVAILABLE if there is no answer.
  static absl::Status StillThere(PartitionReader& reader, bool heard, absl::Time& last);
  // Before it is believed that something is missing the events are read from the topic's first: a
  // topic that was made anew has other offsets, and bisection takes for granted that positions rise
  // along it. DATA_LOSS where they were.
  absl::Status LookAtEverything(absl::string_view missing);

  const ReplicaOptions& options_;
  log::EventLog& log_;
  const std::function<void(uint64_t)> read_;
  std::unique_ptr<PartitionReader> events_;
  std::unique_ptr<PartitionReader> checkpoints_;
  absl::Time heard_events_, heard_checkpoints_;  // when the topic last answered
  CheckpointIntake intake_;
  bool from_begin_ = false;  // the events are read from the topic's first, not yet to its end
};

}  // namespace skyndsamt::kafka
