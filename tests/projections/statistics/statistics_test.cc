// From events to figures: when something is told, of whom, and what corrections do to it.
#include "projections/statistics/statistics.h"

#include "tests/projections/statistics/statistics_world.h"

namespace skyndsamt::statistics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class Figures : public ::testing::Test {
 protected:
  // What has been told so far, by a store that is kept from call to call.
  std::vector<v1::Figure> Told() {
    if (statistics_ == nullptr) statistics_ = world_.Open();
    EXPECT_TRUE(statistics_->CatchUp().ok());
    return AllFigures(*statistics_);
  }
  std::vector<v1::Figure> Told(v1::Step step, event::v1::Leg leg = event::v1::LEG_UNSPECIFIED) {
    auto figures = Told();
    std::erase_if(figures,
                  [&](const auto& figure) { return figure.step() != step || figure.leg() != leg; });
    return figures;
  }
  std::vector<v1::Figure> Reported() { return Told(v1::STEP_REPORTED); }

  StatisticsWorld world_;
  std::unique_ptr<Statistics> statistics_;
};

TEST_F(Figures, NothingIsToldWhileThePeriodRuns) {
  world_.ReportMany(20, "c", kUnit);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(Figures, AreCountedAsOftenAsTheyAreToldAndAfterARestart) {
  ASSERT_THAT(Told(), IsEmpty());
  EXPECT_EQ(*statistics_->Count(), 0u);
  for (const std::string period : {"first", "second", "third"}) {
    world_.ReportMany(6, period, kUnit);
    world_.EndPeriod();
    const size_t before = *statistics_->Count();
    const size_t told = Told().size();
    EXPECT_GT(told, before);
    EXPECT_EQ(*statistics_->Count(), told);
    statistics_.reset();
    EXPECT_EQ(Told().size(), told);
    EXPECT_EQ(*statistics_->Count(), told);
  }
}

TEST_F(Figures, FiveUnrelatedCasesOfAUnitAreToldWhenItIsOver) {
  world_.ReportMany(5, "c", kUnit);
  world_.EndPeriod();
  const auto told = Reported();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].unit(), kUnit);
  EXPECT_EQ(told[0].authority(), kAuthority);
  EXPECT_EQ(told[0].form(), event::v1::UNIT_FORM_PRESCHOOL);
  EXPECT_EQ(told[0].count(), 5u);
  EXPECT_EQ(told[0].first_day(), "2026-01-01");
  EXPECT_EQ(told[0].last_day(), "2026-06-30");
  EXPECT_THAT(told[0].breakdowns(), IsEmpty()) << "five cannot be divided";
}

TEST_F(Figures, ADutyOfTheWholeIncidentIsCountedOnceHoweverManyChildrenItExposed) {
  for (int i = 0; i < 6; ++i) {
    const std::string name = "c" + std::to_string(i);
    world_.Report(name, kUnit, "children { person: '" + Uuid("SECOND " + name) + "' }");
    world_.Record(name,
                  "id: 'hurt' happened { edtf: '2026-01-08' } serious_event { hurt: HURT_STAFF }",
                  "id: 'told' happened { edtf: '2026-01-09' } work_environment_reported {}");
  }
  world_.EndPeriod();
  ASSERT_THAT(Reported(), SizeIs(1));
  EXPECT_EQ(Reported()[0].count(), 12u) << "each child's case is one";
  const auto done = Told(v1::STEP_DUTY_DONE, event::v1::LEG_WORK_ENVIRONMENT_REPORT);
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(done[0].count(), 6u);
}

TEST_F(Figures, FiveOfOneChildAreNotTold) {
  for (int i = 0; i < 5; ++i) {
    const std::string name = "c" + std::to_string(i);
    world_.Record(name, "id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' } }");
  }
  world_.EndPeriod();
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(Figures, FiveThatAccuseOnePersonAreNotTold) {
  for (int i = 0; i < 5; ++i) {
    world_.Report("c" + std::to_string(i), kUnit,
                  "accused { person: '$TEACHER' kind: ACCUSED_KIND_STAFF }");
  }
  world_.EndPeriod();
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(Figures, WhatIsTooLittleIsToldWithOthersOfTheFormThenOfTheAuthority) {
  world_.ReportMany(6, "a", kUnit);
  world_.ReportMany(3, "b", kOtherUnit);
  world_.ReportMany(4, "c", kSchool);
  world_.EndPeriod();
  const auto told = Reported();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].unit(), kUnit);
  EXPECT_EQ(told[0].count(), 6u);
  EXPECT_EQ(told[1].unit(), "");
  EXPECT_EQ(told[1].form(), event::v1::UNIT_FORM_UNSPECIFIED);
  EXPECT_EQ(told[1].count(), 7u);
}

