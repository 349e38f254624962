// The view "patterns": which incidents were ever said to be of a child, an accused person, or a
// place. What was corrected since is left in; a query reads the incident's record as it was known
// at the instant asked about, and leaves out what does not stand there.
//
//   c <child 16> <u64 position> <incident 16>              empty
//   a <accused 16> <u64 position> <incident 16>            empty
//   p <unit 16> <place> 0 <u64 position> <incident 16>     empty
//
// The position is that of the entry which says so. Rows are only ever added. The engine's thread
// alone.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/base/ids.h"
#include "projections/engine/view.h"
#include "skyndsamt/event/v1/incident.pb.h"

namespace skyndsamt::views {

class PatternsView : public engine::View {
 public:
  std::string_view name() const override { return "patterns"; }
  uint32_t version() const override { return 1; }
  absl::Status Apply(const engine::Event& event, engine::Rows& rows) override;

  // Where the incidents of one begin; empty where an id is no UUID.
  static std::string ChildIndex(std::string_view child);
  static std::string AccusedIndex(std::string_view person);
  static std::string PlaceIndex(std::string_view unit, std::string_view place);
  // The incident of a key.
  static StreamId IncidentIn(std::string_view key);
};

}  // namespace skyndsamt::views
