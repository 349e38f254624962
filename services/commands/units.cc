#include "services/commands/units.h"

namespace skyndsamt::commands {

std::shared_ptr<const event::v1::UnitDeclared> Units::Find(const std::string& unit) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = declared_.find(unit);
    if (found != declared_.end()) return found->second.unit;
  }
  auto known = directory_.FindUnit(unit);
  if (known == nullptr) return nullptr;
  return {known, &known->declared};
}

void Units::Declared(const event::v1::UnitDeclared& unit, Position position) {
  const auto declared = std::make_shared<const event::v1::UnitDeclared>(unit);
  const std::lock_guard lock(mutex_);
  Declaration& newest = declared_[declared->unit()];
  if (newest.unit == nullptr || newest.position < position) newest = {declared, position};
}

}  // namespace skyndsamt::commands
