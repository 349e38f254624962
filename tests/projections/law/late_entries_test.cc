// Entries made after a deadline or after an inspection was announced are shown as such; what was
// imported never is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "fact remark" of every late entry, in the order of the log.
std::vector<std::string> Late(const Timeliness& answer) {
  std::vector<std::string> late;
  for (const auto& entry : answer.late_entries()) {
    late.push_back(entry.fact() + " " + Remark_Name(entry.remark()).substr(7));
  }
  return late;
}

bool Says(const LegTimeliness& leg, std::string_view words) {
  return std::ranges::any_of(leg.explanation(), [&](const auto& line) {
    return line.sv().find(words) != std::string::npos;
  });
}

Story Live(std::string_view recorded) {
  Story story("2026-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.RecordedAt(recorded);
  return story;
}

TEST(LateEntries, AnEndEnteredAfterItsDeadlineCountsAsDoneThen) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-20");
  story.Add("a", "2026-03-05").mutable_authority_notified();
  const auto answer = story.Ask();
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_TRUE(HasRemark(leg, REMARK_DOCUMENTED_LATE));
  EXPECT_THAT(Late(answer), ElementsAre("a DOCUMENTED_LATE"));
  const auto& late = answer.late_entries(0);
  EXPECT_EQ(late.position(), 2u);
  EXPECT_EQ(late.leg(), LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(late.due(), "2026-03-09");
  EXPECT_THAT(late.text().sv(), HasSubstr("skrevs in 2026-03-20, efter att tiden"));
  // The lag: from the end of 5 March to the 20th, 14 to 15 days.
  EXPECT_EQ(leg.ended().documentation_lag_hours().min() / 24, 14);
  EXPECT_EQ(leg.ended().documentation_lag_hours().max() / 24, 15);
  EXPECT_EQ(leg.ended().recorded(), "2026-03-20T00:00:00+01:00");
  EXPECT_TRUE(Says(leg, "skrevs in 2026-03-20, minst 14 dagar efter att det hände"));
  EXPECT_TRUE(Says(leg, "räknas som gjord när den gjordes, men är sent dokumenterad"));
  EXPECT_FALSE(Says(leg, "skrevs in 2026-03-02")) << "the start was entered on its day";
}

TEST(LateEntries, OnTheLastDayIsNotLate) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-09T23:59");
  story.Add("a", "2026-03-05").mutable_authority_notified();
  EXPECT_THAT(Late(story.Ask()), IsEmpty());
}

TEST(LateEntries, WhatWasDoneLateIsNotDocumentedLate) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-20");
  story.Add("a", "2026-03-20").mutable_authority_notified();
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY).routine().verdict(), ROUTINE_VERDICT_LATE);
  EXPECT_THAT(Late(answer), IsEmpty());
}

TEST(LateEntries, AnEndThatMayHaveBeenInTimeIsShownToo) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-04-20");
  story.Add("a", "2026-03").mutable_authority_notified();
  const auto answer = story.Ask();
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY).routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_THAT(Late(answer), ElementsAre("a DOCUMENTED_LATE"));
}

TEST(LateEntries, AStartEnteredAfterTheDeadlineCountedFromIt) {
  Story story = Live("2026-03-20");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  const auto answer = story.Ask();
  EXPECT_THAT(Late(answer), ElementsAre("p START_DOCUMENTED_LATE"));
  EXPECT_TRUE(HasRemark(LegOf(answer, LEG_NOTIFY_AUTHORITY), REMARK_START_DOCUMENTED_LATE));
}

// A start moved forward after the deadline makes the duty look timely: shown, never refused.
TEST(LateEntries, AStartCorrectedAfterTheDeadline) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-12");
  story.Add("a", "2026-03-12").mutable_authority_notified();
  EXPECT_EQ(LegOf(story.Ask(), LEG_NOTIFY_AUTHORITY).routine().verdict(), ROUTINE_VERDICT_LATE);
  story.RecordedAt("2026-04-01");
  auto& correction = *story.Add("r", "2026-04-01").mutable_correction();
  correction.set_of("p");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2026-03-09");
  correction.mutable_replacement()->mutable_principal_informed();
  const auto answer = story.Ask();
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_TRUE(HasRemark(leg, REMARK_CORRECTED_AFTER_DEADLINE));
  EXPECT_THAT(Late(answer), ElementsAre("p CORRECTED_AFTER_DEADLINE"));
  EXPECT_EQ(answer.late_entries(0).position(), 3u) << "the correction's entry";
}

