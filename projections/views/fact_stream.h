// An incident's facts read from the log: what every fold of a whole stream starts from.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "google/protobuf/arena.h"
#include "projections/law/effective_facts.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::views {

// A fact as it is stored: bytes of event.v1.Fact.
struct StoredFact {
  Position position = 0;
  Micros recorded = 0;
  std::string fact;
};

// Facts in log order; entry i is revision i. Movable; the entries point into it. Not thread-safe.
class FactStream {
 public:
  // Everything of the stream below position `end`; empty if there is none. FAILED_PRECONDITION for
  // a record that is no fact, DATA_LOSS for one that does not parse. `keep_records` also keeps the
  // records and their bodies, for the audit trail.
  static absl::StatusOr<FactStream> Read(log::EventLog& log, const StreamId& incident, Position end,
                                         bool keep_records = false);

  // Facts that are at hand. DATA_LOSS for one that does not parse.
  static absl::StatusOr<FactStream> Parse(std::span<const StoredFact> facts);

  std::span<const law::Entry> entries() const { return entries_; }
  const std::vector<log::Record>& records() const { return records_; }
  const std::vector<const ::skyndsamt::log::v1::Body*>& bodies() const { return bodies_; }
  bool empty() const { return entries_.empty(); }

 private:
  absl::Status Add(log::Record record, bool keep);

  std::unique_ptr<google::protobuf::Arena> arena_ = std::make_unique<google::protobuf::Arena>();
  std::vector<law::Entry> entries_;
  std::vector<log::Record> records_;
  std::vector<const ::skyndsamt::log::v1::Body*> bodies_;
};

// The children of an incident as its facts that stand name them; none = one case without a child.
std::vector<std::string> ChildrenOf(std::span<const law::EffectiveFact> facts);
// The unit it belongs to.
std::string UnitOf(std::span<const law::EffectiveFact> facts);

}  // namespace skyndsamt::views
