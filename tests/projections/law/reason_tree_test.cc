// The tree of reasons: every reason says what it is in both languages and where it can be checked,
// and the lines are the tree read out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

void ForEach(const ReasonNode& node, const std::function<void(const ReasonNode&)>& visit) {
  visit(node);
  for (const ReasonNode& ground : node.grounds()) ForEach(ground, visit);
}

// The reasons of a kind, by their Swedish text.
std::vector<ReasonNode> Of(const LegTimeliness& leg, ReasonKind kind) {
  std::vector<ReasonNode> found;
  ForEach(leg.reasons(), [&](const ReasonNode& node) {
    if (node.kind() == kind) found.push_back(node);
  });
  return found;
}

// The first reason that says this in Swedish; fails the test where none does.
ReasonNode Saying(const LegTimeliness& leg, const std::string& words) {
  std::vector<ReasonNode> found;
  std::string all;
  ForEach(leg.reasons(), [&](const ReasonNode& node) {
    all += node.text().sv() + "\n";
    if (node.text().sv().find(words) != std::string::npos) found.push_back(node);
  });
  EXPECT_FALSE(found.empty()) << words << " in\n" << all;
  return found.empty() ? ReasonNode() : found.front();
}

// A case in which most things are said: adult accused, a routine, holidays, imprecise times.
Story WholeCase() {
  Story story("2021-12-31");
  story.Accused(ACCUSED_KIND_STAFF);
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "PT24H").set_words("omgående");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D").set_roll_forward(true);
  story.Add("k", "2021-03-01~").mutable_staff_learned();
  story.Add("p", "2021-03-26").mutable_principal_informed();
  story.Add("a", "2021-04-05").mutable_authority_notified();
  story.Add("o", "2021-05-10").mutable_investigation_opened();
  story.Add("police", "2021-04-06").mutable_police_reported();
  story.Add("c", "2021-06").mutable_investigation_concluded()->set_finding(FINDING_SUBSTANTIATED);
  story.Add("d", "2021-06-28").mutable_measure_decided()->set_measure("m");
  story.Add("concern", "2021-03-02").mutable_concern_arisen();
  story.Add("serious", "VT2021").mutable_serious_event();
  return story;
}

TEST(ReasonTree, EveryReasonHasAKindAndBothLanguages) {
  const auto answer = WholeCase().Ask();
  for (const auto& leg : answer.legs()) {
    ASSERT_TRUE(leg.has_reasons()) << Leg_Name(leg.leg());
    EXPECT_EQ(leg.reasons().kind(), REASON_KIND_CONCLUSION) << "the root concludes";
    ForEach(leg.reasons(), [&](const ReasonNode& node) {
      EXPECT_NE(node.kind(), REASON_KIND_UNSPECIFIED) << node.text().sv();
      EXPECT_FALSE(node.text().sv().empty());
      EXPECT_FALSE(node.text().en().empty());
    });
  }
}

TEST(ReasonTree, TheLinesAreTheTreeReadOut) {
  const auto answer = WholeCase().Ask();
  for (const auto& leg : answer.legs()) {
    std::multiset<std::string> in_tree, in_lines;
    ForEach(leg.reasons(), [&](const ReasonNode& node) { in_tree.insert(node.text().sv()); });
    for (const auto& line : leg.explanation()) in_lines.insert(line.sv());
    EXPECT_EQ(in_tree, in_lines) << Leg_Name(leg.leg());
    EXPECT_EQ(leg.explanation().rbegin()->sv(), leg.reasons().text().sv())
        << "what follows comes last";
  }
}

TEST(ReasonTree, AConclusionComesAfterItsGroundsAndAFactBeforeItsOwn) {
  const auto leg = LegOf(WholeCase().Ask(), LEG_NOTIFY_AUTHORITY);
  std::vector<std::string> lines;
  for (const auto& line : leg.explanation()) lines.push_back(line.sv());
  const auto at = [&](const std::string& words) {
    for (size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find(words) != std::string::npos) return static_cast<int>(i);
    }
    ADD_FAILURE() << words;
    return -1;
  };
  EXPECT_LT(at("Huvudmannens egen rutin (version r1)"), at("Alltså senast 2021-04-06"));
  EXPECT_LT(at("Alltså senast 2021-04-06"), at("flyttat från 2021-04-02"));
  EXPECT_LT(at("flyttat från 2021-04-02"), at("Det gjordes inom den tiden."));
}

