#include "projections/engine/decoder.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace skyndsamt::engine {

void Decoder::Add(std::string type, const google::protobuf::Message& prototype) {
  prototypes_[std::move(type)] = &prototype;
}

absl::StatusOr<Decoder::Decoded> Decoder::Decode(const log::Record& record,
                                                 google::protobuf::Arena* arena) const {
  const auto prototype = prototypes_.find(record.type);
  if (prototype == prototypes_.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("event of unknown type ", record.type, " at position ", record.position));
  }
  auto* body = google::protobuf::Arena::CreateMessage<::skyndsamt::log::v1::Body>(arena);
  google::protobuf::Message* message = prototype->second->New(arena);
  if (!body->ParseFromString(record.body) || !message->ParseFromString(body->event())) {
    return absl::DataLossError(
        absl::StrCat("event at position ", record.position, " does not parse"));
  }
  return Decoded{body, message};
}

}  // namespace skyndsamt::engine
