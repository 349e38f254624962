#include "tests/eventstore/kafka/topic_observer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

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

}  // namespace

TopicObserver::TopicObserver(const std::string& bootstrap, const std::string& topic)
    : committed_(Open(bootstrap, topic, "read_committed")),
      written_(Open(bootstrap, topic, "read_uncommitted")) {}

bool TopicObserver::SeesAnOpenTransaction() {
  for (int look = 0; look < 300; ++look) {
    const auto stable = committed_->Range(kPatience), all = written_->Range(kPatience);
    if (stable.ok() && all.ok() && stable->end < all->end) return true;
  }
  return false;
}

bool TopicObserver::SeesUncommittedRecordsAtTheEnd() {
  const auto last = FindLast(*committed_, std::nullopt, kPatience);
  const auto last_written = FindLast(*written_, std::nullopt, kPatience);
  EXPECT_TRUE(last.ok() && last_written.ok()) << last.status() << last_written.status();
  const auto offset = [](const auto& message) {
    return message.ok() && message->has_value() ? (*message)->offset : -1;
  };
  return offset(last) < offset(last_written);
}

}  // namespace skyndsamt::kafka
