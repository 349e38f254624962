#include "eventstore/log/stored_tree.h"

#include <string>
#include <utility>

namespace skyndsamt::log {

absl::StatusOr<merkle::Tree> RestoreTree(Store& store, const FrontierRow& frontier) {
  auto tree = merkle::Tree::Restore(
      frontier.size,
      [&](uint64_t index) -> absl::StatusOr<Bytes32> {
        auto record = store.ReadRecord(index);
        if (!record.ok()) return record.status();
        return LeafHashOf(*record);
      },
      [&](uint8_t level, uint64_t index, size_t) { return store.ReadTile(level, index); });
  if (!tree.ok()) return tree;
  if (tree->Peaks() != frontier.peaks) {
    return absl::DataLossError("the tree's tiles and its frontier do not agree; run fsck");
  }
  return tree;
}

absl::StatusOr<merkle::Prover> ProverOf(Store& store, std::shared_ptr<const merkle::Tree> tree,
                                        uint64_t size) {
  if (size > tree->size()) return absl::InvalidArgumentError("the log is not that long");
  return merkle::Prover(size,
                        [&store, tree = std::move(tree)](uint8_t level, uint64_t index,
                                                         size_t) -> absl::StatusOr<std::string> {
                          const uint64_t nodes = merkle::Tree::NodesAtLevel(tree->size(), level);
                          if (index == nodes / merkle::kTileWidth) return tree->OpenTile(level);
                          return store.ReadTile(level, index);
                        });
}

}  // namespace skyndsamt::log
