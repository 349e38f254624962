// Forecast (prognos): what of a case waits, its next dates by the authority's own routine, and what
// would be late at a later instant if nothing more is done.
//
// Nothing is computed here that the timeliness does not say: it is judged twice with the same facts
// and policy, once as of now and once as of then, and the two answers are laid side by side. So a
// forecast agrees with the timeliness that is asked about its instant. Pure, thread-safe.
#pragma once

#include "projections/law/judge.h"
#include "skyndsamt/api/v1/forecast.pb.h"

namespace skyndsamt::law {

// `until` at or after the file's as_of. What is due first comes first, what has no date last.
// Leaves `unit` and `reflects` to whoever holds the log.
api::v1::Forecast Foresee(const CaseFile& file, Micros until);

// By which a waiting step is sorted among others: its last day or instant; where that is not
// certain the first that it can be, or else the last; absent where no limit is set. Nothing is late
// earlier, not even perhaps, unless it may have begun at any time.
std::optional<Micros> DateOf(const Waiting& step);

}  // namespace skyndsamt::law
