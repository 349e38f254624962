#include "projections/law/unit_terms.h"

#include <algorithm>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {

void Declare(const UnitTerms& declared, TermsByDay& terms) {
  if (declared.from == absl::CivilDay::min()) terms.clear();
  const auto at = std::ranges::lower_bound(terms, declared.from, {}, &UnitTerms::from);
  if (at != terms.end() && at->from == declared.from) {
    *at = declared;
  } else {
    terms.insert(at, declared);
  }
}

absl::InlinedVector<TermsIn, 2> InForce(std::span<const UnitTerms> terms, const Interval& when) {
  absl::InlinedVector<TermsIn, 2> in_force;
  if (when.earliest && when.latest && *when.latest < *when.earliest) {  // contradicted
    return {{&InForceAt(terms, *when.earliest), when}};
  }
  for (size_t i = 0; i < terms.size(); ++i) {
    TermsIn one{&terms[i], when};
    if (i > 0) {
      const Micros begins = StartOf(terms[i].from);
      if (when.latest && *when.latest < begins) break;
      if (!when.earliest || *when.earliest < begins) one.when.earliest = begins;
    }
    if (i + 1 < terms.size()) {
      const Micros ends = StartOf(terms[i + 1].from) - 1;
      if (when.earliest && *when.earliest > ends) continue;
      if (!when.latest || *when.latest > ends) one.when.latest = ends;
    }
    in_force.push_back(one);
  }
  return in_force;
}

const UnitTerms& InForceAt(std::span<const UnitTerms> terms, Micros instant) {
  return *InForce(terms, At(instant)).front().terms;
}

}  // namespace skyndsamt::law
