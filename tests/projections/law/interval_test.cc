#include "projections/law/interval.h"

#include <gtest/gtest.h>

#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"

namespace skyndsamt::law {
namespace {

Interval When(std::string_view edtf) { return *ParseEdtf(edtf); }

std::string Days(const Interval& i) {
  return (i.earliest ? FormatDay(DayOf(*i.earliest)) : "..") + "/" +
         (i.latest ? FormatDay(DayOf(*i.latest)) : "..");
}

TEST(Interval, WidensEachApproximateBoundByItsUnit) {
  EXPECT_EQ(Days(Widened(When("2012-06-18~"))), "2012-06-17/2012-06-19");
  EXPECT_EQ(Days(Widened(When("2012-06?"))), "2012-05-01/2012-07-31");
  EXPECT_EQ(Days(Widened(When("2012-01%"))), "2011-12-01/2012-02-29");
  EXPECT_EQ(Days(Widened(When("2016~"))), "2015-01-01/2017-12-31");
  EXPECT_EQ(Days(Widened(When("HT2017~"))), "2017-02-01/2018-06-30");
  EXPECT_EQ(Days(Widened(When("201X~"))), "2000-01-01/2029-12-31");
  EXPECT_EQ(Days(Widened(When("2013-09~/2014"))), "2013-08-01/2014-12-31");
  EXPECT_EQ(Days(Widened(When("2013-09/2014~"))), "2013-09-01/2015-12-31");
  EXPECT_EQ(Days(Widened(When("../2014-05-02?"))), "../2014-05-03");
}

TEST(Interval, LeavesWhatIsCertainAsItIs) {
  for (const char* text : {"2012-06-18", "2012-06", "unknown", "HT2017", "../2012", "2012/.."}) {
    EXPECT_EQ(Widened(When(text)), When(text));
  }
}

TEST(Interval, KnowsWhatIsCertainlyBefore) {
  EXPECT_TRUE(CertainlyBefore(When("2012-06-18"), When("2012-06-19")));
  EXPECT_FALSE(CertainlyBefore(When("2012-06-18"), When("2012-06")));
  EXPECT_FALSE(CertainlyBefore(When("2012-06-18"), When("2012-06-18")));
  EXPECT_FALSE(CertainlyBefore(When("2012/.."), When("2020")));
  EXPECT_FALSE(CertainlyBefore(When("2012"), When("../2020")));
  const Micros end = EndOf(absl::CivilDay(2012, 6, 18));
  EXPECT_TRUE(CertainlyBy(When("2012-06-18"), end));
  EXPECT_FALSE(CertainlyBy(When("2012-06-18"), end - 1));
  EXPECT_FALSE(CertainlyBy(When("2012/.."), end));
  EXPECT_TRUE(CertainlyAfter(When("2012-06-19"), end));
  EXPECT_FALSE(CertainlyAfter(When("2012-06-18"), end));
  EXPECT_FALSE(CertainlyAfter(When("unknown"), end));
  EXPECT_FALSE(CertainlyAfter(At(end), end)) << "it has come at that instant";
  EXPECT_TRUE(CertainlyAfter(At(end + 1), end));
}

TEST(Interval, IsBoundedFromAboveByTheInstantOfRecording) {
  const Micros recorded = EndOf(absl::CivilDay(2012, 6, 20));
  EXPECT_EQ(Days(NotAfter(When("unknown"), recorded)), "../2012-06-20");
  EXPECT_EQ(Days(NotAfter(When("2012-06"), recorded)), "2012-06-01/2012-06-20");
  EXPECT_EQ(NotAfter(When("2012-06-18"), recorded), When("2012-06-18"));
  EXPECT_FALSE(NotAfter(When("2012-06~"), recorded).latest_approximate);
  EXPECT_TRUE(NotAfter(When("2012-06~"), recorded).earliest_approximate);
}

TEST(Interval, FindsTheEarliestOfSeveral) {
  const std::vector<Interval> times = {When("2012-06-18"), When("2012"), When("2012-05/2013")};
  EXPECT_EQ(Days(EarliestOf(times)), "2012-01-01/2012-06-18");
  EXPECT_EQ(Days(LatestOf(times)), "2012-06-18/2013-12-31");
  const std::vector<Interval> open = {When("2012-06-18"), When("unknown"), When("2012-07-01/..")};
  EXPECT_EQ(Days(EarliestOf(open)), "../2012-06-18");
  EXPECT_EQ(Days(LatestOf(open)), "2012-07-01/..");
  EXPECT_TRUE(EarliestOf({}).undated());
}

TEST(Interval, KeepsTheFlagsOfTheBoundThatDecides) {
  const std::vector<Interval> times = {When("2012-06~"), When("2012-06-18")};
  const Interval earliest = EarliestOf(times);
  EXPECT_TRUE(earliest.earliest_approximate);
  EXPECT_EQ(earliest.earliest_precision, Precision::kMonth);
  EXPECT_FALSE(earliest.latest_approximate);
  EXPECT_EQ(earliest.latest_precision, Precision::kDay);
  const std::vector<Interval> same = {When("2012-06-01"), When("2012-06~")};
  EXPECT_TRUE(EarliestOf(same).earliest_approximate);
}

}  // namespace
}  // namespace skyndsamt::law
