// Checkpoints: what a log says of itself at one size, signed (C2SP tlog-checkpoint, no extension
// lines). Whoever keeps one can prove later that the log has only grown since.
//
//   <origin>\n
//   <size>\n
//   <base64(root)>\n
//
// Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::merkle {

struct Checkpoint {
  std::string origin;  // the log's name; IsNoteName
  uint64_t size = 0;   // records
  Bytes32 root{};      // of the tree over them

  bool operator==(const Checkpoint&) const = default;
};

std::string CheckpointText(const Checkpoint& checkpoint);
// DATA_LOSS if the text is not exactly what CheckpointText writes.
absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);

// The signed note.
std::string SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer);
// DATA_LOSS unless one of these keys has signed it and it is a checkpoint of the log of this name.
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note,
                                          const std::vector<NoteVerifier>& verifiers,
                                          std::string_view origin);

}  // namespace skyndsamt::merkle
