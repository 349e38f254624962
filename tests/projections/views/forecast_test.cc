// A forecast says nothing that the timeliness would not say, asked about the same instants: tried
// on random cases under routines of every form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/time/time.h"
#include "projections/law/civil_time.h"
#include "projections/views/instants.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using api::v1::Forecast;
using api::v1::ForecastStep;
using api::v1::LegTimeliness;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ForecastTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  // Limits of every form, some of which run out before now and some after.
  void PublishEveryForm() {
    struct Form {
      const char* limit;
      event::v1::DayCount days;
      bool roll_forward;
    };
    static constexpr Form kForms[] = {{"P30D", event::v1::DAY_COUNT_CALENDAR, false},
                                      {"P75D", event::v1::DAY_COUNT_CALENDAR, true},
                                      {"P60D", event::v1::DAY_COUNT_WORKING, false},
                                      {"P3M", event::v1::DAY_COUNT_CALENDAR, true},
                                      {"P1M10D", event::v1::DAY_COUNT_WORKING, false},
                                      {"PT2100H", event::v1::DAY_COUNT_CALENDAR, false},
                                      {"P0D", event::v1::DAY_COUNT_CALENDAR, true},
                                      {"P2YT5H", event::v1::DAY_COUNT_CALENDAR, false}};
    // A later version, so that imprecise starts straddle the two.
    for (const char* from : {"2020-01-01", "2025-11-20"}) {
      std::vector<event::v1::RoutineLimit> limits;
      for (int leg = 1; leg <= 16; ++leg) {
        const Form& form = kForms[world_.random()() % 8];
        auto& limit = limits.emplace_back();
        limit.set_leg(static_cast<event::v1::Leg>(leg));
        limit.set_limit(form.limit);
        limit.set_days(form.days);
        limit.set_roll_forward(form.roll_forward);
      }
      world_.PublishRoutine(from, from, limits);
    }
  }

  // Steps of many legs whose clock started lately, exactly or imprecisely.
  void OpenMany() {
    static const char* const kTimes[] = {
        "2026-01-DD", "2026-01-DDT14:30+01:00", "2025-12-01/2025-12-DD", "2026-01-DD~",
        "2025-11-DD", "2025-11-DD/2026-01-05",  "../2026-01-DD",         "2025-12"};
    static const char* const kStarts[] = {"principal_informed {}",
                                          "staff_learned {}",
                                          "concern_arisen {}",
                                          "complaint_received { complaint: 'c' }",
                                          "documents_requested { request: 'r' }",
                                          "measure_decided { measure: 'm' due: '2026-03-20' }",
                                          "measure_decided { measure: 'm' due: '2026-03~' }",
                                          "measure_carried_out { measure: 'm' }"};
    for (int i = 0; i < 40; ++i) {
      const std::string incident = "MANY" + std::to_string(i);
      world_.Record(incident,
                    "id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' } }");
      for (int fact = 0; fact < 2; ++fact) {
        std::string time = kTimes[world_.random()() % 8];
        if (const size_t day = time.find("DD"); day != time.npos) {
          time.replace(day, 2, std::to_string(10 + world_.random()() % 19));
        }
        world_.Record(incident, "id: 'f" + std::to_string(fact) + "' happened { edtf: '" + time +
                                    "' } " + kStarts[world_.random()() % 8]);
      }
    }
  }

  void Live(int commands) {
    world_.DeclareOrganisation();
    PublishEveryForm();
    OpenMany();
    world_.LiveOn(commands);
    views_ = world_.OpenViews();
    ASSERT_TRUE(views_->runner().CatchUp().ok());
  }

  std::vector<api::v1::Case> Cases() {
    auto page = views_->ListCases({.incident = {}, .units = {}, .limit = 500, .after = {}});
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->items : std::vector<api::v1::Case>();
  }

  // Asked once for all steps of a case: nothing is recorded meanwhile.
  const api::v1::Timeliness& Told(const ForecastStep& step, const std::string& as_of,
                                  const std::string& known_at) {
    const std::string key = step.incident() + step.child() + " " + as_of + " " + known_at;
    const auto [at, anew] = told_.try_emplace(key);
    if (anew) {
      auto told = views_->GetTimeliness(step.incident(), step.child(), as_of, known_at);
      EXPECT_TRUE(told.ok()) << told.status();
      if (told.ok()) at->second = *std::move(told);
    }
    return at->second;
  }

  LegTimeliness Leg(const ForecastStep& step, const std::string& as_of,
                    const std::string& known_at) {
    for (const LegTimeliness& leg : Told(step, as_of, known_at).legs()) {
      if (leg.leg() == step.leg() && leg.round() == step.round() &&
          leg.measure() == step.measure() && leg.guardian() == step.guardian() &&
          leg.request() == step.request()) {
        return leg;
      }
    }
    ADD_FAILURE() << "the timeliness has no such leg: " << step.ShortDebugString();
    return {};
  }

  std::vector<ForecastStep> All(const ForecastQuery& asked) {
    std::vector<ForecastStep> steps;
    ForecastQuery query = asked;
    query.worklist.limit = 7;
    do {
      auto page = views_->ListForecast(query);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      steps.insert(steps.end(), page->items.begin(), page->items.end());
      query.worklist.after = page->next;
    } while (!query.worklist.after.empty());
    return steps;
  }

  CaseWorld world_{GetParam()};
  std::unique_ptr<Views> views_;
  std::map<std::string, api::v1::Timeliness> told_;
};

