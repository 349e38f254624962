// The timers at work: what they tell, when, once, and what they leave alone.
#include "services/timers/timers.h"

#include "services/domain/incident.h"
#include "tests/services/timers/timers_world.h"

namespace skyndsamt::timers {
namespace {

using domain::Uuid;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TimersTest : public ::testing::Test {
 protected:
  // The principal was told on Tuesday 3 February 2026; the authority is to be told within a week,
  // on Tuesday 10 February at the latest.
  void SetUp() override {
    world_.SetClock("2026-02-03T12:00:00+01:00");
    world_.world.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
    world_.Open("I", "2026-02-03");
    timers_ = world_.NewTimers();
  }

  size_t RoundAt(const std::string& instant) {
    world_.SetClock(instant);
    return Round();
  }
  size_t Round() {
    auto round = timers_->Round();
    EXPECT_TRUE(round.ok()) << round.status();
    return round.value_or(0);
  }

  std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const Recorded& one : Reminders(world_.world.log())) {
      const char* stage = one.stage == Stage::kDueSoon  ? "due soon "
                          : one.stage == Stage::kDueNow ? "due now "
                                                        : "overdue ";
      told.push_back(stage +
                     (one.reminder.due().empty() ? one.reminder.late_from() : one.reminder.due()));
    }
    return told;
  }

  TimersWorld world_{3};
  std::unique_ptr<Timers> timers_;
};

TEST_F(TimersTest, TellOfEachStageOnce) {
  EXPECT_EQ(Round(), 0u);
  EXPECT_EQ(RoundAt("2026-02-05T23:59:59+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-06T00:00:00+01:00"), 1u);  // two working days before
  EXPECT_EQ(RoundAt("2026-02-09T12:00:00+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 1u);
  EXPECT_EQ(RoundAt("2026-02-10T23:59:59+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-11T00:00:00+01:00"), 1u);
  EXPECT_EQ(RoundAt("2026-05-01T00:00:00+02:00"), 0u);
  EXPECT_THAT(Told(),
              ElementsAre("due soon 2026-02-10", "due now 2026-02-10", "overdue 2026-02-10"));
}

// The unit is closed on Friday and Monday, and so nobody would be reminded before Tuesday.
TEST_F(TimersTest, TellBeforeTheUnitCloses) {
  world_.world.Publish(
      "closing_days_published { version: 'c1' unit: '$UNIT' from: '2026-01-01' until: '2026-06-30'"
      " days { first: '2026-02-06' last: '2026-02-09' reason: 'planering' } }");
  EXPECT_EQ(RoundAt("2026-02-03T23:59:59+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-04T00:00:00+01:00"), 1u);
  EXPECT_EQ(RoundAt("2026-02-06T00:00:00+01:00"), 0u);
  EXPECT_THAT(Told(), ElementsAre("due soon 2026-02-10"));
}

// An incident of two children, in which staff were hurt on 3 February: reported the next day.
class TimersOfTwoChildren : public TimersTest {
 protected:
  static std::string Opened(const std::string& first, const std::string& second) {
    return "incident_opened { unit: '$UNIT' children { person: '" + first +
           "' } children { person: '" + second + "' } }";
  }
  void SetUp() override {
    TimersTest::SetUp();
    world_.world.PublishRoutine("r2", event::v1::LEG_WORK_ENVIRONMENT_REPORT, "P1D");
    world_.world.Record(
        "J", "id: 'open' " + Opened("$ADA", "$BEA"),
        "id: 'hurt' happened { edtf: '2026-02-03' } serious_event { hurt: HURT_STAFF }");
  }
  std::vector<event::v1::Reminder> Overdue() {
    std::vector<event::v1::Reminder> overdue;
    for (const Recorded& one : Reminders(world_.world.log())) {
      if (one.reminder.leg() == event::v1::LEG_WORK_ENVIRONMENT_REPORT) {
        overdue.push_back(one.reminder);
      }
    }
    return overdue;
  }
};

TEST_F(TimersOfTwoChildren, TellOfTheirIncidentsReportOnceThoughTheChildrenAreNamedAnew) {
  RoundAt("2026-02-20T12:00:00+01:00");
  ASSERT_THAT(Overdue(), ::testing::SizeIs(1));
  world_.world.Record("J", "id: 'anew' correction { of: 'open' replacement { " +
                               Opened("$BEA", "$ADA") + " } reason: 'ordning' }");
  EXPECT_EQ(Round(), 0u);
  EXPECT_THAT(Overdue(), ::testing::SizeIs(1));
}

TEST_F(TimersOfTwoChildren, TellOfTheirIncidentsReportThoughTheFirstOnesCaseWasBroughtInLater) {
  world_.world.Record("J",
                      "id: 'paper' children: '$ADA' happened { edtf: '2026-02-03' } staff_learned "
                      "{} imported { source: 'folder' }");
  RoundAt("2026-02-20T12:00:00+01:00");
  ASSERT_THAT(Overdue(), ::testing::SizeIs(1));
  EXPECT_EQ(Overdue()[0].child(), Uuid("BEA"));
}

TEST_F(TimersTest, SayWhichStepWhoseTurnAndByWhichRoutine) {
  ASSERT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 1u);
  const Recorded told = Reminders(world_.world.log()).at(0);
  EXPECT_EQ(told.reminder.incident(), Uuid("I"));
  EXPECT_EQ(told.reminder.child(), Uuid("ADA"));
  EXPECT_EQ(told.reminder.unit(), views::kUnit);
  EXPECT_EQ(told.reminder.leg(), event::v1::LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(told.reminder.round(), 1);
  EXPECT_EQ(told.reminder.role(), "principal");
  EXPECT_EQ(told.reminder.routine(), "r1");
  EXPECT_EQ(told.reminder.late_from(), "2026-02-11T00:00:00+01:00");
  EXPECT_EQ(told.reminder.known_below(), told.position);
}

TEST_F(TimersTest, LeaveTheIncidentsRevisionAlone) {
  const StreamId incident = views::IncidentId("I");
  const auto before = world_.world.log().Head(incident);
  ASSERT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 1u);
  const auto after = world_.world.log().Head(incident);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ((*before)->last, (*after)->last);
  EXPECT_NE(Reminders(world_.world.log()).at(0).stream, incident);
}

TEST_F(TimersTest, PassOverWhatNoLongerHolds) {
  EXPECT_EQ(RoundAt("2026-03-01T00:00:00+01:00"), 1u);  // nobody was there for weeks
  EXPECT_THAT(Told(), ElementsAre("overdue 2026-02-10"));
}

TEST_F(TimersTest, TellNothingAgainWhenTheClockJumpsBack) {
  ASSERT_EQ(RoundAt("2026-02-11T08:00:00+01:00"), 1u);
  EXPECT_EQ(RoundAt("2026-02-06T08:00:00+01:00"), 0u);
  timers_ = world_.NewTimers();  // that remember nothing
  EXPECT_EQ(Round(), 0u);
  EXPECT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-12T08:00:00+01:00"), 0u);
  EXPECT_THAT(Told(), ElementsAre("overdue 2026-02-10"));
}

TEST_F(TimersTest, TellNothingAgainAfterARestart) {
  ASSERT_EQ(RoundAt("2026-02-06T08:00:00+01:00"), 1u);
  timers_.reset();
  world_.Restart();
  timers_ = world_.NewTimers();
  EXPECT_EQ(Round(), 0u);
  EXPECT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 1u);
  EXPECT_THAT(Told(), ElementsAre("due soon 2026-02-10", "due now 2026-02-10"));
}

