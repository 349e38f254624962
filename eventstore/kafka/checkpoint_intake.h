// The notes of the checkpoints topic, on a replica: each is opened with the keys that are trusted,
// waits until the log has come to its size, is compared with the log's own root there, and kept
// with the log. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/kafka/message.h"
#include "eventstore/log/event_log.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::kafka {

class CheckpointIntake {
 public:
  CheckpointIntake(log::EventLog& log, const std::vector<merkle::NoteVerifier>& verifiers)
      : log_(log), verifiers_(verifiers) {}

  // A message of the topic; another log's is passed over. DATA_LOSS if no trusted key has signed
  // it.
  absl::Status Take(const ReadMessage& message);
  // Compares and keeps those whose size the log has reached. DATA_LOSS if a root is another.
  absl::Status Settle();
  // So many wait for records that no more are to be taken.
  bool full() const { return waiting_.size() >= 10'000; }

 private:
  absl::StatusOr<bool> IsKept(const std::string& note);

  log::EventLog& log_;
  const std::vector<merkle::NoteVerifier>& verifiers_;
  std::multimap<uint64_t, std::string> waiting_;  // by size
};

}  // namespace skyndsamt::kafka
