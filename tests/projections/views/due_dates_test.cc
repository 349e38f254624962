// The index of due dates: what somebody may be reminded of, by date; changed by facts, corrections
// and routines, never by the clock. A new routine sweeps it, a little at a time, across restarts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/law/civil_time.h"
#include "projections/views/instants.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr Micros kOneDay = 86'400'000'000;

const std::string kReaching =
    "routine_published { version: 'r2' from: '2026-02-05' reason: 'x' reach: POLICY_REACH_RUNNING"
    " limits { leg: LEG_NOTIFY_AUTHORITY limit: 'P3D' days: DAY_COUNT_CALENDAR } }";

class DueDates : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    world_.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
    views_ = world_.OpenViews();
  }

  void Open(const std::string& incident, const std::string& informed,
            const std::string& unit = "$UNIT") {
    world_.Record(incident,
                  "id: 'open' incident_opened { unit: '" + unit +
                      "' children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }",
                  "id: 'p' happened { edtf: '" + informed + "' } principal_informed {}");
  }

  // Incident and due date of everything up to a day, in order, read in pages of two.
  std::vector<std::pair<std::string, std::string>> By(const std::string& day) {
    EXPECT_TRUE(views_->runner().CatchUp().ok()) << views_->runner().health();
    std::vector<std::pair<std::string, std::string>> all;
    std::string after;
    do {
      auto page = views_->ListDue(*ParseInstant(day), 2, after);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const DueStep& step : page->items) {
        all.emplace_back(step.item.incident(), step.item.due());
        if (!step.item.due().empty()) {
          EXPECT_EQ(*ParseInstant(step.item.due()), step.date);
        }
        EXPECT_EQ(law::FormatInstant(step.late_after + 1), step.item.late_from());
      }
      after = page->next;
    } while (!after.empty());
    return all;
  }

  CaseWorld world_{11};
  std::unique_ptr<Views> views_;
};

TEST_F(DueDates, ComeInTheirOrderOverUnitsAndRoles) {
  Open("I", "2026-01-20");
  Open("J", "2026-01-15", "$OTHERUNIT");
  Open("K", "2026-01-25");
  Open("L", "2026-01-10/2026-01-12");
  EXPECT_THAT(By("2026-03-01"),
              ElementsAre(Pair(Uuid("L"), ""), Pair(Uuid("J"), "2026-01-22"),
                          Pair(Uuid("I"), "2026-01-27"), Pair(Uuid("K"), "2026-02-01")));
  EXPECT_THAT(By("2026-01-27"), ElementsAre(Pair(Uuid("L"), ""), Pair(Uuid("J"), "2026-01-22"),
                                            Pair(Uuid("I"), "2026-01-27")));
  EXPECT_THAT(By("2026-01-18"), ElementsAre(Pair(Uuid("L"), "")))
      << "by the first day that it may be due";
  EXPECT_THAT(By("2026-01-16"), IsEmpty());
}

TEST_F(DueDates, GoWhenTheStepIsDoneAndMoveWhenItsStartIsCorrected) {
  Open("I", "2026-01-20");
  world_.Record("I",
                "id: 'k' correction { of: 'p' replacement { happened { edtf: '2026-01-24' } "
                "principal_informed {} } }");
  EXPECT_THAT(By("2026-03-01"), ElementsAre(Pair(Uuid("I"), "2026-01-31")));
  world_.Record("I", "id: 'a' happened { edtf: '2026-01-30' } authority_notified {}");
  EXPECT_THAT(By("2026-03-01"), IsEmpty());
}

TEST_F(DueDates, LeaveOutImportedCasesAndWhatAClosedCaseDoesNotTake) {
  world_.PublishRoutine("r2", event::v1::LEG_START_INVESTIGATION, "P7D");
  Open("I", "2026-01-20");
  EXPECT_THAT(By("2026-03-01"), ElementsAre(Pair(Uuid("I"), "2026-01-27")));
  world_.Record("I", "id: 'x' case_closed {}");
  EXPECT_THAT(By("2026-03-01"), IsEmpty());
  world_.Record("I", "id: 'y' case_reopened {}");
  EXPECT_THAT(By("2026-03-01"), ElementsAre(Pair(Uuid("I"), "2026-01-27")));
  world_.Record("I",
                "id: 'o' happened { edtf: '2026' } imported { source: 'register' } "
                "document_added { document: 'd' }");
  EXPECT_THAT(By("2026-03-01"), IsEmpty());
  auto worklist = views_->ListWorklist({});
  ASSERT_TRUE(worklist.ok());
  ASSERT_FALSE(worklist->items.empty());
  for (const auto& item : worklist->items) EXPECT_TRUE(item.imported());
}

