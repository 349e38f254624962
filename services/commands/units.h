// Which units commands may name: those the organisation view knows, and those this process has
// declared itself, which the view may not have reached yet. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/ids.h"
#include "projections/views/unit_directory.h"

namespace skyndsamt::commands {

class Units {
 public:
  // `directory` and `clock` outlive the object.
  Units(const views::UnitDirectory& directory, const Clock& clock)
      : directory_(directory), clock_(clock) {}

  // The unit as it is today; null if it never was declared. `unit` is a UUID in lower case.
  std::shared_ptr<const event::v1::UnitDeclared> Find(const std::string& unit) const;
  // Whether the place is on a list that was ever declared for the unit, of whatever day.
  bool HasDeclared(const std::string& unit, const std::string& place) const;
  // Whether the unit, declared so by an authority, would become its own on any day, past or to
  // come, on which another has it.
  bool TakesFromAnother(const std::string& authority, const event::v1::UnitDeclared& unit) const;
  // `unit` was declared at this position of the log, whatever was told of before it.
  void Declared(const std::string& authority, const event::v1::UnitDeclared& unit,
                Position position);

 private:
  absl::CivilDay Today() const;
  views::Declarations DeclarationsOf(const std::string& unit) const;

  const views::UnitDirectory& directory_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, views::Declarations> declared_;  // here, by position
};

}  // namespace skyndsamt::commands
