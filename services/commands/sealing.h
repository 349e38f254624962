// Sealing at the door: moves every sealed value of a fact into sealed parts, each under the key of
// the person its field names, or, for a free text, under a fresh key of its own.
//
// A fact about to be recorded goes through in two steps, so that all the keys of a command are
// taken at once: Sealer::Add collects, Sealer::Seal seals. One thread at a time per object.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "eventstore/log/record.h"
#include "eventstore/vault/vault.h"
#include "google/protobuf/message.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {

// Which key seals a person's data in one incident (or organisation), as events have bound them; and
// the key that fingerprints of requests are made with, empty until the first event binds one.
struct BoundKeys {
  absl::flat_hash_map<std::string, KeyId> persons;
  KeyId fingerprint;
  int fingerprints = 0;  // how many have been bound: more than one where one was erased

  // Follows one sealed field of a recorded event.
  void Bind(const log::v1::SealedField& field);
  bool operator==(const BoundKeys&) const = default;
};

struct SealedEvent {
  std::vector<log::v1::SealedField> fields;
  std::vector<vault::SealedPart> parts;  // one per field, in order
};

class Sealer {
 public:
  // `bound` and `keys` outlive the object; `bound` is not changed.
  Sealer(vault::KeyStore& keys, const BoundKeys& bound) : keys_(keys), bound_(bound) {}

  // Moves the event's sealed values out of it; `id` is the event's.
  void Add(const EventId& id, google::protobuf::Message& event);
  // Binds a fresh fingerprint key in the last event added: an empty text, after its other parts.
  void AddFingerprintKey();

  // Seals everything added; afterwards `sealed` has one entry per event. What the key store says
  // where it has no keys; then nothing has been used up but keys.
  absl::Status Seal();

  std::vector<SealedEvent>& sealed() { return sealed_; }
  // The key that AddFingerprintKey bound, after Seal.
  const vault::FreshKey& fingerprint_key() const { return fingerprint_key_; }

 private:
  struct Value {
    size_t event;
    log::v1::SealedField field;
    std::string text;
  };

  absl::Status FindPersonKeys(absl::flat_hash_map<std::string, vault::FreshKey>& found,
                              size_t* missing);

  vault::KeyStore& keys_;
  const BoundKeys& bound_;
  std::vector<EventId> events_;
  std::vector<Value> values_;
  std::vector<SealedEvent> sealed_;
  vault::FreshKey fingerprint_key_;
};

}  // namespace skyndsamt::commands
