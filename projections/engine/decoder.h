// From a record's type to its event message. The engine's owner registers every type it knows; an
// unknown one is an error, never skipped.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/record.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::engine {

// Built once, then thread-safe.
class Decoder {
 public:
  struct Decoded {
    const ::skyndsamt::log::v1::Body* body = nullptr;
    const google::protobuf::Message* message = nullptr;
  };

  // `prototype` is a default instance and outlives the decoder.
  void Add(std::string type, const google::protobuf::Message& prototype);
  bool Knows(const std::string& type) const { return prototypes_.contains(type); }

  // Both messages live on the arena. FAILED_PRECONDITION names an unknown type and the position;
  // DATA_LOSS a body or event that does not parse.
  absl::StatusOr<Decoded> Decode(const log::Record& record, google::protobuf::Arena* arena) const;

 private:
  absl::flat_hash_map<std::string, const google::protobuf::Message*> prototypes_;
};

}  // namespace skyndsamt::engine
