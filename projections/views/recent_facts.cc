#include "projections/views/recent_facts.h"

#include <utility>

namespace skyndsamt::views {
namespace {

constexpr size_t kIncidentBytes = 160;  // about what an incident costs beside its facts

}  // namespace

void RecentFacts::Add(const log::Record& record, const ::skyndsamt::log::v1::Body& body) {
  auto found = incidents_.find(record.stream);
  if (found == incidents_.end()) {
    if (record.revision != 0) return;
    found = incidents_.try_emplace(record.stream).first;
    order_.push_back(record.stream);
    found->second.bytes = kIncidentBytes;
    bytes_ += kIncidentBytes;
  }
  Incident& incident = found->second;
  const size_t added = sizeof(StoredFact) + body.event().size();
  incident.facts.push_back({record.position, record.recorded, body.event()});
  incident.recent = true;
  incident.bytes += added;
  bytes_ += added;
  if (bytes_ > most_bytes_) Forget();
}

absl::StatusOr<std::optional<FactStream>> RecentFacts::Find(const StreamId& incident) {
  const auto found = incidents_.find(incident);
  if (found == incidents_.end()) return std::nullopt;
  auto stream = FactStream::Parse(found->second.facts);
  if (!stream.ok()) return stream.status();
  return *std::move(stream);
}

void RecentFacts::Forget() {
  while (bytes_ > most_bytes_ && !order_.empty()) {
    const StreamId oldest = order_.front();
    order_.pop_front();
    const auto found = incidents_.find(oldest);
    if (std::exchange(found->second.recent, false)) {
      order_.push_back(oldest);
      continue;
    }
    bytes_ -= found->second.bytes;
    incidents_.erase(found);
  }
}

}  // namespace skyndsamt::views
