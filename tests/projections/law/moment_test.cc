// One end of a leg: the earliest or latest of several facts, and what lies between two.
#include "projections/law/moment.h"

#include <gtest/gtest.h>

#include "projections/law/case_reading.h"
#include "projections/law/leg.h"
#include "story.h"

namespace skyndsamt::law::testing {
namespace {

// Facts "a", "b", ... with stated times; relative ones are added by the test itself.
class Facts {
 public:
  explicit Facts(Story& story) : file_(story.FileAt("2021-12-31")), reading_(file_) {}

  const DatedFact& operator[](std::string_view id) const {
    for (const DatedFact* fact : reading_.facts()) {
      if (fact->stated->id == id) return *fact;
    }
    ADD_FAILURE() << "no fact " << id;
    return *reading_.facts().front();
  }
  Candidates Of(std::initializer_list<std::string_view> certain,
                std::initializer_list<std::string_view> possible = {}) const {
    Candidates all;
    for (const auto id : certain) all.push_back({&(*this)[id], true});
    for (const auto id : possible) all.push_back({&(*this)[id], false});
    return all;
  }

 private:
  CaseFile file_;
  CaseReading reading_;
};

Story Told(std::initializer_list<std::pair<const char*, const char*>> facts) {
  Story story("2021-12-31");
  for (const auto& [id, when] : facts) story.Add(id, when).mutable_finding_recorded();
  return story;
}

std::string Text(const Interval& when) {
  return (when.earliest ? FormatDay(DayOf(*when.earliest)) : "") + "/" +
         (when.latest ? FormatDay(DayOf(*when.latest)) : "");
}

std::string Others(const Moment& moment) {
  std::string ids;
  for (const DatedFact* other : moment.others) ids += std::string(other->stated->id);
  return ids;
}

TEST(Moment, TheEarliestOfSeveralNamesAllThatMayBeMeant) {
  Story story = Told({{"a", "2021-03-10"}, {"b", "2021-03"}, {"c", "2021-04"}});
  const Facts facts(story);
  const Moment moment = *EarliestOf(facts.Of({"a", "b", "c"}));
  EXPECT_EQ(Text(moment.when), "2021-03-01/2021-03-10");
  EXPECT_EQ(moment.fact->stated->id, "a");
  EXPECT_EQ(Others(moment), "b") << "what certainly follows another is not meant";
  EXPECT_TRUE(moment.certain);
  EXPECT_FALSE(EarliestOf(Candidates{}).has_value()) << "nothing given";
}

TEST(Moment, WhatIsOnlyPossibleMakesItEarlierNeverLater) {
  Story story = Told({{"a", "2021-03-10"}, {"b", "2021-03-05"}, {"c", "2021-03-20"}});
  const Facts facts(story);
  EXPECT_EQ(Text(EarliestOf(facts.Of({"a"}, {"b", "c"}))->when), "2021-03-05/2021-03-10");
  EXPECT_EQ(Text(LatestOf(facts.Of({"a"}, {"b", "c"}))->when), "2021-03-10/2021-03-20");
  const Moment only_possible = *EarliestOf(facts.Of({}, {"a", "b"}));
  EXPECT_FALSE(only_possible.certain);
  EXPECT_EQ(Others(*LatestOf(facts.Of({"a", "c"}))), "") << "certainly before the latest";
}

TEST(Moment, AStatedOrderIsHeededWithoutDates) {
  Story story = Told({{"a", "unknown"}, {"e", "unknown"}});
  story.After("b", "a", "PT0S").mutable_finding_recorded();
  story.After("c", "e", "P3D", "P4D").mutable_finding_recorded();
  const Facts facts(story);
  const Moment first = *EarliestOf(facts.Of({"a", "b"}));
  EXPECT_EQ(Others(first), "") << "b came after a, whenever that was";
  EXPECT_EQ(first.fact->stated->id, "a");
  EXPECT_EQ(LatestOf(facts.Of({"a", "b"}))->fact->stated->id, "b");
  EXPECT_TRUE(CertainlyBefore(MomentOf(facts["e"]), MomentOf(facts["c"])));
  EXPECT_FALSE(CertainlyBefore(MomentOf(facts["a"]), MomentOf(facts["b"]))) << "or at once";
  EXPECT_TRUE(CertainlyNotAfter(MomentOf(facts["a"]), MomentOf(facts["b"])));
  EXPECT_FALSE(CertainlyNotAfter(MomentOf(facts["b"]), MomentOf(facts["a"])));
}

// The start is a or b, three to six and four to five days before the end.
TEST(Moment, TheLengthFromTheEarliestOfTwoIsTheLongerOfBoth) {
  Story story = Told({{"e", "unknown"}});
  for (const auto& [id, least, most] : {std::tuple("a", "P3D", "P6D"), {"b", "P4D", "P5D"}}) {
    event::v1::Fact& fact = story.Add(id, "unknown");
    fact.mutable_finding_recorded();
    auto& relative = *fact.mutable_happened()->mutable_relative();
    relative.set_before("e");
    relative.set_at_least(least);
    relative.set_at_most(most);
  }
  const Facts facts(story);
  const Moment end = MomentOf(facts["e"]);
  EXPECT_EQ(CalendarDays(*EarliestOf(facts.Of({"a", "b"})), end), (Range{4, 6}));
  EXPECT_EQ(CalendarDays(*EarliestOf(facts.Of({"a"}, {"b"})), end), (Range{3, 6}))
      << "if b never was, it began with a";
  EXPECT_EQ(CalendarDays(*LatestOf(facts.Of({"a", "b"})), end), (Range{3, 5}));
  EXPECT_EQ(Hours(MomentOf(facts["b"]), end), (Range{71, 145}))
      << "at any hour of those days, and an hour more where the clock changed";
}

TEST(Moment, TheLengthToTheEarliestOfTwoIsTheShorterOfBoth) {
  Story story = Told({{"s", "unknown"}});
  story.After("a", "s", "P3D", "P6D").mutable_finding_recorded();
  story.After("b", "s", "P4D", "P5D").mutable_finding_recorded();
  const Facts facts(story);
  const Moment start = MomentOf(facts["s"]);
  EXPECT_EQ(CalendarDays(start, *EarliestOf(facts.Of({"a", "b"}))), (Range{3, 5}));
  EXPECT_EQ(CalendarDays(start, *EarliestOf(facts.Of({"b"}, {"a"}))), (Range{3, 5}));
  EXPECT_EQ(CalendarDays(start, *EarliestOf(facts.Of({"a"}, {"b"}))), (Range{3, 6}));
  EXPECT_TRUE(CertainlyBefore(start, *EarliestOf(facts.Of({"a", "b"}))));
}

TEST(Moment, WhatIsOnlyBoundedLiesAnywhereBefore) {
  Story story = Told({{"s", "2021-03-01"}, {"c", "2021-03-09"}});
  const Facts facts(story);
  Moment opened = MomentOf(facts["c"]);
  opened.inferred = true;
  opened.when.earliest.reset();
  EXPECT_EQ(CalendarDays(MomentOf(facts["s"]), opened), (Range{0, 8}));
  EXPECT_EQ(CalendarDays(opened, MomentOf(facts["c"])), (Range{0, std::nullopt}));
  EXPECT_FALSE(CertainlyBefore(MomentOf(facts["s"]), opened));
}

TEST(Moment, OneOfTheSameDayIsByThatDay) {
  Story story = Told({{"a", "2021-03-01"},
                      {"b", "2021-03-01"},
                      {"morning", "2021-03-01T08:00"},
                      {"noon", "2021-03-01T12:00"},
                      {"later", "2021-03-02"},
                      {"month", "2021-03"}});
  const Facts facts(story);
  const auto by = [&](const char* a, const char* b) {
    return ByTheDayOf(MomentOf(facts[a]), MomentOf(facts[b]));
  };
  EXPECT_EQ(by("a", "b"), true) << "which came first is not known";
  EXPECT_EQ(by("morning", "noon"), true);
  EXPECT_EQ(by("noon", "morning"), false) << "known to have come after it";
  EXPECT_EQ(by("later", "a"), false);
  EXPECT_EQ(by("a", "later"), true);
  EXPECT_EQ(by("month", "a"), std::nullopt);
  EXPECT_EQ(ByTheDayOf(MomentOf(facts["later"]), std::nullopt), true);
  Moment possible = MomentOf(facts["a"]);
  possible.certain = false;
  EXPECT_EQ(ByTheDayOf(MomentOf(facts["later"]), possible), std::nullopt)
      << "of course, if there was none";
}

TEST(Certainty, CombinesAsLogicDoes) {
  const Certainty values[] = {true, false, std::nullopt};
  for (const Certainty a : values) {
    EXPECT_EQ(Both(a, false), false);
    EXPECT_EQ(Both(false, a), false);
    EXPECT_EQ(Both(a, true), a);
    EXPECT_EQ(Either(a, true), true);
    EXPECT_EQ(Either(true, a), true);
    EXPECT_EQ(Either(a, false), a);
  }
  EXPECT_EQ(Both(std::nullopt, std::nullopt), std::nullopt);
  EXPECT_EQ(Either(std::nullopt, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace skyndsamt::law::testing
