// An incident's stream with what the law needs beside it: its unit, its authority and their policy,
// each as it had been declared at a question's known_at, so that an answer never changes
// afterwards. One reading of the log from which any question about the incident's cases is asked.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "projections/law/comparison.h"
#include "projections/law/judge.h"
#include "projections/views/fact_stream.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

// Movable; not changed once read, so any thread may ask. What it hands out points into it.
class IncidentFile {
 public:
  // Everything of the incident below position `end`. NOT_FOUND if there is nothing. `clock` is now:
  // recorded instants may run ahead of it by a little, and what is there is known now.
  // `keep_records` also keeps the records, for the audit trail.
  static absl::StatusOr<IncidentFile> Read(log::EventLog& log, const StreamId& incident,
                                           Position end,
                                           std::shared_ptr<const Organisation> organisation,
                                           Micros clock, bool keep_records = false);

  Micros now() const { return now_; }
  const FactStream& stream() const { return stream_; }
  std::span<const law::Entry> entries() const { return stream_.entries(); }
  const std::string& unit() const { return unit_; }  // as it stands now
  // As the record stands now; one without a name where there is none.
  const std::vector<std::string>& children() const { return children_; }

  // The child meant: the one named, or the incident's only one. Whose cases there are is read as it
  // was known, so that a child struck or added later leaves an earlier answer as it was; of one
  // that was named only later it may be asked, too. INVALID_ARGUMENT "child" where one has to be
  // named, NOT_FOUND for one that is no child of it.
  absl::StatusOr<std::string> ChildMeant(std::string_view named, Micros known_at) const;
  // Some entry, corrected since or not, says that it is a child of the incident.
  bool EverNamed(std::string_view child) const;

  // The question; `child` is not copied.
  law::CaseFile Ask(std::string_view child, law::Instants when) const;

  // What was recorded of the unit, its authority and their policy after one instant and up to
  // another, where it may bear on the cases.
  std::vector<law::PolicyStep> PolicyBetween(Micros after, Micros up_to) const;

 private:
  IncidentFile() = default;

  FactStream stream_;
  std::unique_ptr<const std::string> incident_;
  std::vector<std::string> children_;
  std::string unit_;
  Micros now_ = 0;
  std::shared_ptr<const Organisation> organisation_;
};

}  // namespace skyndsamt::views