TEST_F(Figures, UnitsOfOneFormAreToldTogetherFirst) {
  world_.ReportMany(3, "a", kUnit);
  world_.ReportMany(3, "b", kOtherUnit);
  world_.ReportMany(4, "c", kSchool);
  world_.EndPeriod();
  const auto told = Reported();
  ASSERT_THAT(told, SizeIs(1)) << "the school's four wait";
  EXPECT_EQ(told[0].form(), event::v1::UNIT_FORM_PRESCHOOL);
  EXPECT_EQ(told[0].count(), 6u);
  world_.Report("later", kSchool);
  world_.EndPeriod();
  ASSERT_THAT(Reported(), SizeIs(2));
  EXPECT_EQ(Reported()[1].unit(), kSchool);
  EXPECT_EQ(Reported()[1].count(), 5u);
  EXPECT_EQ(Reported()[1].first_day(), "2026-01-01");
  EXPECT_EQ(Reported()[1].last_day(), "2026-12-31");
}

TEST_F(Figures, OfUnitsWithoutAFormAreToldInOneFigureWithTheRestOfTheAuthority) {
  for (const std::string unit : {"ONE", "TWO", "THREE"}) {
    world_.Publish("unit_declared { unit: '$" + unit + "' }");
    world_.ReportMany(2, unit, Uuid(unit));
  }
  world_.ReportMany(3, "a", kUnit);
  world_.ReportMany(3, "b", kSchool);
  world_.EndPeriod();
  const auto told = Reported();
  ASSERT_THAT(told, SizeIs(1)) << "six would be a figure, and the other six another of the same id";
  EXPECT_EQ(told[0].count(), 12u);
}

TEST_F(Figures, AreDividedByChannelAndPlaceOfTheUnit) {
  for (int i = 0; i < 12; ++i) {
    world_.Report("c" + std::to_string(i), kSchool, i < 5 ? "place: 'YARD'" : "place: 'HALL'",
                  i % 2 == 0 ? "CHANNEL_ORAL" : "CHANNEL_FORM");
  }
  world_.EndPeriod();
  ASSERT_THAT(Reported(), SizeIs(1));
  EXPECT_THAT(Cells(Reported()[0], v1::ATTRIBUTE_CHANNEL),
              ElementsAre(Pair("CHANNEL_FORM", 6), Pair("CHANNEL_ORAL", 6)));
  EXPECT_THAT(Cells(Reported()[0], v1::ATTRIBUTE_PLACE),
              ElementsAre(Pair("HALL", 7), Pair("YARD", 5)));
}

TEST_F(Figures, TellHowLongADutyTookInBands) {
  const std::vector<std::string> days = {"2026-01-08", "2026-01-12", "2026-01-20"};
  for (int i = 0; i < 15; ++i) {
    const std::string name = "c" + std::to_string(i);
    world_.Report(name, kUnit);
    world_.Record(name, "id: 'p' happened { edtf: '" + days[static_cast<size_t>(i) % 3] +
                            "' } by: PARTY_STAFF to: PARTY_PRINCIPAL principal_informed {}");
  }
  world_.EndPeriod();
  const auto told = Told(v1::STEP_DUTY_DONE, event::v1::LEG_REPORT_TO_PRINCIPAL);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(Cells(told[0], v1::ATTRIBUTE_LEAD_TIME),
              ElementsAre(Pair("LEAD_TIME_DAYS_0_TO_1", 5), Pair("LEAD_TIME_DAYS_2_TO_7", 5),
                          Pair("LEAD_TIME_DAYS_8_TO_30", 5)));
}

TEST_F(Figures, SayOfNoUnitThatADutyWasOverdueInEveryCase) {
  for (int i = 0; i < 6; ++i) {
    const std::string name = "c" + std::to_string(i);
    world_.Report(name, kUnit);
    world_.TellOverdue(name, event::v1::LEG_REPORT_TO_PRINCIPAL, "2026-01-08");
  }
  world_.ReportMany(3, "few others", kUnit);
  world_.EndPeriod();
  EXPECT_THAT(Told(v1::STEP_OVERDUE, event::v1::LEG_REPORT_TO_PRINCIPAL), IsEmpty());
  EXPECT_EQ(Reported()[0].count(), 9u);
}

