// Big-endian byte coding for keys, leaf data and framing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace skyndsamt {

void PutU8(std::string& out, uint8_t value);
void PutU16(std::string& out, uint16_t value);
void PutU32(std::string& out, uint32_t value);
void PutU64(std::string& out, uint64_t value);

// Reads from the front of a view. After any read past the end `ok()` is false and values are zero
// or empty; check once at the end. Not thread-safe.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  uint8_t U8();
  uint16_t U16();
  uint32_t U32();
  uint64_t U64();
  std::string_view Take(size_t n);
  std::string_view rest() const { return bytes_; }
  bool ok() const { return ok_; }
  // True if every byte was read and nothing was missing.
  bool complete() const { return ok_ && bytes_.empty(); }

 private:
  uint64_t Big(size_t n);

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace skyndsamt
