#include "projections/law/practice.h"

#include <gtest/gtest.h>

#include <deque>

namespace skyndsamt::law {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// Of these published lengths; which one is named as the nearest, for so many days.
class Nearest : public ::testing::Test {
 protected:
  PracticeFinding At(int64_t days) const {
    std::vector<const Yardstick*> published;
    for (const Yardstick& yardstick : yardsticks_) published.push_back(&yardstick);
    return AgainstPractice(published, Elapsed{.days = {.min = days, .max = days}});
  }
  void Publish(int days, YardstickOutcome outcome) {
    Yardstick& yardstick = yardsticks_.emplace_back();
    yardstick.set_days(days);
    yardstick.set_outcome(outcome);
  }

 private:
  std::deque<Yardstick> yardsticks_;
};

TEST_F(Nearest, AcceptedIsTheNextLongerOne) {
  for (const int days : {5, 20}) Publish(days, YARDSTICK_OUTCOME_ACCEPTED);
  EXPECT_EQ(At(5).accepted->days(), 5);
  EXPECT_EQ(At(6).accepted->days(), 20) << "five days say nothing of six";
  EXPECT_EQ(At(20).accepted->days(), 20);
  EXPECT_EQ(At(21).accepted->days(), 20) << "no longer one was accepted";
  EXPECT_EQ(At(6).criticised, nullptr);
}

TEST_F(Nearest, CriticisedIsTheNextShorterOne) {
  for (const int days : {30, 45}) Publish(days, YARDSTICK_OUTCOME_CRITICISED);
  EXPECT_EQ(At(45).criticised->days(), 45);
  EXPECT_EQ(At(44).criticised->days(), 30) << "forty-five days say nothing of fewer";
  EXPECT_EQ(At(30).criticised->days(), 30);
  EXPECT_EQ(At(29).criticised->days(), 30) << "no shorter one was criticised";
  EXPECT_EQ(At(44).accepted, nullptr);
}

}  // namespace
}  // namespace skyndsamt::law
