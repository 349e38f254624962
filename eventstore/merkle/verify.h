// Checking proofs, exactly as RFC 9162 2.1.3.2 and 2.1.4.2 say. Pure functions, safe from any
// thread; anything malformed is simply false.
#pragma once

#include "eventstore/base/ids.h"
#include "eventstore/merkle/proof.h"

namespace skyndsamt::merkle {

// That a leaf with this hash stands at `index` in the tree of `size` leaves with this root.
bool VerifyInclusion(const Bytes32& leaf_hash, uint64_t index, uint64_t size, const Path& path,
                     const Bytes32& root);

// That the tree of `older` leaves (at least one) is a beginning of the tree of `newer` leaves.
bool VerifyConsistency(uint64_t older, uint64_t newer, const Bytes32& older_root,
                       const Bytes32& newer_root, const Path& path);

}  // namespace skyndsamt::merkle
