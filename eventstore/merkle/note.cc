#include "eventstore/merkle/note.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/base/sha256.h"

namespace skyndsamt::merkle {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";
constexpr std::string_view kSecretPrefix = "PRIVATE+KEY+";
constexpr char kEd25519 = 1;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kSignatureBytes = 64;
constexpr size_t kMaxNoteBytes = 64 << 10;

absl::string_view ForAbsl(std::string_view text) { return {text.data(), text.size()}; }

std::string Base64(std::string_view bytes) { return absl::Base64Escape(ForAbsl(bytes)); }

// Only what Base64 would have written: one text for one value.
std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(ForAbsl(text), &bytes) || Base64(bytes) != text) return std::nullopt;
  return bytes;
}

std::string KeyId(std::string_view name, const Bytes32& public_key) {
  std::string named(name);
  named.push_back('\n');
  named.push_back(kEd25519);
  return std::string(View(Sha256Of(named.append(View(public_key)))).substr(0, kKeyIdBytes));
}

std::string EncodeKey(std::string_view name, std::string_view key_id, const Bytes32& key) {
  std::string typed(1, kEd25519);
  typed.append(View(key));
  std::string encoded =
      absl::StrCat(ForAbsl(name), "+", absl::BytesToHexString(ForAbsl(key_id)), "+", Base64(typed));
  OPENSSL_cleanse(typed.data(), typed.size());
  return encoded;
}

// name+hex(key id)+base64(0x01 || key): what both kinds of key share.
struct EncodedKey {
  std::string_view name;
  std::string_view key_id;  // in hex
  Bytes32 key{};
};

std::optional<EncodedKey> SplitKey(std::string_view text) {
  EncodedKey split;
  const size_t first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  split.name = text.substr(0, first);
  split.key_id = text.substr(first + 1, second - first - 1);
  const auto typed = FromBase64(text.substr(second + 1));
  if (!IsNoteName(split.name) || !typed || typed->size() != 33 || typed->front() != kEd25519) {
    return std::nullopt;
  }
  split.key = ToArray<32>(std::string_view(*typed).substr(1));
  return split;
}

// One signature of a note.
struct Signature {
  std::string_view name;
  std::string blob;  // key id || signature
};

std::optional<Signature> ParseSignature(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(kDash.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  auto blob = FromBase64(line.substr(space + 1));
  if (!IsNoteName(line.substr(0, space)) || !blob || blob->size() <= kKeyIdBytes) {
    return std::nullopt;
  }
  return Signature{line.substr(0, space), *std::move(blob)};
}

struct Note {
  std::string_view text;
  std::vector<Signature> signatures;
};

std::optional<Note> SplitNote(std::string_view note) {
  const size_t blank = note.rfind("\n\n");
  if (note.size() > kMaxNoteBytes || blank == std::string_view::npos || !note.ends_with('\n')) {
    return std::nullopt;
  }
  Note split{note.substr(0, blank + 1), {}};
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  if (std::any_of(note.begin(), note.end(), is_control)) return std::nullopt;
  for (std::string_view rest = note.substr(blank + 2); !rest.empty();) {
    const size_t end = rest.find('\n');
    auto signature = ParseSignature(rest.substr(0, end));
    if (!signature) return std::nullopt;
    split.signatures.push_back(*std::move(signature));
    rest.remove_prefix(end + 1);
  }
  return split;
}

std::shared_ptr<EVP_PKEY> Owned(EVP_PKEY* key) {
  if (key == nullptr) std::abort();
  return {key, EVP_PKEY_free};
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* Raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

bool IsNoteName(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '+';
  });
}

NoteVerifier::NoteVerifier(std::string name, const Bytes32& public_key)
    : name_(std::move(name)),
      public_key_(public_key),
      key_id_(KeyId(name_, public_key)),
      key_(Owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(),
                                             public_key.size()))) {}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(std::string_view verifier_key) {
  const auto malformed = absl::InvalidArgumentError("not an Ed25519 verifier key");
  const auto split = SplitKey(verifier_key);
  if (!split) return malformed;
  NoteVerifier verifier(std::string(split->name), split->key);
  if (verifier.Encode() != verifier_key) return malformed;
  return verifier;
}

std::string NoteVerifier::Encode() const { return EncodeKey(name_, key_id_, public_key_); }

absl::StatusOr<std::string> NoteVerifier::Open(std::string_view note) const {
  const auto split = SplitNote(note);
  if (!split) return absl::DataLossError("not a signed note");
  size_t ours = 0;
  for (const Signature& signature : split->signatures) {
    const std::string_view blob = signature.blob;
    if (signature.name != name_ || blob.substr(0, kKeyIdBytes) != key_id_) continue;
    ++ours;
    if (!Verify(split->text, blob.substr(kKeyIdBytes))) {
      return absl::DataLossError("the note's signature does not hold");
    }
  }
  if (ours != 1) return absl::DataLossError("the note is not signed once by the expected key");
  return std::string(split->text);
}

bool NoteVerifier::Verify(std::string_view text, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Raw(signature), signature.size(), Raw(text),
                          text.size()) == 1;
}

NoteSigner NoteSigner::FromSeed(std::string name, const Bytes32& seed) {
  auto key =
      Owned(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  Bytes32 public_key{};
  size_t size = public_key.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), public_key.data(), &size) != 1) std::abort();
  return NoteSigner(std::move(key), NoteVerifier(std::move(name), public_key));
}

absl::StatusOr<NoteSigner> NoteSigner::Parse(std::string_view signer_key) {
  const auto malformed = absl::InvalidArgumentError("not an Ed25519 signer key");
  if (!signer_key.starts_with(kSecretPrefix)) return malformed;
  auto split = SplitKey(signer_key.substr(kSecretPrefix.size()));
  if (!split) return malformed;
  NoteSigner signer = FromSeed(std::string(split->name), split->key);
  OPENSSL_cleanse(split->key.data(), split->key.size());
  if (signer.Encode() != signer_key) return malformed;
  return signer;
}

std::string NoteSigner::Encode() const {
  Bytes32 seed{};
  size_t size = seed.size();
  if (EVP_PKEY_get_raw_private_key(key_.get(), seed.data(), &size) != 1) std::abort();
  std::string encoded =
      absl::StrCat(ForAbsl(kSecretPrefix), EncodeKey(verifier_.name_, verifier_.key_id_, seed));
  OPENSSL_cleanse(seed.data(), seed.size());
  return encoded;
}

std::string NoteSigner::Sign(std::string_view text) const {
  assert(text.ends_with('\n') && text.find("\n\n") == std::string_view::npos);
  std::string blob = verifier_.key_id_;
  blob.resize(kKeyIdBytes + kSignatureBytes);
  size_t size = kSignatureBytes;
  const Context context(EVP_MD_CTX_new());
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(blob.data()) + kKeyIdBytes,
                     &size, Raw(text), text.size()) != 1) {
    std::abort();
  }
  return absl::StrCat(ForAbsl(text), "\n", ForAbsl(kDash), verifier_.name_, " ", Base64(blob),
                      "\n");
}

}  // namespace skyndsamt::merkle
