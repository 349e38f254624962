#include "eventstore/log/record_codec.h"

#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"
#include "eventstore/log/key_format.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kRecordedOffset = kLeafPrefix.size() + 8;
constexpr size_t kTypeOffset = kRecordedOffset + 8 + 16 + 16 + 8 + 32;
constexpr size_t kFixedLeafBytes = kTypeOffset + 1 + 4 + 32 + 2;
constexpr size_t kPartDigestBytes = 16 + 32 + 32;

size_t BodyAndPartsBytes(std::string_view body, const std::vector<SealedPart>& parts) {
  size_t bytes = 4 + body.size();
  for (const SealedPart& part : parts) bytes += 32 + 4 + part.ciphertext.size() + 32;
  return bytes;
}

}  // namespace

std::string PartsDigest(const std::vector<SealedPart>& parts) {
  std::string digest;
  digest.reserve(2 + parts.size() * kPartDigestBytes);
  PutU16(digest, static_cast<uint16_t>(parts.size()));
  for (const SealedPart& part : parts) {
    digest.append(part.key.view()).append(View(part.commitment));
    digest.append(View(part.CiphertextDigest()));
  }
  return digest;
}

void PreparedEvent::Prepare() {
  body_hash = Sha256Of(body);
  parts_digest = PartsDigest(parts);
}

std::string EncodeLeaf(const Record& record, std::string_view parts_digest) {
  std::string leaf;
  leaf.reserve(kFixedLeafBytes + record.type.size() + parts_digest.size());
  leaf.append(kLeafPrefix);
  PutU64(leaf, record.position);
  PutU64(leaf, static_cast<uint64_t>(record.recorded));
  leaf.append(record.event_id.view()).append(record.stream.view());
  PutU64(leaf, record.revision);
  leaf.append(View(record.previous_leaf_hash));
  PutU8(leaf, static_cast<uint8_t>(record.type.size()));
  leaf.append(record.type);
  PutU32(leaf, record.schema);
  leaf.append(View(record.body_hash)).append(parts_digest);
  return leaf;
}

void EncodeStored(const Record& record, std::string& out) {
  out.append(record.leaf_data);
  PutU32(out, static_cast<uint32_t>(record.body.size()));
  out.append(record.body);
  for (const SealedPart& part : record.parts) {
    out.append(View(part.salt));
    PutU32(out, static_cast<uint32_t>(part.ciphertext.size()));
    out.append(part.ciphertext).append(View(part.commitment));
  }
}

absl::StatusOr<Record> DecodeStored(Position position, std::string_view value) {
  Record record;
  ByteReader reader(value);
  const bool prefixed = reader.Take(kLeafPrefix.size()) == kLeafPrefix;
  record.position = reader.U64();
  record.recorded = static_cast<Micros>(reader.U64());
  record.event_id = EventId::FromBytes(reader.Take(16));
  record.stream = StreamId::FromBytes(reader.Take(16));
  record.revision = reader.U64();
  record.previous_leaf_hash = ToArray<32>(reader.Take(32));
  record.type = reader.Take(reader.U8());
  record.schema = reader.U32();
  record.body_hash = ToArray<32>(reader.Take(32));
  record.parts.resize(reader.ok() ? reader.U16() : 0);
  std::string_view digests = reader.Take(record.parts.size() * kPartDigestBytes);
  record.leaf_data = value.substr(0, value.size() - reader.rest().size());
  record.body = reader.Take(reader.U32());
  for (SealedPart& part : record.parts) {
    if (!reader.ok()) break;
    part.key = KeyId::FromBytes(digests.substr(0, 16));
    digests.remove_prefix(kPartDigestBytes);
    part.salt = ToArray<32>(reader.Take(32));
    part.ciphertext = reader.Take(reader.U32());
    part.commitment = ToArray<32>(reader.Take(32));
  }
  record.stored_bytes = value.size();
  if (!prefixed || !reader.complete() || record.position != position) {
    return absl::DataLossError("a stored record is malformed");
  }
  return record;
}

std::string_view StoredType(std::string_view value) {
  if (value.size() <= kTypeOffset) return {};
  return value.substr(kTypeOffset + 1, static_cast<uint8_t>(value[kTypeOffset]));
}

Micros StoredRecorded(std::string_view value) {
  if (value.size() < kRecordedOffset) return 0;
  return static_cast<Micros>(ByteReader(value.substr(kRecordedOffset)).U64());
}

size_t StoredBytes(const PreparedEvent& event) {
  return kFixedLeafBytes + event.type.size() + event.parts.size() * kPartDigestBytes +
         BodyAndPartsBytes(event.body, event.parts);
}

size_t StoredBytes(const Record& record) {
  return record.leaf_data.size() + BodyAndPartsBytes(record.body, record.parts);
}

}  // namespace skyndsamt::log
