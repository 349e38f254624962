#include "eventstore/merkle/hash.h"

#include <cstring>

#include "eventstore/base/sha256.h"

namespace skyndsamt::merkle {

Bytes32 EmptyRoot() { return Sha256Of({}); }

Bytes32 LeafHash(std::string_view leaf_data) {
  return Sha256().Update(std::string_view("\0", 1)).Update(leaf_data).Finish();
}

Bytes32 NodeHash(const Bytes32& left, const Bytes32& right) {
  char joined[65];
  joined[0] = 1;
  std::memcpy(joined + 1, left.data(), left.size());
  std::memcpy(joined + 33, right.data(), right.size());
  return Sha256Of({joined, sizeof joined});
}

}  // namespace skyndsamt::merkle
