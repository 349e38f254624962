// When a step is due soon, due now and overdue.
#include "services/timers/reminder.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "projections/law/calendar.h"
#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"
#include "projections/views/instants.h"
#include "skyndsamt/event/v1/reminder.pb.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::timers {
namespace {

Micros At(const std::string& instant) {
  const auto read = views::ParseInstant(instant);
  EXPECT_TRUE(read.ok()) << instant;
  return read.value_or(0);
}

views::DueStep Step(const std::string& due) {
  views::DueStep step;
  step.item.set_incident("i");
  step.item.set_due(due);
  step.date = step.late_after = At(due);
  step.item.set_late_from(law::FormatInstant(step.late_after + 1));
  return step;
}

void ExpectFrom(const views::DueStep& step, const Lead& lead, Stage stage,
                const std::string& from) {
  const Micros begins = At(from);
  EXPECT_EQ(StageOf(step, begins, lead), stage) << from;
  EXPECT_LT(StageOf(step, begins - 1, lead), stage) << "a moment before " << from;
  EXPECT_EQ(NextStageAt(step, begins - 1, lead), begins) << from;
}

TEST(Reminder, OfADayComesWorkingDaysBeforeAndOnTheDay) {
  // The last day is Tuesday 9 June 2026; Saturday 6 June is a public holiday.
  const views::DueStep step = Step("2026-06-09");
  ExpectFrom(step, {.working_days = 2}, Stage::kDueSoon, "2026-06-05T00:00:00+02:00");
  ExpectFrom(step, {.working_days = 1}, Stage::kDueSoon, "2026-06-08T00:00:00+02:00");
  ExpectFrom(step, {.working_days = 2}, Stage::kDueNow, "2026-06-09T00:00:00+02:00");
  ExpectFrom(step, {.working_days = 2}, Stage::kOverdue, "2026-06-10T00:00:00+02:00");
  EXPECT_EQ(NextStageAt(step, At("2026-06-10"), {}), std::nullopt);
  EXPECT_EQ(StageOf(step, At("2026-06-04"), {}), Stage::kNone);
}

TEST(Reminder, WithoutALeadBeginsOnTheLastDay) {
  ExpectFrom(Step("2026-06-09"), {.working_days = 0}, Stage::kDueNow, "2026-06-09T00:00:00+02:00");
}

TEST(Reminder, OverChristmasComesBeforeTheHolidays) {
  ExpectFrom(Step("2026-12-28"), {.working_days = 1}, Stage::kDueSoon, "2026-12-23T00:00:00+01:00");
}

// The unit is closed the week before Monday 4 November: on Thursday nobody would read it.
TEST(Reminder, OfAUnitThatIsClosedComesBeforeItCloses) {
  views::DueStep step = Step("2024-11-04");
  ExpectFrom(step, {.working_days = 2}, Stage::kDueSoon, "2024-10-31T00:00:00+01:00");
  std::vector<absl::CivilDay> closed;
  for (int day = 0; day < 5; ++day) closed.push_back(absl::CivilDay(2024, 10, 28) + day);
  step.closed = closed;
  ExpectFrom(step, {.working_days = 2}, Stage::kDueSoon, "2024-10-24T00:00:00+02:00");
  ExpectFrom(step, {.working_days = 2}, Stage::kDueNow, "2024-11-04T00:00:00+01:00");
}

TEST(Reminder, OfALimitInHoursComesHoursBefore) {
  const views::DueStep step = Step("2026-03-29T13:00:00+02:00");
  ExpectFrom(step, {.hours = 12}, Stage::kDueSoon,
             "2026-03-29T00:00:00+01:00");  // an hour is skipped
  ExpectFrom(step, {.hours = 12}, Stage::kDueNow, "2026-03-29T12:00:00+02:00");
  EXPECT_EQ(StageOf(step, At("2026-03-29T13:00:00+02:00"), {}), Stage::kDueNow);
  ExpectFrom(step, {.hours = 12}, Stage::kOverdue, "2026-03-29T13:00:00.000001+02:00");
}

TEST(Reminder, OfAnImpreciseStartIsOverdueOrNothing) {
  views::DueStep step = Step("2026-06-09");
  step.item.clear_due();
  EXPECT_EQ(StageOf(step, At("2026-06-09"), {}), Stage::kNone);
  ExpectFrom(step, {}, Stage::kOverdue, "2026-06-10T00:00:00+02:00");
}

TEST(Reminder, OfAnApproximateDateIsOverdueOnlyWhenThatIsCertain) {
  views::DueStep step = Step("2026-06-09");
  step.late_after = At("2026-06-10");
  EXPECT_EQ(StageOf(step, At("2026-06-10"), {}), Stage::kDueNow);
  ExpectFrom(step, {}, Stage::kOverdue, "2026-06-11T00:00:00+02:00");
}

// What lies beyond the latest date has no stage before midnight.
TEST(Reminder, NothingBeyondTheLatestDateHasAStageToday) {
  std::vector<absl::CivilDay> closed;  // every Monday, and July
  for (absl::CivilDay day(2026, 1, 1); day < absl::CivilDay(2029, 1, 1); ++day) {
    const bool monday = absl::GetWeekday(day) == absl::Weekday::monday;
    if (law::IsWorkingDay(day) && (monday || day.month() == 7)) closed.push_back(day);
  }
  for (const Lead lead : {Lead{2, 4}, Lead{0, 0}, Lead{5, 72}, Lead{1, 30}}) {
    for (int day = 0; day < 800; ++day) {
      const absl::CivilDay today = absl::CivilDay(2026, 1, 1) + day;
      const Micros now =
          law::StartOf(today) + (law::EndOf(today) - law::StartOf(today)) / 24 * (day % 24);
      const Micros midnight = law::StartOf(today + 1);
      for (const law::ClosingDays days : {law::ClosingDays(), law::ClosingDays(closed)}) {
        const Micros latest =
            LatestDate(now, lead, law::AddWorkingDays(today, lead.working_days + 1, days));
        views::DueStep next_day = Step(law::FormatDay(law::DayOf(latest) + 1));
        next_day.closed = days;
        EXPECT_GE(*NextStageAt(next_day, now, lead), midnight) << today;
        views::DueStep next_hour = Step(law::FormatInstant(latest + 1));
        next_hour.closed = days;
        EXPECT_GE(*NextStageAt(next_hour, now, lead), midnight) << today;
      }
    }
  }
}

TEST(Reminder, NamesAndIdsTellStepsDatesAndStagesApart) {
  const views::DueStep step = Step("2026-06-09");
  std::set<std::string> names = {NameOf(step)};
  const auto other = [&](auto change) {
    views::DueStep changed = step;
    change(changed.item);
    EXPECT_TRUE(names.insert(NameOf(changed)).second) << changed.item.ShortDebugString();
  };
  other([](auto& item) { item.set_incident("j"); });
  other([](auto& item) { item.set_child("c"); });
  other([](auto& item) { item.set_leg(event::v1::LEG_FOLLOW_UP); });
  other([](auto& item) { item.set_round(2); });
  other([](auto& item) { item.set_measure("x"); });
  other([](auto& item) { item.set_guardian("x"); });
  other([](auto& item) { item.set_request("x"); });
  other([](auto& item) { item.set_due("2026-06-10"); });
  // Who has the turn, and by which version, is not what makes it the same step and date.
  views::DueStep same = step;
  same.item.set_role("chief");
  same.item.set_routine("r2");
  EXPECT_EQ(NameOf(same), NameOf(step));
  std::set<RequestKey> requests;
  for (const std::string& name : names) {
    for (const Stage stage : kStages) {
      EXPECT_TRUE(requests.insert(IdsOf(name, stage).request).second);
      EXPECT_EQ(IdsOf(name, stage).event, IdsOf(name, stage).event);
    }
  }
}

TEST(Reminder, HoldsIdsAndCodesAlone) {
  views::DueStep step = Step("2026-06-09");
  step.item.set_child("c");
  step.item.set_unit("u");
  step.item.set_role("principal");
  step.item.set_leg(event::v1::LEG_NOTIFY_AUTHORITY);
  step.item.set_round(1);
  step.item.set_routine("r1");
  const log::PreparedEvent event =
      EventOf(step, Stage::kDueNow, IdsOf(NameOf(step), Stage::kDueNow), 17);
  EXPECT_EQ(event.type, "timer.due_now");
  EXPECT_TRUE(event.parts.empty());
  ::skyndsamt::log::v1::Body body;
  event::v1::TimerEvent told;
  ASSERT_TRUE(body.ParseFromString(event.body));
  ASSERT_TRUE(told.ParseFromString(body.event()));
  EXPECT_EQ(body.actor().id(), "timers");
  EXPECT_EQ(told.due_now().due(), "2026-06-09");
  EXPECT_EQ(told.due_now().late_from(), "2026-06-10T00:00:00+02:00");
  EXPECT_EQ(told.due_now().routine(), "r1");
  EXPECT_EQ(told.due_now().role(), "principal");
  EXPECT_EQ(told.due_now().known_below(), 17u);
}

}  // namespace
}  // namespace skyndsamt::timers
