// Known answers of RFC 6962's reference tree, every proof of small trees against the definition,
// and every mutated proof refused.
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <random>

#include "absl/strings/escaping.h"
#include "eventstore/merkle/hash.h"
#include "eventstore/merkle/proof.h"
#include "eventstore/merkle/tree.h"
#include "eventstore/merkle/verify.h"

namespace skyndsamt::merkle {
namespace {

std::string Bytes(std::string_view hex) {
  return absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
}
Bytes32 Hash(std::string_view hex) { return ToArray<32>(Bytes(hex)); }

const char* const kLeaves[] = {"",
                               "00",
                               "10",
                               "2021",
                               "3031",
                               "40414243",
                               "5051525354555657",
                               "606162636465666768696a6b6c6d6e6f"};
const char* const kRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

// A tree with all its tiles at hand.
struct Forest {
  Tree tree;
  std::vector<Bytes32> leaves;
  std::map<std::pair<uint8_t, uint64_t>, std::string> tiles;

  void Add(const Bytes32& leaf) {
    std::vector<Tile> complete;
    tree.Append(leaf, &complete);
    leaves.push_back(leaf);
    for (Tile& tile : complete) {
      EXPECT_TRUE(tiles.emplace(std::pair(tile.level, tile.index), tile.hashes).second);
    }
  }
  TileReader Reader() const {
    return [this](uint8_t level, uint64_t index, size_t) -> absl::StatusOr<std::string> {
      const auto tile = tiles.find({level, index});
      return tile != tiles.end() ? tile->second : tree.OpenTile(level);
    };
  }
  static Forest Random(uint64_t size) {
    Forest forest;
    for (uint64_t i = 0; i < size; ++i) forest.Add(LeafHash(std::to_string(i)));
    return forest;
  }
};

// The definition, word for word: MTH(D[n]) = node(MTH(D[0:k]), MTH(D[k:n])).
Bytes32 Definition(const std::vector<Bytes32>& leaves, size_t begin, size_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return leaves[begin];
  const size_t split = begin + std::bit_floor(end - begin - 1);
  return NodeHash(Definition(leaves, begin, split), Definition(leaves, split, end));
}

TEST(Merkle, GivesTheKnownRoots) {
  Forest forest;
  EXPECT_EQ(forest.tree.Root(), Hash(kRoots[0]));
  for (size_t i = 0; i < 8; ++i) {
    forest.Add(LeafHash(Bytes(kLeaves[i])));
    EXPECT_EQ(forest.tree.Root(), Hash(kRoots[i + 1])) << i;
  }
}

TEST(Merkle, GivesTheKnownLeafAndNode) {
  EXPECT_EQ(LeafHash("L123456"),
            Hash("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"));
  EXPECT_EQ(LeafHash(""), Hash(kRoots[1]));
}

TEST(Merkle, GivesTheKnownProofs) {
  Forest forest;
  for (const char* leaf : kLeaves) forest.Add(LeafHash(Bytes(leaf)));
  const Path expected = {Hash("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                         Hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                         Hash("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")};
  EXPECT_EQ(*Prover(8, forest.Reader()).Inclusion(0), expected);
  EXPECT_EQ(*Prover(8, forest.Reader()).Consistency(1), expected);
  EXPECT_EQ(*Prover(3, forest.Reader()).Inclusion(2), Path{Hash(kRoots[2])});
}

TEST(Merkle, AgreesWithTheDefinitionAtEverySize) {
  Forest forest;
  for (uint64_t i = 0; i < 700; ++i) {
    forest.Add(LeafHash(std::to_string(i)));
    ASSERT_EQ(forest.tree.Root(), Definition(forest.leaves, 0, forest.leaves.size()));
  }
  for (uint64_t size = 0; size <= 700; ++size) {
    ASSERT_EQ(*Prover(size, forest.Reader()).Root(), Definition(forest.leaves, 0, size)) << size;
  }
}

TEST(Merkle, ProvesEveryLeafOfSmallTreesAndRefusesEveryMutation) {
  const Forest forest = Forest::Random(40);
  for (uint64_t size = 1; size <= 40; ++size) {
    const Bytes32 root = Definition(forest.leaves, 0, size);
    for (uint64_t index = 0; index < size; ++index) {
      const Path path = *Prover(size, forest.Reader()).Inclusion(index);
      const Bytes32& leaf = forest.leaves[index];
      ASSERT_TRUE(VerifyInclusion(leaf, index, size, path, root)) << index << " in " << size;
      for (size_t i = 0; i < path.size(); ++i) {
        Path mutated = path;
        mutated[i][index % 32] ^= 1;
        ASSERT_FALSE(VerifyInclusion(leaf, index, size, mutated, root));
        mutated = path;
        mutated.erase(mutated.begin() + static_cast<ptrdiff_t>(i));
        ASSERT_FALSE(VerifyInclusion(leaf, index, size, mutated, root));
        mutated = path;
        mutated.insert(mutated.begin() + static_cast<ptrdiff_t>(i), path[i]);
        ASSERT_FALSE(VerifyInclusion(leaf, index, size, mutated, root));
        if (i > 0) {
          mutated = path;
          std::swap(mutated[i], mutated[i - 1]);
          ASSERT_FALSE(VerifyInclusion(leaf, index, size, mutated, root));
        }
      }
      Path longer = path;
      longer.push_back(root);
      ASSERT_FALSE(VerifyInclusion(leaf, index, size, longer, root));
      ASSERT_FALSE(VerifyInclusion(root, index, size + 1, path, root));
      for (uint64_t other = 0; other < size + 3; ++other) {
        if (other != index) {
          ASSERT_FALSE(VerifyInclusion(leaf, other, size, path, root));
        }
      }
      Bytes32 wrong = root;
      wrong[0] ^= 0x80;
      ASSERT_FALSE(VerifyInclusion(leaf, index, size, path, wrong));
    }
    ASSERT_FALSE(VerifyInclusion(forest.leaves[0], size, size, {}, root));
  }
}

TEST(Merkle, ProvesEveryBeginningAndRefusesEveryMutation) {
  const Forest forest = Forest::Random(40);
  for (uint64_t newer = 1; newer <= 40; ++newer) {
    const Bytes32 new_root = Definition(forest.leaves, 0, newer);
    for (uint64_t older = 1; older <= newer; ++older) {
      const Bytes32 old_root = Definition(forest.leaves, 0, older);
      const Path path = *Prover(newer, forest.Reader()).Consistency(older);
      ASSERT_TRUE(VerifyConsistency(older, newer, old_root, new_root, path));
      for (size_t i = 0; i < path.size(); ++i) {
        Path mutated = path;
        mutated[i][31] ^= 4;
        ASSERT_FALSE(VerifyConsistency(older, newer, old_root, new_root, mutated));
        mutated = path;
        mutated.erase(mutated.begin() + static_cast<ptrdiff_t>(i));
        ASSERT_FALSE(VerifyConsistency(older, newer, old_root, new_root, mutated));
      }
      Path longer = path;
      longer.push_back(new_root);
      ASSERT_FALSE(VerifyConsistency(older, newer, old_root, new_root, longer));
      if (older != newer) {
        ASSERT_FALSE(VerifyConsistency(older, newer, new_root, new_root, path));
        ASSERT_FALSE(VerifyConsistency(older, newer, old_root, old_root, path));
        ASSERT_FALSE(VerifyConsistency(newer, older, new_root, old_root, path));
      }
      ASSERT_FALSE(VerifyConsistency(0, newer, EmptyRoot(), new_root, path));
    }
  }
}

TEST(Merkle, ProofsSpanSeveralTiles) {
  const uint64_t size = 256 * 257 + 41;
  const Forest forest = Forest::Random(size);
  const Bytes32 root = forest.tree.Root();
  std::mt19937_64 random(7);
  for (int i = 0; i < 60; ++i) {
    const uint64_t index = random() % size;
    const Path path = *Prover(size, forest.Reader()).Inclusion(index);
    EXPECT_TRUE(VerifyInclusion(forest.leaves[index], index, size, path, root));
    const uint64_t older = 1 + random() % size;
    const auto old_root = Prover(older, forest.Reader()).Root();
    const Path beginning = *Prover(size, forest.Reader()).Consistency(older);
    EXPECT_TRUE(VerifyConsistency(older, size, *old_root, root, beginning));
  }
}

TEST(Merkle, RestoresItsEdgeWithBoundedReads) {
  for (const uint64_t size : {0u, 1u, 2u, 255u, 256u, 257u, 511u, 65535u, 65536u, 65537u, 66000u}) {
    const Forest forest = Forest::Random(size);
    size_t leaf_reads = 0;
    size_t tile_reads = 0;
    auto restored = Tree::Restore(
        size,
        [&](uint64_t index) -> absl::StatusOr<Bytes32> {
          ++leaf_reads;
          return forest.leaves[index];
        },
        [&](uint8_t level, uint64_t index, size_t width) {
          ++tile_reads;
          return forest.Reader()(level, index, width);
        });
    ASSERT_TRUE(restored.ok());
    EXPECT_LE(leaf_reads, 255u);
    EXPECT_LE(tile_reads, 2 * 255u);
    EXPECT_EQ(restored->Root(), forest.tree.Root()) << size;
    EXPECT_EQ(restored->Peaks(), forest.tree.Peaks());
    // And grows on as the original does.
    Forest original = forest;
    for (int i = 0; i < 300; ++i) {
      std::vector<Tile> complete;
      restored->Append(LeafHash("more"), &complete);
      original.Add(LeafHash("more"));
    }
    EXPECT_EQ(restored->Root(), original.tree.Root());
  }
}

TEST(Merkle, RefusesProofsOutsideTheTree) {
  const Forest forest = Forest::Random(5);
  EXPECT_FALSE(Prover(5, forest.Reader()).Inclusion(5).ok());
  EXPECT_FALSE(Prover(5, forest.Reader()).Consistency(0).ok());
  EXPECT_FALSE(Prover(5, forest.Reader()).Consistency(6).ok());
}

}  // namespace
}  // namespace skyndsamt::merkle
