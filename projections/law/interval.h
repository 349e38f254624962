// When something happened, as far as it is known: the earliest and the latest instant.
//
// Bounds are microseconds since 1970-01-01T00:00:00Z, and both are possible instants: the day
// 2012-06-18 is [00:00:00.000000, 23:59:59.999999] Stockholm time, so `latest` is the last instant
// of the period and `latest + 1` the first one after it (the half-open end). An absent bound is
// open: nothing is known on that side. What is imprecise stays an interval and is never sharpened.
// Values and pure functions: thread-safe.
#pragma once

#include <optional>
#include <span>

#include "eventstore/base/ids.h"

namespace skyndsamt::law {

// The unit in which a bound was stated, from fine to coarse. A season and a school term are one
// unit of half a year; kOpen is a bound that nobody stated.
enum class Precision { kSecond, kMinute, kDay, kMonth, kTerm, kYear, kDecade, kCentury, kOpen };

struct Interval {
  std::optional<Micros> earliest = std::nullopt;  // absent: open towards the past
  std::optional<Micros> latest =
      std::nullopt;  // last instant of the period; absent: open towards the future
  Precision earliest_precision = Precision::kOpen;
  Precision latest_precision = Precision::kOpen;
  // The bound was made of `~`, `?` or `%`: see Widened.
  bool earliest_approximate = false;
  bool latest_approximate = false;

  // Nothing is known on either side: the fact exists but is undated.
  bool undated() const { return !earliest && !latest; }
  bool approximate() const { return earliest_approximate || latest_approximate; }
  bool operator==(const Interval&) const = default;
};

// One instant, exactly known: an as-of, an instant of recording.
Interval At(Micros instant);

// How precise a bound is that people would state so: the last instant of a day is that day, any
// other is a minute.
Precision PrecisionOfLast(Micros latest);

// Every approximate bound moved outward by one unit of its precision. What is certain of the
// widened interval survives moving the bound either way (inward gives a part of it), so it is what
// a verdict must be certain of; what is shown to people is the interval as stated.
Interval Widened(const Interval& interval);
// Every approximate bound moved inward by one unit: what a limit that is itself approximate allows
// on its strictest reading.
Interval Tightened(const Interval& interval);

// Bounded from above by an instant that is certain: nothing is recorded before it happened. An
// interval that lies wholly after the instant keeps its beginning and so ends before it begins:
// Network names that contradiction. Widen first, then bound.
Interval NotAfter(Interval interval, Micros instant);

// Every instant of `a` lies before every instant of `b`. Open bounds are never certain.
bool CertainlyBefore(const Interval& a, const Interval& b);
// Every instant of `a` lies at or before `instant`; after `instant`.
bool CertainlyBy(const Interval& a, Micros instant);
bool CertainlyAfter(const Interval& a, Micros instant);

// The earliest of several imprecise times: (least of the earliest bounds, least of the latest
// bounds); an open earliest bound makes the result's open, an open latest bound never wins. Flags
// and precision follow the bound that was chosen, the coarser and approximate one among equals.
// Nothing given: undated.
Interval EarliestOf(std::span<const Interval> times);
// The latest of several, in the same way.
Interval LatestOf(std::span<const Interval> times);

}  // namespace skyndsamt::law
