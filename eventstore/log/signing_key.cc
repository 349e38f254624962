#include "eventstore/log/signing_key.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "eventstore/vault/key_files.h"
#include "eventstore/vault/secret_file.h"

namespace skyndsamt::log {

std::string SigningKeyPath(const std::string& directory) { return directory + "/checkpoint.key"; }

absl::StatusOr<std::optional<merkle::NoteSigner>> ReadSigningKey(const std::string& directory,
                                                                 const std::string& origin) {
  const std::string path = SigningKeyPath(directory);
  const auto text = vault::ReadSecretFile(path);
  if (!text.ok()) return text.status();
  if (!text->has_value()) return std::nullopt;
  const absl::string_view line = absl::StripSuffix(**text, "\n");
  auto signer = merkle::NoteSigner::Parse(std::string(line));
  if (!signer.ok()) return absl::DataLossError(absl::StrCat(path, " holds no signing key"));
  if (signer->verifier().name() != origin) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is the key of the log ", signer->verifier().name()));
  }
  return *std::move(signer);
}

absl::StatusOr<merkle::NoteSigner> MakeSigningKey(const std::string& directory,
                                                  const std::string& origin) {
  if (!merkle::IsNoteName(origin)) {
    return absl::InvalidArgumentError(
        "a log that signs checkpoints is named in printable ASCII without space and '+'");
  }
  const std::string path = SigningKeyPath(directory);
  const auto there = vault::ReadSecretFile(path);
  if (!there.ok()) return there.status();
  if (there->has_value()) return absl::AlreadyExistsError(absl::StrCat(path, " is there already"));
  const auto signer = merkle::NoteSigner::FromSeed(origin, vault::RandomKey());
  auto written = vault::ReplaceSecretFile(directory, path, signer.Encode() + "\n");
  if (!written.ok()) return written;
  return signer;
}

}  // namespace skyndsamt::log
