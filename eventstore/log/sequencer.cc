#include "eventstore/log/sequencer.h"

#include <algorithm>
#include <utility>

#include "eventstore/log/record_codec.h"

namespace skyndsamt::log {
namespace {

constexpr Micros kClockBehind = 5'000'000;

bool Meets(const Expected& expected, const std::optional<Revision>& current) {
  switch (expected.kind) {
    case Expected::Kind::kAny:
      return true;
    case Expected::Kind::kNone:
      return !current;
    case Expected::Kind::kExists:
      return current.has_value();
    case Expected::Kind::kExactly:
      return current == expected.revision;
  }
  return false;
}

}  // namespace

void AppendGroup::Clear() {
  Group::Clear();
  answers.clear();
  queued_bytes = 0;
}

std::optional<StreamRow> Sequencer::HeadOf(const Pending& pending, size_t i) const {
  const auto recent = heads_.find(pending.request.streams[i].stream);
  if (recent != heads_.end()) return recent->second;
  return pending.heads[i];
}

std::optional<ConflictFound> Sequencer::FindConflict(const Pending& pending) const {
  for (size_t i = 0; i < pending.request.streams.size(); ++i) {
    const StreamAppend& append = pending.request.streams[i];
    const auto head = HeadOf(pending, i);
    const auto current = head ? std::optional(head->revision) : std::nullopt;
    if (Meets(append.expected, current)) continue;
    const bool exactly = append.expected.kind == Expected::Kind::kExactly;
    return ConflictFound{append.stream, current, exactly ? append.expected.revision + 1 : 0};
  }
  return std::nullopt;
}

void Sequencer::Add(Pending pending, AppendGroup* group) {
  group->queued_bytes += pending.bytes;
  const auto answer = [&](auto outcome) {
    group->answers.push_back({std::move(pending.done), std::move(outcome)});
  };
  const AppendRequest& request = pending.request;
  if (request.request) {
    const auto seen = requests_.find(*request.request);
    if (seen != requests_.end()) {
      if (seen->second.fingerprint != request.fingerprint) return answer(RequestReused{});
      return answer(RepeatFound{*request.request, request.fingerprint});
    }
  }
  if (auto conflict = FindConflict(pending)) return answer(*conflict);
  const Micros now = clock_.Now();
  if (now < end_.last_recorded() - kClockBehind) {
    return answer(absl::UnavailableError(
        "the clock is more than 5 s behind the last record; appends are refused until it is set"));
  }
  Appended appended = Place(pending, now, group);
  answer(std::move(appended));
}

Appended Sequencer::Place(Pending& pending, Micros now, Group* group) {
  Appended appended;
  appended.first = end_.next();
  AppendRequest& request = pending.request;
  for (size_t i = 0; i < request.streams.size(); ++i) {
    StreamAppend& append = request.streams[i];
    std::optional<StreamRow> head = HeadOf(pending, i);
    for (PreparedEvent& event : append.events) {
      PlaceEvent(append.stream, std::move(event), now, &head, group);
    }
    heads_[append.stream] = *head;
    recent_.Put(append.stream, *head);
    head_order_.emplace_back(head->position, append.stream);
    appended.revisions.push_back(head->revision);
  }
  appended.count = static_cast<uint32_t>(end_.next() - appended.first);
  appended.recorded = end_.last_recorded();
  if (request.request) {
    requests_[*request.request] = {appended.first, request.fingerprint};
    request_order_.emplace_back(appended.first, *request.request);
    end_.LayRequest(*request.request, appended.first, group);
  }
  return appended;
}

void Sequencer::PlaceEvent(const StreamId& stream, PreparedEvent event, Micros now,
                           std::optional<StreamRow>* head, Group* group) {
  auto record = std::make_shared<Record>();
  record->position = end_.next();
  record->recorded = std::max(now, end_.last_recorded() + 1);
  record->event_id = event.id;
  record->stream = stream;
  if (head->has_value()) {
    record->revision = (*head)->revision + 1;
    record->previous_leaf_hash = (*head)->leaf_hash;
  }
  record->type = std::move(event.type);
  record->schema = event.schema;
  record->body_hash = event.body_hash;
  record->leaf_data = EncodeLeaf(*record, event.parts_digest);
  record->body = std::move(event.body);
  record->parts = std::move(event.parts);
  *head = StreamRow{record->revision, record->position, {}};
  (*head)->leaf_hash = end_.Lay(std::move(record), group);
}

void Sequencer::Forget(Position oldest_look) {
  while (!head_order_.empty() && head_order_.front().first < oldest_look) {
    const auto& [position, stream] = head_order_.front();
    const auto head = heads_.find(stream);
    if (head != heads_.end() && head->second.position == position) heads_.erase(head);
    head_order_.pop_front();
  }
  while (!request_order_.empty() && request_order_.front().first < oldest_look) {
    requests_.erase(request_order_.front().second);
    request_order_.pop_front();
  }
}

}  // namespace skyndsamt::log
