// Signed notes (C2SP signed-note) with Ed25519 keys: a text of whole lines, an empty line, and one
// line for each signature.
//
//   <text>\n
//   \n
//   — <key name> <base64(key id[4] || signature[64])>\n          (— is U+2014)
//
// Signed is the text with its last newline. key id = SHA-256(name || 0x0A || 0x01 || public
// key)[0:4]; a verifier key reads name+hex(key id)+base64(0x01 || public key), a signer key
// PRIVATE+KEY+name+hex(key id)+base64(0x01 || seed), as other programs write them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace skyndsamt::merkle {

// Whether a key, and so a log, may be named so: printable ASCII without space and '+', at most 255.
bool IsNoteName(std::string_view name);

// A public key with its name. Immutable, safe from any thread.
class NoteVerifier {
 public:
  // INVALID_ARGUMENT if it is no Ed25519 verifier key or its key id is not its own.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view verifier_key);

  const std::string& name() const { return name_; }
  std::string Encode() const;

  // The text of a note that this key has signed. DATA_LOSS if it is no note, has no signature of
  // this key or two, or a wrong one. Signatures of other keys must be well-formed, no more.
  absl::StatusOr<std::string> Open(std::string_view note) const;

 private:
  friend class NoteSigner;
  NoteVerifier(std::string name, const Bytes32& public_key);
  bool Verify(std::string_view text, std::string_view signature) const;

  std::string name_;
  Bytes32 public_key_;
  std::string key_id_;  // 4 bytes
  std::shared_ptr<EVP_PKEY> key_;
};

// A private key with its name. Immutable, safe from any thread.
class NoteSigner {
 public:
  // The name is IsNoteName.
  static NoteSigner FromSeed(std::string name, const Bytes32& seed);
  // INVALID_ARGUMENT if it is no Ed25519 signer key or its key id is not its own.
  static absl::StatusOr<NoteSigner> Parse(std::string_view signer_key);

  const NoteVerifier& verifier() const { return verifier_; }
  // Secret: for the key file alone.
  std::string Encode() const;

  // The whole note. The text ends with a newline and holds no empty line.
  std::string Sign(std::string_view text) const;

 private:
  NoteSigner(std::shared_ptr<EVP_PKEY> key, NoteVerifier verifier)
      : key_(std::move(key)), verifier_(std::move(verifier)) {}

  std::shared_ptr<EVP_PKEY> key_;
  NoteVerifier verifier_;
};

}  // namespace skyndsamt::merkle
