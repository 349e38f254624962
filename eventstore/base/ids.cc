#include "eventstore/base/ids.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "eventstore/base/sha256.h"

namespace skyndsamt {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool DashAt(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

absl::StatusOr<Bytes16> ParseUuid(std::string_view text) {
  const auto malformed = absl::InvalidArgumentError("not a UUID");
  if (text.size() != 36) return malformed;
  Bytes16 out{};
  size_t nibble = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (DashAt(i)) {
      if (text[i] != '-') return malformed;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return malformed;
    out[nibble / 2] = static_cast<uint8_t>(out[nibble / 2] << 4 | digit);
    ++nibble;
  }
  return out;
}

std::string FormatUuid(const Bytes16& bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (DashAt(out.size())) out.push_back('-');
    out.push_back(kHex[bytes[i] >> 4]);
    out.push_back(kHex[bytes[i] & 15]);
  }
  return out;
}

Bytes16 RandomUuid() {
  Bytes16 out;
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
  out[6] = static_cast<uint8_t>((out[6] & 0x0f) | 0x40);
  out[8] = static_cast<uint8_t>((out[8] & 0x3f) | 0x80);
  return out;
}

Bytes16 DerivedUuid(std::string_view scope, std::string_view name) {
  Sha256 hash;
  hash.Update(scope).Update(std::string_view("\0", 1)).Update(name);
  Bytes16 out = ToArray<16>(View(hash.Finish()));
  out[6] = static_cast<uint8_t>((out[6] & 0x0f) | 0x80);
  out[8] = static_cast<uint8_t>((out[8] & 0x3f) | 0x80);
  return out;
}

}  // namespace skyndsamt
