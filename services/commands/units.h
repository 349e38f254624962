// Which units commands may name: those the organisation view knows, and those this process has
// declared itself, which the view may not have reached yet. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/ids.h"
#include "projections/views/unit_directory.h"

namespace skyndsamt::commands {

class Units {
 public:
  // `directory` outlives the object.
  explicit Units(const views::UnitDirectory& directory) : directory_(directory) {}

  // The unit as declared last; null if it never was. `unit` is a UUID in lower case.
  std::shared_ptr<const event::v1::UnitDeclared> Find(const std::string& unit) const;
  // The authority (huvudman) whose the unit is; empty if it never was declared.
  std::string AuthorityOf(const std::string& unit) const;
  // `unit` was declared at this position of the log; a later declaration that came first stays.
  void Declared(const std::string& authority, const event::v1::UnitDeclared& unit,
                Position position);

 private:
  const views::UnitDirectory& directory_;
  struct Declaration {
    std::shared_ptr<const event::v1::UnitDeclared> unit;
    std::string authority;
    Position position = 0;
  };
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, Declaration> declared_;
};

}  // namespace skyndsamt::commands
