// Big-endian byte coding for keys, leaf data and framing.
#pragma once

#include <endian.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace skyndsamt {

// In the header, and by the machine's own byte swap: a record holds a dozen numbers.
template <typename T>
void PutBytes(std::string& out, T big) {
  out.append(reinterpret_cast<const char*>(&big), sizeof big);
}
inline void PutU8(std::string& out, uint8_t value) { out.push_back(static_cast<char>(value)); }
inline void PutU16(std::string& out, uint16_t value) { PutBytes(out, htobe16(value)); }
inline void PutU32(std::string& out, uint32_t value) { PutBytes(out, htobe32(value)); }
inline void PutU64(std::string& out, uint64_t value) { PutBytes(out, htobe64(value)); }

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
