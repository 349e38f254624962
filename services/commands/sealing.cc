#include "services/commands/sealing.h"

#include <openssl/rand.h>

#include <array>
#include <cassert>
#include <cstdlib>

#include "services/commands/incident_commands.h"
#include "services/commands/sealed_fields.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::commands {
namespace {

// Random bytes cost the same for one salt as for many: each thread draws them in advance. (The
// server never forks, so no two processes share a buffer.)
Bytes32 FreshSalt() {
  constexpr size_t kSalts = 64;
  thread_local std::array<Bytes32, kSalts> drawn;
  thread_local size_t used = kSalts;
  if (used == kSalts) {
    if (RAND_bytes(drawn[0].data(), static_cast<int>(sizeof drawn)) != 1) std::abort();
    used = 0;
  }
  return drawn[used++];
}

}  // namespace

void BoundKeys::Bind(const log::v1::SealedField& field) {
  if (!field.person().empty()) {
    persons[field.person()] = KeyId::FromBytes(field.key_id());
  } else if (field.field_path() == kFingerprintPath) {
    fingerprint = KeyId::FromBytes(field.key_id());
    ++fingerprints;
  }
}

void Sealer::Add(const EventId& id, google::protobuf::Message& event) {
  const size_t index = events_.size();
  events_.push_back(id);
  ForEachSealed(event, [&](const SealedValue& found) {
    for (int i = 0; i < found.size(); ++i) {
      Value value;
      value.text = found.Text(i);
      if (value.text.empty()) continue;
      value.event = index;
      value.field.set_field_path(found.path);
      if (!found.person.empty()) {
        value.field.set_person(found.person);
      } else if (found.fact != nullptr) {
        *value.field.mutable_mentions() =
            static_cast<const event::v1::Fact*>(found.fact)->mentions();
      }
      values_.push_back(std::move(value));
    }
    found.Clear();
  });
}

void Sealer::AddFingerprintKey() {
  assert(!events_.empty());
  Value value;
  value.event = events_.size() - 1;
  value.field.set_field_path(std::string(kFingerprintPath));
  values_.push_back(std::move(value));
}

// Existing keys of the persons named; those without one (or whose key was erased: what is recorded
// from now on is new) are counted as missing.
absl::Status Sealer::FindPersonKeys(absl::flat_hash_map<std::string, vault::FreshKey>& found,
                                    size_t* missing) {
  for (const Value& value : values_) {
    const std::string& person = value.field.person();
    if (person.empty() || found.contains(person)) continue;
    const auto known = bound_.persons.find(person);
    if (known != bound_.persons.end()) {
      auto key = keys_.Find(known->second);
      if (key.ok()) {
        found[person] = {known->second, *key};
        continue;
      }
      if (!absl::IsNotFound(key.status())) return key.status();
    }
    found[person] = {};  // an empty id: to be filled with a fresh key
    ++*missing;
  }
  return absl::OkStatus();
}

absl::Status Sealer::Seal() {
  absl::flat_hash_map<std::string, vault::FreshKey> persons;
  size_t needed = 0;
  if (auto status = FindPersonKeys(persons, &needed); !status.ok()) return status;
  for (const Value& value : values_) needed += value.field.person().empty();
  auto fresh = keys_.Take(needed);
  if (!fresh.ok()) return fresh.status();
  size_t next = 0;
  for (auto& [person, key] : persons) {
    if (key.id.empty()) key = (*fresh)[next++];
  }

  sealed_.resize(events_.size());
  for (Value& value : values_) {
    SealedEvent& out = sealed_[value.event];
    const vault::FreshKey key =
        value.field.person().empty() ? (*fresh)[next++] : persons[value.field.person()];
    if (value.field.field_path() == kFingerprintPath) fingerprint_key_ = key;
    value.field.set_key_id(std::string(key.id.view()));
    out.parts.push_back(vault::Seal(key.id, key.key, FreshSalt(), events_[value.event],
                                    static_cast<uint16_t>(out.parts.size()),
                                    vault::Pad(value.text)));
    out.fields.push_back(std::move(value.field));
  }
  return absl::OkStatus();
}

}  // namespace skyndsamt::commands
