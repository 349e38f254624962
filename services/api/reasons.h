// What every Reason of errors.proto means to a caller: its gRPC code, its name on the wire and its
// words in Swedish and English. One table; a test walks the enum and refuses a reason without a
// row.
//
// Thread-safety: pure functions over constant data.
#pragma once

#include <string_view>

#include "grpcpp/support/status_code_enum.h"
#include "skyndsamt/api/v1/errors.pb.h"

namespace skyndsamt::api {

struct ReasonWords {
  v1::Reason reason;
  grpc::StatusCode code;
  std::string_view sv;
  std::string_view en;
};

// The row of a reason; that of REASON_UNSPECIFIED (INTERNAL) for a number without one.
const ReasonWords& WordsOf(v1::Reason reason);
// With the words of a detail that errors.proto lists, where there is one.
ReasonWords WordsOf(v1::Reason reason, std::string_view detail);

// ErrorInfo.reason: the enum's name without REASON_, e.g. "TIME_MALFORMED".
std::string_view WireName(v1::Reason reason);

}  // namespace skyndsamt::api
