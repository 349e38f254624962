// All legs of a case: the table of duties, row by row. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// In the order of the table of duties; per round, measure, guardian and request where it says so.
Legs LegsOf(const CaseReading& reading);
// The same; what it took, the reading included, is added to `work`.
Legs LegsOf(const CaseReading& reading, size_t& work);

}  // namespace skyndsamt::law
