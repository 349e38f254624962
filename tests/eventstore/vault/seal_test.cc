// The worked vector of the format, and every way a sealed part can be tampered with.
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "eventstore/base/coding.h"
#include "eventstore/vault/key_wrap.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {
namespace {

template <size_t N>
std::array<uint8_t, N> Rising(uint8_t from) {
  std::array<uint8_t, N> out;
  for (size_t i = 0; i < N; ++i) out[i] = static_cast<uint8_t>(from + i);
  return out;
}

std::string Hex(std::string_view bytes) {
  return absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
}

Bytes32 Filled(uint8_t byte) {
  Bytes32 out;
  out.fill(byte);
  return out;
}

constexpr char kPlaintext[] = "{\"namn\":\"Åsa Öberg\"}";

struct Vector {
  KeyId id = KeyId::FromBytes(std::string(16, '\xbb'));
  Key key = Rising<32>(0x40);
  Bytes32 salt = Filled(0x11);
  EventId event{Rising<16>(0)};
  SealedPart part = Seal(id, key, salt, event, 0, kPlaintext);
};

// RFC 4231, cases 1, 2 and 6, and an empty key and message.
TEST(Hmac, MatchesTheRfc) {
  EXPECT_EQ(Hex(View(HmacSha256(std::string(20, '\x0b'), "Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Hex(View(HmacSha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(View(HmacSha256(std::string(131, '\xaa'),
                                "Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(Hex(View(HmacSha256("", ""))),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Seal, MatchesTheWorkedVector) {
  const Vector v;
  EXPECT_EQ(Hex(View(v.part.commitment)),
            "2ef3f6ead030aa10f6ec80f9bef5cecec7a20097679b24771842ee952ee0ec9e");
  EXPECT_EQ(Hex(v.part.ciphertext),
            "397d53346d7752a126b292f6d12e68231ca9fc8b402ae272b7a859d6107b975d573c2dc82583");
  EXPECT_EQ(Hex(View(v.part.CiphertextDigest())),
            "867c28da590819599385b878a40549b2f1d8aafbffe4d486d2d1d1085fe67bfc");
  const auto opened = Open(v.part, v.key, v.event, 0);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(*opened, kPlaintext);
}

// The whole leaf of the worked vector, so that part and leaf are known to fit.
TEST(Seal, FitsTheLeafOfTheWorkedVector) {
  const Vector v;
  std::string leaf("skyndsamt/leaf/v1\0", 18);
  PutU64(leaf, 0);
  PutU64(leaf, 1700000000000000);
  leaf.append(v.event.view()).append(16, '\xaa');
  PutU64(leaf, 0);
  leaf.append(32, '\0');
  PutU8(leaf, 13);
  leaf.append("case.reported");
  PutU32(leaf, 1);
  leaf.append(View(Sha256Of("{}")));
  PutU16(leaf, 1);
  leaf.append(v.part.key.view()).append(View(v.part.commitment));
  leaf.append(View(v.part.CiphertextDigest()));
  ASSERT_EQ(leaf.size(), 238u);
  EXPECT_EQ(Hex(View(Sha256().Update(std::string_view("\0", 1)).Update(leaf).Finish())),
            "508b99ffa98700f89a86e46c4bc348a0630afdf78d9bedec5b1458dbdb817853");
}

TEST(Seal, OpensNothingThatWasTamperedWith) {
  const Vector v;
  for (size_t i = 0; i < v.part.ciphertext.size(); ++i) {
    SealedPart changed = v.part;
    changed.ciphertext[i] = static_cast<char>(changed.ciphertext[i] ^ 1);
    EXPECT_TRUE(absl::IsDataLoss(Open(changed, v.key, v.event, 0).status())) << "byte " << i;
  }
  for (size_t i = 0; i < 32; ++i) {
    SealedPart salted = v.part, committed = v.part;
    salted.salt[i] ^= 0x80;
    committed.commitment[i] ^= 0x80;
    EXPECT_TRUE(absl::IsDataLoss(Open(salted, v.key, v.event, 0).status()));
    EXPECT_TRUE(absl::IsDataLoss(Open(committed, v.key, v.event, 0).status()));
  }
  for (size_t length : {size_t{0}, size_t{15}, size_t{16}, v.part.ciphertext.size() - 1}) {
    SealedPart cut = v.part;
    cut.ciphertext.resize(length);
    EXPECT_TRUE(absl::IsDataLoss(Open(cut, v.key, v.event, 0).status())) << length;
  }
}

TEST(Seal, BindsAPartToItsKeyItsEventAndItsPlace) {
  const Vector v;
  EXPECT_TRUE(absl::IsDataLoss(Open(v.part, Rising<32>(0x41), v.event, 0).status()));
  EXPECT_TRUE(absl::IsDataLoss(Open(v.part, v.key, EventId{Rising<16>(1)}, 0).status()));
  EXPECT_TRUE(absl::IsDataLoss(Open(v.part, v.key, v.event, 1).status()));
}

TEST(Seal, ReturnsEveryTextOfEveryLength) {
  std::mt19937_64 random(7);
  for (size_t length = 0; length < 300; ++length) {
    std::string text(length, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const std::string padded = Pad(text);
    EXPECT_EQ(padded.size() % 64, 0u);
    EXPECT_GT(padded.size(), text.size());
    const Vector v;
    const SealedPart part = Seal(v.id, v.key, v.salt, v.event, 3, padded);
    const auto opened = Open(part, v.key, v.event, 3);
    ASSERT_TRUE(opened.ok());
    const auto unpadded = Unpad(*opened);
    ASSERT_TRUE(unpadded.ok());
    EXPECT_EQ(*unpadded, text);
  }
}

TEST(Seal, RefusesPaddingThatIsNone) {
  EXPECT_FALSE(Unpad("").ok());
  EXPECT_FALSE(Unpad(std::string(64, '\0')).ok());
  EXPECT_FALSE(Unpad(std::string(64, 'a')).ok());
  EXPECT_FALSE(Unpad("a\x80").ok());
}

// RFC 5649 section 6 wraps 20 and 7 bytes; a 32-byte key is what is wrapped here, so the check is
// that only the same wrapping key and the same bytes open.
TEST(KeyWrap, OpensOnlyWithItsKeyAndUnchanged) {
  const Key wrapping = Rising<32>(1), key = Rising<32>(100);
  const std::string wrapped = WrapKey(wrapping, key);
  ASSERT_EQ(wrapped.size(), kWrappedKeyBytes);
  const auto opened = UnwrapKey(wrapping, wrapped);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(*opened, key);
  EXPECT_FALSE(UnwrapKey(Rising<32>(2), wrapped).ok());
  for (size_t i = 0; i < wrapped.size(); ++i) {
    std::string changed = wrapped;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    EXPECT_TRUE(absl::IsDataLoss(UnwrapKey(wrapping, changed).status())) << "byte " << i;
  }
  EXPECT_FALSE(UnwrapKey(wrapping, wrapped.substr(1)).ok());
}

}  // namespace
}  // namespace skyndsamt::vault
