// The incidents whose worklist rows have to be worked out again: marks, each a row of its own so
// that a restart finds them, and a memory of them so that a quiet worklist reads none.
//
//   d <incident 16>    empty
//
// Marks are taken in passes. A pass takes what was marked before it began; when it is through,
// nothing below the position it began at is left. Marks beyond what memory may hold are read back
// from their rows. The engine's thread alone.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"
#include "projections/engine/rows.h"

namespace skyndsamt::views {

class PutOff {
 public:
  explicit PutOff(size_t remembered) : remembered_(remembered) {}

  // After a restart: whether rows have marks.
  absl::Status Load(const engine::Rows& rows);
  void Mark(const StreamId& incident) { marked_.push_back(incident); }
  // Puts the marks that were made since, each once and in key order.
  void Flush(engine::Rows& rows);
  bool empty() const { return !on_disk_ && pass_.empty() && next_.empty(); }

  // At most `limit` marks, which are taken away; none when the pass is through. `end` is the
  // position up to which a pass that begins now will settle.
  absl::StatusOr<std::vector<StreamId>> Take(size_t limit, Position end, engine::Rows& rows);
  // Where the last pass that is through began.
  Position settled() const { return settled_; }

 private:
  void Remember(const StreamId& incident, engine::Rows& rows);
  void BeginPass(Position end);
  absl::StatusOr<std::vector<StreamId>> TakeFromRows(size_t limit, engine::Rows& rows);

  const size_t remembered_;
  std::vector<StreamId> marked_;  // during one write
  std::set<StreamId> pass_;       // what this pass takes
  std::set<StreamId> next_;       // marked since it began
  bool in_pass_ = false;
  bool on_disk_ = false;       // marks are in the rows alone
  bool marked_since_ = false;  // on disk: marked since the pass began
  std::string cursor_;         // on disk: the next key to look at; empty: the first
  Position began_at_ = 0;
  Position settled_ = 0;
};

}  // namespace skyndsamt::views
