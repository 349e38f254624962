// The incident (händelse): what has been recorded about it, and what it takes next. A decider:
// initial state, evolve by fact, decide on a command. Pure: no clock, no log, no gRPC.
//
// Facts are recorded as they were: order and lateness never refuse one. Refused is what cannot be
// true (an interval that ends before it begins, a time certainly in the future, an unknown fact,
// measure, request or person), what an id forbids (taken twice), and a step that a closed case no
// longer takes. Intake is never gated on severity.
//
// Value types, no synchronisation of their own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "eventstore/base/ids.h"
#include "services/domain/rejection.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::domain {

using event::v1::Fact;

// What has been folded of one child's case.
struct CaseState {
  bool closed = false;
  int reopened = 0;
  bool operator==(const CaseState&) const = default;
};

struct Incident {
  bool exists = false;
  std::string unit;
  std::vector<std::string> children;               // in the order they were named
  absl::flat_hash_map<std::string, CaseState> cases;  // by child; "" where there are no children
  absl::flat_hash_map<std::string, int> facts;     // fact id -> Fact::KindCase
  absl::flat_hash_set<std::string> persons;        // declared or named as child, accused
  absl::flat_hash_set<std::string> measures;
  absl::flat_hash_set<std::string> requests;
  absl::flat_hash_set<std::string> complaints;
  absl::flat_hash_set<std::string> documents;
  absl::flat_hash_set<std::string> conflicted;     // persons who declared a conflict of interest (jäv)
  absl::flat_hash_set<std::string> accused;        // persons accused
  std::string investigator;

  bool operator==(const Incident&) const = default;
  size_t ApproximateBytes() const;  // for a cache bounded in bytes
};

struct RecordFacts {
  std::vector<Fact> facts;
  Micros now = 0;  // the server's instant: what is certainly later is refused
};

using Decision = std::variant<std::vector<Fact>, Rejection>;

// A state before anything happened.
Incident Initial();
// Folds one recorded fact; every fact ever recorded is accepted, also with sealed fields left out.
void Evolve(Incident& incident, const Fact& fact);
// Facts to append (with server-set fields filled in), or why not. Checks facts in order, each
// against the state that the ones before it leave.
Decision Decide(const Incident& incident, const RecordFacts& command);
// Fact names (field names of Fact.kind) that the case takes next, most usual step first.
std::vector<std::string> NextActions(const Incident& incident, std::string_view child);
// The name of a fact's kind, e.g. "staff_learned"; empty if none is set.
std::string_view KindName(const Fact& fact);

}  // namespace skyndsamt::domain