TEST_F(TimersTest, TellOfNothingThatIsDone) {
  world_.world.Record("I", "id: 'a' happened { edtf: '2026-02-03' } authority_notified {}");
  EXPECT_EQ(RoundAt("2026-03-01T00:00:00+01:00"), 0u);
}

TEST_F(TimersTest, TellOfANewDateAnew) {
  ASSERT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 1u);
  // It was on the fourth; then, after all, on the third.
  world_.world.Record("I",
                      "id: 'k' correction { of: 'p' replacement { happened { edtf: '2026-02-04' } "
                      "principal_informed {} } }");
  EXPECT_EQ(Round(), 1u);
  world_.world.Record("I", "id: 'k2' correction { of: 'k' withdrawn: true }");
  EXPECT_EQ(Round(), 0u);
  EXPECT_EQ(RoundAt("2026-02-11T08:00:00+01:00"), 1u);
  EXPECT_THAT(Told(),
              ElementsAre("due now 2026-02-10", "due soon 2026-02-11", "overdue 2026-02-10"));
}

TEST_F(TimersTest, TellByTheRoutineInForce) {
  world_.world.PublishRoutine("r2", event::v1::LEG_NOTIFY_AUTHORITY, "P3D");
  EXPECT_EQ(RoundAt("2026-02-06T08:00:00+01:00"), 1u);
  EXPECT_THAT(Told(), ElementsAre("due now 2026-02-06"));
  EXPECT_EQ(Reminders(world_.world.log()).at(0).reminder.routine(), "r2");
}

