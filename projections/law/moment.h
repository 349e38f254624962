// A fact of a case with its time, and one end of a leg: the earliest (or latest) of one or several
// facts. What lies between two ends is the narrowest length that the statements allow, whichever of
// the facts it was; where relative times relate them that is known without any date. Values and
// pure functions: thread-safe, as long as the reading that the facts belong to lives.
#pragma once

#include <cstddef>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "projections/law/calendar.h"
#include "projections/law/effective_facts.h"
#include "projections/law/interval.h"
#include "projections/law/network.h"

namespace skyndsamt::law {

// A fact and when it happened.
struct DatedFact {
  const EffectiveFact* stated = nullptr;
  Interval when{};                 // tightest; what verdicts rest on
  Interval shown{};                // for people: as stated where it was approximate, else `when`
  bool happened = false;           // certainly so at as_of; false: possibly
  bool contradicted = false;       // no verdict may rest on it
  const Network* times = nullptr;  // the network of times, and its place in it
  size_t point = 0;

  const event::v1::Fact& fact() const { return *stated->fact; }
};

// A fact that may be what a leg looks for. `certain`: it has happened, and it belongs here.
struct Candidate {
  const DatedFact* fact = nullptr;
  bool certain = true;
};
using Candidates = absl::InlinedVector<Candidate, 4>;

// One end of a leg: the earliest (or latest) of one or several facts.
struct Moment {
  Interval when{};
  const DatedFact* fact = nullptr;                    // the one that is named
  absl::InlinedVector<const DatedFact*, 2> others{};  // those that may equally be the one meant
  Candidates among{};       // the one that is named and the others; none: an instant, no fact
  bool latest = false;      // it is the latest of them; false: the earliest
  bool certain = true;      // false: whether there is such a fact at all is not certain
  bool inferred = false;    // known only to lie before `fact`: an opening bounded by the conclusion
  bool substitute = false;  // named in place of the start that the table gives

  bool contradicted() const;
  const EffectiveFact* stated() const { return fact == nullptr ? nullptr : fact->stated; }
};

// The earliest of several: (least of the earliest bounds, least of the latest bounds), and every
// fact that contributes is named; what certainly follows another of them does not, even where
// neither has a date. What is only possible can make it earlier, never later; where nothing is
// certain the moment itself is not. Absent when nothing is given.
std::optional<Moment> EarliestOf(const Candidates& candidates);
// The latest of several, in the same way: what is only possible can make it later.
std::optional<Moment> LatestOf(const Candidates& candidates);
// One fact alone.
Moment MomentOf(const DatedFact& fact);

// `a` lies on the local day of `b` or an earlier one, whichever of the two came first.
bool CertainlyByTheDayOf(const Interval& a, const Interval& b);

bool CertainlyBefore(const DatedFact& a, const DatedFact& b);
bool CertainlyBefore(const Moment& a, const Moment& b);
// `a` at or before `b`.
bool CertainlyNotAfter(const Moment& a, const Moment& b);
Range CalendarDays(const Moment& from, const Moment& to);
Range Hours(const Moment& from, const Moment& to);

}  // namespace skyndsamt::law
