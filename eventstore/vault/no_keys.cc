#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {
namespace {

absl::Status None() { return absl::FailedPreconditionError("key store: this copy has no keys"); }

class NoKeyStore final : public KeyStore {
 public:
  absl::StatusOr<std::vector<FreshKey>> Take(size_t) override { return None(); }
  absl::StatusOr<Key> Find(const KeyId&) override {
    return absl::NotFoundError("key store: this copy has no keys");
  }
  absl::StatusOr<bool> Knows(const KeyId&) override { return None(); }
  absl::Status Erase(const std::vector<KeyId>&) override { return absl::OkStatus(); }
  absl::Status RotateEpoch() override { return absl::OkStatus(); }
  uint64_t epoch() const override { return 0; }
  absl::Status Backup(const std::string&) override { return absl::OkStatus(); }
  absl::Status health() const override { return absl::OkStatus(); }
};

}  // namespace

std::unique_ptr<KeyStore> NoKeys() { return std::make_unique<NoKeyStore>(); }

}  // namespace skyndsamt::vault
