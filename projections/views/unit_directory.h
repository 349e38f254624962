// What a command needs to know of a unit before it records anything: whether it exists and whose
// it is. Answered from memory, so that no command waits for a view's disk. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "projections/views/organisation.h"

namespace skyndsamt::views {

class UnitDirectory {
 public:
  virtual ~UnitDirectory() = default;

  // As it is today; null if no such unit was declared. Unit::declared has form, principal and
  // places.
  virtual std::shared_ptr<const Unit> FindUnit(std::string_view unit) const = 0;
  // All that was ever declared of it, whatever day that holds from, in log order.
  virtual Declarations DeclarationsOf(std::string_view unit) const = 0;
  // Those that the authority has today, ascending.
  virtual std::vector<std::string> UnitsOf(std::string_view authority) const = 0;
  // The authority's declaration; null if none.
  virtual std::shared_ptr<const AuthorityState> FindAuthority(std::string_view authority) const = 0;
};

}  // namespace skyndsamt::views
