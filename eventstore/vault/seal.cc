#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cassert>
#include <cstdlib>

#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {
namespace {

constexpr std::string_view kSealInfo("skyndsamt/seal/v1\0", 18);
constexpr std::string_view kAadTag("skyndsamt/aad/v1\0", 17);
constexpr size_t kTagBytes = 16;
constexpr size_t kPadBlock = 64;

void Require(bool ok) {
  if (!ok) std::abort();
}

unsigned char* Bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
const unsigned char* Bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

// Contexts are costly to make: one per thread.
EVP_CIPHER_CTX* ThreadCipher() {
  struct Free {
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
  };
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  Require(context != nullptr);
  return context.get();
}

const EVP_CIPHER* Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Require(cipher != nullptr);
  return cipher;
}

// What one part is sealed with; wiped when it goes.
struct PartKeys {
  Bytes32 encryption, commitment, iv;  // of iv, the first 12 bytes, which is what GCM takes

  ~PartKeys() { OPENSSL_cleanse(this, sizeof *this); }
};

// HKDF-SHA256 (RFC 5869) with 76 bytes of output: three blocks of 32, the last cut short.
PartKeys Derive(const Key& key, const Bytes32& salt) {
  Bytes32 extracted = HmacSha256(View(salt), View(key));
  PartKeys out;
  std::array<char, 32 + kSealInfo.size() + 1> input;
  const auto expand = [&](const Bytes32* previous, char counter) {
    size_t size = 0;
    if (previous != nullptr) std::memcpy(input.data(), previous->data(), size = previous->size());
    std::memcpy(input.data() + size, kSealInfo.data(), kSealInfo.size());
    size += kSealInfo.size();
    input[size++] = counter;
    return HmacSha256(View(extracted), {input.data(), size});
  };
  out.encryption = expand(nullptr, 1);
  out.commitment = expand(&out.encryption, 2);
  out.iv = expand(&out.commitment, 3);
  OPENSSL_cleanse(extracted.data(), extracted.size());
  OPENSSL_cleanse(input.data(), input.size());
  return out;
}

std::string Aad(const EventId& event, uint16_t part) {
  std::string aad;
  aad.reserve(kAadTag.size() + 16 + 2 + 32);
  aad.append(kAadTag).append(event.view());
  PutU16(aad, part);
  return aad;
}

Bytes32 Commit(const PartKeys& keys, std::string_view aad, std::string_view plaintext) {
  std::string message;
  message.reserve(aad.size() + 8 + plaintext.size());
  message.append(aad);
  PutU64(message, plaintext.size());
  message.append(plaintext);
  const Bytes32 commitment = HmacSha256(View(keys.commitment), message);
  OPENSSL_cleanse(message.data(), message.size());
  return commitment;
}

}  // namespace

std::string Pad(std::string_view text) {
  std::string padded;
  padded.reserve((text.size() / kPadBlock + 1) * kPadBlock);
  padded.append(text).push_back('\x80');
  padded.resize((text.size() / kPadBlock + 1) * kPadBlock, '\0');
  return padded;
}

absl::StatusOr<std::string> Unpad(std::string_view padded) {
  const size_t end = padded.find_last_not_of('\0');
  if (end == std::string_view::npos || padded[end] != '\x80' || padded.size() % kPadBlock != 0) {
    return absl::DataLossError("a sealed text is not padded as it should be");
  }
  return std::string(padded.substr(0, end));
}

SealedPart Seal(const KeyId& key_id, const Key& key, const Bytes32& salt, const EventId& event,
                uint16_t part, std::string_view plaintext) {
  const PartKeys keys = Derive(key, salt);
  SealedPart out;
  out.key = key_id;
  out.salt = salt;
  std::string aad = Aad(event, part);
  out.commitment = Commit(keys, aad, plaintext);
  aad.append(View(out.commitment));

  EVP_CIPHER_CTX* const cipher = ThreadCipher();
  out.ciphertext.resize(plaintext.size() + kTagBytes);
  int n = 0;
  Require(EVP_EncryptInit_ex2(cipher, Gcm(), keys.encryption.data(), keys.iv.data(), nullptr) ==
              1 &&
          EVP_EncryptUpdate(cipher, nullptr, &n, Bytes(aad), static_cast<int>(aad.size())) == 1 &&
          EVP_EncryptUpdate(cipher, Bytes(out.ciphertext), &n, Bytes(plaintext),
                            static_cast<int>(plaintext.size())) == 1 &&
          EVP_EncryptFinal_ex(cipher, Bytes(out.ciphertext) + n, &n) == 1 &&
          EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                              Bytes(out.ciphertext) + plaintext.size()) == 1);
  return out;
}

absl::StatusOr<std::string> Open(const SealedPart& sealed, const Key& key, const EventId& event,
                                 uint16_t part) {
  const auto damaged = absl::DataLossError("a sealed part does not open with its key");
  if (sealed.ciphertext.size() < kTagBytes) return damaged;
  const PartKeys keys = Derive(key, sealed.salt);
  const std::string aad = Aad(event, part);
  const std::string aad_committed = aad + std::string(View(sealed.commitment));
  const size_t size = sealed.ciphertext.size() - kTagBytes;

  std::string plaintext(size, '\0');
  std::array<unsigned char, kTagBytes> tag;
  std::memcpy(tag.data(), sealed.ciphertext.data() + size, kTagBytes);
  EVP_CIPHER_CTX* const cipher = ThreadCipher();
  int n = 0;
  Require(EVP_DecryptInit_ex2(cipher, Gcm(), keys.encryption.data(), keys.iv.data(), nullptr) ==
              1 &&
          EVP_DecryptUpdate(cipher, nullptr, &n, Bytes(aad_committed),
                            static_cast<int>(aad_committed.size())) == 1 &&
          EVP_DecryptUpdate(cipher, Bytes(plaintext), &n, Bytes(sealed.ciphertext),
                            static_cast<int>(size)) == 1 &&
          EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(cipher, Bytes(plaintext) + size, &n) != 1) return damaged;
  // GCM binds no key: only the commitment says that this is the one text the part can hold.
  const Bytes32 commitment = Commit(keys, aad, plaintext);
  if (CRYPTO_memcmp(commitment.data(), sealed.commitment.data(), commitment.size()) != 0) {
    return damaged;
  }
  return plaintext;
}

}  // namespace skyndsamt::vault
