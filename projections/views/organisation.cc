#include "projections/views/organisation.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "eventstore/base/coding.h"
#include "projections/law/civil_time.h"

namespace skyndsamt::views {
namespace {

constexpr char kOrganisationTable[] = "o";
constexpr Micros kNever = std::numeric_limits<Micros>::min();

template <typename Map>
typename Map::mapped_type Find(const Map& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

// Whether what holds from a first day takes the place, on a day, of what was said before it.
bool TakesPlace(absl::CivilDay from, absl::CivilDay before, absl::CivilDay day) {
  if (from == absl::CivilDay::min()) return true;
  if (from > day) return before > day && from <= before;
  return before > day || from >= before;
}

}  // namespace

std::shared_ptr<const Unit> InForceOn(const Declarations& declarations, absl::CivilDay day,
                                      Micros known_at) {
  std::shared_ptr<const Unit> in_force;
  for (const auto& said : declarations) {
    if (said->recorded > known_at) continue;
    if (in_force == nullptr || TakesPlace(said->from, in_force->from, day)) in_force = said;
  }
  return in_force;
}

Declarations Standing(const Declarations& declarations) {
  std::map<absl::CivilDay, std::shared_ptr<const Unit>> standing;
  for (const auto& said : declarations) {
    if (said->from == absl::CivilDay::min()) standing.clear();
    standing[said->from] = said;
  }
  Declarations by_day;
  for (const auto& [from, said] : standing) by_day.push_back(said);
  return by_day;
}

std::shared_ptr<const Unit> Organisation::FindUnit(std::string_view unit, absl::CivilDay day,
                                                   Micros known_at) const {
  return InForceOn(DeclarationsOf(unit), day, known_at);
}

const Declarations& Organisation::DeclarationsOf(std::string_view unit) const {
  static const Declarations kNone;
  const auto found = units_.find(unit);
  return found == units_.end() ? kNone : found->second;
}

event::v1::ProviderType Organisation::ProviderOf(std::string_view authority,
                                                 Micros known_at) const {
  const auto found = FindAuthority(authority);
  if (found == nullptr) return event::v1::PROVIDER_TYPE_UNSPECIFIED;
  auto provider = event::v1::PROVIDER_TYPE_UNSPECIFIED;
  for (const auto& declared : found->declarations) {
    if (declared.recorded <= known_at) provider = declared.message.provider();
  }
  return provider;
}

std::shared_ptr<const AuthorityState> Organisation::FindAuthority(
    std::string_view authority) const {
  return Find(authorities_, authority);
}

std::shared_ptr<const law::PolicySet> Organisation::PolicyOf(std::string_view authority) const {
  auto policy = Find(policies_, authority);
  return policy != nullptr ? policy : rules_alone_;
}

std::vector<std::string> Organisation::Units() const {
  std::vector<std::string> ids;
  ids.reserve(units_.size());
  for (const auto& [id, unit] : units_) ids.push_back(id);
  return ids;
}

std::vector<std::string> Organisation::UnitsOf(std::string_view authority,
                                               absl::CivilDay day) const {
  std::vector<std::string> ids;
  const auto found = FindAuthority(authority);
  if (found == nullptr) return ids;
  std::ranges::copy_if(found->units_ever, std::back_inserter(ids), [&](const std::string& unit) {
    return FindUnit(unit, day)->authority == authority;
  });
  return ids;
}

Micros Organisation::TouchedAt(std::string_view unit) const {
  const auto found = touched_at_.find(unit);
  return found == touched_at_.end() ? kNever : found->second;
}

absl::Status Organisation::Apply(Position position, const view::v1::OrganisationRow& row,
                                 std::set<std::string>& touched) {
  std::set<std::string> now;
  if (absl::Status status = ApplyTo(position, row, now); !status.ok()) return status;
  for (const std::string& unit : now) touched_at_[unit] = row.recorded();
  touched.merge(now);
  return absl::OkStatus();
}

void Organisation::Reach(absl::CivilDay day, std::set<std::string>& touched) {
  const auto touch = [&](absl::CivilDay begins, const std::string& unit) {
    Micros& at = touched_at_.try_emplace(unit, kNever).first->second;
    at = std::max(at, law::StartOf(begins));
    touched.insert(unit);
  };
  if (day <= reached_) return;
  const auto has_begun = [&](absl::CivilDay from) { return from > reached_ && from <= day; };
  for (const auto& [id, declarations] : units_) {
    for (const auto& said : declarations) {
      if (has_begun(said->from)) touch(said->from, id);
    }
  }
  for (const auto& [id, authority] : authorities_) {
    for (const auto& routine : authority->routines) {
      absl::CivilDay from;
      if (!law::ReadDay(routine.message.from(), from).ok() || !has_begun(from)) continue;
      for (const std::string& unit : authority->units_ever) touch(from, unit);
    }
  }
  reached_ = day;
}

absl::Status Organisation::ApplyTo(Position position, const view::v1::OrganisationRow& row,
                                   std::set<std::string>& touched) {
  if (row.has_of_authority()) return ApplyToAuthority(position, row, touched);
  if (!row.of_system().has_rule_set_published()) return absl::OkStatus();
  const auto& published = row.of_system().rule_set_published();
  rule_sets_.push_back(
      std::make_shared<RecordedRuleSet>(RecordedRuleSet{row.recorded(), position, published}));
  auto rules = std::make_shared<law::PolicySet>(*rules_alone_);
  if (auto status = rules->Publish(row.recorded(), published); !status.ok()) return status;
  rules_alone_ = std::move(rules);
  for (auto& [id, policy] : policies_) {
    if (auto status = AddToPolicy(id, row.recorded(), published); !status.ok()) return status;
  }
  for (const auto& [id, unit] : units_) touched.insert(id);
  return absl::OkStatus();
}

template <typename Message>
absl::Status Organisation::AddToPolicy(std::string_view authority, Micros recorded,
                                       const Message& published) {
  auto policy = std::make_shared<law::PolicySet>(*PolicyOf(authority));
  auto status = policy->Publish(recorded, published);
  if (status.ok()) policies_[std::string(authority)] = std::move(policy);
  return status;
}

absl::Status Organisation::ApplyToAuthority(Position position, const view::v1::OrganisationRow& row,
                                            std::set<std::string>& touched) {
  const event::v1::AuthorityEvent& event = row.of_authority();
  const std::string& id = row.authority();
  const Micros recorded = row.recorded();
  const auto before = FindAuthority(id);
  auto authority = std::make_shared<AuthorityState>(before ? *before : AuthorityState{});
  absl::Status status;
  if (event.has_declared()) {
    authority->declared = event.declared();
    authority->declarations.push_back({recorded, position, event.declared()});
    touched.insert(authority->units_ever.begin(), authority->units_ever.end());
  } else if (event.has_unit_declared()) {
    const event::v1::UnitDeclared& declared = event.unit_declared();
    Unit unit{.authority = id, .declared = declared, .recorded = recorded, .position = position};
    if (!declared.from().empty()) status = law::ReadDay(declared.from(), unit.from);
    units_[declared.unit()].push_back(std::make_shared<Unit>(std::move(unit)));
    authority->units_ever.insert(declared.unit());
    touched.insert(declared.unit());
  } else if (event.has_routine_published()) {
    authority->routines.push_back({recorded, position, event.routine_published()});
    touched.insert(authority->units_ever.begin(), authority->units_ever.end());
    status = AddToPolicy(id, recorded, event.routine_published());
  } else if (event.has_closing_days_published()) {
    const auto& closing_days = event.closing_days_published();
    authority->closing_days.push_back({recorded, position, closing_days});
    if (!closing_days.unit().empty()) {
      touched.insert(closing_days.unit());
    } else {
      touched.insert(authority->units_ever.begin(), authority->units_ever.end());
    }
    status = AddToPolicy(id, recorded, closing_days);
  } else if (event.has_yardsticks_published()) {
    // They set nothing that waits a date: no unit is touched.
    authority->yardsticks.push_back({recorded, position, event.yardsticks_published()});
    status = AddToPolicy(id, recorded, event.yardsticks_published());
  }
  authorities_[id] = std::move(authority);
  return status;
}

std::optional<view::v1::OrganisationRow> OrganisationRowOf(const engine::Event& event) {
  const std::string_view kind = event.record.kind();
  view::v1::OrganisationRow row;
  row.set_recorded(event.record.recorded);
  if (kind == "authority") {
    row.set_authority(event.record.stream.ToString());
    *row.mutable_of_authority() = static_cast<const event::v1::AuthorityEvent&>(event.message);
    return row;
  }
  if (kind == "system") {
    *row.mutable_of_system() = static_cast<const event::v1::SystemEvent&>(event.message);
    return row;
  }
  return std::nullopt;
}

std::string OrganisationKey(Position position) {
  std::string key = kOrganisationTable;
  PutU64(key, position);
  return key;
}

absl::StatusOr<Organisation> LoadOrganisation(const engine::Rows& rows) {
  constexpr size_t kAtOnce = 1024;
  Organisation organisation;
  std::set<std::string> unused;
  std::string from = kOrganisationTable;
  while (true) {
    auto found = rows.Scan(kOrganisationTable, from, kAtOnce);
    if (!found.ok()) return found.status();
    for (const engine::Row& stored : *found) {
      view::v1::OrganisationRow row;
      ByteReader key(std::string_view(stored.key).substr(1));
      if (!row.ParseFromString(stored.value)) return absl::DataLossError("organisation row");
      if (auto status = organisation.Apply(key.U64(), row, unused); !status.ok()) return status;
    }
    if (found->size() < kAtOnce) return organisation;
    from = found->back().key + '\0';
  }
}

}  // namespace skyndsamt::views
