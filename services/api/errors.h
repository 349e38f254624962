// Every refusal on its way to the wire, in one place. A grpc::Status whose details are a
// google.rpc.Status with ErrorInfo{reason, "skyndsamt", metadata}, BadRequest where a field is at
// fault, LocalizedMessage in Swedish and in English, and RevisionConflict where that is the reason.
// No text of the request is ever echoed.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/errors.pb.h"

namespace skyndsamt::api {

inline constexpr std::string_view kErrorDomain = "skyndsamt";

using Metadata = std::vector<std::pair<std::string, std::string>>;

// `field` is a path in the request; empty where no field is at fault.
grpc::Status Refuse(v1::Reason reason, std::string_view field = {}, const Metadata& metadata = {});
// With every violation, as many as fit in 4 KiB.
grpc::Status Refuse(const domain::Rejection& rejection);

// The missed facts that fit in 4 KiB, oldest first; the current revision tells how many there are.
grpc::Status RefuseConflict(v1::RevisionConflict conflict);

// Infrastructure's word on the wire: UNAVAILABLE is LOG_UNAVAILABLE, RESOURCE_EXHAUSTED is
// DISK_RESERVE or QUEUE_FULL by its shortage (base/shortage.h), DEADLINE_EXCEEDED is VIEW_BEHIND,
// INVALID_ARGUMENT is FIELD_INVALID, an append to a log that takes none is REPLICA; anything else
// is INTERNAL. Its message stays in the server's log.
grpc::Status Refuse(const absl::Status& status);

}  // namespace skyndsamt::api
