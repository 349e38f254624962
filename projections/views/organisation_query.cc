// Queries about authorities, units, routines and the rule set, answered from memory.
#include <string>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/views/live_views.h"

namespace skyndsamt::views {

absl::StatusOr<api::v1::Authority> LiveViews::GetAuthority(std::string_view authority) const {
  const Position end = runner_->applied();
  const auto found = FindAuthority(authority);
  if (found == nullptr || found->declared.authority().empty()) {
    return absl::NotFoundError("unknown authority");
  }
  api::v1::Authority answer;
  *answer.mutable_declared() = found->declared;
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

absl::StatusOr<Page<event::v1::UnitDeclared>> LiveViews::ListUnits(std::string_view authority,
                                                                   size_t limit,
                                                                   std::string_view after) const {
  const Position end = runner_->applied();
  const auto organisation = organisation_->current();
  const auto found = organisation->FindAuthority(authority);
  if (found == nullptr) return absl::NotFoundError("unknown authority");
  Page<event::v1::UnitDeclared> page;
  page.reflects = ReflectsBelow(end);
  for (auto unit = found->units.upper_bound(after); unit != found->units.end(); ++unit) {
    if (page.items.size() == AtLeastOne(limit)) {
      page.next = page.items.back().unit();
      break;
    }
    page.items.push_back(organisation->FindUnit(*unit)->declared);
  }
  return page;
}

absl::StatusOr<Page<event::v1::RoutinePublished>> LiveViews::ListRoutines(
    std::string_view authority, size_t limit, std::string_view after) const {
  const Position end = runner_->applied();
  const auto found = FindAuthority(authority);
  if (found == nullptr) return absl::NotFoundError("unknown authority");
  std::optional<Position> last;
  if (!after.empty()) {
    ByteReader key(after);
    last = key.U64();
    if (!key.complete()) return absl::InvalidArgumentError("page key");
  }
  Page<event::v1::RoutinePublished> page;
  page.reflects = ReflectsBelow(end);
  Position given = 0;
  for (const RecordedRoutine& routine : found->routines) {
    if (last && routine.position <= *last) continue;
    if (page.items.size() == AtLeastOne(limit)) {
      PutU64(page.next, given);
      break;
    }
    page.items.push_back(routine.routine);
    given = routine.position;
  }
  return page;
}

absl::StatusOr<api::v1::RuleSet> LiveViews::GetRuleSet() const {
  const Position end = runner_->applied();
  const auto rule_set = organisation_->current()->rule_set();
  if (rule_set == nullptr) return absl::NotFoundError("no rule set has been published");
  api::v1::RuleSet answer;
  *answer.mutable_published() = rule_set->rule_set;
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

}  // namespace skyndsamt::views
