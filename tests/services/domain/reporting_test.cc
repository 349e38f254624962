#include "services/domain/reporting.h"

#include <gtest/gtest.h>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

using event::v1::Fact;

TEST(AwaitsReport, OfItsOwnWhatHappenedAfterTheOthers) {
  std::vector<DatedStep> steps;
  const auto waits_once = [&](Fact::KindCase kind, const char* when) {
    steps.push_back({.kind = kind, .knower = Knower::kNobody, .when = when, .measure = ""});
    return AwaitsReport(steps, Fact::kConcernArisen, Fact::kSocialServicesReported, TestTimes());
  };
  EXPECT_FALSE(waits_once(Fact::kStaffLearned, "2026-01-10"));
  EXPECT_TRUE(waits_once(Fact::kConcernArisen, "2026-01-12"));
  EXPECT_FALSE(waits_once(Fact::kSocialServicesReported, "2026-01-14"));
  EXPECT_FALSE(waits_once(Fact::kConcernArisen, "2026-01-14")) << "it may be what was reported";
  EXPECT_FALSE(waits_once(Fact::kConcernArisen, "")) << "so may one that nobody dates";
  EXPECT_TRUE(waits_once(Fact::kConcernArisen, "2026-01-20"));
  EXPECT_FALSE(waits_once(Fact::kSocialServicesReported, "2026-01-21"));
}

}  // namespace
}  // namespace skyndsamt::domain
