// Making proofs from tiles: O(log n) tile reads each (RFC 9162 2.1.3.1, 2.1.4.1).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::merkle {

using Path = std::vector<Bytes32>;

// The root over a power of two of neighbouring hashes (32 bytes each).
Bytes32 FoldHashes(std::string_view hashes);

// Answers about one tree of `size` leaves, also when the log has grown since. Keeps the tiles it
// has read. Not thread-safe. Errors are the reader's own, or INVALID_ARGUMENT for arguments outside
// the tree.
class Prover {
 public:
  Prover(uint64_t size, TileReader read_tile) : size_(size), read_tile_(std::move(read_tile)) {}

  // The node over leaves [index << height, (index + 1) << height), all of which must exist.
  absl::StatusOr<Bytes32> Node(int height, uint64_t index);
  absl::StatusOr<Bytes32> Root();
  // That leaf `index` is in this tree.
  absl::StatusOr<Path> Inclusion(uint64_t index);
  // That the tree of the first `older` leaves is a beginning of this one.
  absl::StatusOr<Path> Consistency(uint64_t older);

 private:
  absl::StatusOr<Bytes32> Range(uint64_t begin, uint64_t end);

  const uint64_t size_;
  const TileReader read_tile_;
  std::map<std::pair<uint8_t, uint64_t>, std::string> tiles_;
};

}  // namespace skyndsamt::merkle
