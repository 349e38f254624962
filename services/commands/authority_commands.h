// Commands on authorities (huvudmän): declare one, declare its units, publish its policy: routine,
// closing days, yardsticks. One stream per authority, its id the authority's. They block: call them
// on a thread that may wait. Request ids are honoured as IncidentCommands does. With validate_only
// a change is judged and nothing recorded; the response then says no position, unless that request
// has been carried out before. Refusals name every violation that was found. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "services/commands/caller.h"
#include "services/commands/organisation_stream.h"
#include "services/commands/units.h"
#include "services/domain/authority.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/organisation_service.pb.h"

namespace skyndsamt::commands {

template <typename Response>
using AuthorityOutcome = std::variant<Response, domain::Rejection, RequestReused>;

class AuthorityCommands {
 public:
  // References outlive the object.
  AuthorityCommands(log::EventLog& log, vault::KeyStore& keys, Units& units, const Clock& clock);

  absl::StatusOr<AuthorityOutcome<api::v1::DeclareAuthorityResponse>> DeclareAuthority(
      const CallerScope& caller, const api::v1::DeclareAuthorityRequest& request);
  // The unit can be named in commands as soon as this has answered. Another authority's unit is
  // moved only by a caller who is bound to none, and not where the request is to take it from
  // nobody: UNIT_NOT_ALLOWED. The same where the unit is not `in_sight` of the caller. What the
  // caller declared while it was allowed is answered again.
  absl::StatusOr<AuthorityOutcome<api::v1::DeclareUnitResponse>> DeclareUnit(
      const CallerScope& caller, const api::v1::DeclareUnitRequest& request, bool in_sight = true);

  absl::StatusOr<AuthorityOutcome<api::v1::PublishRoutineResponse>> PublishRoutine(
      const CallerScope& caller, const api::v1::PublishRoutineRequest& request);
  absl::StatusOr<AuthorityOutcome<api::v1::PublishClosingDaysResponse>> PublishClosingDays(
      const CallerScope& caller, const api::v1::PublishClosingDaysRequest& request);
  absl::StatusOr<AuthorityOutcome<api::v1::PublishYardsticksResponse>> PublishYardsticks(
      const CallerScope& caller, const api::v1::PublishYardsticksRequest& request);

  // The authority as recorded; an authority that nobody declared is empty. For checking drafts.
  absl::StatusOr<domain::Authority> Find(const std::string& authority) const;

 private:
  using Stream = OrganisationStream<domain::AuthorityDecider>;

  template <typename Response>
  AuthorityOutcome<Response> ResponseOf(StreamOutcome outcome) const;
  template <typename Response>
  absl::StatusOr<AuthorityOutcome<Response>> Answer(const CallerScope& caller,
                                                    const std::string& authority,
                                                    const char* authority_field,
                                                    Stream::Change change);
  absl::StatusOr<AuthorityOutcome<api::v1::DeclareUnitResponse>> DeclaredBefore(
      const CallerScope& caller, const std::string& authority, Stream::Change change) const;

  log::EventLog& log_;
  Units& units_;
  std::mutex units_mutex_;
  Stream stream_;
};

}  // namespace skyndsamt::commands
