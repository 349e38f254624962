#include "projections/law/closing_days.h"

#include <algorithm>
#include <map>

#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"

namespace skyndsamt::law {
namespace {

using ByDay = std::map<absl::CivilDay, ClosedDay>;

ByDay Layered(std::span<const ClosingPeriod* const> periods) {
  ByDay days;
  for (const ClosingPeriod* period : periods) {
    days.erase(days.lower_bound(period->from), days.upper_bound(period->until));
    for (const ClosingPeriod::Span& span : period->spans) {
      for (absl::CivilDay day = span.first; day <= span.last; ++day) {
        if (IsWorkingDay(day)) days[day] = {day, span.stated, period->published};
      }
    }
  }
  return days;
}

}  // namespace

absl::StatusOr<ClosingPeriod> ReadClosingPeriod(const event::v1::ClosingDaysPublished& published) {
  const absl::Status misplaced = absl::InvalidArgumentError("misplaced closing days");
  ClosingPeriod period{.published = &published};
  if (auto status = ReadDay(published.from(), period.from); !status.ok()) return status;
  if (auto status = ReadDay(published.until(), period.until); !status.ok()) return status;
  if (period.until < period.from || period.until - period.from > kLongestClosingPeriod) {
    return misplaced;
  }
  for (const event::v1::ClosedSpan& stated : published.days()) {
    ClosingPeriod::Span span{.stated = &stated};
    if (auto status = ReadDay(stated.first(), span.first); !status.ok()) return status;
    span.last = span.first;
    if (!stated.last().empty()) {
      if (auto status = ReadDay(stated.last(), span.last); !status.ok()) return status;
    }
    if (span.last < span.first || span.first < period.from || span.last > period.until) {
      return misplaced;
    }
    period.spans.push_back(span);
  }
  return period;
}

ClosedDays::ClosedDays(std::span<const ClosingPeriod* const> common,
                       std::span<const ClosingPeriod* const> own) {
  ByDay days = Layered(own);
  days.merge(Layered(common));
  for (const auto& [day, named] : days) {
    days_.push_back(day);
    named_.push_back(named);
  }
}

void ClosedDays::Append(const ClosedDays& others, absl::CivilDay from, absl::CivilDay until) {
  for (const ClosedDay& named : others.named_) {
    if (named.day < from || named.day > until) continue;
    days_.push_back(named.day);
    named_.push_back(named);
  }
}

std::span<const ClosedDay> ClosedDays::Within(absl::CivilDay after, absl::CivilDay last) const {
  const auto begin = std::ranges::upper_bound(named_, after, {}, &ClosedDay::day);
  const auto end = std::ranges::upper_bound(named_, last, {}, &ClosedDay::day);
  if (begin >= end) return {};
  return {begin, end};
}

}  // namespace skyndsamt::law
