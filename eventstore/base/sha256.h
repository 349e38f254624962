// SHA-256 over OpenSSL, and nothing else that hashes. Not thread-safe per object.
#pragma once

#include <openssl/sha.h>

#include <string_view>

#include "eventstore/base/ids.h"

namespace skyndsamt {

// Incremental. Finish may be called once.
class Sha256 {
 public:
  Sha256();

  Sha256& Update(std::string_view bytes);
  Bytes32 Finish();

 private:
  SHA256_CTX context_;
};

Bytes32 Sha256Of(std::string_view bytes);
Bytes32 HmacSha256(std::string_view key, std::string_view message);

}  // namespace skyndsamt
