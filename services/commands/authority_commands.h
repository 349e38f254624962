// Commands on authorities (huvudmän): declare one, declare its units, publish its own routine; and
// the shipped rule set that the system publishes itself. One stream per authority, its id the
// authority's. Rare, so they are carried out one at a time and block: call them on a thread that
// may wait. Request ids are honoured as IncidentCommands does. With validate_only a change is
// judged and nothing recorded; the response then says no position, unless that request has been
// carried out before. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "services/commands/caller.h"
#include "services/commands/incident_commands.h"
#include "services/commands/units.h"
#include "services/domain/authority.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/organisation_service.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::commands {

template <typename Response>
using AuthorityOutcome = std::variant<Response, domain::Rejection, RequestReused>;

class AuthorityCommands {
 public:
  // References outlive the object.
  AuthorityCommands(log::EventLog& log, vault::KeyStore& keys, Units& units, const Clock& clock);

  absl::StatusOr<AuthorityOutcome<api::v1::DeclareAuthorityResponse>> DeclareAuthority(
      const CallerScope& caller, const api::v1::DeclareAuthorityRequest& request);
  // The unit can be named in commands as soon as this has answered.
  absl::StatusOr<AuthorityOutcome<api::v1::DeclareUnitResponse>> DeclareUnit(
      const CallerScope& caller, const api::v1::DeclareUnitRequest& request);
  absl::StatusOr<AuthorityOutcome<api::v1::PublishRoutineResponse>> PublishRoutine(
      const CallerScope& caller, const api::v1::PublishRoutineRequest& request);

 private:
  struct Change;
  struct Validated {};
  using Recorded = std::variant<log::Appended, domain::Rejection, RequestReused, Validated>;
  absl::StatusOr<Recorded> Record(const CallerScope& caller, const Change& change);
  absl::StatusOr<Recorded> Validate(const std::string& scope, const std::string& request_id,
                                    const Change& change, const domain::Authority& state,
                                    const KeyId& fingerprint_key) const;
  domain::AuthorityDecision Decide(const domain::Authority& state,
                                   event::v1::AuthorityEvent event) const;

  template <typename Response>
  absl::StatusOr<AuthorityOutcome<Response>> Answer(const CallerScope& caller,
                                                    const Change& change);

  log::EventLog& log_;
  vault::KeyStore& keys_;
  Units& units_;
  const Clock& clock_;
  std::mutex mutex_;  // one command at a time
};

// Publishes the rule set on the system's stream unless its latest version there is this one; the
// position after which it is in force. For the server's start.
absl::StatusOr<Position> PublishRuleSetIfNew(log::EventLog& log,
                                             const event::v1::RuleSetPublished& rules);

}  // namespace skyndsamt::commands
