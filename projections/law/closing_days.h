// The closing days (stängningsdagar) of a unit, from what its authority has published. They count
// as no working days of the unit's cases and suspend nothing: no decision was found that lets
// school holidays (lov) suspend a duty. Values and pure functions: thread-safe.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "projections/law/calendar.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// The longest period one publication may cover, in days; more is taken for a mistake.
inline constexpr int64_t kLongestClosingPeriod = 1100;

// A publication with its dates read.
struct ClosingPeriod {
  struct Span {
    absl::CivilDay first{};
    absl::CivilDay last{};
    const event::v1::ClosedSpan* stated = nullptr;
  };

  const event::v1::ClosingDaysPublished* published = nullptr;
  absl::CivilDay from{};
  absl::CivilDay until{};
  std::vector<Span> spans{};
};

// INVALID_ARGUMENT where a date is malformed or misplaced: a period or span that ends before it
// begins, a span outside the period, a period that is too long.
absl::StatusOr<ClosingPeriod> ReadClosingPeriod(const event::v1::ClosingDaysPublished& published);

// A day on which a unit is closed that would have been a working day.
struct ClosedDay {
  absl::CivilDay day{};
  const event::v1::ClosedSpan* span = nullptr;               // says why
  const event::v1::ClosingDaysPublished* version = nullptr;  // that says so

  bool operator==(const ClosedDay&) const = default;
};

// The days of one unit, ascending, each once; Saturdays, Sundays, holidays and eves are left out,
// since they are no working days anyway.
class ClosedDays {
 public:
  ClosedDays() = default;
  // `common` are the publications for all units, `own` the unit's, each in the order recorded: a
  // later one replaces what an earlier one of the same list says of the days of its period. A day
  // that both close is the unit's own.
  ClosedDays(std::span<const ClosingPeriod* const> common,
             std::span<const ClosingPeriod* const> own);

  // Adds those of `others` in [from, until], which lie after its own: of an authority that had the
  // unit next.
  void Append(const ClosedDays& others, absl::CivilDay from, absl::CivilDay until);

  // For counting (calendar.h).
  ClosingDays days() const { return days_; }
  // Those in (after, last]: what a count of working days between the two has left out.
  std::span<const ClosedDay> Within(absl::CivilDay after, absl::CivilDay last) const;

 private:
  std::vector<absl::CivilDay> days_;
  std::vector<ClosedDay> named_;  // the same days
};

}  // namespace skyndsamt::law
