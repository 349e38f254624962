// Signed checkpoints: the known answer byte for byte, and everything that differs from it refused.
#include "eventstore/merkle/checkpoint.h"

#include <gtest/gtest.h>

#include <numeric>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace skyndsamt::merkle {
namespace {

constexpr char kOrigin[] = "skyndsamt.example/log/1";
constexpr char kVerifierKey[] =
    "skyndsamt.example/log/1+9afe6908+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr char kNote[] =
    "skyndsamt.example/log/1\n"
    "8\n"
    "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    "\n"
    "\xe2\x80\x94 skyndsamt.example/log/1 "
    "mv5pCM3bINLy2yoBrQxtKbbxcY6pl5fIIe2KVMmTfSPo7c/"
    "en6N7NZGA7dBVfSUDYnpuyOTuuCGcU5JRAH+iIqJ5lwg=\n";

NoteSigner KnownSigner() {
  Bytes32 seed;
  std::iota(seed.begin(), seed.end(), uint8_t{0});
  return NoteSigner::FromSeed(kOrigin, seed);
}

Checkpoint KnownCheckpoint() {
  const std::string root =
      absl::HexStringToBytes("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  return {kOrigin, 8, ToArray<32>(root)};
}

NoteVerifier Other() { return NoteSigner::FromSeed(kOrigin, Bytes32{7}).verifier(); }

std::string WithAnotherSignature(const std::string& note, const NoteSigner& signer) {
  const std::string second = signer.Sign(note.substr(0, note.rfind("\n\n") + 1));
  return note + second.substr(second.rfind("\n\n") + 2);
}

bool Opens(std::string_view note) {
  return OpenCheckpoint(note, {KnownSigner().verifier()}, kOrigin).ok();
}

TEST(Checkpoint, IsTheKnownNote) {
  EXPECT_EQ(KnownSigner().verifier().Encode(), kVerifierKey);
  EXPECT_EQ(SignCheckpoint(KnownCheckpoint(), KnownSigner()), kNote);
}

TEST(Checkpoint, OpensWithTheVerifierKeyAlone) {
  const auto verifier = NoteVerifier::Parse(kVerifierKey);
  ASSERT_TRUE(verifier.ok());
  const auto opened = OpenCheckpoint(kNote, {*verifier}, kOrigin);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*opened, KnownCheckpoint());
}

TEST(Checkpoint, IsRefusedWithAnyBitOfItTurned) {
  const std::string note = kNote;
  for (size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string mutated = note;
      mutated[i] = static_cast<char>(mutated[i] ^ (1 << bit));
      ASSERT_FALSE(Opens(mutated)) << "byte " << i << ", bit " << bit;
    }
  }
}

TEST(Checkpoint, IsRefusedWithAnyByteMissingOrDoubled) {
  const std::string note = kNote;
  for (size_t i = 0; i <= note.size(); ++i) {
    ASSERT_EQ(Opens(note.substr(0, i)), i == note.size()) << "cut at " << i;
    if (i == note.size()) break;
    std::string mutated = note;
    mutated.erase(i, 1);
    ASSERT_FALSE(Opens(mutated)) << "without byte " << i;
    mutated = note;
    mutated.insert(i, 1, note[i]);
    ASSERT_FALSE(Opens(mutated)) << "byte " << i << " twice";
  }
}

TEST(Checkpoint, IsRefusedWithAnyLineMissingDoubledOrMoved) {
  const std::vector<std::string> lines = absl::StrSplit(kNote, '\n');
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    auto mutated = lines;
    mutated.erase(mutated.begin() + static_cast<ptrdiff_t>(i));
    ASSERT_FALSE(Opens(absl::StrJoin(mutated, "\n"))) << "without line " << i;
    mutated = lines;
    mutated.insert(mutated.begin() + static_cast<ptrdiff_t>(i), lines[i]);
    ASSERT_FALSE(Opens(absl::StrJoin(mutated, "\n"))) << "line " << i << " twice";
    for (size_t j = 0; j < i; ++j) {
      mutated = lines;
      std::swap(mutated[i], mutated[j]);
      ASSERT_FALSE(Opens(absl::StrJoin(mutated, "\n"))) << "lines " << i << " and " << j;
    }
  }
}

