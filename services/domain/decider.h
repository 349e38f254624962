// What a decider is: a state before anything happened, how each event changes it, and which events
// a command leads to, or why not. All three pure, so that a state folded from the log is the state
// that decided. Types only; no state of their own, thread-safe.
#pragma once

#include <concepts>
#include <utility>
#include <variant>
#include <vector>

#include "services/domain/authority.h"
#include "services/domain/incident.h"
#include "services/domain/rejection.h"
#include "services/domain/rule_sets.h"

namespace skyndsamt::domain {

template <typename D>
concept Decider = std::equality_comparable<typename D::State> && std::copyable<typename D::State> &&
    requires(typename D::State& state, const typename D::State& seen,
             const typename D::Event& event, typename D::Command command) {
  { D::Initial() } -> std::same_as<typename D::State>;
  { D::Evolve(state, event) } -> std::same_as<void>;
  {
    D::Decide(seen, std::move(command))
    } -> std::same_as<std::variant<std::vector<typename D::Event>, Rejection>>;
  { seen.ApproximateBytes() } -> std::same_as<size_t>;
};

struct IncidentDecider {
  using State = Incident;
  using Event = Fact;
  using Command = RecordFacts;
  static State Initial() { return domain::Initial(); }
  static void Evolve(State& state, const Event& event) { domain::Evolve(state, event); }
  static Decision Decide(const State& state, Command command) {
    return domain::Decide(state, std::move(command));
  }
};

struct AuthorityDecider {
  using State = Authority;
  using Event = AuthorityEvent;
  using Command = ChangeAuthority;
  static State Initial() { return InitialAuthority(); }
  static void Evolve(State& state, const Event& event) { domain::Evolve(state, event); }
  static AuthorityDecision Decide(const State& state, Command command) {
    return domain::Decide(state, std::move(command));
  }
};

struct RuleSetDecider {
  using State = RuleSets;
  using Event = SystemEvent;
  using Command = PublishRules;
  static State Initial() { return {}; }
  static void Evolve(State& state, const Event& event) { domain::Evolve(state, event); }
  static RuleSetDecision Decide(const State& state, Command command) {
    return domain::Decide(state, std::move(command));
  }
};

static_assert(Decider<IncidentDecider>);
static_assert(Decider<RuleSetDecider>);
static_assert(Decider<AuthorityDecider>);

}  // namespace skyndsamt::domain
