#include "projections/law/interval.h"

#include <algorithm>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

// One unit of a precision, as a duration; nothing for an open bound.
Duration UnitOf(Precision precision) {
  switch (precision) {
    case Precision::kSecond:
      return {.seconds = 1, .timed = true};
    case Precision::kMinute:
      return {.seconds = 60, .timed = true};
    case Precision::kDay:
      return {.days = 1};
    case Precision::kMonth:
      return {.months = 1};
    case Precision::kTerm:
      return {.months = 6};
    case Precision::kYear:
      return {.months = 12};
    case Precision::kDecade:
      return {.months = 120};
    case Precision::kCentury:
      return {.months = 1200};
    case Precision::kOpen:
      break;
  }
  return {};
}

// One side of an interval.
struct Bound {
  std::optional<Micros> at;
  Precision precision = Precision::kOpen;
  bool approximate = false;
};

Bound EarliestBound(const Interval& i) {
  return {i.earliest, i.earliest_precision, i.earliest_approximate};
}
Bound LatestBound(const Interval& i) {
  return {i.latest, i.latest_precision, i.latest_approximate};
}

// Of two bounds at the same place the vaguer speaks for both.
void Merge(Bound& into, const Bound& other) {
  into.precision = std::max(into.precision, other.precision);
  into.approximate = into.approximate || other.approximate;
}

enum class Wins { kLeast, kMost };

// The bound that decides: an open one where `open_wins`, else the least or the most.
Bound Decide(std::span<const Interval> times, Bound (*side)(const Interval&), Wins wins,
             bool open_wins) {
  Bound best = side(times.front());
  for (const Interval& time : times.subspan(1)) {
    const Bound next = side(time);
    if (next.at == best.at) {
      Merge(best, next);
    } else if (!next.at || !best.at) {
      if (next.at.has_value() != open_wins) best = next;
    } else if ((*next.at < *best.at) == (wins == Wins::kLeast)) {
      best = next;
    }
  }
  return best;
}

Interval FromBounds(const Bound& earliest, const Bound& latest) {
  return {earliest.at,          latest.at,         earliest.precision, latest.precision,
          earliest.approximate, latest.approximate};
}

// Every approximate bound moved by so many units of its precision, outward where it is positive.
Interval Moved(const Interval& interval, int outward) {
  const auto times = [](const Duration& unit, int n) {
    return Duration{n * unit.months, n * unit.days, n * unit.seconds, unit.timed};
  };
  Interval out = interval;
  if (out.earliest && out.earliest_approximate) {
    out.earliest = AddToInstant(*out.earliest, times(UnitOf(out.earliest_precision), -outward));
  }
  if (out.latest && out.latest_approximate) {
    out.latest = AddToInstant(*out.latest + 1, times(UnitOf(out.latest_precision), outward)) - 1;
  }
  return out;
}

}  // namespace

Precision PrecisionOfLast(Micros latest) {
  return EndOf(DayOf(latest)) == latest ? Precision::kDay : Precision::kMinute;
}

Interval At(Micros instant) {
  return {instant, instant, Precision::kSecond, Precision::kSecond, false, false};
}

Interval Widened(const Interval& interval) { return Moved(interval, 1); }
Interval Tightened(const Interval& interval) { return Moved(interval, -1); }

Interval NotAfter(Interval interval, Micros instant) {
  if (!interval.latest || *interval.latest > instant) {
    interval.latest = instant;
    interval.latest_precision = Precision::kSecond;
    interval.latest_approximate = false;
  }
  return interval;
}

bool CertainlyBefore(const Interval& a, const Interval& b) {
  return a.latest && b.earliest && *a.latest < *b.earliest;
}

bool CertainlyBy(const Interval& a, Micros instant) { return a.latest && *a.latest <= instant; }

bool CertainlyAfter(const Interval& a, Micros instant) {
  return a.earliest && *a.earliest > instant;
}

Interval EarliestOf(std::span<const Interval> times) {
  if (times.empty()) return {};
  return FromBounds(Decide(times, EarliestBound, Wins::kLeast, true),
                    Decide(times, LatestBound, Wins::kLeast, false));
}

Interval LatestOf(std::span<const Interval> times) {
  if (times.empty()) return {};
  return FromBounds(Decide(times, EarliestBound, Wins::kMost, false),
                    Decide(times, LatestBound, Wins::kMost, true));
}

}  // namespace skyndsamt::law
