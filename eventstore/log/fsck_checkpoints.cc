#include "eventstore/log/fsck_checkpoints.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/log/kept_checkpoints.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::log {

CheckpointChecker::CheckpointChecker(Store& store, std::string origin,
                                     std::vector<merkle::NoteVerifier> verifiers, Find find)
    : store_(store),
      origin_(std::move(origin)),
      verifiers_(std::move(verifiers)),
      find_(std::move(find)),
      rows_(store.db().NewIterator(rocksdb::ReadOptions(), store.family(Family::kMeta))) {
  rows_->SeekToFirst();
}

CheckpointChecker::~CheckpointChecker() = default;

const KeptCheckpoint* CheckpointChecker::Next() {
  for (; !next_ && rows_->Valid(); rows_->Next()) {
    const std::string_view key = rows_->key().ToStringView();
    if (key == kFrontierKey) continue;
    if (const auto size = ParseCheckpointKey(key)) {
      next_ = KeptCheckpoint{*size, rows_->value().ToString()};
    } else {
      find_("a row of the index 'meta' is malformed: no frontier, and no checkpoint");
    }
  }
  if (!next_ && !std::exchange(ended_, true) && !rows_->status().ok()) {
    find_(std::string(FromRocks(rows_->status(), "reading checkpoints").message()));
  }
  return next_ ? &*next_ : nullptr;
}

void CheckpointChecker::At(const merkle::Tree& tree) {
  const KeptCheckpoint* next = Next();
  if (next == nullptr || next->size != tree.size()) return;
  Check(*next, tree);
  next_.reset();
}

void CheckpointChecker::Check(const KeptCheckpoint& kept, const merkle::Tree& tree) {
  ++checked_;
  newest_ = kept.note;
  const std::string name = absl::StrCat("the checkpoint of size ", kept.size);
  const std::string_view note = kept.note;
  const auto checkpoint = merkle::ParseCheckpoint(note.substr(0, note.rfind("\n\n") + 1));
  if (!checkpoint.ok() || checkpoint->size != kept.size || checkpoint->origin != origin_) {
    return find_(name + " is malformed, or not of this log and size");
  }
  if (checkpoint->root != tree.Root()) find_(name + " has another root than the records");
  if (verifiers_.empty()) return;
  const auto opened = merkle::OpenCheckpoint(note, verifiers_, origin_);
  if (!opened.ok()) find_(name + " is not signed by a key that is trusted");
}

void CheckpointChecker::End(const merkle::Tree& tree, const std::string* file) {
  while (const KeptCheckpoint* next = Next()) {
    find_(absl::StrCat("a checkpoint of size ", next->size, " is kept; the log holds ", tree.size(),
                       " records"));
    newest_ = next->note;
    next_.reset();
  }
  // Written after the row: it may lag behind by a crash, or be absent in a backup.
  if (file == nullptr || *file == newest_) return;
  const auto checked = CheckNote(*file, origin_, &store_, tree);
  if (!checked.ok()) {
    return find_("the file CHECKPOINT: " + std::string(checked.status().message()));
  }
  const auto row = NewestCheckpoint(store_, checked->size);
  if (row.ok() && (!row->has_value() || (*row)->size != checked->size)) {
    find_(absl::StrCat("the file CHECKPOINT is of size ", checked->size,
                       ", of which no checkpoint is kept: its row is missing"));
  }
  if (!verifiers_.empty() && !merkle::OpenCheckpoint(*file, verifiers_, origin_).ok()) {
    find_("the file CHECKPOINT is not signed by a key that is trusted");
  }
}

}  // namespace skyndsamt::log