TEST_F(Figures, CountADutyThatIsOverdueOnceHoweverOftenItIsTold) {
  world_.ReportMany(5, "in time", kUnit);
  for (int i = 0; i < 5; ++i) {
    const std::string name = "c" + std::to_string(i);
    world_.Report(name, kUnit);
    world_.TellOverdue(name, event::v1::LEG_REPORT_TO_PRINCIPAL, "2026-01-08");
    world_.TellOverdue(name, event::v1::LEG_REPORT_TO_PRINCIPAL, "2026-01-09");
  }
  world_.EndPeriod();
  const auto told = Told(v1::STEP_OVERDUE, event::v1::LEG_REPORT_TO_PRINCIPAL);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].count(), 5u);
}

TEST_F(Figures, OfCasesThatWereBroughtInLaterAreApart) {
  world_.ReportMany(5, "live", kUnit);
  for (int i = 0; i < 5; ++i) {
    const std::string name = "old" + std::to_string(i);
    world_.Record(name,
                  "id: 'open' imported { source: 'register' told_at: '2026-01-01' }"
                  " incident_opened { unit: '$UNIT' children { person: '" +
                      Uuid(name) + "' } }");
  }
  world_.EndPeriod();
  ASSERT_THAT(Reported(), SizeIs(2));
  EXPECT_FALSE(Reported()[0].imported());
  EXPECT_TRUE(Reported()[1].imported());
}

TEST_F(Figures, StepsThatComeLaterJoinTheNextPeriodsAndNoFigureTwice) {
  world_.ReportMany(5, "c", kUnit);
  world_.EndPeriod();
  ASSERT_THAT(Told(), SizeIs(1));
  for (int i = 0; i < 5; ++i) {
    world_.Record("c" + std::to_string(i),
                  "id: 'close' case_closed { outcome: CLOSE_OUTCOME_OTHER }");
  }
  world_.EndPeriod();
  ASSERT_THAT(Told(), SizeIs(2));
  EXPECT_EQ(Told()[1].step(), v1::STEP_CLOSED);
  EXPECT_EQ(Told()[1].first_day(), "2026-07-01");
  world_.EndPeriod();
  EXPECT_THAT(Told(), SizeIs(2));
}

class Corrected : public Figures {
 protected:
  Corrected() {
    for (int i = 0; i < 12; ++i) {
      world_.Report(Name(i), kUnit);
      world_.Record(Name(i), std::string("id: 'found' investigation_concluded { finding: ") +
                                 (i < 6 ? "FINDING_SUBSTANTIATED" : "FINDING_NOT_SUBSTANTIATED") +
                                 " }");
    }
  }
  static std::string Name(int i) { return "c" + std::to_string(i); }
  void Correct(int i, const std::string& finding) {
    world_.Record(Name(i),
                  "id: 'again' correction { of: 'found' replacement {"
                  " investigation_concluded { finding: " +
                      finding + " } } }");
  }
  void Strike(int i) {
    world_.Record(Name(i), "id: 'strike' correction { of: 'found' withdrawn: true }");
  }
  std::vector<v1::Figure> Concluded() { return Told(v1::STEP_CONCLUDED); }
};

TEST_F(Corrected, BeforeItIsToldCountsAsCorrected) {
  Correct(0, "FINDING_NOT_SUBSTANTIATED");
  Strike(1);
  for (int i = 20; i < 22; ++i) {
    world_.Report(Name(i), kUnit);
    world_.Record(Name(i),
                  "id: 'found' investigation_concluded { finding: FINDING_SUBSTANTIATED }");
  }
  world_.EndPeriod();
  ASSERT_THAT(Concluded(), SizeIs(1));
  EXPECT_EQ(Concluded()[0].count(), 13u);
  EXPECT_THAT(Cells(Concluded()[0], v1::ATTRIBUTE_FINDING),
              ElementsAre(Pair("FINDING_NOT_SUBSTANTIATED", 7), Pair("FINDING_SUBSTANTIATED", 6)));
}

TEST_F(Corrected, AfterwardsFewerThanKNeverShow) {
  world_.EndPeriod();
  for (int i = 0; i < 4; ++i) Correct(i, "FINDING_NOT_SUBSTANTIATED");
  world_.EndPeriod();
  EXPECT_THAT(Concluded(), SizeIs(1));
}

