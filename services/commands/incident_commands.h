// The one write path of incidents: load, fold, decide, seal, append.
//
//   Units units(directory, clock);
//   IncidentCommands commands(log, keys, units, clock, {});
//   commands.RecordFacts(caller, request, [](absl::StatusOr<RecordOutcome> outcome) { ... });
//
// Promises
//  - A request id is honoured for ever within its scope (issuer and subject; authority and source
//  for
//    what is imported): the same command again returns the first answer, flag `deduplicated`;
//    another command under the same id is RequestReused. Refusals are not remembered.
//  - All facts of a command are recorded in one append, or none is.
//  - No sealed value reaches the log, its index or a message in clear.
//  - Commands on one incident take effect one after the other, each decided on the state that the
//    one before leaves; many may be on their way to the disk at once. Other writers on the same
//    stream are noticed by the expected revision, and the command is decided anew, at most
//    kMaxAttempts times; then, or where the caller named a revision, it is a RevisionConflict.
//
// A refusal that rests on commands still on their way to the disk is given once they are there.
//
// Fingerprints are made with a key of the incident's own, bound by one sealed part more in its
// first event: field path "fingerprint", after all others, an empty text. Erasing that key makes
// what was asked unguessable; from then on the request id alone decides.
//
// Errors (absl::Status): what the log and the key store say. UNAVAILABLE means outcome unknown:
// retry with the same request id.
//
// Threads: every method may be called from any thread. `done` runs exactly once, on the caller's
// thread, the log's completion thread or a thread of this object's own; it must not block. A folded
// incident is decided on the calling thread without touching a disk but for the log's
// bloom-filtered index; one that must be folded first reads its stream there, and a link that of
// the incident it names: ask WouldBlock and bring such calls on a thread that may wait. A command
// that comes while no other is under way is also made durable there: at most one caller at a time
// waits for the disk. The request must live until `done` has run.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "services/commands/caller.h"
#include "services/commands/units.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/errors.pb.h"
#include "skyndsamt/api/v1/incident_service.pb.h"

namespace skyndsamt::commands {

inline constexpr std::string_view kFingerprintPath = "fingerprint";
inline constexpr int kMaxAttempts = 8;

struct IncidentCommandsOptions {
  size_t cache_bytes = 256u << 20;  // folded incidents
};

// The incident is not at the revision that the caller named.
struct ConflictOutcome {
  api::v1::RevisionConflict conflict;
};

// The request id was used for another command.
struct RequestReused {};

using RecordOutcome =
    std::variant<api::v1::RecordFactsResponse, domain::Rejection, ConflictOutcome, RequestReused>;
using RecordDone = std::function<void(absl::StatusOr<RecordOutcome>)>;
using ReportOutcome =
    std::variant<api::v1::ReceiveReportResponse, domain::Rejection, ConflictOutcome, RequestReused>;
using ReportDone = std::function<void(absl::StatusOr<ReportOutcome>)>;

class CommandRunner;
class IncidentCache;

class IncidentCommands {
 public:
  // References outlive the object. The destructor waits for what is under way, so the log must not
  // be closed before.
  IncidentCommands(log::EventLog& log, vault::KeyStore& keys, const Units& units,
                   const Clock& clock, const IncidentCommandsOptions& options);
  ~IncidentCommands();
  IncidentCommands(const IncidentCommands&) = delete;
  IncidentCommands& operator=(const IncidentCommands&) = delete;

  // True if the command would read a stream first, its incident's or one it links to. Opening an
  // incident never does: that it is new is found out by the append itself.
  bool WouldBlock(const api::v1::RecordFactsRequest& request) const;

  // Rejections name fields as in the request. With validate_only nothing is sealed or recorded, and
  // the response says no position; a request that has been carried out before is answered again, or
  // refused, as it would be without.
  void RecordFacts(const CallerScope& caller, const api::v1::RecordFactsRequest& request,
                   RecordDone done);

  // Intake: incident_opened (fact id "opened") and report_received (fact id "report") in one
  // append. `receiver` decides who knows from here on (staff, principal, authority). Never reads a
  // stream but where the incident turns out to exist.
  void ReceiveReport(const CallerScope& caller, const api::v1::ReceiveReportRequest& request,
                     ReportDone done);

  // The incidents that are folded now, for who checks them against the log.
  IncidentCache& cache() { return *cache_; }

 private:
  const Clock& clock_;
  const std::unique_ptr<IncidentCache> cache_;
  const std::unique_ptr<CommandRunner> runner_;
};

}  // namespace skyndsamt::commands
