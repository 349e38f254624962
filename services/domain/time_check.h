// What the domain must know of a stated time in order to refuse what cannot be true. The reading of
// such texts (EDTF, ISO 8601 durations, Europe/Stockholm) belongs to projections/law, which the
// domain does not know: services/commands hands in an implementation over law's parser.
#pragma once

#include <string_view>

#include "eventstore/base/ids.h"

namespace skyndsamt::domain {

enum class TimeFault {
  kNone,
  kMalformed,
  kEndsBeforeBegin,  // an interval whose own end lies before its own beginning
  kFuture,           // certainly later than now: its earliest bound is
};

// Thread-safe: implementations hold no state that changes.
class TimeCheck {
 public:
  virtual ~TimeCheck() = default;
  // `text` is not empty. kFuture only where nothing worse is wrong with it.
  virtual TimeFault Edtf(std::string_view text, Micros now) const = 0;
  // ISO 8601 durations; either may be empty (not given). kEndsBeforeBegin where `at_most` is
  // certainly shorter than `at_least`; never kFuture.
  virtual TimeFault Span(std::string_view at_least, std::string_view at_most) const = 0;
};

}  // namespace skyndsamt::domain