std::string Before(const std::string& instant) {
  return law::FormatInstant(*ParseInstant(instant) - 1);
}

TEST_P(ForecastTest, AgreesWithTheTimelinessOfItsInstant) {
  Live(150);
  size_t steps = 0, late_then = 0, uncertain = 0;
  for (const auto& one : Cases()) {
    for (const char* until : {"2026-02-07", "2026-05-31T12:00:00+02:00", "2027-12-31"}) {
      auto forecast = views_->GetForecast(one.incident(), one.child(), until, "");
      ASSERT_TRUE(forecast.ok()) << forecast.status();
      EXPECT_EQ(forecast->unit(), one.unit());
      for (const ForecastStep& step : forecast->steps()) {
        SCOPED_TRACE(step.ShortDebugString());
        const LegTimeliness now = Leg(step, forecast->as_of(), forecast->as_of());
        const LegTimeliness then = Leg(step, forecast->until(), forecast->as_of());
        EXPECT_EQ(now.state(),
                  step.uncertain() ? api::v1::LEG_STATE_UNDETERMINED : api::v1::LEG_STATE_PENDING);
        EXPECT_EQ(step.verdict_now(), now.routine().verdict());
        EXPECT_EQ(step.verdict_then(), then.routine().verdict());
        EXPECT_EQ(step.practice_then(), then.practice().position());
        EXPECT_EQ(step.due(), now.routine().due());
        EXPECT_EQ(step.perhaps_late_from(), now.routine().perhaps_late_from());
        uncertain += step.uncertain();
        if (step.uncertain()) continue;  // time may settle it
        EXPECT_EQ(then.state(), api::v1::LEG_STATE_PENDING);
        EXPECT_EQ(step.due(), then.routine().due());
        ++steps;
        late_then += step.verdict_then() == api::v1::ROUTINE_VERDICT_LATE &&
                     step.verdict_now() != api::v1::ROUTINE_VERDICT_LATE;
      }
    }
  }
  EXPECT_GT(steps, 300u);
  EXPECT_GT(late_then, 10u);
  EXPECT_GT(uncertain, 10u);
}

TEST_P(ForecastTest, NamesTheVeryInstantFromWhichAStepIsLate) {
  Live(150);
  size_t certain = 0, uncertain = 0;
  for (const auto& one : Cases()) {
    auto forecast = views_->GetForecast(one.incident(), one.child(), "", "");
    ASSERT_TRUE(forecast.ok()) << forecast.status();
    const std::string now = forecast->as_of();
    for (const ForecastStep& step : forecast->steps()) {
      SCOPED_TRACE(step.ShortDebugString());
      if (step.late_from().empty()) {
        const LegTimeliness far = Leg(step, "2199-12-31", now);
        EXPECT_NE(far.routine().verdict(), api::v1::ROUTINE_VERDICT_LATE);
        continue;
      }
      (step.due().empty() ? uncertain : certain) += 1;
      const LegTimeliness from = Leg(step, step.late_from(), now);
      EXPECT_EQ(from.routine().verdict(), api::v1::ROUTINE_VERDICT_LATE);
      // Before the facts themselves there may be no such leg.
      if (*ParseInstant(step.late_from()) <= *ParseInstant(now)) continue;
      const LegTimeliness before = Leg(step, Before(step.late_from()), now);
      EXPECT_NE(before.routine().verdict(), api::v1::ROUTINE_VERDICT_LATE);
    }
  }
  EXPECT_GT(certain, 10u);
  EXPECT_GT(uncertain, 10u);
}

