#include "services/commands/opening.h"

#include "services/commands/incident_commands.h"
#include "services/commands/sealed_fields.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {

absl::StatusOr<OpenedFact> OpenFact(const log::Record& record, vault::KeyStore& keys) {
  OpenedFact opened;
  log::v1::Body body;
  if (!body.ParseFromString(record.body) || !opened.fact.ParseFromString(body.event())) {
    return absl::DataLossError("a record's body is no fact");
  }
  if (static_cast<size_t>(body.sealed_size()) != record.parts.size()) {
    return absl::DataLossError("a record's body does not describe its sealed parts");
  }
  for (int i = 0; i < body.sealed_size(); ++i) {
    const auto& field = body.sealed(i);
    if (field.field_path() == kFingerprintPath && field.person().empty()) continue;
    if (opened.sealed.empty() || opened.sealed.back() != field.field_path()) {
      opened.sealed.push_back(field.field_path());
    }
    const auto& part = record.parts[static_cast<size_t>(i)];
    auto key = keys.Find(part.key);
    if (absl::IsNotFound(key.status())) {
      if (opened.erased.empty() || opened.erased.back() != field.field_path()) {
        opened.erased.push_back(field.field_path());
      }
      continue;
    }
    if (!key.ok()) return key.status();
    auto padded = vault::Open(part, *key, record.event_id, static_cast<uint16_t>(i));
    if (!padded.ok()) return padded.status();
    auto text = vault::Unpad(*padded);
    if (!text.ok()) return text.status();
    if (!PutSealed(opened.fact, field.field_path(), *text)) {
      return absl::DataLossError("a sealed part belongs to no field of its fact");
    }
  }
  return opened;
}

}  // namespace skyndsamt::commands
