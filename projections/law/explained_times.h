// The part of an explanation that is about time alone: which fact started the clock, which stopped
// it, and the counting between them. Pure, thread-safe.
#pragma once

#include <span>

#include "projections/law/closing_days.h"
#include "projections/law/explanation.h"
#include "projections/law/reason_tree.h"

namespace skyndsamt::law {

// Adds the reasons under `root`: from which fact, until which, how long that is and, for the start
// of the investigation, the whole chain.
void ExplainTimes(const CaseReading& reading, const LegAnswer& answer, api::v1::ReasonNode& root);

// Days that are weekdays yet no working days in (first, last], by name: "långfredagen 2021-04-02",
// "stängt 2021-08-09 (planeringsdag)"; `closed` are the unit's own of them. Empty where there are
// none, or where the span is too long to list.
Words NamedDaysOff(absl::CivilDay first, absl::CivilDay last, std::span<const ClosedDay> closed);

}  // namespace skyndsamt::law
