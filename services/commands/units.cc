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

std::string Units::AuthorityOf(const std::string& unit) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = declared_.find(unit);
    if (found != declared_.end()) return found->second.authority;
  }
  const auto known = directory_.FindUnit(unit);
  return known == nullptr ? std::string() : known->authority;
}

void Units::Declared(const std::string& authority, const event::v1::UnitDeclared& unit,
                     Position position) {
  const auto declared = std::make_shared<const event::v1::UnitDeclared>(unit);
  const std::lock_guard lock(mutex_);
  Declaration& newest = declared_[declared->unit()];
  if (newest.unit == nullptr || newest.position < position)
    newest = {declared, authority, position};
}

}  // namespace skyndsamt::commands
