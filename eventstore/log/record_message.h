// Between records and the message in which they leave the house: log.v1.Record, which holds every
// byte that the log has of them. Pure functions, safe from any thread.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/log/record.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::log {

// Fills a message that is empty or was filled before; its buffers are used again.
void FillMessage(std::string_view origin, const Record& record, v1::Record* out);

// DATA_LOSS if the message's bytes do not belong together; hashes are not checked.
absl::StatusOr<Record> FromMessage(const v1::Record& message);

}  // namespace skyndsamt::log
