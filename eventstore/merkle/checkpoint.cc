#include "eventstore/merkle/checkpoint.h"

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace skyndsamt::merkle {

std::string CheckpointText(const Checkpoint& checkpoint) {
  const std::string_view root = View(checkpoint.root);
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                      absl::Base64Escape(absl::string_view(root.data(), root.size())), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
  const auto malformed = absl::DataLossError("not a checkpoint");
  std::array<std::string_view, 3> lines;
  std::string_view rest = text;
  for (std::string_view& line : lines) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) return malformed;
    line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  std::string root;
  if (!IsNoteName(checkpoint.origin) ||
      !absl::SimpleAtoi(absl::string_view(lines[1].data(), lines[1].size()), &checkpoint.size) ||
      !absl::Base64Unescape(absl::string_view(lines[2].data(), lines[2].size()), &root) ||
      root.size() != checkpoint.root.size()) {
    return malformed;
  }
  checkpoint.root = ToArray<32>(root);
  if (CheckpointText(checkpoint) != text) return malformed;
  return checkpoint;
}

std::string SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer) {
  return signer.Sign(CheckpointText(checkpoint));
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note,
                                          const std::vector<NoteVerifier>& verifiers,
                                          std::string_view origin) {
  absl::Status refused = absl::DataLossError("there is no key to check the checkpoint with");
  for (const NoteVerifier& verifier : verifiers) {
    const auto text = verifier.Open(note);
    if (!text.ok()) {
      refused = text.status();
      continue;
    }
    auto checkpoint = ParseCheckpoint(*text);
    if (checkpoint.ok() && checkpoint->origin != origin) {
      return absl::DataLossError("the checkpoint is another log's");
    }
    return checkpoint;
  }
  return refused;
}

}  // namespace skyndsamt::merkle
