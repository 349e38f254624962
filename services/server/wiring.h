// One wiring function per floor. Each opens its floor over references to the ones below; what a
// floor owns goes in the reverse order.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/log/checkpointer.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "projections/views/views.h"
#include "services/access/development_issuer.h"
#include "services/access/token_verifier.h"
#include "services/api/backend.h"
#include "services/api/case_service.h"
#include "services/api/event_service.h"
#include "services/api/incident_service.h"
#include "services/api/operation_service.h"
#include "services/api/organisation_service.h"
#include "services/api/policy_service.h"
#include "services/commands/authority_commands.h"
#include "services/commands/incident_commands.h"
#include "services/commands/rule_set_commands.h"
#include "services/commands/units.h"
#include "services/server/config.h"
#include "services/server/json_log.h"
#include "services/timers/timers.h"

namespace skyndsamt::server {

struct Checkpoints;

// DATA/log and DATA/keys; a replica that was given no keys has none.
struct Stores {
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<vault::KeyStore> keys;
};
absl::StatusOr<Stores> OpenStores(const Config& config, const Clock& clock);

// DATA/views, started and caught up with what is committed, the shipped rule set included (but on a
// replica): a command that names a unit must find it. `log` tells of a long catching up.
absl::StatusOr<std::unique_ptr<views::Views>> OpenViews(const Config& config, const Stores& stores,
                                                        const Clock& clock, JsonLog& log);

// The relay to Kafka, if any is configured and this is no replica; null otherwise. It starts by
// itself and waits for Kafka however long it is away. `log` is told of each change of its state.
// Where the relay was fenced, `checkpoints`, which outlive it, are signed no more.
std::unique_ptr<kafka::Relay> StartRelay(const Config& config, const Stores& stores,
                                         Checkpoints& checkpoints, JsonLog& log);
// What the server's status says of it.
void ReportRelay(const Config& config, const kafka::Relay& relay, api::v1::ServerStatus& status);

// How the relay reaches Kafka, which topics are whose, and how their values are written.
kafka::ConnectionOptions KafkaConnection(const Config& config);
kafka::RelayOptions EventsRelayOf(const Config& config);
kafka::ValueFormat FormatOf(const Config& config);

struct CommandFloor {
  CommandFloor(const Config& config, const Stores& stores, const views::Views& views,
               const Clock& clock);
  commands::Units units;
  commands::IncidentCommands incidents;
  commands::AuthorityCommands authorities;
  commands::RuleSetCommands rule_sets;
};

// Null where reminders are off, and on a replica: its primary reminds. Not started. `log` is told
// of what was recorded, and once of a failure that lasts.
std::unique_ptr<timers::Timers> OpenTimers(const Config& config, const Stores& stores,
                                           views::Views& views, const Clock& clock, JsonLog& log);

// Who may be who: the identity provider's keys, and the development issuer's if it is on.
struct Identities {
  std::unique_ptr<access::DevelopmentIssuer> development;  // may be null
  std::unique_ptr<access::TokenVerifier> verifier;
};
absl::StatusOr<Identities> OpenIdentities(const Config& config, const Clock& clock);

// The gRPC services and what they share.
struct ServiceFloor {
  ServiceFloor(const Config& config, const Clock& clock, const Stores& stores, views::Views& views,
               CommandFloor& commands, const Identities& identities,
               log::Checkpointer* checkpointer, api::StatusReport report);
  ~ServiceFloor();

  api::CallGuard guard;
  api::StreamRegistry streams;
  api::WorkerPool pool;
  api::Backend backend;
  api::IncidentService incident;
  api::CaseService cases;
  api::EventService events;
  api::OrganisationService organisation;
  api::PolicyService policy;
  api::OperationService operation;
  std::unique_ptr<api::DevelopmentService> development;  // null unless it is on
};

}  // namespace skyndsamt::server
