// What was recorded of an organisation that may bear on a unit's cases: the causes, beside the
// facts, of a change between two answers. Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "projections/law/comparison.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

// Of the unit, its authority and their policy, after one instant and up to another.
std::vector<law::PolicyStep> PolicySteps(const Organisation& organisation, const std::string& unit,
                                         Micros after, Micros up_to);

// When the last of what bears on an authority's cases was recorded: what it declared of
// itself and published, and the rule sets.
Micros LastRecorded(const Organisation& organisation, const std::string& authority);

}  // namespace skyndsamt::views
