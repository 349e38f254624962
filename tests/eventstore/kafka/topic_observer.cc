#include "tests/eventstore/kafka/topic_observer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <utility>

namespace skyndsamt::kafka {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(120);

std::unique_ptr<PartitionReader> Open(const std::string& bootstrap, const std::string& topic,
                                      const char* isolation) {
  ConnectionOptions connection;
  connection.bootstrap = bootstrap;
  connection.properties = {{"isolation.level", isolation}};
  auto reader = PartitionReader::Open(connection, topic, 0);
  if (!reader.ok()) std::abort();
  return *std::move(reader);
}

// The offset of the topic's last record, -1 where it has none; nothing while no leader answers. A
// reader that knew a leader which was killed waits for it for long: this one knows none.
std::optional<int64_t> LastOffset(const std::string& bootstrap, const std::string& topic,
                                  const char* isolation) {
  constexpr absl::Duration kLook = absl::Seconds(5);
  const auto last = FindLast(*Open(bootstrap, topic, isolation), std::nullopt, kLook);
  if (!last.ok()) return std::nullopt;
  return last->has_value() ? (*last)->offset : -1;
}

}  // namespace

TopicObserver::TopicObserver(std::string bootstrap, std::string topic)
    : bootstrap_(std::move(bootstrap)),
      topic_(std::move(topic)),
      committed_(Open(bootstrap_, topic_, "read_committed")),
      written_(Open(bootstrap_, topic_, "read_uncommitted")) {}

bool TopicObserver::SeesAnOpenTransaction() {
  for (int look = 0; look < 300; ++look) {
    const auto stable = committed_->Range(kPatience), all = written_->Range(kPatience);
    if (stable.ok() && all.ok() && stable->end < all->end) return true;
  }
  return false;
}

bool TopicObserver::SeesUncommittedRecordsAtTheEnd() {
  for (int look = 0; look < 24; ++look) {
    const auto committed = LastOffset(bootstrap_, topic_, "read_committed");
    const auto written = LastOffset(bootstrap_, topic_, "read_uncommitted");
    if (committed && written) return *committed < *written;
  }
  ADD_FAILURE() << "nobody leads " << topic_;
  return false;
}

}  // namespace skyndsamt::kafka
