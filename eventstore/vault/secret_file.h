// Small files that hold a secret: 0600, written whole (temporary file, sync, rename, sync of the
// directory), refused where others may read them. Stateless, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace skyndsamt::vault {

// The file's bytes, at most 4 KiB; nothing if there is none. FAILED_PRECONDITION if others than its
// owner may read it.
absl::StatusOr<std::optional<std::string>> ReadSecretFile(const std::string& path);

// Replaces the file; the bytes it held before are overwritten with zeros where they lie, as well as
// a file system lets one.
absl::Status ReplaceSecretFile(const std::string& directory, const std::string& path,
                               std::string_view bytes);

}  // namespace skyndsamt::vault
