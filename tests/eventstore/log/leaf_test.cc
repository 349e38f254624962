// The bytes on disk against vectors that a program sharing no code with the product computed
// (leaf_vector.py), and against malformed input.
#include <fstream>
#include <map>
#include <random>

#include "absl/strings/escaping.h"
#include "eventstore/log/body_fields.h"
#include "eventstore/log/key_format.h"
#include "eventstore/log/record_codec.h"
#include "eventstore/merkle/hash.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

class Vector {
 public:
  explicit Vector(std::string name) : name_(std::move(name)) {
    std::ifstream in(SKYNDSAMT_LEAF_VECTOR);
    std::string key;
    std::string value;
    while (in >> key >> value) values_[key] = value;
  }
  std::string Text(const std::string& key) const { return values_.at(name_ + "." + key); }
  std::string Bytes(const std::string& key) const { return absl::HexStringToBytes(Text(key)); }
  uint64_t Number(const std::string& key) const { return std::stoull(Text(key)); }
  bool Has(const std::string& key) const { return values_.contains(name_ + "." + key); }

 private:
  const std::string name_;
  std::map<std::string, std::string> values_;
};

Record RecordOf(const Vector& vector) {
  PreparedEvent event;
  Record record;
  record.position = vector.Number("position");
  record.recorded = static_cast<Micros>(vector.Number("recorded"));
  record.event_id = EventId::FromBytes(vector.Bytes("event_id"));
  record.stream = StreamId::FromBytes(vector.Bytes("stream"));
  record.revision = vector.Number("revision");
  record.previous_leaf_hash = ToArray<32>(vector.Bytes("previous"));
  record.type = vector.Text("type");
  record.schema = static_cast<uint32_t>(vector.Number("schema"));
  record.body = event.body = vector.Bytes("body");
  for (int i = 0; vector.Has("part" + std::to_string(i) + ".key"); ++i) {
    const std::string prefix = "part" + std::to_string(i) + ".";
    SealedPart part;
    part.key = KeyId::FromBytes(vector.Bytes(prefix + "key"));
    part.salt = ToArray<32>(vector.Bytes(prefix + "salt"));
    part.ciphertext = vector.Bytes(prefix + "ciphertext");
    part.commitment = ToArray<32>(vector.Bytes(prefix + "commitment"));
    event.parts.push_back(part);
  }
  event.Prepare();
  record.body_hash = event.body_hash;
  record.parts = event.parts;
  record.leaf_data = EncodeLeaf(record, event.parts_digest);
  return record;
}

TEST(Leaf, GivesTheKnownAnswers) {
  for (const std::string name : {"worked", "body"}) {
    const Vector vector(name);
    const Record record = RecordOf(vector);
    EXPECT_EQ(record.leaf_data, vector.Bytes("leaf"));
    EXPECT_EQ(View(merkle::LeafHash(record.leaf_data)), vector.Bytes("leaf_hash"));
    std::string stored;
    EncodeStored(record, stored);
    EXPECT_EQ(stored, vector.Bytes("stored"));
    EXPECT_EQ(StoredType(stored), record.type);
    EXPECT_EQ(StoredRecorded(stored), record.recorded);
  }
  const Record worked = RecordOf(Vector("worked"));
  EXPECT_EQ(worked.leaf_data.size(), 238u);
  EXPECT_EQ(absl::BytesToHexString(std::string(View(merkle::LeafHash(worked.leaf_data)))),
            "508b99ffa98700f89a86e46c4bc348a0630afdf78d9bedec5b1458dbdb817853");
}

TEST(Leaf, ReadsBackTheKnownAnswers) {
  const Vector vector("body");
  const Record written = RecordOf(vector);
  const auto record = DecodeStored(written.position, vector.Bytes("stored"));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->recorded, written.recorded);
  EXPECT_EQ(record->event_id, written.event_id);
  EXPECT_EQ(record->stream, written.stream);
  EXPECT_EQ(record->revision, written.revision);
  EXPECT_EQ(record->previous_leaf_hash, written.previous_leaf_hash);
  EXPECT_EQ(record->type, written.type);
  EXPECT_EQ(record->schema, written.schema);
  EXPECT_EQ(record->leaf_data, written.leaf_data);
  EXPECT_EQ(record->body, written.body);
  ASSERT_EQ(record->parts.size(), 2u);
  EXPECT_EQ(record->parts[1].ciphertext, written.parts[1].ciphertext);
}

