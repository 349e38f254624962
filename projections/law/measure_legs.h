// Measures (åtgärder): decided, carried out, followed up, evaluated. Skollagen (2010:800) 6 kap.
// 10 §, "de åtgärder som skäligen kan krävas"; no statute gives a time, so the plan's own date and
// the routine are the limits. Pure, thread-safe.
#pragma once

#include "projections/law/investigation_legs.h"
#include "projections/law/leg.h"

namespace skyndsamt::law {

// Beslut om åtgärder, per case and round. Starts when the investigation concluded that it was
// substantiated or partly, ends with the round's first decision of a measure.
LegOutcome DecideMeasures(const Rounds& rounds, const Round& round,
                          const Investigation& investigation);

// Åtgärden genomförs, per measure. Starts when it was decided, ends when it was carried out; the
// limit is its own due date; where several decisions that may be the first name different dates,
// none is certain. Not required once it was withdrawn.
LegOutcome CarryOutMeasure(const CaseReading& reading, std::string_view measure);

// Uppföljning, per measure. Starts when it was carried out (else when the case was closed, after a
// reopening closed again), ends when it was followed up with an effect that was shown, partly or
// none: "not assessed" ends nothing. Not required of a measure that was withdrawn before it was
// carried out. `measure` empty: a case without any measure, which is followed up from its closing;
// not required of it when nothing was substantiated.
LegOutcome FollowUp(const CaseReading& reading, std::string_view measure,
                    const std::vector<Investigation>& investigations);

// Utvärdering, per case. Starts with the last follow-up, ends with the evaluation. Not required
// where there is no measure, or none that was ever carried out and none that still may be.
LegOutcome EvaluateMeasures(const CaseReading& reading,
                            const std::vector<Investigation>& investigations);

// The measures any fact names, in the order they were first named.
std::vector<std::string_view> MeasuresOf(const CaseReading& reading);

// The conclusion that stands for the case: that of its last round that has one. Null if none has.
const Moment* LastConclusion(const std::vector<Investigation>& investigations);

}  // namespace skyndsamt::law
