// What the law asks about a case besides the facts and the instants, as the organisation was known
// at the question's known_at, so that an answer never changes afterwards.
#pragma once

#include <string_view>

#include "projections/law/judge.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

// The unit's id, form and receiver of reports, the provider type of its authority, and their
// policy, put into `file`, whose known_at is set. Of a unit that nobody had declared by then only
// the rule sets. What is put in points into the organisation, which outlives every use of the file.
void FillUnit(const Organisation& organisation, std::string_view unit, law::CaseFile& file);

}  // namespace skyndsamt::views