// Verdicts only ever get worse as time passes and nothing is done.
TEST_P(ForecastTest, ALaterDayNeverImprovesAVerdict) {
  Live(100);
  for (const auto& one : Cases()) {
    std::map<std::string, std::pair<api::v1::RoutineVerdict, bool>> before;
    for (const char* until :
         {"2026-02-01", "2026-02-20", "2026-04-01", "2026-12-31", "2029-01-01"}) {
      auto forecast = views_->GetForecast(one.incident(), one.child(), until, "");
      ASSERT_TRUE(forecast.ok()) << forecast.status();
      for (ForecastStep step : forecast->steps()) {
        const auto verdict = step.verdict_then();
        step.clear_verdict_then();
        step.clear_practice_then();
        step.clear_days_then();
        const bool perhaps = step.perhaps_late_then();
        step.clear_perhaps_late_then();
        auto [known, added] = before.try_emplace(step.SerializeAsString(), verdict, perhaps);
        if (!added && known->second.first == api::v1::ROUTINE_VERDICT_LATE) {
          EXPECT_EQ(verdict, api::v1::ROUTINE_VERDICT_LATE) << until;
        }
        if (!added && known->second.second) {
          EXPECT_TRUE(perhaps) << until;
        }
        known->second = {verdict, perhaps};
      }
    }
  }
}

TEST_P(ForecastTest, TheListIsTheForecastsOfAllOpenCases) {
  Live(120);
  ForecastQuery query;
  query.until = "2026-06-30";
  std::multiset<std::string> listed, expected, late, expected_late;
  for (const ForecastStep& step : All(query)) listed.insert(step.SerializeAsString());
  query.only_late = true;
  for (const ForecastStep& step : All(query)) late.insert(step.SerializeAsString());
  std::set<std::string> of_incident;
  for (const auto& one : Cases()) {
    auto forecast = views_->GetForecast(one.incident(), one.child(), query.until, "");
    ASSERT_TRUE(forecast.ok()) << forecast.status();
    for (const ForecastStep& step : forecast->steps()) {
      if (step.after_reopening()) continue;
      const bool once = step.leg() == event::v1::LEG_WORK_ENVIRONMENT_REPORT ||
                        step.leg() == event::v1::LEG_ANSWER_DOCUMENTS_REQUEST ||
                        step.leg() == event::v1::LEG_ANSWER_COMPLAINT;
      const std::string key = one.incident() + std::to_string(step.leg()) + step.request();
      if (once && !of_incident.insert(key).second) continue;
      expected.insert(step.SerializeAsString());
      if (step.perhaps_late_then()) expected_late.insert(step.SerializeAsString());
    }
  }
  EXPECT_GT(expected.size(), 20u);
  EXPECT_GT(expected_late.size(), 5u);
  EXPECT_EQ(listed, expected);
  EXPECT_EQ(late, expected_late);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ForecastTest, ::testing::Values(1, 2, 3, 2026));

class ForecastStory : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    world_.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
    world_.Record("I",
                  "id: 'open' happened { edtf: '2026-01-28' } incident_opened { unit: '$UNIT' "
                  "children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }",
                  "id: 'p' happened { edtf: '2026-01-29' } principal_informed {}");
    views_ = world_.OpenViews();
  }

  const ForecastStep* Step(const Forecast& forecast, event::v1::Leg leg) {
    for (const ForecastStep& step : forecast.steps()) {
      if (step.leg() == leg) return &step;
    }
    return nullptr;
  }

  Forecast Ask(const std::string& until, const std::string& as_of = "") {
    EXPECT_TRUE(views_->runner().CatchUp().ok());
    auto forecast = views_->GetForecast(domain::Uuid("I"), "", until, as_of);
    EXPECT_TRUE(forecast.ok()) << forecast.status();
    return forecast.ok() ? *forecast : Forecast();
  }

  CaseWorld world_{7};
  std::unique_ptr<Views> views_;
};

