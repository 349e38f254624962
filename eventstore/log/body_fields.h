// What the log and its relay read in a body (log.v1.Body): which request it belongs to, what caused
// it and its place in the append. Nothing is copied or re-serialised. Pure functions, safe from any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace skyndsamt::log {

struct BodyFields {
  std::string_view request_hash;  // 16 bytes, or empty
  std::string_view fingerprint;   // 32 bytes, or empty
  std::string_view causation;     // 16 bytes where another event caused it
  uint32_t index = 0;             // place within the append
  uint32_t count = 1;             // events in the append
};

// Views into `body`. Absent if it is not a serialised log.v1.Body.
std::optional<BodyFields> ScanBody(std::string_view body);

}  // namespace skyndsamt::log
