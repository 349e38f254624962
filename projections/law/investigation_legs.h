// The investigation (utredning), per case and round.
// Skollagen (2010:800) 6 kap. 10 § first paragraph: "skyndsamt"; for harassment the duty is that of
// diskrimineringslagen (2008:567) 2 kap. 7 §, which lacks the word. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// What the rounds of one case share: the investigation that runs through them.
struct Investigation {
  std::optional<Moment> opened;     // of the round, or its bound
  std::optional<Moment> reopened;   // the round's latest reopening
  std::optional<Moment> concluded;  // the first conclusion after the latest reopening
  std::optional<Moment> concluded_before_reopening;  // the first of those certainly before it
  Certainty under_way = false;  // it was opened in an earlier round and still running
  int last_round = 0;           // the last of the rounds that it covers, possibly,
  int last_certain_round = 0;   // and certainly
};

// Reads each round's investigation, in the order of the rounds. An investigation that is under way
// when a new round begins is that round's too, and so is its conclusion.
std::vector<Investigation> ReadInvestigations(const Rounds& rounds);

// Utredningen inleds. Starts when the authority came to know (A); until it is told, the earliest
// the chain gives (P, else K) stands in and is named a substitute. Ends when the investigation was
// opened; where that was not recorded, it lies somewhere before the conclusion.
LegOutcome StartInvestigation(const Round& round, const Investigation& investigation);

// Utredningen avslutas. Starts when it was opened, or reopened last; ends with the first conclusion
// after that. What the reopening began anew is not laundered: from the first opening to the end,
// and the time to the first conclusion, are shown beside it.
LegOutcome CompleteInvestigation(const Investigation& investigation);

}  // namespace skyndsamt::law
