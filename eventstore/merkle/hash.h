// The three hashes of an RFC 9162 (2.1) Merkle tree. Pure functions, safe from any thread.
//
//   empty root = SHA-256("")      leaf = SHA-256(0x00 || data)      node = SHA-256(0x01 || l || r)
#pragma once

#include <string_view>

#include "eventstore/base/ids.h"

namespace skyndsamt::merkle {

Bytes32 EmptyRoot();
Bytes32 LeafHash(std::string_view leaf_data);
Bytes32 NodeHash(const Bytes32& left, const Bytes32& right);

}  // namespace skyndsamt::merkle
