// Publishing the rule set: statutes and published yardsticks, for every authority. A change of law
// is a new version, published by whoever administers the system; no release. One stream, the
// system's. Blocks: call it on a thread that may wait. Thread-safe.
#pragma once

#include <variant>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "services/commands/caller.h"
#include "services/commands/organisation_stream.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/organisation_service.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::commands {

class RuleSetCommands {
 public:
  // References outlive the object.
  RuleSetCommands(log::EventLog& log, vault::KeyStore& keys, const Clock& clock);

  // With validate_only the response has no position, unless the request was carried out before.
  // Refusals name every violation that was found.
  absl::StatusOr<std::variant<api::v1::PublishRuleSetResponse, domain::Rejection, RequestReused>>
  PublishRuleSet(const CallerScope& caller, const api::v1::PublishRuleSetRequest& request);

  // What has been published. For checking drafts.
  absl::StatusOr<domain::RuleSets> Find() const;

 private:
  log::EventLog& log_;
  OrganisationStream<domain::RuleSetDecider> stream_;
};

// What a server found at its start.
struct RuleSetAtStart {
  Position position = 0;   // of the rule set that is in force from here on
  bool held_back = false;  // the one given is not in the log, and was not published
};

// Publishes the rule set that the product ships, unless its version was published before. One that
// somebody has published by hand stays in force until somebody publishes another: an upgrade must
// not undo a change of law in silence, so the shipped one is held back. For the server's start.
absl::StatusOr<RuleSetAtStart> PublishRuleSetIfNew(log::EventLog& log,
                                                   const event::v1::RuleSetPublished& rules);

}  // namespace skyndsamt::commands
