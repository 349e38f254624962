// Times as a network: what follows from dates, relative times and certain orders taken together.
//
// A simple temporal problem (Dechter, Meiri, Pearl, "Temporal constraint networks", 1991): each
// fact is a point with bounds, each relative time a bound on the difference of two points; shortest
// paths give the tightest bounds, a negative cycle is a contradiction. Two layers share the points:
// instants, for bounds of hours, and local days, for bounds of days and months ("a week later" is
// the seventh day after, at any hour). A month is 28-31 days until a date anchors it; then it is
// that month. Each layer bounds the other. Bounds are sound always: no instant is excluded that the
// statements allow.
//
// Use: add all points and relations, Solve() once, then ask. Not thread-safe while being built;
// after Solve() it may be asked from any thread. Made for up to a few hundred points: without
// relations Solve() costs next to nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "projections/law/calendar.h"
#include "projections/law/duration.h"
#include "projections/law/interval.h"

namespace skyndsamt::law {

// `to` happened at least `at_least` and at most `at_most` after `from`. "f2 three weeks before f1"
// is {from f2, to f1}.
struct Relation {
  size_t from = 0;
  size_t to = 0;
  Duration at_least{.timed = true};  // the default: not before
  std::optional<Duration> at_most;   // absent: no upper bound
  size_t stated_by = 0;  // the point (fact) whose statement this is, named in contradictions
};

// Statements that cannot all be true: the points whose own time or relation takes part, ascending.
struct Contradicting {
  std::vector<size_t> points;
};

class Network {
 public:
  // Points are numbered from 0 in the order they are added.
  size_t AddPoint(const Interval& stated);
  // Both points must exist and differ.
  void AddRelation(const Relation& relation);

  // Finds all bounds. Each contradiction that is found is noted and its relations (or, where there
  // is none among them, its points' own times) are left out, until what remains is consistent.
  void Solve();

  // Empty when everything can be true. No verdict may rest on a point for which contradicted().
  const std::vector<Contradicting>& contradictions() const { return contradictions_; }
  bool contradicted(size_t point) const { return contradicted_[point]; }

  // The point's interval, never wider than stated. A bound that others moved is approximate if any
  // time it may rest on is, in the coarsest of their units.
  const Interval& Narrowed(size_t point) const { return narrowed_[point]; }

  // What lies between two points, the tightest that follows: calendar days, and whole hours
  // floored as in calendar.h. Known even where neither point has a date.
  Range CalendarDays(size_t from, size_t to) const;
  Range Hours(size_t from, size_t to) const;
  // `a` is certainly before `b`, even where neither has a date.
  bool CertainlyBefore(size_t a, size_t b) const;

 private:
  // value[to] - value[from] <= weight, because of what `stated_by` says.
  struct Edge {
    size_t from;
    size_t to;
    int64_t weight;
    size_t stated_by;
    size_t relation;  // kNoRelation for a point's own bound
  };

  std::vector<Interval> stated_;
  std::vector<Interval> narrowed_;
  std::vector<Relation> relations_;
  std::vector<Contradicting> contradictions_;
  std::vector<bool> contradicted_;
  // Points with a path of relations between them have the same group; a pair of two groups is
  // bounded by the points' own intervals alone.
  std::vector<size_t> group_;
  std::vector<Edge> instants_;
  std::vector<Edge> days_;
};

}  // namespace skyndsamt::law
