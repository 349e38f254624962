#include "eventstore/base/coding.h"

namespace skyndsamt {
uint64_t ByteReader::Big(size_t n) {
  uint64_t value = 0;
  for (char c : Take(n)) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

uint8_t ByteReader::U8() { return static_cast<uint8_t>(Big(1)); }
uint16_t ByteReader::U16() { return static_cast<uint16_t>(Big(2)); }
uint32_t ByteReader::U32() { return static_cast<uint32_t>(Big(4)); }
uint64_t ByteReader::U64() { return Big(8); }

std::string_view ByteReader::Take(size_t n) {
  if (n > bytes_.size()) {
    ok_ = false;
    bytes_.remove_prefix(bytes_.size());
    return bytes_;
  }
  const std::string_view taken = bytes_.substr(0, n);
  bytes_.remove_prefix(n);
  return taken;
}

}  // namespace skyndsamt
