// Stated times as the domain must know them, read by the law's parsers (EDTF in Europe/Stockholm,
// ISO 8601 durations). Stateless, thread-safe.
#pragma once

#include "services/domain/time_check.h"

namespace skyndsamt::commands {

class StatedTimes : public domain::TimeCheck {
 public:
  domain::TimeFault Edtf(std::string_view text, Micros now) const override;
  domain::TimeFault Span(std::string_view at_least, std::string_view at_most) const override;
  domain::TimeBounds Bounds(std::string_view text) const override;
};

}  // namespace skyndsamt::commands
