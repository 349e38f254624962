// Publishes the checkpoints that are kept with a primary's log to the checkpoints topic, in the
// order of their sizes, in transactions, going on after the newest that the topic has once whoever
// published before is fenced: each at least once, since transactions are no proof (kafka's protocol
// may tear one in rare faults). `published` is the newest one's size.
#pragma once

#include <memory>
#include <string>

#include "eventstore/kafka/publisher.h"

namespace skyndsamt::kafka {

// Topics by their names.
PublisherOptions CheckpointsPublisher(const ConnectionOptions& connection, const TopicNames& names,
                                      int replication);
// Whoever takes this id over fences the publisher: only the primary may, and who is promoted.
std::string CheckpointsTransactionalId(const std::string& transactional_prefix,
                                       const std::string& origin);
// `log` must outlive it. Wake it when one more was kept.
std::unique_ptr<Publisher> StartCheckpointPublisher(PublisherOptions options, log::EventLog& log);

}  // namespace skyndsamt::kafka
