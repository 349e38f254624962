// The ways in which a case may be read where it is not certain which knowledge opens a round, or
// who then received reports at the unit: each with the undecided orders supposed one way or
// another, so that in each it is certain. Together they cover whatever days the facts were of; what
// all of them say is so whichever holds. Pure, thread-safe.
#pragma once

#include <functional>
#include <vector>

#include "projections/law/case_reading.h"
#include "projections/law/rounds.h"

namespace skyndsamt::law {

// So many readings are taken at most; a case with more says too little of its times.
inline constexpr int kMostRoundReadings = 8;

// What the readings rest on: the facts of which it is undecided whether they open a round, or
// whether they came before or after another's doing so. In the order they were met, each once.
struct RoundReadings {
  std::vector<const DatedFact*> undecided;  // of `reading`
  bool all = true;                          // false: there were more readings than are taken
  size_t work = 0;                          // of reading each way, also where it could not be so
};

// Calls `take` for each reading, with its rounds. `rounds` are those of `reading`, not all decided.
RoundReadings ReadEachWay(const CaseReading& reading, const Rounds& rounds,
                          const std::function<void(const CaseReading&, const Rounds&)>& take);

}  // namespace skyndsamt::law
