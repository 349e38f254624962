#define OPENSSL_SUPPRESS_DEPRECATED  // for SHA256_Init and its like; see HmacSha256
#include "eventstore/base/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace skyndsamt {
namespace {

const EVP_MD* Algorithm() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

// Contexts are costly to make; each thread keeps a few.
class ContextPool {
 public:
  ~ContextPool() {
    for (EVP_MD_CTX* context : idle_) EVP_MD_CTX_free(context);
  }
  EVP_MD_CTX* Take() {
    if (idle_.empty()) return EVP_MD_CTX_new();
    EVP_MD_CTX* context = idle_.back();
    idle_.pop_back();
    return context;
  }
  void Return(EVP_MD_CTX* context) { idle_.push_back(context); }

 private:
  std::vector<EVP_MD_CTX*> idle_;
};

ContextPool& Pool() {
  thread_local ContextPool pool;
  return pool;
}

}  // namespace

Sha256::Sha256() : context_(Pool().Take()) {
  if (context_ == nullptr || EVP_DigestInit_ex2(context_, Algorithm(), nullptr) != 1) std::abort();
}

Sha256::~Sha256() { Pool().Return(context_); }

Sha256& Sha256::Update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_, bytes.data(), bytes.size()) != 1) std::abort();
  return *this;
}

Bytes32 Sha256::Finish() {
  Bytes32 out;
  if (EVP_DigestFinal_ex(context_, out.data(), nullptr) != 1) std::abort();
  return out;
}

Bytes32 Sha256Of(std::string_view bytes) { return Sha256().Update(bytes).Finish(); }

// RFC 2104 over OpenSSL's plain functions: EVP_MAC spends three times as long on setting up as on
// hashing a short message, and sealing a text takes five of them.
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
