// The growing edge of a Merkle log: its peaks and the open tile of every level.
//
// Hashes are kept in tiles, as C2SP tlog-tiles lays them out: the tile at level l holds 256
// neighbouring nodes of height 8*l, 32 bytes each. A tile is handed out once, when it is complete,
// and never changes; only one tile per level is open, so a tree of any size costs a few kilobytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"

namespace skyndsamt::merkle {

inline constexpr uint64_t kTileWidth = 256;  // nodes in a complete tile
inline constexpr int kTileHeight = 8;        // levels of the tree that one tile spans
inline constexpr size_t kHashBytes = 32;

struct Tile {
  uint8_t level = 0;
  uint64_t index = 0;
  std::string hashes;  // 256 x 32 bytes
};

// Gives at least the first `width` hashes of a tile.
using TileReader =
    std::function<absl::StatusOr<std::string>(uint8_t level, uint64_t index, size_t width)>;

// A value; not synchronised. Copying costs a few kilobytes.
class Tree {
 public:
  // Rebuilds the edge of a stored tree with bounded reads: at most 255 leaves and 255 complete
  // tiles of each level.
  static absl::StatusOr<Tree> Restore(
      uint64_t size, const std::function<absl::StatusOr<Bytes32>(uint64_t index)>& leaf_hash,
      const TileReader& read_tile);

  // Tiles that this leaf completes are added to `complete`, lowest level first.
  void Append(const Bytes32& leaf_hash, std::vector<Tile>* complete);

  uint64_t size() const { return size_; }
  Bytes32 Root() const;
  // Roots of the complete subtrees that the tree is made of, largest first.
  std::vector<Bytes32> Peaks() const;
  // The hashes so far in the open tile of a level; may be empty.
  std::string OpenTile(uint8_t level) const;
  // How many nodes of height 8*level are complete.
  static uint64_t NodesAtLevel(uint64_t size, uint8_t level) {
    return level >= 8 ? 0 : size >> (kTileHeight * level);
  }

 private:
  void Place(uint8_t level, const Bytes32& hash, std::vector<Tile>* complete);

  uint64_t size_ = 0;
  std::vector<Bytes32> peaks_;     // by height; meaningful where size_ has that bit
  std::vector<std::string> open_;  // by level
};

}  // namespace skyndsamt::merkle
