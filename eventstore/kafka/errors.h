// What librdkafka says, as a status. Only for the sources of this folder and their tests.
#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "absl/status/status.h"

namespace skyndsamt::kafka {

// PERMISSION_DENIED, UNAUTHENTICATED (password or TLS), NOT_FOUND (topic), OUT_OF_RANGE (a message
// that is too large or that the broker will not have), ABORTED (fenced by a newer producer); the
// rest is UNAVAILABLE: it may pass by itself. `detail` is librdkafka's own text, where there is
// one.
absl::StatusCode CodeOf(rd_kafka_resp_err_t error, std::string_view detail = {});

// `what` was being done.
absl::Status FromKafka(rd_kafka_resp_err_t error, std::string_view what,
                       std::string_view detail = {});

}  // namespace skyndsamt::kafka