TEST(LateEntries, ImportedFactsAreNeverRead) {
  Story story("2026-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.Add("order", "2026-02-01").mutable_order_received();
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.Add("a", "2026-03-05").mutable_authority_notified();
  const auto answer = story.Ask();
  EXPECT_THAT(Late(answer), IsEmpty());
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  EXPECT_TRUE(leg.ended().imported());
  EXPECT_FALSE(leg.ended().has_documentation_lag_hours());
}

// A fact that was imported and then corrected by hand keeps its import's date out of account.
TEST(LateEntries, NoLagIsReadFromAnImportedFactThatWasCorrected) {
  Story story("2026-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.Add("a", "2026-03-06").mutable_authority_notified();
  story.RecordedAt("2026-06-01");
  auto& correction = *story.Add("r", "2026-06-01").mutable_correction();
  correction.set_of("a");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2026-03-05");
  correction.mutable_replacement()->mutable_authority_notified();
  const auto answer = story.Ask();
  EXPECT_FALSE(LegOf(answer, LEG_NOTIFY_AUTHORITY).ended().has_documentation_lag_hours());
  EXPECT_THAT(Late(answer), ElementsAre("a CORRECTED_AFTER_DEADLINE"))
      << "the correction itself was made by hand, after the deadline";
}

// A fact that was entered by hand and then corrected by an import: the import's date says nothing.
TEST(LateEntries, NoLagIsReadFromAFactThatAnImportCorrected) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-03-06");
  story.Add("a", "2026-03-06").mutable_authority_notified();
  story.RecordedAt("2026-06-01");
  Fact& imported = story.Add("r", "2026-06-01");
  imported.mutable_imported();
  auto& correction = *imported.mutable_correction();
  correction.set_of("a");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2026-03-05");
  correction.mutable_replacement()->mutable_authority_notified();
  const auto answer = story.Ask();
  EXPECT_TRUE(LegOf(answer, LEG_NOTIFY_AUTHORITY).ended().imported());
  EXPECT_FALSE(LegOf(answer, LEG_NOTIFY_AUTHORITY).ended().has_documentation_lag_hours());
  EXPECT_THAT(Late(answer), IsEmpty());
}

// Skolinspektionen writes on 10 April; what is entered on the 12th about March is shown.
TEST(LateEntries, EntriesAfterAnInspectionWasAnnounced) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.RecordedAt("2026-04-10T12:00");
  story.Add("order", "2026-04-10T09:00")
      .mutable_order_received()
      ->set_from(ORDER_FROM_SCHOOLS_INSPECTORATE);
  story.RecordedAt("2026-04-12");
  story.Add("a", "2026-03-05").mutable_authority_notified();
  story.Add("after", "2026-04-11").mutable_investigation_opened();
  story.Add("who", "2026-01-01").mutable_person_declared()->set_person("x");
  const auto answer = story.Ask();
  EXPECT_THAT(Late(answer), ElementsAre("a DOCUMENTED_LATE", "a ENTERED_AFTER_INSPECTION"));
  EXPECT_EQ(answer.late_entries(1).order(), "order");
  EXPECT_THAT(answer.late_entries(1).text().en(), HasSubstr("had given notice 2026-04-10"));
  EXPECT_TRUE(HasRemark(LegOf(answer, LEG_NOTIFY_AUTHORITY), REMARK_ENTERED_AFTER_INSPECTION));
  EXPECT_TRUE(HasRemark(LegOf(answer, LEG_START_INVESTIGATION), REMARK_ENTERED_AFTER_INSPECTION))
      << "it is counted from that entry";
  EXPECT_FALSE(
      HasRemark(LegOf(answer, LEG_COMPLETE_INVESTIGATION), REMARK_ENTERED_AFTER_INSPECTION))
      << "opened after the notice, entered after it: nothing to remark";
  bool observed = false;
  for (const auto& text : answer.observations()) {
    observed = observed || text.sv().find("tillsynsmyndighet") != std::string::npos;
  }
  EXPECT_TRUE(observed);
}

