#include "services/commands/past_answer.h"

#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {
namespace {

constexpr size_t kMaxMissed = 100;

absl::Status ReadFact(const log::Record& record, log::v1::Body& body, event::v1::Fact& fact) {
  if (body.ParseFromString(record.body) && fact.ParseFromString(body.event())) {
    return absl::OkStatus();
  }
  return absl::DataLossError("a record's body is no fact");
}

}  // namespace

absl::StatusOr<api::v1::RecordFactsResponse> AnswerOf(log::EventLog& log, Position first,
                                                      uint32_t count) {
  api::v1::RecordFactsResponse answer;
  log::v1::Body body;
  event::v1::Fact fact;
  log::ReadOptions options;
  options.from = first;
  while (static_cast<uint32_t>(answer.facts_size()) < count) {
    options.max_records = count - static_cast<uint32_t>(answer.facts_size());
    auto page = log.ReadAll(options);
    if (!page.ok()) return page.status();
    for (const log::Record& record : page->records) {
      if (auto read = ReadFact(record, body, fact); !read.ok()) return read;
      auto& recorded = *answer.add_facts();
      recorded.set_id(fact.id());
      recorded.set_revision(record.revision);
      recorded.mutable_position()->set_log(log.origin());
      recorded.mutable_position()->set_position(record.position);
      answer.set_incident(record.stream.ToString());
    }
    options.from = page->next;
    if (!page->next) break;
  }
  if (static_cast<uint32_t>(answer.facts_size()) != count) {
    return absl::DataLossError("an earlier append is not whole");
  }
  const auto& last = answer.facts(answer.facts_size() - 1);
  *answer.mutable_position() = last.position();
  answer.set_revision(last.revision());
  answer.set_deduplicated(true);
  return answer;
}

absl::StatusOr<std::optional<PastAppend>> FindAppend(log::EventLog& log, const StreamId& stream,
                                                     const EventId& first_event) {
  log::ReadOptions options;
  options.from = 0;
  for (;;) {
    auto page = log.ReadStream(stream, options);
    if (!page.ok()) return page.status();
    for (const log::Record& record : page->records) {
      if (record.event_id != first_event) continue;
      log::v1::Body body;
      if (!body.ParseFromString(record.body)) {
        return absl::DataLossError("a record's body does not parse");
      }
      return PastAppend{record.position, std::max(body.count(), 1u)};
    }
    if (!page->next) return std::nullopt;
    options.from = page->next;
  }
}

absl::StatusOr<api::v1::RevisionConflict> MissedSince(log::EventLog& log, const StreamId& stream,
                                                      Revision from) {
  api::v1::RevisionConflict conflict;
  const auto head = log.Head(stream);
  if (!head.ok()) return head.status();
  if (!head->has_value()) return absl::DataLossError("a stream that was folded is not there");
  conflict.set_current_revision((*head)->last);
  if (from > (*head)->last) return conflict;
  log::ReadOptions options;
  options.from = from;
  options.max_records = kMaxMissed;
  auto page = log.ReadStream(stream, options);
  if (!page.ok()) return page.status();
  log::v1::Body body;
  for (const log::Record& record : page->records) {
    if (auto read = ReadFact(record, body, *conflict.add_missed()); !read.ok()) return read;
  }
  return conflict;
}

}  // namespace skyndsamt::commands