TEST(ReasonTree, FactsPointToTheEntryThatSaysSoNow) {
  Story story = WholeCase();
  const auto leg = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(Saying(leg, "Tiden räknas från").stands_on().fact(), "p");
  EXPECT_EQ(Saying(leg, "Tiden räknas från").stands_on().position(), 2u);
  EXPECT_EQ(Saying(leg, "Klart:").stands_on().position(), 3u);
  auto& correction = *story.Add("r", "2021-06-01").mutable_correction();
  correction.set_of("a");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2021-04-06");
  correction.mutable_replacement()->mutable_authority_notified();
  const auto corrected = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(Saying(corrected, "Klart:").stands_on().fact(), "a");
  EXPECT_EQ(Saying(corrected, "Klart:").stands_on().position(), 10u) << "the correction's entry";
}

TEST(ReasonTree, RulesPointToParagraphVersionAndCitation) {
  const auto leg = LegOf(WholeCase().Ask(), LEG_NOTIFY_AUTHORITY);
  const auto basis = Saying(leg, "Grund:").stands_on();
  EXPECT_EQ(basis.citation(), "Skollagen (2010:800) 6 kap. 10 § första stycket");
  EXPECT_EQ(basis.rule_set(), ShippedRules().version());
  EXPECT_EQ(Saying(leg, "Huvudmannens egen rutin").stands_on().routine(), "r1");
  const auto yardstick = Saying(leg, "Degerfors 2016").stands_on();
  EXPECT_THAT(yardstick.citation(), HasSubstr("Degerfors 2016"));
  EXPECT_FALSE(yardstick.yardstick().empty());
  EXPECT_EQ(yardstick.rule_set(), ShippedRules().version());
  const auto waiting = Saying(LegOf(WholeCase().Ask(), LEG_START_INVESTIGATION), "polisutredning");
  EXPECT_EQ(waiting.kind(), REASON_KIND_RULE);
  EXPECT_EQ(waiting.stands_on().fact(), "police");
  EXPECT_EQ(waiting.stands_on().citation(), "DO 2013");
}

TEST(ReasonTree, ADecisionSaysHowExactlyByWhomAndWhen) {
  Story story("2021-12-31");
  story.Add("c", "2021-03-02").mutable_concern_arisen();
  story.Add("p", "2021-03-02").mutable_principal_informed();
  const auto answer = story.Ask();
  const auto concern = Saying(LegOf(answer, LEG_SOCIAL_SERVICES_REPORT), "Har godtagits");
  ASSERT_EQ(concern.grounds_size(), 1);
  EXPECT_EQ(concern.grounds(0).text().sv(),
            "Avgörandet anger tiden i dagar; avgjort av Malmö tingsrätt; avgörandets datum "
            "2013-07-01.");
  const auto notify = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(Saying(notify, "Har kritiserats").grounds(0).text().en(),
            "The decision gives the time in words alone; who decided is not known here; "
            "date of the decision 2016.");
  EXPECT_EQ(Saying(notify, "Jämför:").grounds_size(), 0) << "a routine is no decision";
}

TEST(ReasonTree, ADecisionLaterThanTheDayAskedAboutIsSaidToBe) {
  Story story("2021-12-31");
  story.Add("c", "2013-06-18").mutable_concern_arisen();
  const auto accepted = [&](std::string_view as_of) {
    return Saying(LegOf(story.Ask(as_of), LEG_SOCIAL_SERVICES_REPORT), "Har godtagits");
  };
  const auto before = accepted("2013-06-30").grounds(0).text();
  EXPECT_THAT(before.sv(),
              EndsWith("2013-07-01; avgörandet är senare än dagen som frågan gäller."));
  EXPECT_THAT(before.en(), EndsWith("2013-07-01; the decision is later than the day asked about."));
  const auto from_then_on = accepted("2013-07-01").grounds(0).text();
  EXPECT_THAT(from_then_on.sv(), EndsWith("avgörandets datum 2013-07-01."));
  EXPECT_THAT(from_then_on.en(), EndsWith("date of the decision 2013-07-01."));
}

TEST(ReasonTree, ADutyWithoutAStatuteSaysThatItRestsOnTheRoutine) {
  const auto answer = WholeCase().Ask();
  const auto none = Saying(LegOf(answer, LEG_INFORM_GUARDIAN), "inget lagrum i regelsamlingen");
  EXPECT_EQ(none.kind(), REASON_KIND_RULE);
  EXPECT_EQ(none.stands_on().rule_set(), ShippedRules().version());
  for (const auto& line : LegOf(answer, LEG_NOTIFY_AUTHORITY).explanation()) {
    EXPECT_EQ(line.sv().find("inget lagrum"), std::string::npos);
  }
}

