// Writes checkpoints of a growing tree with every kind of proof, for a verifier that shares no code
// with this program (checkpoint_verify.go, openssl). One statement a line, bytes in Base64:
//
//   signer <signer key>      verifier <verifier key>      note <note>
//   inclusion <index> <size> <leaf hash> <path...>        consistency <older> <newer> <path...>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "eventstore/merkle/checkpoint.h"
#include "eventstore/merkle/hash.h"
#include "eventstore/merkle/proof.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::merkle {
namespace {

constexpr uint64_t kSizes[] = {1, 2, 3, 7, 8, 100, 255, 256, 257, 511, 513, 700};

std::string Base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

void WritePath(const Path& path) {
  for (const Bytes32& hash : path) std::cout << " " << Base64(View(hash));
  std::cout << "\n";
}

void Write() {
  const NoteSigner signer = NoteSigner::FromSeed("skyndsamt.example/log/2", Bytes32{1, 2, 3});
  std::cout << "signer " << signer.Encode() << "\nverifier " << signer.verifier().Encode() << "\n";
  Tree tree;
  std::vector<Tile> complete;
  std::map<std::pair<uint8_t, uint64_t>, std::string> tiles;
  const auto read = [&](uint8_t level, uint64_t index, size_t) -> absl::StatusOr<std::string> {
    const auto tile = tiles.find({level, index});
    return tile != tiles.end() ? tile->second : tree.OpenTile(level);
  };
  std::vector<Bytes32> leaves;
  for (const uint64_t size : kSizes) {
    while (tree.size() < size) {
      leaves.push_back(LeafHash("record " + std::to_string(tree.size())));
      tree.Append(leaves.back(), &complete);
    }
    for (Tile& tile : complete) tiles[{tile.level, tile.index}] = std::move(tile.hashes);
    complete.clear();
    std::cout << "note "
              << Base64(SignCheckpoint({signer.verifier().name(), size, tree.Root()}, signer))
              << "\n";
    for (uint64_t index = 0; index < size; index += 1 + size / 9) {
      std::cout << "inclusion " << index << " " << size << " " << Base64(View(leaves[index]));
      WritePath(*Prover(size, read).Inclusion(index));
    }
    for (const uint64_t older : kSizes) {
      if (older > size) break;
      std::cout << "consistency " << older << " " << size;
      WritePath(*Prover(size, read).Consistency(older));
    }
  }
}

}  // namespace
}  // namespace skyndsamt::merkle

int main() { skyndsamt::merkle::Write(); }