TEST(LateEntries, ACorrectionAfterTheNoticeIsShownWhateverItConcerns) {
  Story story = Live("2026-03-02");
  story.Add("p", "2026-03-02").mutable_principal_informed();
  story.Add("talk", "2026-03-01").mutable_conversation_held();
  story.RecordedAt("2026-04-10T12:00");
  story.Add("order", "2026-04-10T09:00").mutable_order_received();
  story.RecordedAt("2026-04-12");
  auto& correction = *story.Add("r", "2026-04-12").mutable_correction();
  correction.set_of("talk");
  correction.set_withdrawn(true);
  EXPECT_THAT(Late(story.Ask()), ElementsAre("r ENTERED_AFTER_INSPECTION"));
  // As the record stood before the correction there was nothing to show.
  EXPECT_THAT(Late(story.Ask("2026-12-31", "2026-04-01")), IsEmpty());
}

// What was entered only after the notice hides nothing that the inspection was to see.
TEST(LateEntries, ACorrectionOfWhatWasEnteredAfterTheNoticeIsNotShown) {
  Story story = Live("2026-04-10T12:00");
  story.Add("order", "2026-04-10T09:00").mutable_order_received();
  story.RecordedAt("2026-04-11");
  story.Add("talk", "2026-04-11").mutable_conversation_held();
  story.RecordedAt("2026-04-12");
  auto& correction = *story.Add("r", "2026-04-12").mutable_correction();
  correction.set_of("talk");
  correction.set_withdrawn(true);
  EXPECT_THAT(Late(story.Ask()), IsEmpty());
}

TEST(LateEntries, AnOrderThatMayLieAfterTheEntryIsNoNotice) {
  Story story = Live("2026-04-12");
  story.Add("order", "2026-04").mutable_order_received();
  story.Add("a", "2026-03-05").mutable_authority_notified();
  EXPECT_THAT(Late(story.Ask()), IsEmpty());
}

TEST(LateEntries, AnotherChildsEntriesStayOut) {
  Story story = Live("2026-03-02");
  story.Child("child-2");
  story.Add("order", "2026-03-01").mutable_order_received();
  story.RecordedAt("2026-04-12");
  story.Add("k", "2026-02-01").mutable_staff_learned();
  story.facts().back().add_children("child-2");
  EXPECT_THAT(Late(story.Ask()), IsEmpty());
  story.child = "child-2";
  EXPECT_THAT(Late(story.Ask()), ElementsAre("k ENTERED_AFTER_INSPECTION"));
}

// A correction may move a fact from one child to another: it is about both.
TEST(LateEntries, ACorrectionThatMovesAFactToAnotherChildIsShownForBoth) {
  Story story = Live("2026-02-02");
  story.Add("k", "2026-02-01").mutable_staff_learned();
  story.facts().back().add_children("child-2");
  story.RecordedAt("2026-03-02");
  story.Add("o", "2026-03-01").mutable_order_received();
  story.RecordedAt("2026-03-03");
  auto& correction = *story.Add("r", "2026-03-03").mutable_correction();
  correction.set_of("k");
  correction.mutable_replacement()->mutable_happened()->set_edtf("2026-02-01");
  correction.mutable_replacement()->mutable_staff_learned();
  correction.mutable_replacement()->add_children("child-1");
  for (const char* child : {"child-1", "child-2"}) {
    story.child = child;
    EXPECT_THAT(Late(story.Ask()), ElementsAre("r ENTERED_AFTER_INSPECTION")) << child;
  }
  story.child = "child-3";
  EXPECT_THAT(Late(story.Ask()), IsEmpty());
}

TEST(Contradictions, AreNamedEntryByEntryAndNoVerdictIsDrawn) {
  Story story("2021-12-31");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  story.After("p", "a", "P2D").mutable_principal_informed();
  story.After("a", "p", "P1D").mutable_authority_notified();
  const auto answer = story.Ask();
  ASSERT_EQ(answer.contradictions_size(), 1);
  const auto& found = answer.contradictions(0);
  ASSERT_EQ(found.entries_size(), 2);
  EXPECT_EQ(found.entries(0).fact(), "p");
  EXPECT_EQ(found.entries(0).position(), 1u);
  EXPECT_EQ(found.entries(0).text().sv(),
            "Uppgift p: rektorn informerades minst 2 dagar efter uppgift a.");
  EXPECT_EQ(found.entries(1).text().en(),
            "Fact a: the authority was notified at least 1 day after fact p.");
  const auto leg = LegOf(answer, LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(leg.state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(leg.routine().verdict(), ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_FALSE(leg.has_days());
}

}  // namespace
}  // namespace skyndsamt::law::testing
