#include "eventstore/base/coding.h"

#include <gtest/gtest.h>

#include <random>

namespace skyndsamt {
namespace {

TEST(Coding, PutsTheMostSignificantByteFirst) {
  std::string out;
  PutU8(out, 0xfe);
  PutU16(out, 0x0102);
  PutU32(out, 0x03040506);
  PutU64(out, 0x0708090a0b0c0d0e);
  EXPECT_EQ(out, "\xfe\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e");
}

TEST(Coding, ReadsBackWhatWasPut) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t value = random() >> (random() % 64);
    std::string out;
    PutU64(out, value);
    PutU32(out, static_cast<uint32_t>(value));
    PutU16(out, static_cast<uint16_t>(value));
    PutU8(out, static_cast<uint8_t>(value));
    out += "tail";
    ByteReader reader(out);
    EXPECT_EQ(reader.U64(), value);
    EXPECT_EQ(reader.U32(), static_cast<uint32_t>(value));
    EXPECT_EQ(reader.U16(), static_cast<uint16_t>(value));
    EXPECT_EQ(reader.U8(), static_cast<uint8_t>(value));
    EXPECT_FALSE(reader.complete());
    EXPECT_EQ(reader.Take(4), "tail");
    EXPECT_TRUE(reader.complete());
  }
}

TEST(Coding, ReadingPastTheEndIsRememberedAndGivesNothing) {
  ByteReader reader("abc");
  EXPECT_EQ(reader.U32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.Take(1), "");
  EXPECT_EQ(reader.U8(), 0);
  EXPECT_FALSE(reader.complete());
}

}  // namespace
}  // namespace skyndsamt
