// What a recorded fact changes in the incident's state. Used by the fold and by the checks alone.
// Pure, thread-safe.
#pragma once

#include "services/domain/incident.h"

namespace skyndsamt::domain {

// Of a fact that is no correction.
Effect EffectOf(const Fact& fact);

}  // namespace skyndsamt::domain
