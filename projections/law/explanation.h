// Why a leg's answer is what it is, as a tree of reasons in plain Swedish and in English: the fact
// that started the clock and the one that ended it, the rules (statute, the authority's own
// routine, published decisions), what the calendar did, the counting, and what follows. Every
// reason points to what it stands on: the entry in the log, the paragraph or decision and the
// version of the rule set, the version of the routine. The lines of `explanation` are the tree read
// out. It compares; it never calls anything lawful or unlawful. Pure, thread-safe.
#pragma once

#include "projections/law/leg_answer.h"

namespace skyndsamt::law {

// Fills `to.reasons` and `to.explanation`; `to.remarks` must be there already.
void Explain(const CaseReading& reading, const LegAnswer& answer, api::v1::LegTimeliness& to);

}  // namespace skyndsamt::law
