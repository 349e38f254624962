// The tree of reasons of a leg (timeliness.proto, ReasonNode): how it is built, and how it is read
// out as lines. Every node carries its text in both languages and, unless it follows from its
// grounds alone, where it can be checked. Pure, thread-safe.
#pragma once

#include "projections/law/case_reading.h"
#include "projections/law/wording.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::law {

// Adds a reason under another and hands it out, to be given its source and its grounds.
api::v1::ReasonNode& AddReason(api::v1::ReasonNode& under, api::v1::ReasonKind kind,
                               const Words& text);

// A fact, with the entry that states it now.
void StandsOn(const EffectiveFact& fact, api::v1::ReasonNode& node);
// A statute's paragraph or a published decision; `rule_set` may be empty.
void StandsOn(std::string_view citation, std::string_view rule_set, api::v1::ReasonNode& node);

// The tree as lines, in the order they are to be read: what a conclusion rests on comes before it,
// what any other reason rests on after it. Replaces `leg.explanation`.
void RenderLines(api::v1::LegTimeliness& leg);

}  // namespace skyndsamt::law
