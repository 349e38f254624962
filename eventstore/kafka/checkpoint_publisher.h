// Publishes the checkpoints that are kept with a primary's log to the checkpoints topic, in the
// order of their sizes, going on after the newest that the topic has: each at least once, since one
// whose writing was not answered for is written again. `published` is the newest one's size.
#pragma once

#include <memory>

#include "eventstore/kafka/publisher.h"

namespace skyndsamt::kafka {

// Topics by their names.
PublisherOptions CheckpointsPublisher(const ConnectionOptions& connection, const TopicNames& names,
                                      int replication);
// `log` must outlive it. Wake it when one more was kept.
std::unique_ptr<Publisher> StartCheckpointPublisher(PublisherOptions options, log::EventLog& log);

}  // namespace skyndsamt::kafka
