// How a command's call becomes a command: on whose behalf, within which units, and with which of
// its outcomes answered how. Shared by the services that record.
#pragma once

#include <type_traits>
#include <variant>

#include "services/access/roles.h"
#include "services/api/backend.h"
#include "services/api/scope.h"
#include "services/commands/authority_commands.h"
#include "services/commands/caller.h"
#include "services/commands/incident_commands.h"

namespace skyndsamt::api {

// Immutable, thread-safe; looks only at memory.
class CallerSight final : public commands::UnitSight {
 public:
  CallerSight(const views::UnitDirectory& units, const access::Identity& caller)
      : units_(units), caller_(caller) {}
  bool SeesUnit(const std::string& unit) const override {
    return api::SeesUnit(units_, caller_, unit);
  }

 private:
  const views::UnitDirectory& units_;
  const access::Identity& caller_;
};

// Immutable, thread-safe; looks only at its tables.
class CallerRights final : public domain::Rights {
 public:
  explicit CallerRights(access::Role role) : role_(role) {}
  bool MayRecord(event::v1::Fact::KindCase kind) const override {
    return access::MayRecord(role_, kind);
  }
  bool MayRecordWherePrincipalAccused(event::v1::Fact::KindCase kind) const override {
    return access::MayRecordWherePrincipalAccused(role_, kind);
  }
  bool MayCorrectWherePrincipalAccused(event::v1::Fact::KindCase kind) const override {
    return access::MayCorrectWherePrincipalAccused(role_, kind);
  }

 private:
  const access::Role role_;
};

// The subject, role and unit that the log keeps as the event's actor.
inline commands::CallerScope ScopeOf(const access::Identity& caller,
                                     const commands::UnitSight* sight,
                                     const domain::Rights* rights) {
  return {caller.issuer,
          caller.subject,
          std::string(access::RoleName(caller.role)),
          caller.units.size() == 1 ? caller.units.front() : std::string(),
          caller.authority,
          sight,
          rights};
}

// Answers a command's outcome; every kind of refusal has its one place here.
template <typename Call, typename Outcome>
void AnswerOutcome(Call& call, absl::StatusOr<Outcome> outcome) {
  if (!outcome.ok()) return call.Refuse(Refuse(outcome.status()));
  std::visit(
      [&call](auto& one) {
        using T = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<T, domain::Rejection>) {
          call.Refuse(one);
        } else if constexpr (std::is_same_v<T, commands::ConflictOutcome>) {
          call.Refuse(RefuseConflict(std::move(one.conflict)));
        } else if constexpr (std::is_same_v<T, commands::RequestReused>) {
          call.Refuse(v1::REASON_REQUEST_ID_REUSED, "request_id");
        } else {
          call.Answer(one);
        }
      },
      *outcome);
}

}  // namespace skyndsamt::api
