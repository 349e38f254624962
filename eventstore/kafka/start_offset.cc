#include "eventstore/kafka/start_offset.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/cloud_event.h"

namespace skyndsamt::kafka {
namespace {

struct Found {
  int64_t offset;
  Position position;
};

// The first message at or after an offset; nothing at the end.
absl::StatusOr<std::optional<Found>> FirstFrom(PartitionReader& reader, int64_t offset,
                                               absl::Time deadline) {
  if (absl::Status started = reader.StartAt(offset); !started.ok()) return started;
  while (!reader.at_end()) {
    if (absl::Now() > deadline) return absl::UnavailableError("Kafka does not answer in time");
    const auto messages = reader.Read(2, deadline - absl::Now());
    if (!messages.ok()) return messages.status();
    if (messages->empty()) continue;
    const ReadMessage& first = messages->front();
    const std::string* text = first.Find(kSequence);
    const auto position = text != nullptr ? ParseSequence(*text) : std::nullopt;
    if (!position) {
      return absl::DataLossError(
          absl::StrCat("the message at offset ", first.offset, " has no sequence"));
    }
    return Found{first.offset, *position};
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<int64_t> FindStart(PartitionReader& reader, Position due, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const auto range = reader.Range(timeout);
  if (!range.ok()) return range.status();
  int64_t start = range->begin;
  int64_t low = due == 0 ? range->end : range->begin;
  for (int64_t high = range->end; low < high;) {
    const int64_t middle = low + (high - low) / 2;
    const auto found = FirstFrom(reader, middle, deadline);
    if (!found.ok()) return found.status();
    if (found->has_value() && (*found)->position <= due) {
      start = (*found)->offset;
      low = start + 1;
    } else {
      high = middle;
    }
  }
  return start;
}

}  // namespace skyndsamt::kafka
