// The key that signs a log's checkpoints: one line, PRIVATE+KEY+origin+..., in a file of mode 0600
// that is in no backup. Keep a copy apart: who checks checkpoints knows this key, and a promoted
// replica goes on with it. Stateless, safe from any thread.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::log {

// DIRECTORY/checkpoint.key.
std::string SigningKeyPath(const std::string& directory);

// Nothing if there is none. FAILED_PRECONDITION if others may read it or it is another log's,
// DATA_LOSS if it is damaged.
absl::StatusOr<std::optional<merkle::NoteSigner>> ReadSigningKey(const std::string& directory,
                                                                 const std::string& origin);

// A fresh random one, durably. ALREADY_EXISTS if there is one; INVALID_ARGUMENT if no key can be
// named like this log (merkle::IsNoteName).
absl::StatusOr<merkle::NoteSigner> MakeSigningKey(const std::string& directory,
                                                  const std::string& origin);

}  // namespace skyndsamt::log
