// Which units commands may name: those the organisation view knows, and those this process has
// declared itself, which the view may not have reached yet. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "projections/views/unit_directory.h"

namespace skyndsamt::commands {

class Units {
 public:
  // `directory` outlives the object.
  explicit Units(const views::UnitDirectory& directory) : directory_(directory) {}

  // The unit as declared last; null if it never was. `unit` is a UUID in lower case.
  std::shared_ptr<const event::v1::UnitDeclared> Find(const std::string& unit) const;
  void Declared(const event::v1::UnitDeclared& unit);

 private:
  const views::UnitDirectory& directory_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const event::v1::UnitDeclared>> declared_;
};

}  // namespace skyndsamt::commands
