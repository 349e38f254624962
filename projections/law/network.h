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
// after Solve() it may be asked from any thread. Made for up to a few hundred points: those without
// relations cost next to nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "projections/law/calendar.h"
#include "projections/law/difference_bounds.h"
#include "projections/law/duration.h"
#include "projections/law/interval.h"

namespace skyndsamt::law {

// `to` happened at least `at_least` and at most `at_most` after `from`, and never before it. "f2
// three weeks before f1" is {from f2, to f1}.
struct Relation {
  size_t from = 0;
  size_t to = 0;
  Duration at_least{.timed = true};                // as it is: not before
  std::optional<Duration> at_most = std::nullopt;  // absent: no upper bound
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
  // Both points must have been added, and differ.
  void AddRelation(const Relation& relation);

  // Finds all bounds. What contradicts itself is noted and left out, until the rest can be true.
  void Solve();

  // Empty when everything can be true. No verdict may rest on a contradicted point.
  const std::vector<Contradicting>& contradictions() const { return contradictions_; }
  bool contradicted(size_t point) const { return points_[point].contradicted; }
  // What Solve took: bounds gone through, the same for the same statements.
  size_t work() const { return work_; }

  // The point's interval, never wider than stated (a contradicted point's is as stated, where its
  // own bounds cross). A bound that others moved is approximate if any time it rests on is, in the
  // coarsest of their units.
  const Interval& Narrowed(size_t point) const { return points_[point].narrowed; }

  // What lies between two points, the tightest that follows: calendar days, and whole hours
  // floored as in calendar.h. Known even where neither point has a date.
  Range CalendarDays(size_t from, size_t to) const;
  Range Hours(size_t from, size_t to) const;
  // `a` is certainly before `b`, even where neither has a date.
  bool CertainlyBefore(size_t a, size_t b) const;
  // `a` is certainly at or before `b`.
  bool CertainlyNotAfter(size_t a, size_t b) const;

 private:
  using Because = DifferenceBounds::Because;
  static constexpr size_t kNone = DifferenceBounds::kNone;
  // From each variable to each, the most that lies between; absent where nothing bounds it.
  using Most = std::vector<std::vector<std::optional<int64_t>>>;

  struct Point {
    Interval stated;
    Interval narrowed;
    Because earliest_because;  // whose statements the narrowed bounds rest on
    Because latest_because;
    size_t variable = kNone;  // its place in the layers; kNone without relations
    bool crossed = false;     // its own bounds contradict each other
    bool contradicted = false;
  };

  // Marks who takes part and leaves their relations out or, where they have none, their bounds.
  void NoteContradiction(const Because& because);
  // Starts over from what was stated, with the relations that are left.
  void Reset();
  // One round over both layers: who contradicts, or nothing. Sets `changed` when it narrowed.
  std::optional<Because> Narrow(bool& changed);
  DifferenceBounds Build(bool in_days) const;
  void AddRelationTo(DifferenceBounds& layer, const Relation& relation, bool in_days) const;
  bool Apply(const DifferenceBounds& layer, bool in_days);
  std::vector<std::optional<int64_t>> MostFrom(const DifferenceBounds& layer, size_t variable);
  void Describe(const Because& because, Precision& precision, bool& approximate) const;
  // The largest value of `to` minus that of `from` in a layer; absent where nothing bounds it.
  const std::optional<int64_t>& MostBetween(const Most& most, size_t from, size_t to) const;
  bool related(size_t a, size_t b) const;

  std::vector<Point> points_;
  std::vector<Relation> relations_;
  std::vector<Contradicting> contradictions_;
  // Variable 0 is the origin (1970-01-01); the others are the points that have relations.
  std::vector<size_t> point_of_variable_;
  DifferenceBounds days_;
  DifferenceBounds instants_;
  size_t work_ = 0;
  // What Solve found.
  Most most_days_;
  Most most_instants_;
};

}  // namespace skyndsamt::law
