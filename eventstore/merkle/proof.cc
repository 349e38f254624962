#include "eventstore/merkle/proof.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "eventstore/merkle/hash.h"

namespace skyndsamt::merkle {

Bytes32 FoldHashes(std::string_view hashes) {
  const size_t count = hashes.size() / kHashBytes;
  assert(std::has_single_bit(count));
  if (count == 1) return ToArray<32>(hashes);
  const size_t half = hashes.size() / 2;
  return NodeHash(FoldHashes(hashes.substr(0, half)), FoldHashes(hashes.substr(half)));
}

absl::StatusOr<Bytes32> Prover::Node(int height, uint64_t index) {
  const uint8_t level = static_cast<uint8_t>(height / kTileHeight);
  const uint64_t count = uint64_t{1} << (height % kTileHeight);
  const uint64_t first = index * count;  // in nodes of this level
  const uint64_t tile = first / kTileWidth;
  std::string& hashes = tiles_[{level, tile}];
  if (hashes.empty()) {
    const uint64_t nodes = Tree::NodesAtLevel(size_, level);
    assert(tile * kTileWidth < nodes);
    const size_t width = std::min(kTileWidth, nodes - tile * kTileWidth);
    auto read = read_tile_(level, tile, width);
    if (!read.ok()) return read.status();
    if (read->size() < width * kHashBytes) return absl::DataLossError("a tile is too short");
    hashes = *std::move(read);
  }
  return FoldHashes(
      std::string_view(hashes).substr(first % kTileWidth * kHashBytes, count * kHashBytes));
}

absl::StatusOr<Bytes32> Prover::Range(uint64_t begin, uint64_t end) {
  const uint64_t count = end - begin;
  if (std::has_single_bit(count)) return Node(std::countr_zero(count), begin / count);
  const uint64_t split = begin + std::bit_floor(count);
  auto left = Range(begin, split);
  if (!left.ok()) return left;
  auto right = Range(split, end);
  if (!right.ok()) return right;
  return NodeHash(*left, *right);
}

absl::StatusOr<Bytes32> Prover::Root() {
  if (size_ == 0) return EmptyRoot();
  return Range(0, size_);
}

absl::StatusOr<Path> Prover::Inclusion(uint64_t index) {
  if (index >= size_) return absl::InvalidArgumentError("no such leaf in this tree");
  Path path;
  uint64_t begin = 0;
  uint64_t end = size_;
  while (end - begin > 1) {
    const uint64_t split = begin + std::bit_floor(end - begin - 1);
    const bool in_left = index < split;
    auto sibling = in_left ? Range(split, end) : Range(begin, split);
    if (!sibling.ok()) return sibling.status();
    path.push_back(*sibling);
    (in_left ? end : begin) = split;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<Path> Prover::Consistency(uint64_t older) {
  if (older == 0 || older > size_) {
    return absl::InvalidArgumentError("no consistency proof between these sizes");
  }
  Path path;
  uint64_t begin = 0;
  uint64_t end = size_;
  // Down the edge of the older tree until a subtree ends exactly with it.
  while (end != older) {
    const uint64_t split = begin + std::bit_floor(end - begin - 1);
    const bool in_left = older <= split;
    auto sibling = in_left ? Range(split, end) : Range(begin, split);
    if (!sibling.ok()) return sibling.status();
    path.push_back(*sibling);
    (in_left ? end : begin) = split;
  }
  if (begin != 0) {
    auto edge = Range(begin, end);
    if (!edge.ok()) return edge.status();
    path.push_back(*edge);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace skyndsamt::merkle
