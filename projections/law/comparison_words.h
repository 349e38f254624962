// What changed between two answers, and what caused it, in words. Pure, thread-safe.
#pragma once

#include <string>

#include "skyndsamt/api/v1/comparison.pb.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::law {

// Adds to `change` every field of a leg that is not the same, in words; null: the leg is not there.
void AddChanges(const api::v1::LegTimeliness* before, const api::v1::LegTimeliness* after,
                api::v1::LegChange& change);

// What the case as a whole is told differently: routine, rule set, contradictions, remarks.
bool CaseChanged(const api::v1::Timeliness& before, const api::v1::Timeliness& after);
void Summarise(const api::v1::Timeliness& before, const api::v1::Timeliness& after,
               api::v1::CompareTimelinessResponse& to);

// A cause's text. Of an entry: what it says; of the passing of time: from when to when.
void PutInWords(const event::v1::Fact& fact, api::v1::ChangeCause& cause);
void PutInWords(const std::string& from, const std::string& to, api::v1::ChangeCause& cause);

}  // namespace skyndsamt::law
