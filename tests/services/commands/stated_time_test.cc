// What of a stated time the domain is told.
#include "services/commands/stated_time.h"

#include <gtest/gtest.h>

namespace skyndsamt::commands {
namespace {

using domain::TimeFault;

constexpr Micros kNow = 1769857200'000'000;  // 2026-01-31T12:00+01:00

TEST(StatedTimes, RefusesOnlyWhatIsCertain) {
  const StatedTimes times;
  const std::pair<const char*, TimeFault> cases[] = {
      {"2026-01-31", TimeFault::kNone},
      {"2026-01-31T12:00+01:00", TimeFault::kNone},
      {"2026-01-31T12:01+01:00", TimeFault::kFuture},
      {"2026-02-01", TimeFault::kFuture},
      {"2026-02-01~", TimeFault::kNone},
      {"2026-01/2026-03", TimeFault::kNone},
      {"2026-02/2026-03", TimeFault::kFuture},
      {"../2026-03", TimeFault::kNone},
      {"unknown", TimeFault::kNone},
      {"2026", TimeFault::kNone},
      {"2025-03/2025-01", TimeFault::kEndsBeforeBegin},
      {"2026-02-30", TimeFault::kMalformed},
      {"i onsdags", TimeFault::kMalformed},
  };
  for (const auto& [text, fault] : cases) EXPECT_EQ(times.Edtf(text, kNow), fault) << text;
}

TEST(StatedTimes, ComparesLengthsWhereTheyAreCertain) {
  const StatedTimes times;
  EXPECT_EQ(times.Span("P1M", ""), TimeFault::kNone);
  EXPECT_EQ(times.Span("", "P1M"), TimeFault::kNone);
  EXPECT_EQ(times.Span("P1M", "P30D"), TimeFault::kNone);
  EXPECT_EQ(times.Span("P1M", "P27D"), TimeFault::kEndsBeforeBegin);
  EXPECT_EQ(times.Span("P1D", "PT24H"), TimeFault::kNone);
  EXPECT_EQ(times.Span("P2D", "PT24H"), TimeFault::kEndsBeforeBegin);
  EXPECT_EQ(times.Span("en månad", ""), TimeFault::kMalformed);
  EXPECT_EQ(times.Span("", "en månad"), TimeFault::kMalformed);
}

}  // namespace
}  // namespace skyndsamt::commands
