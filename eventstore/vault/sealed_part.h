// A sealed part as it is stored and hashed: one sealed field value (integrity format 1).
// Shared by the vault, which makes and opens it, and the log, which stores it. Value type.
#pragma once

#include <string>

#include "eventstore/base/ids.h"
#include "eventstore/base/sha256.h"

namespace skyndsamt::vault {

struct SealedPart {
  KeyId key;
  Bytes32 salt{};
  std::string ciphertext;  // with the 16-byte tag
  Bytes32 commitment{};

  // SHA-256(salt || ciphertext || tag), what the leaf carries.
  Bytes32 CiphertextDigest() const {
    return Sha256().Update(View(salt)).Update(ciphertext).Finish();
  }
};

}  // namespace skyndsamt::vault
