// Every byte the log keeps on disk (format 1). Integers are big-endian; hashes are SHA-256.
//
//   <directory>/
//     FORMAT       "skyndsamt-log 1\n" origin "\n"
//     LOCK         held while the log is open
//     ROLE         "skyndsamt-role 1\n" and "replica\n", "retired\n" or "primary " UUID "\n";
//                  absent: a primary that was never promoted
//     CHECKPOINT   the newest signed checkpoint, once more
//     HIGH-WATER   two slots, at offsets 0 and 4096, written in turn after every group:
//                  "skynhw1\n" | u64 sequence | u64 size | leaf hash of record size-1 (zeros if
//                  empty) | first 8 bytes of SHA-256 over what precedes
//     db/          RocksDB, with the column families
//       log        u64 position            -> leaf data | u32 length | body | parts
//                  part = salt[32] | u32 length | ciphertext and tag | commitment[32]
//       stream     stream id[16] | u64 ~revision -> u64 position | leaf hash[32]
//                  (newest first, so that a stream's head is one forward seek)
//       request    request key[16]         -> u64 position of its first record
//       tile       u8 level | u64 index    -> 256 hashes of 32 bytes (complete tiles only)
//       meta       "frontier"              -> u64 size | i64 recorded time of the last record
//                                             | u8 n | n peaks, largest subtree first
//                  "checkpoint" u64 size -> the signed note of the tree of that size
//
//   leaf data = "skyndsamt/leaf/v1\0" | u64 position | i64 recorded, microseconds | event id[16]
//               | stream id[16] | u64 revision | previous leaf hash of the stream[32]
//               | u8 length, type | u32 schema | SHA-256(body)
//               | u16 n | n x { key id[16] | commitment[32] | SHA-256(salt | ciphertext and tag) }
//
// Pure functions, safe from any thread. Decoding answers false or nullopt for anything malformed.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"

namespace skyndsamt::log {

enum class Family { kLog, kStream, kRequest, kTile, kMeta };
inline constexpr std::array<const char*, 5> kFamilyNames = {"log", "stream", "request", "tile",
                                                            "meta"};

inline constexpr std::string_view kLeafPrefix{"skyndsamt/leaf/v1\0", 18};
inline constexpr size_t kStreamPrefixBytes = 16;
inline constexpr std::string_view kFrontierKey = "frontier";
inline constexpr std::string_view kCheckpointPrefix = "checkpoint";
inline constexpr uint64_t kHighWaterSlotOffset[2] = {0, 4096};
inline constexpr size_t kHighWaterSlotBytes = 64;

std::string LogKey(Position position);
std::optional<Position> ParseLogKey(std::string_view key);

std::string StreamKey(const StreamId& stream, Revision revision);
struct StreamRow {
  Revision revision = 0;
  Position position = 0;
  Bytes32 leaf_hash{};
};
std::string StreamValue(Position position, const Bytes32& leaf_hash);
std::optional<StreamRow> ParseStreamRow(std::string_view key, std::string_view value);

std::string TileKey(uint8_t level, uint64_t index);

struct FrontierRow {
  uint64_t size = 0;
  Micros last_recorded = 0;
  std::vector<Bytes32> peaks;
};
std::string FrontierValue(const FrontierRow& row);
std::optional<FrontierRow> ParseFrontier(std::string_view value);

std::string CheckpointKey(uint64_t size);
std::optional<uint64_t> ParseCheckpointKey(std::string_view key);

// How many records the log held, and the leaf hash of the last.
struct HighWaterMark {
  uint64_t size = 0;
  Bytes32 leaf_hash{};
};
struct HighWaterSlot {
  uint64_t sequence = 0;
  HighWaterMark mark;
};
std::string HighWaterSlotValue(const HighWaterSlot& slot);
std::optional<HighWaterSlot> ParseHighWaterSlot(std::string_view bytes);

std::string FormatFileText(std::string_view origin);
// The origin, if this is a format we read.
std::optional<std::string> ParseFormatFile(std::string_view text);

}  // namespace skyndsamt::log
