// A stored record and how its bytes are laid out (integrity format 1). The log knows no domain:
// a body is typed bytes. Value types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"
#include "eventstore/vault/sealed_part.h"

namespace skyndsamt::log {

using vault::SealedPart;

// An event made ready by a worker: everything that can be hashed before its place is known.
struct PreparedEvent {
  EventId id;
  std::string type;  // kind "." name; the kind is the stream's kind, at most 255 bytes in all
  uint32_t schema = 1;
  std::string body;  // serialised log.v1.Body
  std::vector<SealedPart> parts;
  // Filled by Prepare.
  Bytes32 body_hash{};
  std::string parts_digest;  // PartsDigest

  void Prepare();
};

// A record as read back.
struct Record {
  Position position = 0;
  Micros recorded = 0;  // given by the server, strictly increasing over the log
  EventId event_id;
  StreamId stream;
  Revision revision = 0;
  Bytes32 previous_leaf_hash{};  // of the same stream; zeros first
  std::string type;
  uint32_t schema = 0;
  Bytes32 body_hash{};
  std::string leaf_data;  // what the Merkle leaf hashes
  std::string body;
  std::vector<SealedPart> parts;
  size_t stored_bytes = 0;

  // The type up to its first dot.
  std::string_view kind() const { return std::string_view(type).substr(0, type.find('.')); }
};

}  // namespace skyndsamt::log
