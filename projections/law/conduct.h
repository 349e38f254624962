// What the conduct of a case is classified as, and which statutes are its ground for that.
//
// Degrading treatment (kränkande behandling) is investigated under Skollagen 6 kap. 10 § first
// paragraph; harassment (trakasserier) under Diskrimineringslagen 2 kap. 7 §, which lacks the word
// "skyndsamt", and 6:10 second paragraph brings in the reporting chain alone. Which statute reaches
// which conduct is data (Statute.conduct); while a case is unclassified they stand beside each
// other. Three things are kept apart:
// - When a duty's clock started decides which law of the time (known_policy.h), the classification
//   which of those: it may come long after and still says what was investigated all along.
// - A classification counts from when it happened (as_of) and was recorded (known_at); the last one
//   stands, as corrected. Where it is not certain which is the last, whatever it may be is reached.
// - It chooses the ground, never whether there is a duty: severity is no gate.
// Pure, thread-safe.
#pragma once

#include <vector>

#include "absl/container/inlined_vector.h"
#include "projections/law/case_reading.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

struct Classification {
  absl::InlinedVector<event::v1::ConductType, 2> types{};  // none: not certainly classified
  const EffectiveFact* by = nullptr;                       // null: the same
};

Classification ClassificationOf(const CaseReading& reading);

// Leaves those that reach the conduct; true if that leaves any out. Not substantiated decides
// nothing between them: all are left. Of conduct that none of them names (direct discrimination,
// reprisals) only those that reach every conduct are: the duty stands as it did, and another act's
// ground is not made its own.
bool LeaveThoseOf(const Classification& classified,
                  std::vector<const event::v1::Statute*>& statutes);

}  // namespace skyndsamt::law
