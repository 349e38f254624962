// What the law asks about a case besides the facts and the instants, as the organisation was known
// at the question's known_at, so that an answer never changes afterwards.
#pragma once

#include <string_view>

#include "projections/law/judge.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

// The unit's id and what it was from which day on, with the authority that then had it, and the
// policy, put into `file`, whose known_at is set: the policy of the authority that declared the
// unit last, and for the time of another that one's routines and closing days. Of a unit that
// nobody had declared by then only the rule sets. What is put in points into the organisation,
// which outlives every use of the file.
void FillUnit(const Organisation& organisation, std::string_view unit, law::CaseFile& file);

// A policy that is taken for an authority's own, whenever that authority has or had the unit.
struct PolicyInstead {
  std::string_view authority{};
  const law::PolicySet* policy = nullptr;
};
void FillUnit(const Organisation& organisation, std::string_view unit, const PolicyInstead& instead,
              law::CaseFile& file);

}  // namespace skyndsamt::views
