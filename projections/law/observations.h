// What a reader of the report should know beside the legs: no duty of its own, no verdict. Pure,
// thread-safe.
#pragma once

#include <span>

#include "projections/law/case_reading.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::law {

// The investigator has declared a conflict of interest (jäv) and stayed.
// The child was certainly heard after the accused adult (with an adult the routine hears the child
// first); an accused adult was heard and no conversation with the child is on record.
// Contradictory statements, with the facts that cannot all be true and what each says.
void Observe(const CaseReading& reading, api::v1::Timeliness& to);

// Lists the entries and says in a sentence which were made afterwards.
void ObserveLateEntries(std::span<const api::v1::LateEntry> late, api::v1::Timeliness& to);

}  // namespace skyndsamt::law
