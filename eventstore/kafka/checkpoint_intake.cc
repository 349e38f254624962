#include "eventstore/kafka/checkpoint_intake.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::kafka {
namespace {

constexpr size_t kAtOnce = 1000;

}  // namespace

// One that was compared before needs no second look.
absl::StatusOr<bool> CheckpointIntake::IsKept(const std::string& note) {
  const auto checkpoint = merkle::ParseCheckpoint(note.substr(0, note.rfind("\n\n") + 1));
  if (!checkpoint.ok()) return false;
  const auto kept = log_.NewestCheckpoint(checkpoint->size);
  if (!kept.ok()) return kept.status();
  return kept->has_value() && (*kept)->note == note;
}

absl::Status CheckpointIntake::Take(const ReadMessage& message) {
  if (message.key != log_.origin()) return absl::OkStatus();
  std::string note = message.value.value_or("");
  const auto kept = IsKept(note);
  if (!kept.ok() || *kept) return kept.status();
  const auto checkpoint = merkle::OpenCheckpoint(note, verifiers_, log_.origin());
  if (!checkpoint.ok()) {
    return absl::DataLossError(absl::StrCat("the checkpoint at offset ", message.offset,
                                            " is refused: ", checkpoint.status().message()));
  }
  waiting_.emplace(checkpoint->size, std::move(note));
  return absl::OkStatus();
}

absl::Status CheckpointIntake::Settle() {
  const uint64_t committed = log_.committed();
  while (!waiting_.empty() && waiting_.begin()->first <= committed) {
    std::vector<std::string> notes;
    while (!waiting_.empty() && waiting_.begin()->first <= committed && notes.size() < kAtOnce) {
      notes.push_back(std::move(waiting_.begin()->second));
      waiting_.erase(waiting_.begin());
    }
    const absl::Status kept = log_.KeepCheckpoints(notes);
    if (absl::IsInvalidArgument(kept)) {
      return absl::DataLossError(
          absl::StrCat("this copy is not what its primary signed: ", kept.message()));
    }
    if (!kept.ok()) return kept;
  }
  return absl::OkStatus();
}

}  // namespace skyndsamt::kafka
