// An incident's stream with what the law needs beside it: its unit, and the authority's policy. One
// reading of the log from which any question about the incident's cases is asked.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "projections/law/judge.h"
#include "projections/views/fact_stream.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

// Movable; not changed once read, so any thread may ask. What it hands out points into it.
class IncidentFile {
 public:
  // Everything of the incident below position `end`. NOT_FOUND if there is nothing. `clock` is now:
  // recorded instants may run ahead of it by a little, and what is there is known now.
  static absl::StatusOr<IncidentFile> Read(log::EventLog& log, const StreamId& incident,
                                           Position end,
                                           std::shared_ptr<const Organisation> organisation,
                                           Micros clock);

  Micros now() const { return now_; }
  const std::string& unit() const { return unit_id_; }  // as it stands now
  std::span<const law::Entry> entries() const { return stream_.entries(); }

  // The child meant: the one named, or the incident's only one. INVALID_ARGUMENT "child" where one
  // has to be named, NOT_FOUND for one that is no child of it.
  absl::StatusOr<std::string> ChildMeant(std::string_view named) const;

  // The question; `child` is not copied.
  law::CaseFile Ask(std::string_view child, Micros as_of, Micros known_at) const;

 private:
  IncidentFile() = default;

  FactStream stream_;
  std::unique_ptr<const std::string> incident_;
  std::vector<std::string> children_;
  std::string unit_id_;
  Micros now_ = 0;
  std::shared_ptr<const Unit> unit_;
  std::shared_ptr<const law::PolicySet> policy_;
  event::v1::ProviderType provider_ = event::v1::PROVIDER_TYPE_UNSPECIFIED;
};

}  // namespace skyndsamt::views
