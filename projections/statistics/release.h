// Which steps of an authority leave together when a period closes. Pure functions, thread-safe.
//
// Steps are grouped by unit; what is too little by form of unit; what still is over the whole
// authority. The rest waits for the next period.
//
// Guarded steps. That a duty was overdue or a case opened again is something that a case had better
// not have taken, and it must not follow of any set of cases, such as a unit's, that every one of
// them took it: neither from a figure, nor from one that did not leave, nor from several, even for
// somebody who knows every case, every other step and these rules. So nothing is decided by who
// took the step; by their number alone, and by what is known anyhow:
//
//  - A unit with fewer than 2k new cases (unrelated, and reported in the period) is put together
//    with the others of its form that have too few, a form with fewer in all with the rest of the
//    authority, whether or not there is something to tell. What cannot be told of a unit that has
//    enough waits, and is never told in a wider group: there it could be seen by what others of the
//    group were told of.
//  - A figure counts at least k fewer steps than there are new cases, and says nothing else: no
//    breakdown, and not since when some of the steps have waited.
//
// Take any set of cases that all took a step, one of them that a figure tells, and one of the k or
// more new cases of that figure, outside the set, that did not: had they changed places, the same
// would have left. New cases are of one period alone, so this holds of several figures as it does
// of one.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "projections/statistics/grouping.h"
#include "skyndsamt/statistics/v1/figure.pb.h"

namespace skyndsamt::statistics {

// What the steps of a figure have in common.
struct Group {
  std::string authority;
  event::v1::UnitForm form = event::v1::UNIT_FORM_UNSPECIFIED;  // unspecified: of several
  std::string unit{};                                           // empty: of several
  v1::Step step = v1::STEP_UNSPECIFIED;
  event::v1::Leg leg = event::v1::LEG_UNSPECIFIED;
  bool imported = false;
  auto operator<=>(const Group&) const = default;
};

struct Release {
  Group group;
  Members members;
};

bool Guarded(v1::Step step);

// `waiting`: all steps of one authority that no figure tells, and `period` the one that closes, as
// in StatisticsStep.since. In the order in which figures are numbered.
std::vector<Release> ToRelease(const Members& waiting, int32_t period, size_t k);

}  // namespace skyndsamt::statistics
