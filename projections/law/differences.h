// What differs between the case a published decision was about and the case at hand: what the
// yardstick itself says, and, where both are known, the form of the unit and whether an adult or a
// child is accused. Pure, thread-safe.
#pragma once

#include "projections/law/case_reading.h"
#include "projections/law/wording.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// "adult accused (here a child); acquitted: careless though minor"; empty where nothing is known to
// differ. `form`: of the unit that the duty goes by; unspecified = not known.
Words DiffersFrom(const event::v1::Yardstick& yardstick, const CaseReading& reading,
                  event::v1::UnitForm form);

// A form of unit (verksamhetsform) as people call it: "förskola", "preschool".
Phrase NameOf(event::v1::UnitForm form);

}  // namespace skyndsamt::law
