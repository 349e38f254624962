#include "eventstore/merkle/verify.h"

#include <bit>
#include <span>

#include "eventstore/merkle/hash.h"

namespace skyndsamt::merkle {

bool VerifyInclusion(const Bytes32& leaf_hash, uint64_t index, uint64_t size, const Path& path,
                     const Bytes32& root) {
  if (index >= size) return false;
  uint64_t fn = index;
  uint64_t sn = size - 1;
  Bytes32 r = leaf_hash;
  for (const Bytes32& c : path) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      r = NodeHash(c, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = NodeHash(r, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

bool VerifyConsistency(uint64_t older, uint64_t newer, const Bytes32& older_root,
                       const Bytes32& newer_root, const Path& path) {
  if (older == 0 || older > newer) return false;
  if (older == newer) return path.empty() && older_root == newer_root;
  if (path.empty()) return false;
  uint64_t fn = older - 1;
  uint64_t sn = newer - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  std::span<const Bytes32> rest(path);
  Bytes32 fr = older_root;
  if (!std::has_single_bit(older)) {
    fr = rest.front();
    rest = rest.subspan(1);
  }
  Bytes32 sr = fr;
  for (const Bytes32& c : rest) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      fr = NodeHash(c, fr);
      sr = NodeHash(c, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = NodeHash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == older_root && sr == newer_root;
}

}  // namespace skyndsamt::merkle
