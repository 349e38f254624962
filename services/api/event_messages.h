// Records of the log as the event service answers them, and its filters. Sealed parts stay sealed.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>

#include "eventstore/log/event_log.h"
#include "skyndsamt/api/v1/event_service.pb.h"

namespace skyndsamt::api {

void FillEvent(const log::EventLog& log, const log::Record& record, v1::Event* out);
log::Filter FilterOf(const v1::EventFilter& filter);
// Microseconds of an instant on the wire; nullopt where it is out of range.
std::optional<Micros> MicrosOf(const google::protobuf::Timestamp& instant);

}  // namespace skyndsamt::api