TEST(ReasonTree, EverySourceCanBeFound) {
  Story story = WholeCase();
  const auto answer = story.Ask();
  std::set<std::string> citations;
  for (const auto& statute : ShippedRules().statutes()) citations.insert(statute.citation());
  for (const auto& yardstick : ShippedRules().yardsticks()) citations.insert(yardstick.source());
  for (const auto& leg : answer.legs()) {
    ForEach(leg.reasons(), [&](const ReasonNode& node) {
      const ReasonSource& source = node.stands_on();
      if (source.has_position()) {
        ASSERT_LT(source.position(), story.facts().size());
        EXPECT_EQ(story.facts()[source.position()].id(), source.fact());
      }
      if (!source.rule_set().empty()) {
        EXPECT_EQ(source.rule_set(), ShippedRules().version());
        if (source.citation().empty()) return;  // the rules as a whole, which have no such statute
        EXPECT_EQ(citations.count(source.citation()), 1u) << source.citation();
      }
    });
  }
}

TEST(ReasonTree, TheCalendarsStepsAreReasonsOfTheirOwn) {
  const auto leg = LegOf(WholeCase().Ask(), LEG_NOTIFY_AUTHORITY);
  const auto steps = Of(leg, REASON_KIND_CALENDAR);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_THAT(steps[0].text().sv(), HasSubstr("långfredagen 2021-04-02, annandag påsk 2021-04-05"));
  EXPECT_THAT(steps[0].stands_on().citation(), HasSubstr("1989:253"));
  EXPECT_THAT(steps[1].text().sv(), HasSubstr("flyttat från 2021-04-02 (långfredagen)"));
  EXPECT_THAT(steps[1].stands_on().citation(), HasSubstr("1930:173"));
  EXPECT_EQ(steps[1].stands_on().routine(), "r1") << "rolling forward is the routine's own choice";
}

TEST(ReasonTree, AClockChangeWithinALimitInHoursIsNamed) {
  for (const auto& [from, to, words] :
       {std::tuple("2026-03-28T12:00", "2026-03-29T13:00", "ställdes fram"),
        std::tuple("2026-10-24T12:00", "2026-10-25T11:00", "ställdes tillbaka")}) {
    Story story("2026-12-31");
    story.Limit(LEG_REPORT_TO_PRINCIPAL, "PT24H");
    story.Add("k", from).mutable_staff_learned();
    story.Add("p", to).mutable_principal_informed();
    EXPECT_EQ(Saying(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL), words).kind(),
              REASON_KIND_CALENDAR);
  }
}

TEST(ReasonTree, AMonthWithoutTheDayIsNamed) {
  Story story("2026-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1M");
  story.Add("k", "2026-01-31").mutable_staff_learned();
  story.Add("p", "2026-02-28").mutable_principal_informed();
  const auto step = Saying(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL), "Månaden saknar dag 31");
  EXPECT_EQ(step.kind(), REASON_KIND_CALENDAR);
  EXPECT_THAT(step.stands_on().citation(), HasSubstr("1930:173"));
}

TEST(ReasonTree, AnImpreciseStartGivesTheDueDateAsARange) {
  Story story("2026-12-31");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P7D");
  story.Add("k", "2026-03-02/2026-03-04").mutable_staff_learned();
  story.Add("p", "2026-03-10").mutable_principal_informed();
  Saying(LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL), "från 2026-03-09 till 2026-03-11");
}

// Why a duty is not asked for points to the fact that says so.
TEST(ReasonTree, WhatIsNotRequiredPointsToTheFactItRestsOn) {
  Story accused("2021-12-31");
  accused.Accused(ACCUSED_KIND_PRINCIPAL);
  accused.Add("k", "2021-03-01").mutable_staff_learned();
  EXPECT_EQ(
      Saying(LegOf(accused.Ask(), LEG_REPORT_TO_PRINCIPAL), "Det framgår av").stands_on().fact(),
      "opened");

  Story unfounded("2021-12-31");
  unfounded.Add("o", "2021-03-01").mutable_investigation_opened();
  unfounded.Add("c", "2021-03-09")
      .mutable_investigation_concluded()
      ->set_finding(FINDING_NOT_SUBSTANTIATED);
  for (const Leg leg : {LEG_DECIDE_MEASURES, LEG_FOLLOW_UP, LEG_EVALUATE_MEASURES}) {
    EXPECT_EQ(Saying(LegOf(unfounded.Ask(), leg), "Det framgår av").stands_on().fact(), "c")
        << Leg_Name(leg);
  }

  Story decided("2021-12-31");
  decided.Add("k", "2021-03-01").mutable_staff_learned();
  decided.Add("not", "2021-03-02").mutable_decision_not_to_inform();
  EXPECT_EQ(
      Saying(LegOf(decided.Ask(), LEG_INFORM_GUARDIAN), "Det framgår av").stands_on().position(),
      2u);

  Story withdrawn("2021-12-31");
  withdrawn.Add("d", "2021-03-01").mutable_measure_decided()->set_measure("m");
  withdrawn.Add("w", "2021-03-02").mutable_measure_withdrawn()->set_measure("m");
  EXPECT_EQ(
      Saying(LegOf(withdrawn.Ask(), LEG_CARRY_OUT_MEASURES), "Det framgår av").stands_on().fact(),
      "w");
}

