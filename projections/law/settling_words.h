// What would settle an answer, in words. Pure, thread-safe.
#pragma once

#include "projections/law/case_reading.h"
#include "projections/law/wording.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::law {

// Fills `text` from everything else in `settling`, which is about a leg.
void PutInWords(const CaseReading& reading, const api::v1::LegTimeliness& leg,
                api::v1::Settling& settling);

}  // namespace skyndsamt::law
