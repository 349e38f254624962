// The part of an explanation that compares: with the authority's own routine (what its last day is,
// and what moved it) and with published decisions (each with its citation and what differs). Pure,
// thread-safe.
#pragma once

#include "projections/law/explanation.h"
#include "projections/law/reason_tree.h"

namespace skyndsamt::law {

// Adds one conclusion under `root`, on the routine and the counting that it rests on.
void ExplainRoutine(const LegAnswer& answer, api::v1::ReasonNode& root);
// The same, on the yardsticks and what of each differs from the case.
void ExplainPractice(const CaseReading& reading, const LegAnswer& answer,
                     api::v1::ReasonNode& root);

}  // namespace skyndsamt::law
