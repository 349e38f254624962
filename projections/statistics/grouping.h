// How steps of cases become figures that lead back to nobody. Pure functions, thread-safe.
//
// The unit of privacy is the unrelated case. Cases are related if they share an incident, a child,
// an accused person or a stated link, or are both related to a third of the group; k children of one
// incident, or k incidents of one child, are one case. A number leaves only where steps of at least k unrelated
// cases stand behind it, and a number that was told changes only where at least k unrelated cases
// change it. Every step is in one figure at most, so that no figure can be subtracted from another
// to leave fewer than k; what cannot be told of a unit is put together with the same of others.
//
// A breakdown divides a figure by one attribute, and leaves only with two cells or more: of no step
// whose case somebody recognises does a figure say for certain what it was.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "skyndsamt/statistics/v1/figure.pb.h"
#include "skyndsamt/view/v1/statistics.pb.h"

namespace skyndsamt::statistics {

// A step of a case. What it points to outlives it.
struct Member {
  const view::v1::StatisticsIncident* incident = nullptr;
  view::v1::StatisticsStep* step = nullptr;
};
using Members = std::vector<Member>;

// How many of the cases have nothing to do with one another.
size_t Unrelated(const Members& members);

// Count and breakdowns of a group that has at least k unrelated cases; the rest is left as it is.
// `places` says whether the unit's own list of places is a way to divide it.
void Tell(const Members& members, size_t k, bool places, v1::Figure& figure);

// What becomes of a figure when its steps are known better.
struct Revision {
  enum class Kind { kNone, kRevised, kWithdrawn };
  Kind kind = Kind::kNone;
  v1::Figure figure{};  // with the next revision
  Members staying{};    // of the old figure's members, those that it tells from now on
  Members leaving{};    // those that are struck, or now belong to another group
};
// `members` are all that `old` tells, as they are known now. None while fewer than k unrelated cases
// have changed, or if the count would change by fewer. A breakdown of which a number would change by
// less than k, or on account of fewer than k unrelated cases, is left out, and told no more.
Revision Revise(const v1::Figure& old, const Members& members, size_t k);

}  // namespace skyndsamt::statistics
