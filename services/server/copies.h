// What vouches for the log and what copies it: a primary's signed checkpoints with their way to
// Kafka, or a replica's way from there. Built over the stores, below the services.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/kafka/checkpoint_publisher.h"
#include "eventstore/kafka/replica.h"
#include "eventstore/log/checkpointer.h"
#include "services/server/config.h"
#include "services/server/json_log.h"
#include "services/server/wiring.h"
#include "skyndsamt/api/v1/operation_service.pb.h"

namespace skyndsamt::server {

// The checkpointer tells the publisher, and goes before it.
struct Checkpoints {
  std::unique_ptr<kafka::Publisher> publisher;  // null where Kafka is left out
  std::unique_ptr<log::Checkpointer> checkpointer;
};

// Nothing on a replica, whose newest checkpoint must be signed by a trusted key all the same. The
// signing key is made at a log's first start; FAILED_PRECONDITION if it is missing later, or if the
// newest checkpoint is not signed by a trusted key.
absl::StatusOr<Checkpoints> StartCheckpoints(const Config& config, const Stores& stores,
                                             JsonLog& log);
void ReportCheckpoints(const Config& config, const Checkpoints& checkpoints, log::EventLog& log,
                       api::v1::ServerStatus& status);

// Null on a primary. It starts by itself and waits for Kafka however long it is away.
std::unique_ptr<kafka::Replica> StartReplica(const Config& config, const Stores& stores,
                                             JsonLog& log);
void ReportReplica(const kafka::Replica& replica, api::v1::ServerStatus& status);
// OK, or why it stopped.
absl::Status HealthOf(const kafka::Replica& replica);

// Another server feeds this log's topics: this one may be a superseded copy, and no more signs or
// publishes a checkpoint until it is started again. Says so. May wait for a silent broker.
void HaltCheckpoints(Checkpoints& checkpoints, const std::string& why, JsonLog& log);
// Another copy was promoted: this one takes no appends any more, and says so.
void RetireLog(const Stores& stores, JsonLog& log);

}  // namespace skyndsamt::server
