#include "services/commands/units.h"

#include <algorithm>
#include <utility>

#include "projections/law/civil_time.h"

namespace skyndsamt::commands {

using views::Declarations;
using views::InForceOn;

namespace {

// False, and `from` as it is, if the first day cannot be read.
bool ReadFrom(const event::v1::UnitDeclared& unit, absl::CivilDay* from) {
  absl::CivilDay day;
  if (unit.from().empty()) return true;
  if (!law::ReadDay(unit.from(), day).ok()) return false;
  *from = day;
  return true;
}

}  // namespace

absl::CivilDay Units::Today() const { return law::DayOf(clock_.Now()); }

Declarations Units::DeclarationsOf(const std::string& unit) const {
  Declarations own;
  {
    const std::lock_guard lock(mutex_);
    const auto found = declared_.find(unit);
    if (found != declared_.end()) own = found->second;
  }
  // After the own ones: what is let go of there (Declared), the directory knows by now.
  Declarations all = directory_.DeclarationsOf(unit);
  for (auto& said : own) {
    if (all.empty() || all.back()->position < said->position) all.push_back(std::move(said));
  }
  return all;
}

std::shared_ptr<const event::v1::UnitDeclared> Units::Find(const std::string& unit) const {
  auto today = InForceOn(DeclarationsOf(unit), Today());
  if (today == nullptr) return nullptr;
  return {today, &today->declared};
}

bool Units::HasDeclared(const std::string& unit, const std::string& place) const {
  return std::ranges::any_of(DeclarationsOf(unit), [&](const auto& said) {
    return std::ranges::find(said->declared.places(), place) != said->declared.places().end();
  });
}

bool Units::TakesFromAnother(const std::string& authority,
                             const event::v1::UnitDeclared& unit) const {
  const Declarations now = DeclarationsOf(unit.unit());
  views::Unit said{.authority = authority, .declared = unit};
  static_cast<void>(ReadFrom(unit, &said.from));  // of a day that cannot be read: as if always
  Declarations then = now;
  then.push_back(std::make_shared<const views::Unit>(std::move(said)));
  const auto another_had = [&](absl::CivilDay day) {
    const auto before = InForceOn(now, day);
    return before != nullptr && before->authority != InForceOn(then, day)->authority;
  };
  // Whose it is changes on first days alone.
  return another_had(absl::CivilDay::min()) ||
         std::ranges::any_of(then, another_had, [](const auto& one) { return one->from; });
}

void Units::Declared(const std::string& authority, const event::v1::UnitDeclared& unit,
                     Position position) {
  views::Unit said{.authority = authority, .declared = unit, .position = position};
  if (!ReadFrom(unit, &said.from)) return;
  const Declarations known = directory_.DeclarationsOf(unit.unit());
  const std::lock_guard lock(mutex_);
  Declarations& own = declared_[unit.unit()];
  if (!known.empty()) {
    std::erase_if(own, [&](const auto& one) { return one->position <= known.back()->position; });
  }
  const auto after = std::ranges::upper_bound(own, position, {}, &views::Unit::position);
  own.insert(after, std::make_shared<const views::Unit>(std::move(said)));
}

}  // namespace skyndsamt::commands
