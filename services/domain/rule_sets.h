// The rule sets that have been published: statutes and published yardsticks for every authority,
// one version after the other, the last of which counts. A decider over SystemEvent; one stream,
// the system's. Pure.
//
// A version is published once; one that changes what held before today says why. Value types, no
// synchronisation of their own.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/domain/rejection.h"
#include "services/domain/time_check.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::domain {

using event::v1::SystemEvent;

struct RuleSets {
  absl::flat_hash_set<std::string> versions;
  std::vector<std::string> statutes;  // of the last one: each as its bytes, sorted

  bool operator==(const RuleSets&) const = default;
  size_t ApproximateBytes() const;
};

struct PublishRules {
  SystemEvent event;
  std::string today;  // local date in Europe/Stockholm
  Micros now = 0;
  const TimeCheck* times = nullptr;  // never null
};

using RuleSetDecision = std::variant<std::vector<SystemEvent>, Rejection>;

// A statute as the state keeps it.
std::string BytesOf(const event::v1::Statute& statute);

void Evolve(RuleSets& published, const SystemEvent& event);
// Refusals name fields under "rule_set", as the request does.
RuleSetDecision Decide(const RuleSets& published, PublishRules command);

}  // namespace skyndsamt::domain
