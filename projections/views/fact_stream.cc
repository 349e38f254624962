#include "projections/views/fact_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace skyndsamt::views {

absl::Status FactStream::Add(log::Record record, bool keep) {
  if (record.kind() != "incident") {
    return absl::FailedPreconditionError(
        absl::StrCat("position ", record.position, " is no fact of an incident"));
  }
  auto* body = google::protobuf::Arena::CreateMessage<::skyndsamt::log::v1::Body>(arena_.get());
  auto* fact = google::protobuf::Arena::CreateMessage<event::v1::Fact>(arena_.get());
  if (!body->ParseFromString(record.body) || !fact->ParseFromString(body->event())) {
    return absl::DataLossError(
        absl::StrCat("fact at position ", record.position, " does not parse"));
  }
  entries_.push_back({record.position, record.recorded, fact});
  if (keep) {
    records_.push_back(std::move(record));
    bodies_.push_back(body);
  }
  return absl::OkStatus();
}

absl::StatusOr<FactStream> FactStream::Parse(std::span<const StoredFact> facts) {
  FactStream stream;
  stream.entries_.reserve(facts.size());
  for (const StoredFact& stored : facts) {
    auto* fact = google::protobuf::Arena::CreateMessage<event::v1::Fact>(stream.arena_.get());
    if (!fact->ParseFromString(stored.fact)) {
      return absl::DataLossError(
          absl::StrCat("fact at position ", stored.position, " does not parse"));
    }
    stream.entries_.push_back({stored.position, stored.recorded, fact});
  }
  return stream;
}

absl::StatusOr<FactStream> FactStream::Read(log::EventLog& log, const StreamId& incident,
                                            Position end, bool keep_records) {
  FactStream stream;
  log::ReadOptions options;
  options.from = 0;
  while (options.from) {
    auto read = log.ReadStream(incident, options);
    if (!read.ok()) return read.status();
    for (log::Record& record : read->records) {
      if (record.position >= end) return stream;
      if (auto status = stream.Add(std::move(record), keep_records); !status.ok()) return status;
    }
    options.from = read->next;
  }
  return stream;
}

std::vector<std::string> ChildrenOf(std::span<const law::EffectiveFact> facts) {
  std::vector<std::string> children;
  for (const law::EffectiveFact& fact : facts) {
    for (const auto& child : fact.fact->incident_opened().children()) {
      if (std::ranges::find(children, child.person()) == children.end()) {
        children.push_back(child.person());
      }
    }
  }
  if (children.empty()) children.emplace_back();
  return children;
}

std::string UnitOf(std::span<const law::EffectiveFact> facts) {
  for (const law::EffectiveFact& fact : facts) {
    if (fact.fact->has_incident_opened()) return fact.fact->incident_opened().unit();
  }
  return "";
}

}  // namespace skyndsamt::views
