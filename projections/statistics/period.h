// Periods of whole months in Swedish civil time: months, quarters, half-years or years. A period is
// named by its first month, months being numbered on from year 0. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "absl/time/civil_time.h"
#include "eventstore/base/ids.h"

namespace skyndsamt::statistics {

// The first month of the period that an instant falls in; `months`, of a period, divides 12.
int32_t PeriodOf(Micros instant, int months);
absl::CivilDay FirstDay(int32_t month);

}  // namespace skyndsamt::statistics
