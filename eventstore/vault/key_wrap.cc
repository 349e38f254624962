#include "eventstore/vault/key_wrap.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace skyndsamt::vault {
namespace {

// One context per thread; wrapping is off in EVP unless a context asks for it.
EVP_CIPHER_CTX* ThreadWrapper() {
  struct Free {
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
  };
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  if (context == nullptr) std::abort();
  EVP_CIPHER_CTX_reset(context.get());
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  return context.get();
}

const EVP_CIPHER* Kwp() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-WRAP-PAD", nullptr);
  if (cipher == nullptr) std::abort();
  return cipher;
}

}  // namespace

std::string WrapKey(const Key& wrapping, const Key& key) {
  EVP_CIPHER_CTX* const context = ThreadWrapper();
  std::string out(kWrappedKeyBytes, '\0');
  int n = 0;
  if (EVP_EncryptInit_ex2(context, Kwp(), wrapping.data(), nullptr, nullptr) != 1 ||
      EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &n, key.data(),
                        static_cast<int>(key.size())) != 1 ||
      n != static_cast<int>(kWrappedKeyBytes)) {
    std::abort();
  }
  return out;
}

absl::StatusOr<Key> UnwrapKey(const Key& wrapping, std::string_view wrapped) {
  const auto damaged = absl::DataLossError("a wrapped key does not open with its wrapping key");
  if (wrapped.size() != kWrappedKeyBytes) return damaged;
  EVP_CIPHER_CTX* const context = ThreadWrapper();
  if (EVP_DecryptInit_ex2(context, Kwp(), wrapping.data(), nullptr, nullptr) != 1) std::abort();
  std::array<unsigned char, kWrappedKeyBytes> plain;  // EVP may write whole blocks
  int n = 0;
  const int ok =
      EVP_DecryptUpdate(context, plain.data(), &n,
                        reinterpret_cast<const unsigned char*>(wrapped.data()), kWrappedKeyBytes);
  if (ok != 1 || n != static_cast<int>(Key{}.size())) return damaged;
  Key key;
  std::memcpy(key.data(), plain.data(), key.size());
  OPENSSL_cleanse(plain.data(), plain.size());
  return key;
}

}  // namespace skyndsamt::vault
