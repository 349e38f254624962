// The fold of case_status: an incident's facts, one after another, become its row.
//
// What a case has come to is law::ReadCase's to say; this says the same step by step, so that the
// runner need not read the stream again for every fact (a test holds the two together). A
// correction changes what came before it: then the stream is folded again from its beginning. Pure.
#pragma once

#include <span>

#include "projections/law/effective_facts.h"
#include "skyndsamt/api/v1/case_service.pb.h"
#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/view/v1/case_status.pb.h"

namespace skyndsamt::views {

// Folds a fact that stands and is no correction. `entry` is the fact that carries `imported`.
void Fold(view::v1::IncidentRow& row, const event::v1::Fact& fact, const event::v1::Fact& entry);
// The whole stream. Does not set revision and last_recorded.
view::v1::IncidentRow FoldAll(std::span<const law::Entry> entries);
// The stage of the case, by the facts alone.
api::v1::CaseState StateOf(const view::v1::CaseRow& row);

}  // namespace skyndsamt::views
