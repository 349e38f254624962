#include "eventstore/log/record_message.h"

#include "eventstore/base/coding.h"
#include "eventstore/log/record_codec.h"

namespace skyndsamt::log {
namespace {

void Set(std::string* field, std::string_view bytes) { field->assign(bytes.data(), bytes.size()); }

}  // namespace

void FillMessage(std::string_view origin, const Record& record, v1::Record* out) {
  Set(out->mutable_position()->mutable_log(), origin);
  out->mutable_position()->set_position(record.position);
  Set(out->mutable_leaf_data(), record.leaf_data);
  Set(out->mutable_body(), record.body);
  out->clear_parts();
  for (const SealedPart& part : record.parts) {
    v1::SealedPart* sealed = out->add_parts();
    Set(sealed->mutable_person_key_id(), part.key.view());
    Set(sealed->mutable_salt(), View(part.salt));
    Set(sealed->mutable_ciphertext(), part.ciphertext);
    Set(sealed->mutable_commitment(), View(part.commitment));
  }
}

absl::StatusOr<Record> FromMessage(const v1::Record& message) {
  std::string stored = message.leaf_data();
  PutU32(stored, static_cast<uint32_t>(message.body().size()));
  stored += message.body();
  for (const v1::SealedPart& part : message.parts()) {
    stored += part.salt();
    PutU32(stored, static_cast<uint32_t>(part.ciphertext().size()));
    stored += part.ciphertext();
    stored += part.commitment();
  }
  auto record = DecodeStored(message.position().position(), stored);
  if (!record.ok()) return record;
  bool whole = record->leaf_data == message.leaf_data() && record->body == message.body() &&
               record->parts.size() == static_cast<size_t>(message.parts_size());
  for (int i = 0; whole && i < message.parts_size(); ++i) {
    const v1::SealedPart& sent = message.parts(i);
    const SealedPart& part = record->parts[static_cast<size_t>(i)];
    whole = part.key.view() == sent.person_key_id() && View(part.salt) == sent.salt() &&
            part.ciphertext == sent.ciphertext() && View(part.commitment) == sent.commitment();
  }
  if (!whole) return absl::DataLossError("a record's message does not hold together");
  return record;
}

}  // namespace skyndsamt::log
