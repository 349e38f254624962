// What the log remembers of earlier commands: the first answer to a request, and the facts a caller
// had not seen. Reads the disk. Thread-safe.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "services/commands/caller.h"
#include "skyndsamt/api/v1/errors.pb.h"
#include "skyndsamt/api/v1/incident_service.pb.h"

namespace skyndsamt::commands {

// The answer that was given when [first, first + count) was recorded, flag `deduplicated`; without
// next actions.
absl::StatusOr<api::v1::RecordFactsResponse> AnswerOf(log::EventLog& log, Position first,
                                                      uint32_t count);

// Where the append with this event id began, if it is in the stream: for when the fingerprint's key
// has been erased and the request id alone decides.
struct PastAppend {
  Position first = 0;
  uint32_t count = 1;
};
absl::StatusOr<std::optional<PastAppend>> FindAppend(log::EventLog& log, const StreamId& stream,
                                                     const EventId& first_event);

// The facts from revision `from` on, at most 100, and the stream's last revision.
absl::StatusOr<api::v1::RevisionConflict> MissedSince(log::EventLog& log, const StreamId& stream,
                                                      Revision from);

}  // namespace skyndsamt::commands
