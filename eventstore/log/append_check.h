// What an append must be before it is queued. Pure, safe from any thread.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::log {

inline constexpr size_t kMaxAppendBytes = 16u << 20;

// A kind, a dot and a name: lower case, digits, '_' and further dots, at most 255 bytes.
bool IsEventType(std::string_view type);

// The bytes it will take in the log; prepares events that were not. INVALID_ARGUMENT if it is
// empty, names a stream twice, has a malformed type or id, is too large, or its bodies are not
// log.v1.Body with this request's hash and fingerprint and their own index and count.
absl::StatusOr<size_t> CheckAppend(AppendRequest* request);

}  // namespace skyndsamt::log