// What a routine asks of duties that run is asked of a case in which nothing has happened since.
TEST_F(DueDates, ARoutineThatReachesWhatRunsSetsADateThoughTheCaseIsQuiet) {
  Open("I", "2026-01-30");
  EXPECT_THAT(By("2026-03-01"), ElementsAre(Pair(Uuid("I"), "2026-02-06")));
  world_.clock().Advance(10 * kOneDay);  // 10 February
  world_.Publish(kReaching);
  EXPECT_THAT(By("2026-03-01"), ElementsAre(Pair(Uuid("I"), "2026-02-02")));
}

TEST_F(DueDates, ARoutineThatBeginsLaterReachesThemWhenItsDayHasCome) {
  Open("I", "2026-01-30");
  world_.Publish(kReaching);  // on 31 January, from 5 February
  EXPECT_THAT(By("2026-03-01"), ElementsAre(Pair(Uuid("I"), "2026-02-06")));
  world_.clock().Advance(4 * kOneDay);  // 4 February
  Open("OTHER", "2026-02-01");
  EXPECT_THAT(By("2026-02-06"), ElementsAre(Pair(Uuid("I"), "2026-02-06")));
  views_ = nullptr;
  views_ = world_.OpenViews();
  world_.clock().Advance(kOneDay);
  Open("THIRD", "2026-02-05");
  EXPECT_THAT(By("2026-02-06"),
              ElementsAre(Pair(Uuid("I"), "2026-02-02"), Pair(Uuid("OTHER"), "2026-02-04")));
  views_ = nullptr;
  const auto lived = Dump(world_.path("views"));
  ASSERT_TRUE(world_.OpenViews("zero")->runner().CatchUp().ok());
  EXPECT_EQ(lived, Dump(world_.path("zero")));
}

TEST_F(DueDates, ItIsTheNewPrincipalsTurnThoughTheCaseIsQuiet) {
  const std::string unit = "unit_declared { unit: '$UNIT' form: UNIT_FORM_PRESCHOOL principal: ";
  world_.Publish(unit + "'$PIA' }");
  world_.Record("I",
                "id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' } accused { "
                "kind: ACCUSED_KIND_PRINCIPAL person: '$PIA' } }",
                "id: 'l' happened { edtf: '2026-01-30' } staff_learned {}",
                "id: 'o' happened { edtf: '2026-01-30' } investigation_opened {}",
                "id: 'c' happened { edtf: '2026-01-30' } investigation_concluded { finding: "
                "FINDING_SUBSTANTIATED }");
  const auto turn = [&] {
    EXPECT_TRUE(views_->runner().CatchUp().ok());
    std::string role;
    const auto list = views_->ListWorklist({});
    for (const auto& item : list->items) {
      if (item.leg() == event::v1::LEG_DECIDE_MEASURES) role = item.role();
    }
    return role;
  };
  EXPECT_EQ(turn(), "chief");
  world_.clock().Advance(10 * kOneDay);
  world_.Publish(unit + "'$NILS' from: '2026-02-05' }");
  EXPECT_EQ(turn(), "principal");
}

// Two hundred cases under a new routine: taken a few at a time, stopped again and again, and the
// runner takes new facts in between.
TEST_F(DueDates, ANewRoutineSweepsThemAcrossRestarts) {
  for (int i = 0; i < 200; ++i)
    Open("CASE" + std::string(1, 'A' + i % 26) + std::string(i / 26, 'X'), "2026-01-20");
  EXPECT_EQ(By("2026-01-27").size(), 200u);
  const Position routine = world_.PublishRoutine("r2", event::v1::LEG_NOTIFY_AUTHORITY, "P3D");
  size_t restarts = 0;
  bool swept = false;
  while (!swept) {
    views_.reset();
    views_ = world_.OpenViews();
    views_->runner().Start();
    if (restarts == 3) Open("LATER", "2026-01-21");
    swept = views_->runner().settled() > routine;
    views_->runner().Stop();
    ASSERT_LT(++restarts, 10'000u);
  }
  const auto due = By("2026-03-01");
  size_t later = 0;
  for (const auto& [incident, day] : due) {
    EXPECT_EQ(day, incident == Uuid("LATER") ? "2026-01-24" : "2026-01-23");
    later += incident == Uuid("LATER");
  }
  EXPECT_EQ(due.size(), 200u + later);
  views_.reset();
  const auto lived = Dump(world_.path("views"));
  ASSERT_TRUE(world_.OpenViews("zero")->runner().CatchUp().ok());
  EXPECT_EQ(lived, Dump(world_.path("zero")));
}

}  // namespace
}  // namespace skyndsamt::views