TEST_F(Corrected, AfterwardsKPutAFigureInItsPlaceHoweverManyPeriodsTheyTake) {
  world_.EndPeriod();
  for (int i = 0; i < 3; ++i) Strike(i);
  world_.EndPeriod();
  EXPECT_THAT(Concluded(), SizeIs(1));
  for (int i = 6; i < 9; ++i) Strike(i);
  world_.EndPeriod();
  ASSERT_THAT(Concluded(), SizeIs(2));
  EXPECT_EQ(Concluded()[1].id(), Concluded()[0].id());
  EXPECT_EQ(Concluded()[1].revision(), 1u);
  EXPECT_EQ(Concluded()[1].count(), 6u);
  EXPECT_EQ(Concluded()[1].first_day(), Concluded()[0].first_day());
}

TEST_F(Corrected, AfterwardsTooFewThatStayAreTakenBackAndWait) {
  world_.EndPeriod();
  for (int i = 0; i < 10; ++i) Strike(i);
  world_.EndPeriod();
  ASSERT_THAT(Concluded(), SizeIs(2));
  EXPECT_TRUE(Concluded()[1].withdrawn());
  for (int i = 20; i < 23; ++i) {
    world_.Report(Name(i), kUnit);
    world_.Record(Name(i),
                  "id: 'found' investigation_concluded { finding: FINDING_SUBSTANTIATED }");
  }
  world_.EndPeriod();
  ASSERT_THAT(Concluded(), SizeIs(3));
  EXPECT_EQ(Concluded()[2].count(), 5u) << "the two that stayed, with three more";
  EXPECT_EQ(Concluded()[2].first_day(), "2026-01-01");
}

TEST_F(Corrected, CasesThatTurnOutToBeAnotherUnitsAreToldThere) {
  world_.EndPeriod();
  for (int i = 0; i < 6; ++i) {
    world_.Record(Name(i),
                  "id: 'moved' correction { of: 'open' replacement { incident_opened {"
                  " unit: '$OTHERUNIT' children { person: '" +
                      Uuid("CHILD " + Name(i)) + "' } } } }");
  }
  world_.EndPeriod();
  const auto told = Concluded();
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[1].unit(), kUnit);
  EXPECT_EQ(told[1].count(), 6u);
  EXPECT_EQ(told[2].unit(), kOtherUnit);
  EXPECT_EQ(told[2].count(), 6u);
}

// The same log gives the same figures, whoever reads it, in whatever batches, stopped anywhere.
class Replay : public ::testing::TestWithParam<uint64_t> {};

TEST_P(Replay, GivesWhatWasToldLive) {
  StatisticsWorld world(GetParam());
  const Method method = {.k = 2, .months = 3};
  for (int period = 0; period < 5; ++period) {
    for (int i = 0; i < 6; ++i) {
      auto live = world.Open("live", method);
      live->Start();
      world.LiveOn(static_cast<int>(world.random()() % 15));
      if (i % 2 == 0) world.TellOverdue("RANDOMB", event::v1::LEG_FOLLOW_UP, "2026-01-08");
      live->Stop();  // between any two writes
    }
    const int reports = static_cast<int>(world.random()() % 5);
    world.ReportMany(reports, "p" + std::to_string(period) + "x", kUnit);
    world.EndPeriod();
  }
  std::vector<v1::Figure> told;
  {
    auto live = world.Open("live", method);
    ASSERT_TRUE(live->CatchUp().ok());
    told = AllFigures(*live);
    auto zero = world.Open("zero", method);
    ASSERT_TRUE(zero->CatchUp().ok());
    const auto again = AllFigures(*zero);
    ASSERT_EQ(told.size(), again.size());
    for (size_t i = 0; i < told.size(); ++i) {
      EXPECT_EQ(told[i].SerializeAsString(), again[i].SerializeAsString()) << i;
    }
  }
  EXPECT_EQ(Dump(world.path("live")), Dump(world.path("zero")));
  EXPECT_THAT(told, ::testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Replay, ::testing::Range<uint64_t>(1, 13));

TEST(Method, ThatIsNoneIsRefused) {
  StatisticsWorld world;
  for (const Method method : {Method{.k = 1}, Method{.months = 0}, Method{.months = 5}}) {
    StatisticsOptions options;
    options.runner.directory = world.path("none");
    options.method = method;
    EXPECT_EQ(Statistics::Open(options, world.log()).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace skyndsamt::statistics
