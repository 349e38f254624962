#include "eventstore/base/sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

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

// HMAC() would fetch its algorithm on every call, which costs more than the hashing.
EVP_MAC_CTX* ThreadHmac() {
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MAC_CTX, Free> context = [] {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
    std::unique_ptr<EVP_MAC_CTX, Free> made(mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac));
    EVP_MAC_free(mac);
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    if (made == nullptr || EVP_MAC_CTX_set_params(made.get(), params) != 1) std::abort();
    return made;
  }();
  return context.get();
}

const unsigned char* Bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
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

Bytes32 HmacSha256(std::string_view key, std::string_view message) {
  EVP_MAC_CTX* const context = ThreadHmac();
  if (key.empty()) key = std::string_view("\0", 1);  // the same key to HMAC; to EVP, empty = the last
  Bytes32 out;
  size_t length = 0;
  if (EVP_MAC_init(context, Bytes(key), key.size(), nullptr) != 1 ||
      EVP_MAC_update(context, Bytes(message), message.size()) != 1 ||
      EVP_MAC_final(context, out.data(), &length, out.size()) != 1) {
    std::abort();
  }
  return out;
}

}  // namespace skyndsamt
