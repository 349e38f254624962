#include "eventstore/log/fsck_checkpoints.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/log/kept_checkpoints.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kChunk = 1000;

}  // namespace

const KeptCheckpoint* CheckpointChecker::Next() {
  if (at_ < chunk_.size()) return &chunk_[at_];
  if (read_all_) return nullptr;
  auto chunk = ReadCheckpoints(store_, from_, kChunk);
  if (!chunk.ok()) {
    find_(std::string(chunk.status().message()));
    chunk = std::vector<KeptCheckpoint>();
  }
  read_all_ = chunk->size() < kChunk;
  chunk_ = *std::move(chunk);
  at_ = 0;
  if (chunk_.empty()) return nullptr;
  from_ = chunk_.back().size + 1;
  return &chunk_.front();
}

void CheckpointChecker::At(const merkle::Tree& tree) {
  const KeptCheckpoint* next = Next();
  if (next == nullptr || next->size != tree.size()) return;
  Check(*next, tree);
  ++at_;
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
    ++at_;
  }
  // Written after the row: it may lag behind by a crash, or be absent in a backup.
  if (file == nullptr || *file == newest_) return;
  const auto checked = CheckNote(*file, origin_, &store_, tree);
  if (!checked.ok()) {
    find_("the file CHECKPOINT: " + std::string(checked.status().message()));
  } else if (!verifiers_.empty() && !merkle::OpenCheckpoint(*file, verifiers_, origin_).ok()) {
    find_("the file CHECKPOINT is not signed by a key that is trusted");
  }
}

}  // namespace skyndsamt::log
