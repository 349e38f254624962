// The body around an event: who asked, by which request, and what is sealed. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eventstore/log/event_log.h"
#include "google/protobuf/message.h"
#include "services/commands/caller.h"
#include "services/commands/sealing.h"

namespace skyndsamt::commands {

// What all events of an append share.
struct Envelope {
  const CallerScope& caller;
  std::optional<RequestKey> request;
  Bytes32 fingerprint{};
  uint32_t count = 1;
};

// HMAC(key, method | 0 | deterministic bytes of the request).
Bytes32 FingerprintOf(const vault::Key& key, std::string_view method,
                      const google::protobuf::Message& request);

// A body serialised and hashed, ready for the log. `event` holds no sealed value any more.
log::PreparedEvent Wrap(const Envelope& envelope, const EventId& id, std::string type,
                        uint32_t index, SealedEvent sealed, const google::protobuf::Message& event);

}  // namespace skyndsamt::commands
