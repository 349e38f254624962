// Entries made afterwards: how long after it happened a fact was written down (documentation lag,
// dokumentationsfördröjning), and which entries were made only after the deadline they concern had
// passed or after a supervisory authority had announced itself (order_received). A fact counts as
// done when it was done; this shows when it was written down, and judges nothing. What was imported
// carries the date of the import, which says nothing about anybody's diligence: no lag is read from
// it and it is never listed. Pure, thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "projections/law/leg_answer.h"

namespace skyndsamt::law {

// The fact, or the entry that states it now, was brought in later.
bool Imported(const CaseFile& file, const EffectiveFact& fact);

// Hours from when it happened, as far as that is known, to when it was first recorded.
std::optional<Range> DocumentationLag(const CaseFile& file, const DatedFact& fact);

// Of one leg, once its limit has a last day: its end entered after that day although done (or
// perhaps done) by it; its start entered after it; either corrected after it.
std::vector<api::v1::LateEntry> EntriesAfterDeadline(const CaseReading& reading,
                                                     const LegAnswer& answer);

// Entries about the child that date from before an order of a supervisory authority, or whose date
// is open, and were made after it; and corrections made after it of what stood there before. Struck
// entries too. In log order. An order counts once it has certainly happened; what merely describes
// (persons, documents, links) is left out.
std::vector<api::v1::LateEntry> EntriesAfterInspection(const CaseReading& reading);

}  // namespace skyndsamt::law
