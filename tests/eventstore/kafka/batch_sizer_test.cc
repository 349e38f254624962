// How large the next transaction may be, whatever succeeded and failed before.
#include "eventstore/kafka/batch_sizer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace skyndsamt::kafka {
namespace {

RC_GTEST_PROP(BatchSizer, TheLimitIsAtLeastOneAndAtMostTheMost, ()) {
  const auto most = *rc::gen::inRange<size_t>(0, 20'000);
  BatchSizer sizer(most);
  for (const bool fails : *rc::gen::arbitrary<std::vector<bool>>()) {
    const size_t sent = *rc::gen::inRange<size_t>(1, sizer.limit() + 1);
    const size_t before = sizer.limit();
    if (fails) {
      sizer.Failed(sent);
      RC_ASSERT(sizer.limit() <= before);
      RC_ASSERT(before == 1 || sizer.limit() < before);
    } else {
      sizer.Succeeded();
      RC_ASSERT(sizer.limit() >= before);
    }
    RC_ASSERT(sizer.limit() >= 1);
    RC_ASSERT(sizer.limit() <= std::max<size_t>(most, 1));
  }
}

RC_GTEST_PROP(BatchSizer, FailuresLeadToOneRecordAndSuccessesBackToTheMost, ()) {
  const auto most = *rc::gen::inRange<size_t>(1, 20'000);
  BatchSizer sizer(most);
  for (int i = 0; i < 15; ++i) sizer.Failed(sizer.limit());
  RC_ASSERT(sizer.limit() == 1u);
  for (int i = 0; i < 15; ++i) sizer.Succeeded();
  RC_ASSERT(sizer.limit() == most);
}

TEST(BatchSizer, AFailureOfFewRecordsHalvesThoseFew) {
  BatchSizer sizer(10'000);
  sizer.Failed(7);
  EXPECT_EQ(sizer.limit(), 3u);
}

}  // namespace
}  // namespace skyndsamt::kafka
