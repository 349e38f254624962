// Two answers about one case side by side, and which entries made the difference: "what changed
// between the two board meetings".
//
// The causes are found by walking from one answer to the other: first `as_of` moves, with what was
// known at the earlier of the two instants; then `known_at` moves on, entry by entry, through
// everything that was recorded in between. A step that changes a duty is one of the causes of that
// duty's change; so is an entry without which the last answer would be another, though it changed
// nothing when it was made. Nothing is guessed: every answer compared is the law's own. Pure,
// thread-safe.
#pragma once

#include <functional>
#include <vector>

#include "projections/law/judge.h"
#include "skyndsamt/api/v1/comparison.pb.h"

namespace skyndsamt::law {

// The duties that are not the same in both answers, in the order of the later one, without causes.
std::vector<api::v1::LegChange> ChangedLegs(const api::v1::Timeliness& before,
                                            const api::v1::Timeliness& after);

struct Instants {
  Micros as_of = 0;
  Micros known_at = 0;
};

// Something other than a fact that was recorded in between: a routine, a rule set, a declaration.
struct PolicyStep {
  Micros recorded = 0;
  api::v1::ChangeCause cause{};
};

// The case as it is asked about at two instants; what it points to outlives the comparison. Its
// entries are all of the stream, whatever `known_at` leaves out of account.
using FileAt = std::function<CaseFile(Instants)>;

// The whole answer except `reflects`. `policy`: what was recorded after the earlier known_at and up
// to the later one, in any order.
api::v1::CompareTimelinessResponse Compare(const FileAt& file, Instants before, Instants after,
                                           std::vector<PolicyStep> policy);

}  // namespace skyndsamt::law
