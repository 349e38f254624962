// What an append must be before it is queued. Pure, safe from any thread.
#pragma once

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::log {

inline constexpr size_t kMaxAppendBytes = 16u << 20;

// The bytes it will take in the log; prepares events that were not. INVALID_ARGUMENT if it is
// empty, names a stream twice, has a malformed type or id, is too large, or its bodies are not
// log.v1.Body with this request's hash and fingerprint and their own index and count.
absl::StatusOr<size_t> CheckAppend(AppendRequest* request);

}  // namespace skyndsamt::log
