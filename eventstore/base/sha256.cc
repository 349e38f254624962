#include "eventstore/base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

Bytes32 HmacSha256(std::string_view key, std::string_view message) {
  Bytes32 out;
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(),
           &length) == nullptr) {
    std::abort();
  }
  return out;
}

}  // namespace skyndsamt