TEST_F(ForecastStory, SaysWhatWillBeLateByFriday) {
  const Forecast thursday = Ask("2026-02-05");
  const ForecastStep* step = Step(thursday, event::v1::LEG_NOTIFY_AUTHORITY);
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->due(), "2026-02-05");
  EXPECT_EQ(step->late_from(), "2026-02-06T00:00:00+01:00");
  EXPECT_EQ(step->role(), "principal");
  EXPECT_EQ(step->routine(), "r1");
  EXPECT_EQ(step->limit(), "P7D");
  EXPECT_EQ(step->verdict_now(), api::v1::ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(step->verdict_then(), api::v1::ROUTINE_VERDICT_RUNNING);
  const Forecast friday = Ask("2026-02-06");
  EXPECT_EQ(friday.steps(0).leg(), event::v1::LEG_NOTIFY_AUTHORITY) << "what is due first on top";
  EXPECT_EQ(friday.steps(0).verdict_then(), api::v1::ROUTINE_VERDICT_LATE);
  EXPECT_EQ(friday.steps(0).days_then().min(), 8);
}

// Told on some day from the 10th to the 28th: a week from then is over on the 17th at the earliest.
TEST_F(ForecastStory, ListsAsLateWhatPerhapsIs) {
  world_.Record("J",
                "id: 'open' happened { edtf: '2026-01-28' } incident_opened { unit: '$UNIT' "
                "children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }",
                "id: 'p' happened { edtf: '2026-01-10/2026-01-28' } principal_informed {}");
  EXPECT_TRUE(views_->runner().CatchUp().ok());
  ForecastQuery query;
  query.until = "2026-02-03";
  query.only_late = true;
  query.worklist.limit = 100;
  auto page = views_->ListForecast(query);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->items.size(), 1u);
  const ForecastStep& step = page->items[0];
  EXPECT_EQ(step.incident(), domain::Uuid("J"));
  EXPECT_EQ(step.verdict_then(), api::v1::ROUTINE_VERDICT_UNDETERMINED);
  EXPECT_EQ(step.perhaps_late_from(), "2026-01-18T00:00:00+01:00");
  EXPECT_EQ(step.late_from(), "2026-02-05T00:00:00+01:00");
}

TEST_F(ForecastStory, IsWhatItWouldHaveBeenAtAnEarlierInstant) {
  world_.clock().Advance(1'000'000);
  const std::string then = law::FormatInstant(world_.clock().Now());
  const Forecast before = Ask("2026-02-10");
  ASSERT_NE(Step(before, event::v1::LEG_NOTIFY_AUTHORITY), nullptr);
  world_.Record("I", "id: 'a' happened { edtf: '2026-01-30' } authority_notified {}");
  EXPECT_EQ(Step(Ask("2026-02-10"), event::v1::LEG_NOTIFY_AUTHORITY), nullptr);
  const Forecast again = Ask("2026-02-10", then);
  ASSERT_NE(Step(again, event::v1::LEG_NOTIFY_AUTHORITY), nullptr);
  EXPECT_EQ(again.steps_size(), before.steps_size());
}

TEST_F(ForecastStory, OfAClosedCaseOnlyWhatItStillTakes) {
  world_.Record("I", "id: 'x' case_closed {}");
  const Forecast forecast = Ask("2026-12-31");
  EXPECT_TRUE(Step(forecast, event::v1::LEG_START_INVESTIGATION)->after_reopening());
  EXPECT_FALSE(Step(forecast, event::v1::LEG_NOTIFY_AUTHORITY)->after_reopening());
  auto page = views_->ListForecast({});
  ASSERT_TRUE(page.ok()) << page.status();
  std::vector<int> legs;
  for (const auto& step : page->items) legs.push_back(step.leg());
  EXPECT_THAT(legs, Contains(event::v1::LEG_NOTIFY_AUTHORITY));
  EXPECT_THAT(legs, ::testing::Not(Contains(event::v1::LEG_START_INVESTIGATION)));
}

TEST_F(ForecastStory, IsRefusedBackwardsAndOfOthers) {
  ASSERT_TRUE(views_->runner().CatchUp().ok());
  const std::string id = domain::Uuid("I");
  EXPECT_EQ(views_->GetForecast(id, "", "2026-01-01", "").status().message(), "until");
  EXPECT_EQ(views_->GetForecast(id, "", "soon", "").status().message(), "until");
  EXPECT_EQ(views_->GetForecast(id, "", "", "then").status().message(), "as_of");
  EXPECT_TRUE(absl::IsNotFound(views_->GetForecast(id, domain::Uuid("BO"), "", "").status()));
  EXPECT_TRUE(absl::IsNotFound(views_->GetForecast(domain::Uuid("J"), "", "", "").status()));
  ForecastQuery query;
  query.until = "2026-01-01";
  EXPECT_EQ(views_->ListForecast(query).status().message(), "until");
}

}  // namespace
}  // namespace skyndsamt::views