TEST_F(TimersTest, TellOfAnImpreciseStartWhenItIsOverdueForCertain) {
  world_.Open("J", "2026-01-20/2026-01-30");
  EXPECT_EQ(RoundAt("2026-02-05T08:00:00+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-07T08:00:00+01:00"), 2u);
  EXPECT_THAT(Told(), ElementsAre("overdue 2026-02-07T00:00:00+01:00", "due soon 2026-02-10"));
}

TEST_F(TimersTest, TellOfLimitsInHours) {
  world_.world.PublishRoutine("r2", event::v1::LEG_NOTIFY_AUTHORITY, "PT48H");
  world_.Open("J", "2026-02-03T09:30+01:00");
  EXPECT_EQ(RoundAt("2026-02-05T05:29:00+01:00"), 0u);
  EXPECT_EQ(RoundAt("2026-02-05T05:30:00+01:00"), 1u);
  EXPECT_EQ(RoundAt("2026-02-05T08:30:00+01:00"), 1u);
  EXPECT_EQ(RoundAt("2026-02-05T09:30:01+01:00"), 1u);
  EXPECT_THAT(Told(),
              ElementsAre("due soon 2026-02-05T09:30:00+01:00", "due now 2026-02-05T09:30:00+01:00",
                          "overdue 2026-02-05T09:30:00+01:00"));
}

TEST_F(TimersTest, LeaveImportedCasesAlone) {
  world_.world.Record(
      "J",
      "id: 'open' imported { source: 'f' } incident_opened { unit: '$UNIT' children "
      "{ person: '$BO' } }",
      "id: 'p' imported { source: 'f' } happened { edtf: '2026-02-03' } "
      "principal_informed {}");
  EXPECT_EQ(RoundAt("2026-03-01T00:00:00+01:00"), 1u);
  EXPECT_EQ(Reminders(world_.world.log()).at(0).reminder.incident(), Uuid("I"));
}

TEST_F(TimersTest, TellOfManyStepsOfManyIncidentsAtOnce) {
  for (int i = 0; i < 300; ++i) {
    world_.world.Record("MANY" + std::to_string(i),
                        "id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' } "
                        "children { person: '$BO' } }",
                        "id: 'p' happened { edtf: '2026-02-03' } principal_informed {}");
  }
  EXPECT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 601u);
  EXPECT_EQ(ExpectEachOnceAndInOrder(Reminders(world_.world.log())).size(), 601u);
  EXPECT_EQ(Round(), 0u);
}

// Whoever chose for an incident the id that its reminders would have had gets none put into it.
TEST_F(TimersTest, LeaveAStreamAloneThatIsSomebodyElses) {
  world_.world.RecordFacts(StreamOf(Uuid("I")),
                           domain::Facts("id: 'open' incident_opened { unit: '$UNIT' }"));
  world_.Open("J", "2026-02-03");
  EXPECT_EQ(RoundAt("2026-02-10T08:00:00+01:00"), 1u);
  EXPECT_EQ(Reminders(world_.world.log()).at(0).reminder.incident(), Uuid("J"));
  EXPECT_EQ(Round(), 0u);
}

// The log takes nothing while the clock is behind it; what is to be told then is told later.
TEST_F(TimersTest, WaitWhileTheLogTakesNothing) {
  world_.SetClock("2026-02-20T12:00:00+01:00");
  world_.Open("J", "2026-02-20");
  world_.SetClock("2026-02-10T12:00:00+01:00");
  EXPECT_TRUE(absl::IsUnavailable(timers_->Round().status()));
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(RoundAt("2026-02-20T13:00:00+01:00"), 1u);
  EXPECT_THAT(Told(), ElementsAre("overdue 2026-02-10"));
}

TEST_F(TimersTest, MakeRoundsOfTheirOwnAndStop) {
  TimerOptions options;
  options.every = std::chrono::milliseconds(1);
  std::atomic<size_t> rounds = 0;
  std::atomic<size_t> recorded = 0;
  options.report = [&](const absl::StatusOr<size_t>& round) {
    ++rounds;
    if (round.ok()) recorded += *round;
  };
  Timers timers(world_.world.log(), *world_.views, world_.world.clock(), options);
  timers.Start();
  while (rounds < 3) std::this_thread::yield();
  EXPECT_EQ(recorded, 0u);
  world_.SetClock("2026-02-10T08:00:00+01:00");
  while (recorded < 1) std::this_thread::yield();
  timers.Stop();
  const size_t made = rounds;
  timers.Stop();
  EXPECT_EQ(rounds, made);
  EXPECT_THAT(Told(), ElementsAre("due now 2026-02-10"));
}

}  // namespace
}  // namespace skyndsamt::timers
