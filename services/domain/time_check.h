// What the domain must know of a stated time in order to refuse what cannot be true. The reading of
// such texts (EDTF, ISO 8601 durations, Europe/Stockholm) belongs to projections/law, which the
// domain does not know: services/commands hands in an implementation over law's parser.
#pragma once

#include <optional>
#include <string_view>

#include "eventstore/base/ids.h"

namespace skyndsamt::domain {

enum class TimeFault {
  kNone,
  kMalformed,
  kEndsBeforeBegin,  // an interval whose own end lies before its own beginning
  kFuture,           // certainly later than now: its earliest bound is
};

// When something can have happened; a bound that is absent is open.
struct TimeBounds {
  std::optional<Micros> earliest;
  std::optional<Micros> latest;  // the last instant of the period
  bool operator==(const TimeBounds&) const = default;
};

inline bool CertainlyBefore(const TimeBounds& a, const TimeBounds& b) {
  return a.latest && b.earliest && *a.latest < *b.earliest;
}

// Thread-safe: implementations hold no state that changes.
class TimeCheck {
 public:
  virtual ~TimeCheck() = default;
  // `text` is not empty. kFuture only where nothing worse is wrong with it.
  virtual TimeFault Edtf(std::string_view text, Micros now) const = 0;
  // ISO 8601 durations; either may be empty (not given). kEndsBeforeBegin where `at_most` is
  // certainly shorter than `at_least`; never kFuture.
  virtual TimeFault Span(std::string_view at_least, std::string_view at_most) const = 0;
  // Of a text in which Edtf finds nothing malformed, else open; so wide that what is certain of
  // the bounds stays so if an approximate time is off by a unit.
  virtual TimeBounds Bounds(std::string_view text) const = 0;
};

}  // namespace skyndsamt::domain
