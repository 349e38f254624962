// Reads a stated time: Extended Date/Time Format (ISO 8601-2:2019, levels 0 and 1) as case files
// write it, in Europe/Stockholm.
//
//   2012-06-18T14:30+02:00   minute or second, with Z, +hh, +hh:mm or no zone (then Stockholm).
//                            An hour that a clock change repeats is both hours; one that it skips
//                            does not exist and is malformed
//   2012-06-18  2021-10  2016                   day, month, year
//   2017-21 -22 -23 -24                         spring, summer, autumn, winter
//   VT2018  HT2017                              school terms (vårtermin, hösttermin)
//   201X  20XX  2016-XX  2016-05-XX  2016-XX-XX unspecified digits: the whole enclosing period
//   2013-09/2013-11                             somewhere between; each end in any form above
//   ../2022-02-10   2022-02/..                  open; an empty end is unknown, which bounds nothing
//   unknown                                     open both ways
//   ~ approximate   ? uncertain   % both        after a date (not a time of day), at either end
//
// Letters are as shown (no lower case), years have four digits. Thread-safe.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "projections/law/interval.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// A day of the year. A day that its month lacks is the month's last: {2, 31} is 28 or 29 February.
struct MonthDay {
  int month = 1;  // 1-12
  int day = 1;    // 1-31
  auto operator<=>(const MonthDay&) const = default;
};

// First and last day; a last day before the first lies in the next year.
struct PartOfYear {
  MonthDay first;
  MonthDay last;
};

// How long seasons and terms last, which a policy may set. Thread-safe: does not change.
class PartsOfYear {
 public:
  virtual PartOfYear Of(event::v1::YearPart part, int year) const = 0;

 protected:
  ~PartsOfYear() = default;
};

// The same in every year. The initial values are as Swedes speak.
struct EdtfReading final : PartsOfYear {
  PartOfYear spring{{1, 1}, {6, 30}};
  PartOfYear summer{{6, 1}, {8, 31}};
  PartOfYear autumn{{8, 1}, {12, 31}};
  PartOfYear winter{{12, 1}, {2, 31}};
  PartOfYear spring_term{{1, 1}, {6, 30}};
  PartOfYear autumn_term{{8, 1}, {12, 31}};

  PartOfYear Of(event::v1::YearPart part, int year) const override;
};
const PartsOfYear& AsSwedesSpeak();

// Errors: INVALID_ARGUMENT when the text is malformed or names a day or an hour that does not
// exist, OUT_OF_RANGE when an interval's own end lies wholly before its own beginning. The text is
// not echoed.
absl::StatusOr<Interval> ParseEdtf(std::string_view text,
                                   const PartsOfYear& parts = AsSwedesSpeak());

}  // namespace skyndsamt::law
