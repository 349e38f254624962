// The audit trail (spårbarhet): every entry of an incident's stream, with when it happened and when
// it was recorded, by whom in which role, what it says in words, what it corrects and what has
// corrected it. Nothing is left out: a struck entry stays readable. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "projections/law/policy.h"
#include "projections/views/fact_stream.h"
#include "skyndsamt/api/v1/case_service.pb.h"

namespace skyndsamt::views {

// The entries of a stream that was read with its records, in log order. `child` empty = all;
// otherwise those that concern the child, or did, or do so since a correction, each with its
// original and all its corrections. `origin` names the log; `policy` says what a term or a season
// is.
std::vector<api::v1::AuditEntry> TrailOf(const FactStream& stream, std::string_view child,
                                         const std::string& origin, const law::PolicySet& policy);

}  // namespace skyndsamt::views