TEST(Leaf, TheKnownBodyIsABody) {
  const std::string bytes = Vector("body").Bytes("body");
  v1::Body body;
  ASSERT_TRUE(body.ParseFromString(bytes));
  EXPECT_EQ(body.actor().role(), "principal");
  EXPECT_EQ(body.sealed_size(), 2);
  const auto fields = ScanBody(bytes);
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->request_hash, body.request_hash());
  EXPECT_EQ(fields->fingerprint, body.fingerprint());
  EXPECT_EQ(fields->index, 1u);
  EXPECT_EQ(fields->count, 2u);
}

TEST(Leaf, WhatIsCutOrLongerIsRefused) {
  const Vector vector("body");
  const std::string stored = vector.Bytes("stored");
  for (size_t kept = 0; kept < stored.size(); ++kept) {
    ASSERT_FALSE(DecodeStored(vector.Number("position"), stored.substr(0, kept)).ok()) << kept;
  }
  EXPECT_FALSE(DecodeStored(vector.Number("position"), stored + "x").ok());
  EXPECT_FALSE(DecodeStored(vector.Number("position") + 1, stored).ok());
}

TEST(Leaf, RandomDamageNeverReadsPastTheEnd) {
  const Vector vector("body");
  const std::string stored = vector.Bytes("stored");
  const std::string body = vector.Bytes("body");
  std::mt19937_64 random(5);
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = stored;
    for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] = static_cast<char>(random());
    damaged.resize(damaged.size() - random() % 10);
    const auto record = DecodeStored(vector.Number("position"), damaged);
    if (record.ok()) {
      EXPECT_LE(record->body.size(), damaged.size());
    }
    StoredType(damaged);
    std::string scanned = body;
    scanned[random() % scanned.size()] = static_cast<char>(random());
    if (const auto fields = ScanBody(scanned)) {
      EXPECT_LE(fields->request_hash.size() + fields->fingerprint.size(), scanned.size());
    }
  }
}

TEST(KeyFormat, StreamRowsSortNewestFirstAndReadBack) {
  const StreamId stream = StreamNamed("s");
  EXPECT_LT(StreamKey(stream, 5), StreamKey(stream, 4));
  const auto row = ParseStreamRow(StreamKey(stream, 7), StreamValue(9, Sha256Of("x")));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->revision, 7u);
  EXPECT_EQ(row->position, 9u);
  EXPECT_EQ(row->leaf_hash, Sha256Of("x"));
  EXPECT_FALSE(ParseStreamRow(StreamKey(stream, 7), "short").has_value());
  EXPECT_FALSE(ParseStreamRow("short", StreamValue(9, {})).has_value());
}

TEST(KeyFormat, OtherRowsReadBackAndRefuseWhatIsMalformed) {
  const FrontierRow row{3, kStart, {Sha256Of("a"), Sha256Of("b")}};
  const auto frontier = ParseFrontier(FrontierValue(row));
  ASSERT_TRUE(frontier.has_value());
  EXPECT_EQ(frontier->peaks, row.peaks);
  EXPECT_FALSE(ParseFrontier(FrontierValue(row).substr(1)).has_value());
  const std::string slot = HighWaterSlotValue({4, {9, Sha256Of("x")}});
  ASSERT_EQ(slot.size(), kHighWaterSlotBytes);
  EXPECT_EQ(ParseHighWaterSlot(slot)->mark.size, 9u);
  for (size_t i = 0; i < slot.size(); ++i) {
    std::string damaged = slot;
    damaged[i] ^= 1;
    EXPECT_FALSE(ParseHighWaterSlot(damaged).has_value()) << i;
  }
  EXPECT_EQ(ParseFormatFile(FormatFileText("a/b")), "a/b");
  EXPECT_FALSE(ParseFormatFile("skyndsamt-log 1\n").has_value());
  EXPECT_FALSE(ParseFormatFile("skyndsamt-log 2\na/b\n").has_value());
  EXPECT_FALSE(ParseLogKey("1234567").has_value());
}

}  // namespace
}  // namespace skyndsamt::log
