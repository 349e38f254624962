#include "services/domain/authority.h"

#include <cassert>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::domain {
namespace {

using event::v1::AuthorityDeclared;
using event::v1::RoutinePublished;
using event::v1::UnitDeclared;
using Refusal = std::optional<Rejection>;

Refusal Invalid(std::string field) {
  return Rejection{api::v1::REASON_FIELD_INVALID, std::move(field)};
}

// A register's number: so many digits, or not given.
bool IsNumberOf(size_t digits, std::string_view text) {
  return text.empty() || (text.size() == digits && absl::c_all_of(text, [](unsigned char c) {
                            return absl::ascii_isdigit(c);
                          }));
}

Refusal CheckDeclared(const Authority& authority, const AuthorityDeclared& declared,
                      const ChangeAuthority& command) {
  if (auto fault = CheckFields(declared, *command.times, command.now, "authority")) return fault;
  if (!authority.id.empty() && authority.id != declared.authority()) {
    return Invalid("authority.authority");
  }
  if (!IsNumberOf(10, declared.organisation_number())) {
    return Invalid("authority.organisation_number");
  }
  if (!IsNumberOf(4, declared.municipality_code())) return Invalid("authority.municipality_code");
  return std::nullopt;
}

Refusal CheckUnit(const UnitDeclared& unit, const ChangeAuthority& command) {
  if (auto fault = CheckFields(unit, *command.times, command.now, "unit")) return fault;
  if (!IsNumberOf(8, unit.school_unit_code())) return Invalid("unit.school_unit_code");
  return std::nullopt;
}

Refusal CheckRoutine(const Authority& authority, const RoutinePublished& routine,
                     const ChangeAuthority& command) {
  assert(IsLocalDate(command.today));
  if (auto fault = CheckFields(routine, *command.times, command.now, "routine")) return fault;
  absl::flat_hash_set<int> legs;
  for (int i = 0; i < routine.limits_size(); ++i) {
    if (!legs.insert(routine.limits(i).leg()).second) {
      return Invalid(absl::StrCat("routine.limits[", i, "].leg"));
    }
  }
  if (authority.routines.contains(routine.version())) {
    return Rejection{api::v1::REASON_VERSION_EXISTS, "routine.version"};
  }
  // Dates of four-digit years compare as their texts do.
  if (routine.from() < command.today && routine.reason().empty()) return Invalid("routine.reason");
  return std::nullopt;
}

Refusal Check(const Authority& authority, const ChangeAuthority& command) {
  const AuthorityEvent& change = command.change;
  if (change.kind_case() == AuthorityEvent::KIND_NOT_SET) return Invalid("");
  if (change.has_declared()) return CheckDeclared(authority, change.declared(), command);
  if (authority.id.empty()) return Rejection{api::v1::REASON_AUTHORITY_UNKNOWN, "authority"};
  if (change.has_unit_declared()) return CheckUnit(change.unit_declared(), command);
  return CheckRoutine(authority, change.routine_published(), command);
}

}  // namespace

size_t Authority::ApproximateBytes() const {
  constexpr size_t kPerText = 64;  // an id or a code with its share of a table
  size_t bytes = sizeof(Authority) + routines.capacity() * kPerText;
  bytes += units.capacity() * (sizeof(UnitState) + 2 * kPerText);
  for (const auto& [key, unit] : units) bytes += unit.places.capacity() * kPerText;
  return bytes;
}

Authority InitialAuthority() { return {}; }

void Evolve(Authority& authority, const AuthorityEvent& event) {
  switch (event.kind_case()) {
    case AuthorityEvent::kDeclared:
      authority.id = event.declared().authority();
      authority.provider = event.declared().provider();
      return;
    case AuthorityEvent::kUnitDeclared: {
      const UnitDeclared& declared = event.unit_declared();
      authority.units[declared.unit()] = {declared.form(),
                                          declared.principal(),
                                          declared.report_receiver(),
                                          {declared.places().begin(), declared.places().end()}};
      return;
    }
    case AuthorityEvent::kRoutinePublished:
      authority.routines.insert(event.routine_published().version());
      return;
    case AuthorityEvent::KIND_NOT_SET:
      return;
  }
}

AuthorityDecision Decide(const Authority& authority, ChangeAuthority command) {
  assert(command.times != nullptr);
  if (auto refusal = Check(authority, command)) return *std::move(refusal);
  std::vector<AuthorityEvent> events;
  events.push_back(std::move(command.change));
  return events;
}

}  // namespace skyndsamt::domain
