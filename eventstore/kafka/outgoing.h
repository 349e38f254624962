// Queues a message with librdkafka. Only for the sources of this folder.
#pragma once

#include <librdkafka/rdkafka.h>

#include "eventstore/kafka/message.h"

namespace skyndsamt::kafka {

// A copy is queued; its delivery report carries `opaque`. __QUEUE_FULL if there is no room.
rd_kafka_resp_err_t Enqueue(rd_kafka_t* producer, const Message& message, void* opaque);

}  // namespace skyndsamt::kafka
