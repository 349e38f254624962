// Strong ids. An Id<Tag> is 16 bytes that cannot be mistaken for another kind of id; its text is a
// lower-case UUID. Positions and revisions are plain uint64_t under their own names.
// Value types, no synchronisation needed.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace skyndsamt {

// A place in the log: gapless from 0, given at commit.
using Position = uint64_t;
// A place in one stream: gapless from 0.
using Revision = uint64_t;
// Microseconds since 1970-01-01T00:00:00Z.
using Micros = int64_t;

using Bytes16 = std::array<uint8_t, 16>;
using Bytes32 = std::array<uint8_t, 32>;

// The bytes as a string_view, for hashing, storing and sending. Valid while the array lives.
template <size_t N>
std::string_view View(const std::array<uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

// Copies exactly N bytes; the caller has checked the length.
template <size_t N>
std::array<uint8_t, N> ToArray(std::string_view bytes) {
  std::array<uint8_t, N> out{};
  std::memcpy(out.data(), bytes.data(), bytes.size() < N ? bytes.size() : N);
  return out;
}

// Accepts the 36-character form in either case; INVALID_ARGUMENT otherwise. No text is echoed.
absl::StatusOr<Bytes16> ParseUuid(std::string_view text);
std::string FormatUuid(const Bytes16& bytes);
// A version 4 UUID from the system's generator.
Bytes16 RandomUuid();
// A version 8 UUID from SHA-256(scope | 0 | name): the same for the same input, anywhere.
Bytes16 DerivedUuid(std::string_view scope, std::string_view name);

template <typename Tag>
struct Id {
  Bytes16 bytes{};

  static absl::StatusOr<Id> Parse(std::string_view text) {
    auto parsed = ParseUuid(text);
    if (!parsed.ok()) return parsed.status();
    return Id{*parsed};
  }
  static Id Random() { return Id{RandomUuid()}; }
  static Id FromBytes(std::string_view raw) { return Id{ToArray<16>(raw)}; }
  std::string ToString() const { return FormatUuid(bytes); }
  std::string_view view() const { return View(bytes); }
  bool empty() const { return bytes == Bytes16{}; }
  auto operator<=>(const Id&) const = default;

  template <typename H>
  friend H AbslHashValue(H h, const Id& id) {
    return H::combine(std::move(h), id.bytes);
  }
};

using StreamId = Id<struct StreamTag>;
using EventId = Id<struct EventTag>;
using KeyId = Id<struct KeyTag>;
// SHA-256(scope | request id), truncated: what the log remembers of a request id for ever.
using RequestKey = Id<struct RequestTag>;

}  // namespace skyndsamt

template <typename Tag>
struct std::hash<skyndsamt::Id<Tag>> {
  size_t operator()(const skyndsamt::Id<Tag>& id) const noexcept {
    size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);
    return h;
  }
};
