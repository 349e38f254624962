#include "services/domain/authority.h"

#include <cassert>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/domain/field_rules.h"
#include "services/domain/policy_checks.h"

namespace skyndsamt::domain {
namespace {

using event::v1::AuthorityDeclared;
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

std::vector<Rejection> PolicyViolations(const Authority& authority, const AuthorityEvent& change,
                                        const PublishedAt& at) {
  if (change.has_routine_published()) {
    return Violations(authority, change.routine_published(), at, "routine");
  }
  if (change.has_closing_days_published()) {
    return Violations(authority, change.closing_days_published(), at, "closing_days");
  }
  return Violations(authority, change.yardsticks_published(), at, "yardsticks");
}

Refusal Check(const Authority& authority, const ChangeAuthority& command) {
  const AuthorityEvent& change = command.change;
  if (change.kind_case() == AuthorityEvent::KIND_NOT_SET) return Invalid("");
  if (change.has_declared()) return CheckDeclared(authority, change.declared(), command);
  if (authority.id.empty()) return Rejection{api::v1::REASON_AUTHORITY_UNKNOWN, "authority"};
  if (change.has_unit_declared()) return CheckUnit(change.unit_declared(), command);
  auto violations =
      PolicyViolations(authority, change, {command.today, command.now, command.times});
  if (violations.empty()) return std::nullopt;
  return Together(std::move(violations));
}

}  // namespace

size_t Authority::ApproximateBytes() const {
  constexpr size_t kPerText = 64;  // an id or a code with its share of a table
  size_t bytes = sizeof(Authority) + routines.capacity() * kPerText;
  bytes += 2 * closing_days.capacity() * kPerText;
  bytes += (yardsticks.capacity() + yardstick_versions.capacity()) * kPerText;
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
    case AuthorityEvent::kClosingDaysPublished:
      authority.closing_days.emplace(event.closing_days_published().unit(),
                                     event.closing_days_published().version());
      return;
    case AuthorityEvent::kYardsticksPublished:
      authority.yardstick_versions.insert(event.yardsticks_published().version());
      for (const auto& yardstick : event.yardsticks_published().yardsticks()) {
        if (yardstick.withdrawn()) {
          authority.yardsticks.erase(yardstick.id());
        } else {
          authority.yardsticks.insert(yardstick.id());
        }
      }
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
