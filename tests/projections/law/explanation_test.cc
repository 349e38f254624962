// What a lawyer reads: every line in both languages, every number with its source, no judgement.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

// A whole adult case with a routine, so that most lines are said.
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

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

TEST(Explanation, SaysEveryLineInBothLanguages) {
  const auto answer = WholeCase().Ask();
  for (const auto& leg : answer.legs()) {
    EXPECT_FALSE(leg.explanation().empty()) << Leg_Name(leg.leg());
    for (const auto& line : leg.explanation()) {
      EXPECT_FALSE(line.sv().empty());
      EXPECT_FALSE(line.en().empty());
    }
  }
}

TEST(Explanation, SaysThatTheChainGoesPastAnAccusedPrincipal) {
  Story story("2021-12-31");
  story.Accused(ACCUSED_KIND_PRINCIPAL);
  story.Add("k", "2021-03-01").mutable_staff_learned();
  const auto leg = LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY);
  EXPECT_TRUE(std::ranges::any_of(leg.explanation(), [](const auto& line) {
    return line.en().starts_with("The principal is accused: the chain goes from staff straight");
  }));
}

TEST(Explanation, NeverCallsAnythingLawfulOrUnlawful) {
  const std::string text = Lower(WholeCase().Ask().DebugString());
  for (const char* word : {"lawful", "illegal", "lagbrott", "olaglig", "laglig", "lagstridig",
                           "brott mot", "breach", "\"dom\""}) {
    EXPECT_EQ(text.find(word), std::string::npos) << word;
  }
}

TEST(Explanation, NamesTheFactsTheDaysAndTheHolidays) {
  const auto leg = LegOf(WholeCase().Ask(), LEG_NOTIFY_AUTHORITY);
  std::string text;
  for (const auto& line : leg.explanation()) text += line.sv() + "\n";
  for (const char* said :
       {"Skollagen (2010:800) 6 kap. 10 §", "rektorn informerades 2021-03-26 (uppgift p)",
        "huvudmannen underrättades 2021-04-05 (uppgift a)", "10 dagar", "4 arbetsdagar",
        "långfredagen 2021-04-02", "annandag påsk 2021-04-05", "inom 7 dagar.",
        "Alltså senast 2021-04-06.", "flyttat från 2021-04-02", "Det gjordes inom den tiden.",
        "Degerfors 2016"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said << " in\n" << text;
  }
}

TEST(Explanation, SaysWhatIsApproximateAndWhatItRestsOn) {
  const auto leg = LegOf(WholeCase().Ask(), LEG_REPORT_TO_PRINCIPAL);
  std::string text;
  for (const auto& line : leg.explanation()) text += line.sv() + "\n";
  EXPECT_NE(text.find("ungefärlig"), std::string::npos) << text;
  EXPECT_EQ(leg.started().edtf(), "2021-03-01~");
  EXPECT_EQ(leg.started().earliest(), "2021-03-01T00:00:00+01:00") << "as stated";
}

TEST(ShippedRules, EveryStatuteAndYardstickNamesItsSource) {
  const RuleSetPublished rules = ShippedRules();
  EXPECT_EQ(rules.version(), "2026-11-4");
  for (const Statute& statute : rules.statutes()) {
    EXPECT_FALSE(statute.citation().empty());
    EXPECT_FALSE(statute.note_sv().empty());
    EXPECT_FALSE(statute.note_en().empty());
  }
  for (const Yardstick& yardstick : rules.yardsticks()) {
    EXPECT_FALSE(yardstick.source().empty());
    EXPECT_FALSE(yardstick.conduct_sv().empty());
    EXPECT_FALSE(yardstick.conduct_en().empty());
    EXPECT_EQ(yardstick.differs_sv().empty(), yardstick.differs_en().empty());
    EXPECT_TRUE(!yardstick.differs_sv().empty() || yardstick.has_days())
        << "what is quoted says what it is not";
    if (yardstick.outcome() == YARDSTICK_OUTCOME_UNSPECIFIED) {
      EXPECT_FALSE(yardstick.has_days()) << "another's routine is never compared";
    }
  }
}

TEST(ShippedRules, WhatIsNotConfirmedSaysSo) {
  const RuleSetPublished rules = ShippedRules();
  for (const Statute& statute : rules.statutes()) {
    const bool background = statute.leg() == LEG_POLICE_REPORT ||
                            statute.leg() == LEG_ANSWER_DOCUMENTS_REQUEST ||
                            statute.leg() == LEG_ANSWER_COMPLAINT;
    if (!background) continue;
    EXPECT_NE(Lower(statute.note_sv()).find("obekräftad"), std::string::npos);
    EXPECT_NE(Lower(statute.note_en()).find("not confirmed"), std::string::npos);
  }
}

TEST(ShippedRules, OnlyTheInvestigationIsBoundByPromptly) {
  const RuleSetPublished rules = ShippedRules();
  for (const Statute& statute : rules.statutes()) {
    if (statute.citation() != "Skollagen (2010:800) 6 kap. 10 § första stycket") continue;
    const bool investigation =
        statute.leg() == LEG_START_INVESTIGATION || statute.leg() == LEG_COMPLETE_INVESTIGATION;
    EXPECT_EQ(statute.time_word(), investigation ? "skyndsamt" : "") << Leg_Name(statute.leg());
  }
}

TEST(ShippedRules, TheLawOfTheTimeIsCited) {
  for (const auto& [day, citation] :
       {std::pair("2008-03-01",
                  "Lagen (2006:67) om förbud mot diskriminering och annan kränkande "
                  "behandling av barn och elever"),
        {"2010-03-01", "Diskrimineringslagen (2008:567) 2 kap. 7 §"},
        {"2012-03-01", "Skollagen (2010:800) 6 kap. 10 § första stycket"}}) {
    Story story("2015-12-31");
    story.Add("k", day).mutable_staff_learned();
    const auto leg = LegOf(story.Ask(), LEG_START_INVESTIGATION);
    ASSERT_GT(leg.basis_size(), 0);
    EXPECT_EQ(leg.basis(0).citation(), citation);
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
