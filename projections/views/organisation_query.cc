// Queries about authorities, units, their policy and the rule sets, answered from memory.
#include <optional>
#include <string>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/civil_time.h"
#include "projections/views/live_views.h"

namespace skyndsamt::views {
namespace {

// The position that a page key holds; nothing for the first page.
absl::StatusOr<std::optional<Position>> ReadPosition(std::string_view after) {
  if (after.empty()) return std::nullopt;
  ByteReader key(after);
  const Position position = key.U64();
  if (!key.complete()) return absl::InvalidArgumentError("page key");
  return position;
}

// A page of what was published, for which `take` says true.
template <typename Message, typename Take>
absl::StatusOr<Page<Recorded<Message>>> PageOf(const History<Message>& history, Position end,
                                               size_t limit, std::string_view after, Take take) {
  const auto last = ReadPosition(after);
  if (!last.ok()) return last.status();
  Page<Recorded<Message>> page;
  page.reflects = ReflectsBelow(end);
  Position given = 0;
  for (const Recorded<Message>& one : history) {
    if ((*last && one.position <= **last) || !take(one.message)) continue;
    if (page.items.size() == AtLeastOne(limit)) {
      PutU64(page.next, given);
      break;
    }
    page.items.push_back(one);
    given = one.position;
  }
  return page;
}

}  // namespace

absl::StatusOr<api::v1::Authority> LiveViews::GetAuthority(std::string_view authority) const {
  const Position end = runner_->applied();
  const auto found = FindAuthority(authority);
  if (found == nullptr || found->declared.authority().empty()) {
    return absl::NotFoundError("unknown authority");
  }
  api::v1::Authority answer;
  *answer.mutable_declared() = found->declared;
  answer.mutable_declared_at()->set_log(log_.origin());
  answer.mutable_declared_at()->set_position(found->declarations.back().position);
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

absl::StatusOr<Page<ListedUnit>> LiveViews::ListUnits(std::string_view authority, size_t limit,
                                                      std::string_view after) const {
  const Position end = runner_->applied();
  const auto organisation = organisation_->current();
  const auto found = organisation->FindAuthority(authority);
  if (found == nullptr) return absl::NotFoundError("unknown authority");
  Page<ListedUnit> page;
  page.reflects = ReflectsBelow(end);
  const absl::CivilDay today = Today();
  const auto& units = found->units_ever;
  for (auto unit = units.upper_bound(after); unit != units.end(); ++unit) {
    ListedUnit item{.unit = *unit};
    const auto now = organisation->FindUnit(*unit, today);
    if (now->authority == authority) item.today = now->declared;
    const Declarations& declarations = organisation->DeclarationsOf(*unit);
    item.declared_at = declarations.back()->position;
    for (const auto& said : Standing(declarations)) {
      const bool own = said->authority == authority;
      if (own) item.standing.push_back(said->declared);
      item.of_another |= !own;
    }
    if (item.standing.empty()) continue;  // another's, now and before
    if (page.items.size() == AtLeastOne(limit)) {
      page.next = page.items.back().unit;
      break;
    }
    page.items.push_back(std::move(item));
  }
  return page;
}

absl::StatusOr<Page<Recorded<event::v1::RoutinePublished>>> LiveViews::ListRoutines(
    std::string_view authority, size_t limit, std::string_view after) const {
  const Position end = runner_->applied();
  const auto found = FindAuthority(authority);
  if (found == nullptr) return absl::NotFoundError("unknown authority");
  return PageOf(found->routines, end, limit, after, [](const auto&) { return true; });
}

absl::StatusOr<Page<Recorded<event::v1::ClosingDaysPublished>>> LiveViews::ListClosingDays(
    std::string_view authority, std::string_view unit, size_t limit, std::string_view after) const {
  const Position end = runner_->applied();
  const auto found = FindAuthority(authority);
  if (found == nullptr) return absl::NotFoundError("unknown authority");
  return PageOf(found->closing_days, end, limit, after, [unit](const auto& published) {
    return unit.empty() || published.unit().empty() || published.unit() == unit;
  });
}

absl::StatusOr<Page<Recorded<event::v1::YardsticksPublished>>> LiveViews::ListYardsticks(
    std::string_view authority, size_t limit, std::string_view after) const {
  const Position end = runner_->applied();
  const auto found = FindAuthority(authority);
  if (found == nullptr) return absl::NotFoundError("unknown authority");
  return PageOf(found->yardsticks, end, limit, after, [](const auto&) { return true; });
}

absl::StatusOr<api::v1::RuleSet> LiveViews::GetRuleSet(std::string_view version) const {
  const Position end = runner_->applied();
  const auto organisation = organisation_->current();
  const RecordedRuleSet* found = nullptr;
  for (const auto& rules : organisation->rule_sets()) {
    if (version.empty() || rules->message.version() == version) found = rules.get();
  }
  if (found == nullptr) return absl::NotFoundError("no such rule set");
  api::v1::RuleSet answer;
  *answer.mutable_published() = found->message;
  SetPublication(found->recorded, found->position, answer.mutable_publication());
  SetReflects(end, answer.mutable_reflects());
  return answer;
}

absl::StatusOr<Page<api::v1::RuleSetVersion>> LiveViews::ListRuleSets(
    size_t limit, std::string_view after) const {
  const Position end = runner_->applied();
  const auto last = ReadPosition(after);
  if (!last.ok()) return last.status();
  Page<api::v1::RuleSetVersion> page;
  page.reflects = ReflectsBelow(end);
  const auto organisation = organisation_->current();
  Position given = 0;
  for (const auto& rules : organisation->rule_sets()) {
    if (*last && rules->position <= **last) continue;
    if (page.items.size() == AtLeastOne(limit)) {
      PutU64(page.next, given);
      break;
    }
    api::v1::RuleSetVersion& item = page.items.emplace_back();
    item.set_version(rules->message.version());
    item.set_reason(rules->message.reason());
    item.set_statutes(rules->message.statutes_size());
    item.set_yardsticks(rules->message.yardsticks_size());
    SetPublication(rules->recorded, rules->position, item.mutable_publication());
    given = rules->position;
  }
  return page;
}

void LiveViews::SetPublication(Micros recorded, Position position,
                               api::v1::Publication* publication) const {
  publication->mutable_position()->set_log(log_.origin());
  publication->mutable_position()->set_position(position);
  publication->set_recorded(law::FormatInstant(recorded));
}

}  // namespace skyndsamt::views
