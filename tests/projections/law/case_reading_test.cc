#include "projections/law/case_reading.h"

#include <gtest/gtest.h>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

// When a fact stated as "2021-03" happened, where something is supposed of it.
Interval Supposing(std::string_view earliest, std::string_view latest) {
  Story story("2021-12-31");
  story.Add("k", "2021-03").mutable_staff_learned();
  Supposed one{.fact = "k"};
  if (!earliest.empty()) one.earliest = ParseEdtf(earliest)->earliest;
  if (!latest.empty()) one.latest = EndOfTime(latest);
  CaseFile file = story.FileAt("2021-12-31");
  file.supposed = {&one, 1};
  return CaseReading(file).Find("k")->when;
}

TEST(Supposed, NarrowsAndNeverWidens) {
  const Interval stated = *ParseEdtf("2021-03");
  const Interval narrower = Supposing("2021-03-10", "2021-03-20");
  EXPECT_EQ(narrower.earliest, ParseEdtf("2021-03-10")->earliest);
  EXPECT_EQ(narrower.latest, EndOfTime("2021-03-20"));
  EXPECT_EQ(Supposing("2021-02-10", "").earliest, stated.earliest);
  EXPECT_EQ(Supposing("", "2021-04-20").latest, stated.latest);
}

}  // namespace
}  // namespace skyndsamt::law::testing
