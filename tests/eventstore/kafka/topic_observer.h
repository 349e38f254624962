// Looks at what a relay is doing on its topic, over connections of its own, which no cut touches.
#pragma once

#include <memory>
#include <string>

#include "eventstore/kafka/partition_reader.h"

namespace skyndsamt::kafka {

// One thread at a time. Aborts the test program where the topic cannot be opened.
class TopicObserver {
 public:
  TopicObserver(const std::string& bootstrap, const std::string& topic);

  // Whether records are on the topic whose transaction has not ended at this moment. Looks for a
  // while until it is so.
  bool SeesAnOpenTransaction();
  // Whether the topic's last records are of a transaction that was not committed: it is open or was
  // given up. While the relay can do nothing, that is the one that was under way when it was
  // struck.
  bool SeesUncommittedRecordsAtTheEnd();

 private:
  const std::unique_ptr<PartitionReader> committed_, written_;
};

}  // namespace skyndsamt::kafka
