#include "eventstore/log/key_format.h"

#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"

namespace skyndsamt::log {
namespace {

constexpr std::string_view kHighWaterMagic = "skynhw1\n";
constexpr std::string_view kFormatLine = "skyndsamt-log 1\n";

}  // namespace

std::string LogKey(Position position) {
  std::string key;
  PutU64(key, position);
  return key;
}

std::optional<Position> ParseLogKey(std::string_view key) {
  ByteReader reader(key);
  const Position position = reader.U64();
  if (!reader.complete()) return std::nullopt;
  return position;
}

std::string StreamKey(const StreamId& stream, Revision revision) {
  std::string key;
  key.reserve(kStreamPrefixBytes + 8);
  key.append(stream.view());
  PutU64(key, ~revision);
  return key;
}

std::string StreamValue(Position position, const Bytes32& leaf_hash) {
  std::string value;
  value.reserve(8 + leaf_hash.size());
  PutU64(value, position);
  value.append(View(leaf_hash));
  return value;
}

std::optional<StreamRow> ParseStreamRow(std::string_view key, std::string_view value) {
  StreamRow row;
  ByteReader key_reader(key);
  key_reader.Take(kStreamPrefixBytes);
  row.revision = ~key_reader.U64();
  ByteReader reader(value);
  row.position = reader.U64();
  row.leaf_hash = ToArray<32>(reader.Take(32));
  if (!key_reader.complete() || !reader.complete()) return std::nullopt;
  return row;
}

std::string TileKey(uint8_t level, uint64_t index) {
  std::string key;
  PutU8(key, level);
  PutU64(key, index);
  return key;
}

std::string FrontierValue(const FrontierRow& row) {
  std::string value;
  PutU64(value, row.size);
  PutU64(value, static_cast<uint64_t>(row.last_recorded));
  PutU8(value, static_cast<uint8_t>(row.peaks.size()));
  for (const Bytes32& peak : row.peaks) value.append(View(peak));
  return value;
}

std::optional<FrontierRow> ParseFrontier(std::string_view value) {
  FrontierRow row;
  ByteReader reader(value);
  row.size = reader.U64();
  row.last_recorded = static_cast<Micros>(reader.U64());
  const size_t n = reader.U8();
  for (size_t i = 0; i < n; ++i) row.peaks.push_back(ToArray<32>(reader.Take(32)));
  if (!reader.complete()) return std::nullopt;
  return row;
}

std::string CheckpointKey(uint64_t size) {
  std::string key(kCheckpointPrefix);
  PutU64(key, size);
  return key;
}

std::optional<uint64_t> ParseCheckpointKey(std::string_view key) {
  ByteReader reader(key);
  const bool prefixed = reader.Take(kCheckpointPrefix.size()) == kCheckpointPrefix;
  const uint64_t size = reader.U64();
  if (!prefixed || !reader.complete()) return std::nullopt;
  return size;
}

std::string HighWaterSlotValue(const HighWaterSlot& slot) {
  std::string value(kHighWaterMagic);
  PutU64(value, slot.sequence);
  PutU64(value, slot.mark.size);
  value.append(View(slot.mark.leaf_hash));
  value.append(View(Sha256Of(value)).substr(0, 8));
  return value;
}

std::optional<HighWaterSlot> ParseHighWaterSlot(std::string_view bytes) {
  if (bytes.size() != kHighWaterSlotBytes) return std::nullopt;
  HighWaterSlot slot;
  ByteReader reader(bytes);
  const bool right_magic = reader.Take(kHighWaterMagic.size()) == kHighWaterMagic;
  slot.sequence = reader.U64();
  slot.mark.size = reader.U64();
  slot.mark.leaf_hash = ToArray<32>(reader.Take(32));
  const Bytes32 sum = Sha256Of(bytes.substr(0, kHighWaterSlotBytes - 8));
  if (!right_magic || reader.rest() != View(sum).substr(0, 8)) return std::nullopt;
  return slot;
}

std::string FormatFileText(std::string_view origin) {
  return std::string(kFormatLine).append(origin).append("\n");
}

std::optional<std::string> ParseFormatFile(std::string_view text) {
  if (!text.starts_with(kFormatLine) || !text.ends_with('\n')) return std::nullopt;
  text.remove_prefix(kFormatLine.size());
  if (text.empty()) return std::nullopt;
  text.remove_suffix(1);
  return std::string(text);
}

}  // namespace skyndsamt::log
