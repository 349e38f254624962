#include "services/commands/stated_time.h"

#include "projections/law/duration.h"
#include "projections/law/edtf.h"
#include "projections/law/interval.h"

namespace skyndsamt::commands {
namespace {

constexpr int64_t kDay = 86400;
constexpr int64_t kClockChange = 3600;  // a local day may be an hour longer or shorter

int64_t MostSeconds(const law::Duration& duration) {
  const int64_t days = law::DaysOfMonths(duration.months).most + duration.days;
  return days * kDay + (days > 0 ? kClockChange : 0) + duration.seconds;
}

int64_t LeastSeconds(const law::Duration& duration) {
  const int64_t days = law::DaysOfMonths(duration.months).least + duration.days;
  return days * kDay - (days > 0 ? kClockChange : 0) + duration.seconds;
}

}  // namespace

domain::TimeFault StatedTimes::Edtf(std::string_view text, Micros now) const {
  const auto interval = law::ParseEdtf(text);
  if (absl::IsOutOfRange(interval.status())) return domain::TimeFault::kEndsBeforeBegin;
  if (!interval.ok()) return domain::TimeFault::kMalformed;
  if (law::CertainlyAfter(law::Widened(*interval), now)) return domain::TimeFault::kFuture;
  return domain::TimeFault::kNone;
}

domain::TimeFault StatedTimes::Span(std::string_view at_least, std::string_view at_most) const {
  law::Duration least, most;
  for (auto [text, out] : {std::pair{at_least, &least}, std::pair{at_most, &most}}) {
    if (text.empty()) continue;
    const auto parsed = law::ParseDuration(text);
    if (!parsed.ok()) return domain::TimeFault::kMalformed;
    *out = *parsed;
  }
  if (at_most.empty() || MostSeconds(most) >= LeastSeconds(least)) return domain::TimeFault::kNone;
  return domain::TimeFault::kEndsBeforeBegin;
}

domain::TimeBounds StatedTimes::Bounds(std::string_view text) const {
  const auto interval = law::ParseEdtf(text);
  if (!interval.ok()) return {};
  const law::Interval widened = law::Widened(*interval);
  return {widened.earliest, widened.latest};
}

}  // namespace skyndsamt::commands
