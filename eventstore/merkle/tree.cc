#include "eventstore/merkle/tree.h"

#include <bit>
#include <utility>

#include "eventstore/merkle/hash.h"
#include "eventstore/merkle/proof.h"

namespace skyndsamt::merkle {

absl::StatusOr<Tree> Tree::Restore(
    uint64_t size, const std::function<absl::StatusOr<Bytes32>(uint64_t index)>& leaf_hash,
    const TileReader& read_tile) {
  Tree tree;
  // A node above the leaves is the root of a complete tile one level down.
  const auto node = [&](uint8_t level, uint64_t index) -> absl::StatusOr<Bytes32> {
    if (level == 0) return leaf_hash(index);
    auto hashes = read_tile(static_cast<uint8_t>(level - 1), index, kTileWidth);
    if (!hashes.ok()) return hashes.status();
    if (hashes->size() != kTileWidth * kHashBytes)
      return absl::DataLossError("a tile is too short");
    return FoldHashes(*hashes);
  };
  for (uint8_t level = 0; NodesAtLevel(size, level) > 0; ++level) {
    const uint64_t end = NodesAtLevel(size, level);
    std::string& open = tree.open_.emplace_back();
    for (uint64_t i = end / kTileWidth * kTileWidth; i < end; ++i) {
      auto hash = node(level, i);
      if (!hash.ok()) return hash.status();
      open.append(View(*hash));
    }
  }
  tree.size_ = size;
  const int heights = static_cast<int>(std::bit_width(size));
  tree.peaks_.resize(heights);
  for (int height = 0; height < heights; ++height) {
    if ((size >> height & 1) == 0) continue;
    // Below the root of an open tile lie its own hashes; the peak is a fold of some of them.
    const uint8_t level = static_cast<uint8_t>(height / kTileHeight);
    const uint64_t count = uint64_t{1} << (height % kTileHeight);
    const uint64_t first = ((size >> height) - 1) * count % kTileWidth;
    tree.peaks_[height] = FoldHashes(
        std::string_view(tree.open_[level]).substr(first * kHashBytes, count * kHashBytes));
  }
  return tree;
}

void Tree::Place(uint8_t level, const Bytes32& hash, std::vector<Tile>* complete) {
  if (level >= open_.size()) open_.emplace_back();
  std::string& open = open_[level];
  open.append(View(hash));
  if (open.size() < kTileWidth * kHashBytes) return;
  const uint64_t index = size_ >> (kTileHeight * (level + 1));
  complete->push_back({level, index, std::exchange(open, {})});
}

void Tree::Append(const Bytes32& leaf_hash, std::vector<Tile>* complete) {
  Bytes32 node = leaf_hash;
  int height = 0;
  Place(0, node, complete);
  for (; size_ >> height & 1; ++height) {
    node = NodeHash(peaks_[height], node);
    if ((height + 1) % kTileHeight == 0) {
      Place(static_cast<uint8_t>((height + 1) / kTileHeight), node, complete);
    }
  }
  if (height >= static_cast<int>(peaks_.size())) peaks_.resize(height + 1);
  peaks_[height] = node;
  ++size_;
}

Bytes32 Tree::Root() const {
  if (size_ == 0) return EmptyRoot();
  int height = std::countr_zero(size_);
  Bytes32 root = peaks_[height];
  for (++height; height < static_cast<int>(peaks_.size()); ++height) {
    if (size_ >> height & 1) root = NodeHash(peaks_[height], root);
  }
  return root;
}

std::vector<Bytes32> Tree::Peaks() const {
  std::vector<Bytes32> peaks;
  for (int height = static_cast<int>(peaks_.size()) - 1; height >= 0; --height) {
    if (size_ >> height & 1) peaks.push_back(peaks_[height]);
  }
  return peaks;
}

std::string Tree::OpenTile(uint8_t level) const {
  return level < open_.size() ? open_[level] : std::string();
}

}  // namespace skyndsamt::merkle
