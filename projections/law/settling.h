// What would settle an answer that is UNDETERMINED: which fact must be dated better and on which
// side of which day it lies ("on which side of 2017-10-12 f3 lies"), how long it was between two,
// or what else is missing. Found by trying (trial.h): the case is read again with each imprecise
// fact supposed earlier or later, so whatever made the answer uncertain, a limit, an as_of within
// an imprecise time, an order, a version of the routine, is found in the same way, and what is said
// to settle it does; where nothing is found, that is said. Costs many readings of the case, as
// many as fit in what one question may take (trial.h): for the one who asks about a case, never for
// many cases at once. Pure, thread-safe.
#pragma once

#include "projections/law/judge.h"

namespace skyndsamt::law {

// Fills `settling` of every leg of `answer`, which is Judge's about the same file, and, where it is
// explained, adds a reason for each. Facts beyond the first few dozen imprecise ones that are no
// leg's start or end are not tried.
void Settle(const CaseFile& file, api::v1::Timeliness& answer);

}  // namespace skyndsamt::law
