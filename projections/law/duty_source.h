// Who asks for a duty: the authority's routine or a statute of the rule set, as data with effective
// dates and never as code. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// What those say that may apply to a duty: nothing where they do not all say the same.
struct Asked {
  Certainty required = false;  // a routine says that the duty is asked for, or a statute does
  Certainty at_all = false;    // the same, or a routine sets a limit for it
  Certainty by_form = false;   // a routine names the form of the case's unit for it
  // A statute of the duty does not reach units of the case's form, or none of any time does.
  Certainty excepted = false;
  bool ended = false;  // a statute that stood for the whole time of its start ended it
};

// About a duty whose clock a moment starts and another stops. Where there is none, or it is not
// certain, as_of stands for it, too: the clock would start, or has been running to, then. It is
// asked of the unit as it was at the start, or at `unit_at` where that is given (LegOutcome).
Asked AskedBy(const CaseReading& reading, event::v1::Leg leg, const std::optional<Moment>& started,
              const std::optional<Moment>& stopped,
              const std::optional<Interval>& unit_at = std::nullopt);

// The leg, unless a statute has ended the duty and no routine asks for it. What was done stays
// done.
LegOutcome UnlessEnded(const CaseReading& reading, LegOutcome outcome);

}  // namespace skyndsamt::law
