#include "eventstore/vault/key_wrap.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace skyndsamt::vault {
namespace {

const EVP_CIPHER* Kwp() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-WRAP-PAD", nullptr);
  if (cipher == nullptr) std::abort();
  return cipher;
}

// A context that keeps the wrapping key it was given last, so that a run of keys needs no setting
// up. One per thread and direction; wrapping is off in EVP unless a context asks for it.
class Wrapper {
 public:
  explicit Wrapper(int encrypt) : encrypt_(encrypt), context_(EVP_CIPHER_CTX_new()) {
    if (context_ == nullptr) std::abort();
    EVP_CIPHER_CTX_set_flags(context_.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  }
  ~Wrapper() { OPENSSL_cleanse(key_.data(), key_.size()); }

  EVP_CIPHER_CTX* With(const Key& key) {
    if (!keyed_ || CRYPTO_memcmp(key.data(), key_.data(), key.size()) != 0) {
      if (EVP_CipherInit_ex2(context_.get(), Kwp(), key.data(), nullptr, encrypt_, nullptr) != 1) {
        std::abort();
      }
      key_ = key;
      keyed_ = true;
    }
    return context_.get();
  }

 private:
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  const int encrypt_;
  const std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
  Key key_{};
  bool keyed_ = false;
};

}  // namespace

std::string WrapKey(const Key& wrapping, const Key& key) {
  thread_local Wrapper wrapper(/*encrypt=*/1);
  std::string out(kWrappedKeyBytes, '\0');
  int n = 0;
  if (EVP_EncryptUpdate(wrapper.With(wrapping), reinterpret_cast<unsigned char*>(out.data()), &n,
                        key.data(), static_cast<int>(key.size())) != 1 ||
      n != static_cast<int>(kWrappedKeyBytes)) {
    std::abort();
  }
  return out;
}

absl::StatusOr<Key> UnwrapKey(const Key& wrapping, std::string_view wrapped) {
  const auto damaged = absl::DataLossError("a wrapped key does not open with its wrapping key");
  if (wrapped.size() != kWrappedKeyBytes) return damaged;
  thread_local Wrapper unwrapper(/*encrypt=*/0);
  std::array<unsigned char, kWrappedKeyBytes> plain;  // EVP may write whole blocks
  int n = 0;
  const int ok =
      EVP_DecryptUpdate(unwrapper.With(wrapping), plain.data(), &n,
                        reinterpret_cast<const unsigned char*>(wrapped.data()), kWrappedKeyBytes);
  if (ok != 1 || n != static_cast<int>(Key{}.size())) return damaged;
  Key key;
  std::memcpy(key.data(), plain.data(), key.size());
  OPENSSL_cleanse(plain.data(), plain.size());
  return key;
}

}  // namespace skyndsamt::vault