TEST(Checkpoint, IsRefusedUnderAnotherKeyOrAnotherName) {
  EXPECT_FALSE(OpenCheckpoint(kNote, {Other()}, kOrigin).ok());
  EXPECT_FALSE(OpenCheckpoint(kNote, {}, kOrigin).ok());
  EXPECT_FALSE(OpenCheckpoint(kNote, {KnownSigner().verifier()}, "skyndsamt.example/log/2").ok());
  // Signed by the key we know, but about a log of another name.
  Checkpoint other = KnownCheckpoint();
  other.origin = "skyndsamt.example/log/2";
  EXPECT_FALSE(Opens(SignCheckpoint(other, KnownSigner())));
}

TEST(Checkpoint, OneOfSeveralKeysSuffices) {
  EXPECT_TRUE(OpenCheckpoint(kNote, {Other(), KnownSigner().verifier()}, kOrigin).ok());
}

TEST(Checkpoint, AWitnessMaySignBesideButNobodyTwice) {
  const NoteSigner witness = NoteSigner::FromSeed("witness.example", Bytes32{9});
  const std::string cosigned = WithAnotherSignature(kNote, witness);
  EXPECT_TRUE(Opens(cosigned));
  EXPECT_TRUE(witness.verifier().Open(cosigned).ok());
  EXPECT_FALSE(Opens(WithAnotherSignature(kNote, KnownSigner())));
  EXPECT_FALSE(Opens(cosigned + "\xe2\x80\x94 witness.example AAAA\n"));
  EXPECT_FALSE(Opens(cosigned + "witness.example AAAAAAAA\n"));
}

// Signed all the same: what a checkpoint may say is one text for one meaning.
TEST(Checkpoint, OtherTextsThanItsOwnAreRefusedThoughTheyAreSigned) {
  const std::string root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
  const std::string origin = absl::StrCat(kOrigin, "\n");
  ASSERT_TRUE(Opens(KnownSigner().Sign(origin + "8\n" + root)));
  for (const std::string& text :
       {origin + "08\n" + root, origin + "+8\n" + root, origin + " 8\n" + root,
        origin + "-8\n" + root, origin + "\n8\n" + root.substr(1), origin + "8 \n" + root,
        origin + "18446744073709551616\n" + root, origin + "8\n" + root + "extension\n",
        origin + "8\n" + root.substr(4), origin + "8\n" + root.substr(0, 43) + "\n",
        origin + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz-Nw7_RgQyg=\n",
        origin + "8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n", "\n8\n" + root,
        origin + "8\n", origin}) {
    if (text.find("\n\n") != std::string::npos || text.front() == '\n') continue;
    EXPECT_FALSE(Opens(KnownSigner().Sign(text))) << text;
  }
  const std::string largest = origin + "18446744073709551615\n" + root;
  EXPECT_TRUE(Opens(KnownSigner().Sign(largest)));
}

TEST(NoteKeys, AreReadBackAsTheyWereWritten) {
  const NoteSigner signer = KnownSigner();
  const auto parsed = NoteSigner::Parse(signer.Encode());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Encode(), signer.Encode());
  EXPECT_EQ(SignCheckpoint(KnownCheckpoint(), *parsed), kNote);
  EXPECT_EQ(NoteVerifier::Parse(kVerifierKey)->Encode(), kVerifierKey);
}

TEST(NoteKeys, AreRefusedWithAnyBitTurned) {
  for (const bool secret : {false, true}) {
    const std::string key = secret ? KnownSigner().Encode() : kVerifierKey;
    for (size_t i = 0; i < key.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string mutated = key;
        mutated[i] = static_cast<char>(mutated[i] ^ (1 << bit));
        ASSERT_FALSE(secret ? NoteSigner::Parse(mutated).ok() : NoteVerifier::Parse(mutated).ok())
            << "byte " << i << ", bit " << bit;
      }
      ASSERT_FALSE(NoteVerifier::Parse(key.substr(0, i)).ok());
      ASSERT_FALSE(NoteSigner::Parse(key.substr(0, i)).ok());
    }
  }
}

TEST(NoteKeys, NamesArePrintableWithoutSpaceAndPlus) {
  EXPECT_TRUE(IsNoteName("a"));
  EXPECT_TRUE(IsNoteName(std::string(255, 'a')));
  for (const std::string name : {"", "a b", "a+b", "a\n", "\xc3\xa5", "\x7f"}) {
    EXPECT_FALSE(IsNoteName(name)) << name;
  }
  EXPECT_FALSE(IsNoteName(std::string(256, 'a')));
}

}  // namespace
}  // namespace skyndsamt::merkle
