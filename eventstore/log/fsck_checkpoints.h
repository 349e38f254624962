// The part of fsck that looks at the kept checkpoints, as the pass over the records reaches the
// size of each. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/store.h"
#include "eventstore/merkle/note.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {

class CheckpointChecker {
 public:
  using Find = std::function<void(std::string what)>;

  // Without verifiers signatures are not looked at.
  CheckpointChecker(Store& store, std::string origin, std::vector<merkle::NoteVerifier> verifiers,
                    Find find);
  ~CheckpointChecker();

  // The pass begins with the empty tree and comes by every size.
  void At(const merkle::Tree& tree);
  // After the last: nothing may be kept for a larger size. `file` is that of the newest, if any.
  void End(const merkle::Tree& tree, const std::string* file);
  uint64_t checked() const { return checked_; }

 private:
  // The next one that is kept, nullptr at the end.
  const KeptCheckpoint* Next();
  void Check(const KeptCheckpoint& kept, const merkle::Tree& tree);

  Store& store_;
  const std::string origin_;
  const std::vector<merkle::NoteVerifier> verifiers_;
  const Find find_;
  const std::unique_ptr<rocksdb::Iterator> rows_;
  std::optional<KeptCheckpoint> next_;
  bool ended_ = false;
  std::string newest_;
  uint64_t checked_ = 0;
};

}  // namespace skyndsamt::log
