// Opening at the query: the fact of a record with its sealed texts filled back in, for a caller who
// may read them (the caller's right, and the record of the reading, are the caller's to see to).
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/record.h"
#include "eventstore/vault/vault.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::commands {

struct OpenedFact {
  event::v1::Fact fact;
  std::vector<std::string> sealed;  // field paths that hold or held sealed content, in order
  std::vector<std::string> erased;  // those of them whose key is gone: left empty
};

// DATA_LOSS if the record is no fact, or a part does not open with a key that exists.
absl::StatusOr<OpenedFact> OpenFact(const log::Record& record, vault::KeyStore& keys);

}  // namespace skyndsamt::commands
