// The legs of a case that may be read in several ways (round_readings.h), joined into one answer:
// what every reading says is kept, what they say differently is UNDETERMINED. An end of a leg that
// is another fact in another reading is one of them, and its bounds cover them all. A duty that a
// reading does not know, because it has fewer rounds, has not started in it.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

class JoinedLegs {
 public:
  // The answer will be in terms of `reading`, which outlives this.
  explicit JoinedLegs(const CaseReading& reading) : reading_(reading) {}

  // The legs of one reading of the same case.
  void Add(const CaseReading& of, Legs legs);

  // The joined legs. Where it makes a difference, they name the facts of which it is `undecided`
  // whether and where they open a round. `all` false: there are more readings than were added, and
  // nothing that rests on rounds is certain.
  Legs Take(std::span<const DatedFact* const> undecided, bool all) &&;

 private:
  void Rebase(const CaseReading& of, std::optional<Moment>& moment) const;
  void Rebase(const CaseReading& of, LegOutcome& leg) const;

  const CaseReading& reading_;
  bool any_ = false;
  Legs joined_;
  std::vector<bool> differs_;  // of each joined leg: not every reading says the same
};

}  // namespace skyndsamt::law
