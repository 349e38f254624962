// What a command needs to know of a unit before it records anything: whether it exists and whose
// it is. Answered from memory, so that no command waits for a view's disk. Thread-safe.
#pragma once

#include <memory>
#include <string_view>

#include "projections/views/organisation.h"

namespace skyndsamt::views {

class UnitDirectory {
 public:
  virtual ~UnitDirectory() = default;

  // Null if no such unit was declared. Unit::declared has form, principal and places.
  virtual std::shared_ptr<const Unit> FindUnit(std::string_view unit) const = 0;
  // The authority's declaration; null if none.
  virtual std::shared_ptr<const AuthorityState> FindAuthority(std::string_view authority) const = 0;
};

}  // namespace skyndsamt::views