TEST(ReasonTree, WhatIsApproximateSaysFromWhenToWhenItIsTried) {
  const auto leg = LegOf(WholeCase().Ask(), LEG_REPORT_TO_PRINCIPAL);
  const auto approximate = Saying(leg, "ungefärlig");
  EXPECT_EQ(approximate.kind(), REASON_KIND_RULE);
  EXPECT_THAT(approximate.text().sv(), HasSubstr("från 2021-02-28 till 2021-03-02"));
}

TEST(ReasonTree, AStartThatStandsInForTheProperOneSaysSo) {
  Story story("2021-12-31");
  story.Add("k", "2021-03-01").mutable_staff_learned();
  story.Add("o", "2021-03-04").mutable_investigation_opened();
  const auto leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  ASSERT_TRUE(leg.started().substitute());
  EXPECT_EQ(Saying(leg, "därför räknas den från denna").kind(), REASON_KIND_RULE);
  story.Add("a", "2021-03-02").mutable_authority_notified();
  const auto notified = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  for (const auto& line : notified.explanation()) {
    EXPECT_THAT(line.en(), Not(HasSubstr("this one stands in")));
  }
}

TEST(ReasonTree, AStartThatMayNotHaveHappenedSaysSo) {
  Story story("2021-12-31");
  auto& known = story.Add("k", "2021-03");
  known.mutable_staff_learned();
  const auto says = [&] {
    const auto leg = LegOf(story.Ask("2021-03-20"), LEG_REPORT_TO_PRINCIPAL);
    return std::ranges::any_of(leg.explanation(), [](const auto& line) {
      return line.en() == "It is not certain that this had happened, or that it belongs here.";
    });
  };
  EXPECT_TRUE(says());
  known.mutable_happened()->set_edtf("2021-03-01/2021-03-20");
  EXPECT_FALSE(says());
}

TEST(ReasonTree, WhatWasDoneBeforeItBeganIsZeroDays) {
  Story story("2021-12-31");
  story.Add("a", "2021-03-05").mutable_authority_notified();
  story.Add("o", "2021-03-01").mutable_investigation_opened();
  const auto leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
  EXPECT_EQ(Saying(leg, "Det gjordes innan tiden började räknas, alltså 0 dagar.").kind(),
            REASON_KIND_ARITHMETIC);
}

TEST(ReasonTree, OthersThatMayBeTheEarliestPointToTheirOwnEntries) {
  Story story("2021-12-31");
  story.Add("k1", "2021-03").mutable_staff_learned();
  story.Add("k2", "2021-03-10").mutable_staff_learned();
  story.Add("p", "2021-04-20").mutable_principal_informed();
  const auto leg = LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(Saying(leg, "Tiden räknas från").stands_on().fact(), "k2");
  EXPECT_EQ(Saying(leg, "Det kan lika gärna vara").stands_on().fact(), "k1");
}

TEST(Judge, WithoutExplanationSaysTheSameAnswers) {
  Story story = WholeCase();
  auto explained = Judge(story.File(EndOfTime("2021-12-31"), EndOfTime("2200-01-01")));
  const auto brief =
      Judge(story.File(EndOfTime("2021-12-31"), EndOfTime("2200-01-01")), Detail::kVerdicts);
  for (auto& leg : *explained.mutable_legs()) {
    EXPECT_TRUE(leg.has_reasons());
    leg.clear_reasons();
    leg.clear_explanation();
  }
  EXPECT_EQ(explained.SerializeAsString(), brief.SerializeAsString());
}

}  // namespace
}  // namespace skyndsamt::law::testing
