// OpenSSL's plain functions, which it calls deprecated: EVP spends as much on setting up as on
// hashing a short message, EVP_MAC three times as much, and an event takes several of either.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "eventstore/base/sha256.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

namespace skyndsamt {
Sha256::Sha256() { SHA256_Init(&context_); }

Sha256& Sha256::Update(std::string_view bytes) {
  SHA256_Update(&context_, bytes.data(), bytes.size());
  return *this;
}

Bytes32 Sha256::Finish() {
  Bytes32 out;
  SHA256_Final(out.data(), &context_);
  return out;
}

Bytes32 Sha256Of(std::string_view bytes) { return Sha256().Update(bytes).Finish(); }

// RFC 2104.
Bytes32 HmacSha256(std::string_view key, std::string_view message) {
  std::array<uint8_t, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    const Bytes32 hashed = Sha256Of(key);
    std::copy(hashed.begin(), hashed.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  Bytes32 out;
  SHA256_CTX context;
  const auto pass = [&](uint8_t pad, const void* data, size_t size) {
    for (uint8_t& byte : block) byte ^= pad;
    SHA256_Init(&context);
    SHA256_Update(&context, block.data(), block.size());
    SHA256_Update(&context, data, size);
    SHA256_Final(out.data(), &context);
  };
  pass(0x36, message.data(), message.size());
  pass(0x36 ^ 0x5c, out.data(), out.size());
  OPENSSL_cleanse(block.data(), block.size());
  OPENSSL_cleanse(&context, sizeof context);
  return out;
}

}  // namespace skyndsamt
