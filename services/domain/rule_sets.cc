#include "services/domain/rule_sets.h"

#include <algorithm>
#include <utility>

#include "services/domain/policy_checks.h"

namespace skyndsamt::domain {

size_t RuleSets::ApproximateBytes() const {
  constexpr size_t kPerText = 64;
  size_t bytes = sizeof(RuleSets) + versions.capacity() * kPerText;
  for (const std::string& statute : statutes) bytes += sizeof(std::string) + statute.capacity();
  return bytes;
}

std::string BytesOf(const event::v1::Statute& statute) { return statute.SerializeAsString(); }

void Evolve(RuleSets& published, const SystemEvent& event) {
  if (!event.has_rule_set_published()) return;
  published.versions.insert(event.rule_set_published().version());
  published.statutes.clear();
  for (const auto& statute : event.rule_set_published().statutes()) {
    published.statutes.push_back(BytesOf(statute));
  }
  std::ranges::sort(published.statutes);
}

RuleSetDecision Decide(const RuleSets& published, PublishRules command) {
  if (!command.event.has_rule_set_published()) return Rejection{api::v1::REASON_FIELD_INVALID, ""};
  auto violations = Violations(published, command.event.rule_set_published(),
                               {command.today, command.now, command.times}, "rule_set");
  if (!violations.empty()) return Together(std::move(violations));
  std::vector<SystemEvent> events;
  events.push_back(std::move(command.event));
  return events;
}

}  // namespace skyndsamt::domain
