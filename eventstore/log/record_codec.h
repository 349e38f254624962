// Between records and their stored bytes; key_format.h has the grammar. Pure functions, safe from
// any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/record.h"

namespace skyndsamt::log {

// u16 count | count x {key id, commitment, ciphertext digest}: the end of the leaf data.
std::string PartsDigest(const std::vector<SealedPart>& parts);

// What the Merkle leaf of a record hashes, from every field but leaf_data itself. `parts_digest` is
// PartsDigest of its parts.
std::string EncodeLeaf(const Record& record, std::string_view parts_digest);

// Appends the stored value to `out`; leaf_data is filled already.
void EncodeStored(const Record& record, std::string& out);

// DATA_LOSS if the bytes are not a record at this position. Hashes are not checked: fsck does.
absl::StatusOr<Record> DecodeStored(Position position, std::string_view value);

// Cheap looks at a stored value; empty or zero if it is malformed.
std::string_view StoredType(std::string_view value);
Micros StoredRecorded(std::string_view value);

// The bytes a record takes in the log, before it is encoded.
size_t StoredBytes(const PreparedEvent& event);
size_t StoredBytes(const Record& record);

}  // namespace skyndsamt::log
