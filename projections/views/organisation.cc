#include "projections/views/organisation.h"

#include <utility>

#include "eventstore/base/coding.h"

namespace skyndsamt::views {
namespace {

constexpr char kOrganisationTable[] = "o";

template <typename Map>
typename Map::mapped_type Find(const Map& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

std::shared_ptr<const Unit> Organisation::FindUnit(std::string_view unit) const {
  return Find(units_, unit);
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

std::shared_ptr<const RecordedRuleSet> Organisation::rule_set() const {
  return rule_sets_.empty() ? nullptr : rule_sets_.back();
}

absl::Status Organisation::Apply(Position position, const view::v1::OrganisationRow& row,
                                 std::set<std::string>& touched) {
  if (row.has_of_authority()) return ApplyToAuthority(position, row, touched);
  if (!row.of_system().has_rule_set_published()) return absl::OkStatus();
  rule_sets_.push_back(std::make_shared<RecordedRuleSet>(
      RecordedRuleSet{row.recorded(), row.of_system().rule_set_published()}));
  auto rules = std::make_shared<law::PolicySet>();
  for (const auto& set : rule_sets_) {
    if (auto status = rules->Publish(set->recorded, set->rule_set); !status.ok()) return status;
  }
  rules_alone_ = std::move(rules);
  for (const auto& [id, policy] : policies_) {
    if (auto status = BuildPolicy(id); !status.ok()) return status;
  }
  for (const auto& [id, unit] : units_) touched.insert(id);
  return absl::OkStatus();
}

absl::Status Organisation::ApplyToAuthority(Position position, const view::v1::OrganisationRow& row,
                                            std::set<std::string>& touched) {
  const event::v1::AuthorityEvent& event = row.of_authority();
  const auto before = FindAuthority(row.authority());
  auto authority = std::make_shared<AuthorityState>(before ? *before : AuthorityState{});
  if (event.has_declared()) {
    authority->declared = event.declared();
    touched.insert(authority->units.begin(), authority->units.end());
  } else if (event.has_unit_declared()) {
    const std::string& id = event.unit_declared().unit();
    units_[id] = std::make_shared<Unit>(Unit{row.authority(), event.unit_declared()});
    authority->units.insert(id);
    touched.insert(id);
  } else if (event.has_routine_published()) {
    authority->routines.push_back({row.recorded(), position, event.routine_published()});
    touched.insert(authority->units.begin(), authority->units.end());
  }
  authorities_[row.authority()] = std::move(authority);
  return event.has_routine_published() ? BuildPolicy(row.authority()) : absl::OkStatus();
}

absl::Status Organisation::BuildPolicy(std::string_view authority) {
  auto policy = std::make_shared<law::PolicySet>(*rules_alone_);
  for (const RecordedRoutine& routine : FindAuthority(authority)->routines) {
    if (auto status = policy->Publish(routine.recorded, routine.routine); !status.ok()) {
      return status;
    }
  }
  policies_[std::string(authority)] = std::move(policy);
  return absl::OkStatus();
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
