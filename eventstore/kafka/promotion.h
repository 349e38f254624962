// Promotion: a replica takes the place of its primary, which is gone.
//
// In this order, so that nothing is changed before all is known: what Kafka has, the newest signed
// checkpoint included, is compared with the copy; the primary is watched for a while, and must
// write and sign nothing; the primary's relay is fenced (its transactional id is taken over, so
// that nothing it still sends can be committed); what Kafka has is looked at once more; a position
// in the copy's name is committed, which every relay and publisher of another copy reads as its
// end; its publishers are fenced likewise (one that looked before the position came may still stand
// before its commit), and must have signed nothing since; the directory becomes a primary's. Done
// again after a failure, it begins anew.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/log/event_log.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::kafka {

struct PromotionOptions {
  RelayOptions relay;       // as the primary's events relay has them
  std::string checkpoints;  // name of the checkpoints topic
  // The transactional ids of what else is published from the primary, beside the checkpoints.
  std::vector<std::string> publishers{};
  std::vector<merkle::NoteVerifier> verifiers;
  absl::Duration quiet = absl::Seconds(30);  // how long the primary must write nothing
  // Go on although the primary had more than this copy and Kafka have: what the position or a
  // signed checkpoint tells of and nobody has is given up, and so is the beginning of an append at
  // the topic's end whose own end never came. After the latter the topic has another history than
  // the log, whose relay ends until the topic has been made anew.
  bool accept_loss = false;
  // Told of each step, for whoever waits.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
};

struct Promotion {
  log::PrimaryId id;
  uint64_t records = 0;  // in the log that is now the primary's
  uint64_t epoch = 0;    // the relay's that was taken over
  uint64_t lost = 0;     // records given up
};

// FAILED_PRECONDITION, with what to do, if the copy is behind, is not the same log, or the primary
// still writes; DATA_LOSS if a checkpoint does not hold; UNAVAILABLE if Kafka does not answer: then
// it is to be done again. Blocks.
absl::StatusOr<Promotion> Promote(const PromotionOptions& options, log::EventLog& replica);

}  // namespace skyndsamt::kafka
