// The facts that went past lately, by incident: a view that folds a whole stream again soon after
// its facts came, as every rebuild does, need not read the log for it. Bounded in bytes; incidents
// are forgotten by second chance. The engine's thread alone.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "eventstore/log/record.h"
#include "projections/views/fact_stream.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::views {

class RecentFacts {
 public:
  explicit RecentFacts(size_t bytes) : most_bytes_(bytes) {}

  // In log order. An incident is remembered if its first fact is seen.
  void Add(const log::Record& record, const ::skyndsamt::log::v1::Body& body);
  // The incident's facts up to the last that was added; nothing if some are not remembered.
  absl::StatusOr<std::optional<FactStream>> Find(const StreamId& incident);

 private:
  struct Incident {
    std::vector<StoredFact> facts;
    size_t bytes = 0;
    bool recent = true;  // used since the clock hand was here
  };

  void Forget();

  const size_t most_bytes_;
  size_t bytes_ = 0;
  absl::flat_hash_map<StreamId, Incident> incidents_;
  std::deque<StreamId> order_;
};

}  // namespace skyndsamt::views
