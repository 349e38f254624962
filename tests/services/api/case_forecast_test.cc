// What will be late, what was repeated and what was reminded of, through a real server: within the
// caller's sight, in pages, with the field that is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "skyndsamt/event/v1/reminder.pb.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using event::v1::Fact;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AheadAndAcross : public ::testing::Test {
 protected:
  explicit AheadAndAcross(server::Config config = RunningServer::Quiet())
      : running_(std::move(config)) {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kCaseworker, {}, kAuthority);
    Connect();
    PublishRoutine();
  }

  void Connect() {
    stub_ = api::v1::CaseService::NewStub(running_.channel());
    incidents_ = api::v1::IncidentService::NewStub(running_.channel());
  }

  // The authority is to be told within a week.
  void PublishRoutine() {
    api::v1::PublishRoutineRequest request;
    request.set_request_id(NewId());
    request.set_authority(kAuthority);
    request.mutable_routine()->set_version("r1");
    request.mutable_routine()->set_from("2020-01-01");
    request.mutable_routine()->set_reason("Prov");
    auto& limit = *request.mutable_routine()->add_limits();
    limit.set_leg(event::v1::LEG_NOTIFY_AUTHORITY);
    limit.set_limit("P7D");
    api::v1::PublishRoutineResponse response;
    const grpc::Status status =
        api::v1::PolicyService::NewStub(running_.channel())
            ->PublishRoutine(As(running_.Token(Role::kSystem)).get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  }

  // An incident whose principal was told on a day; the revision it then has.
  uint64_t Open(const std::string& incident, const std::string& child, const std::string& day,
                const std::string& unit = kUnit) {
    auto request = Opening(incident, unit, child);
    auto& opened = *request.mutable_facts(0)->mutable_incident_opened();
    request.mutable_facts(0)->mutable_happened()->set_edtf(day);
    auto& accused = *opened.add_accused();
    accused.set_person(accused_);
    accused.set_kind(event::v1::ACCUSED_KIND_CHILD);
    Fact informed = FactAt("p", day);
    informed.mutable_principal_informed();
    *request.add_facts() = informed;
    api::v1::RecordFactsResponse response;
    const grpc::Status status =
        incidents_->RecordFacts(As(running_.Token(Role::kSystem)).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
    return response.revision();
  }

  skyndsamt::log::v1::LogPosition Now() {
    skyndsamt::log::v1::LogPosition position;
    position.set_log(running_.log().origin());
    position.set_position(running_.log().committed() - 1);
    return position;
  }

  std::vector<std::string> Listed(const std::string& token, api::v1::ListForecastRequest request) {
    *request.mutable_at_least() = Now();
    std::vector<std::string> incidents;
    do {
      api::v1::ListForecastResponse page;
      const grpc::Status status = stub_->ListForecast(As(token).get(), request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
      if (!status.ok()) break;
      for (const auto& step : page.steps()) {
        if (step.leg() == event::v1::LEG_NOTIFY_AUTHORITY) incidents.push_back(step.incident());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return incidents;
  }

  std::vector<std::string> Pattern(const std::string& token,
                                   const api::v1::GetPatternRequest& asked) {
    api::v1::GetPatternRequest request = asked;
    *request.mutable_at_least() = Now();
    api::v1::Pattern pattern;
    const grpc::Status status = stub_->GetPattern(As(token).get(), request, &pattern);
    EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
    std::vector<std::string> incidents;
    for (const auto& one : pattern.incidents()) incidents.push_back(one.incident());
    return incidents;
  }

  const std::string accused_ = NewId();
  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::CaseService::Stub> stub_;
  std::unique_ptr<api::v1::IncidentService::Stub> incidents_;
};

TEST_F(AheadAndAcross, AForecastAgreesWithTheTimelinessOfItsInstant) {
  const std::string incident = NewId(), child = NewId();
  Open(incident, child, "2026-02-27");
  api::v1::GetForecastRequest request;
  request.set_incident(incident);
  request.set_until("2026-03-07");
  *request.mutable_at_least() = Now();
  api::v1::Forecast forecast;
  grpc::Status status = stub_->GetForecast(As(token_).get(), request, &forecast);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  EXPECT_EQ(forecast.unit(), kUnit);
  ASSERT_GT(forecast.steps_size(), 0);
  EXPECT_EQ(forecast.steps(0).leg(), event::v1::LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(forecast.steps(0).due(), "2026-03-06");
  EXPECT_EQ(forecast.steps(0).verdict_now(), api::v1::ROUTINE_VERDICT_RUNNING);
  EXPECT_EQ(forecast.steps(0).verdict_then(), api::v1::ROUTINE_VERDICT_LATE);
  api::v1::GetTimelinessRequest then;
  then.set_incident(incident);
  then.set_as_of(forecast.until());
  then.set_known_at(forecast.as_of());
  api::v1::Timeliness told;
  ASSERT_TRUE(stub_->GetTimeliness(As(token_).get(), then, &told).ok());
  for (const auto& leg : told.legs()) {
    if (leg.leg() != event::v1::LEG_NOTIFY_AUTHORITY) continue;
    EXPECT_EQ(leg.routine().verdict(), forecast.steps(0).verdict_then());
  }
}

TEST_F(AheadAndAcross, TheListOfAUnitNamesWhatIsLateByThen) {
  const std::string first = NewId(), second = NewId(), there = NewId();
  Open(second, NewId(), "2026-02-27");
  Open(first, NewId(), "2026-02-20");
  Open(there, NewId(), "2026-02-26", kOtherUnit);
  api::v1::ListForecastRequest request;
  request.set_page_size(2);
  EXPECT_THAT(Listed(token_, request), ElementsAre(first, there, second));
  request.set_unit(kUnit);
  EXPECT_THAT(Listed(token_, request), ElementsAre(first, second));
  request.set_only_late(true);
  request.set_until("2026-03-06");
  EXPECT_THAT(Listed(token_, request), ElementsAre(first));
  request.set_until("2026-03-07");
  EXPECT_THAT(Listed(token_, request), ElementsAre(first, second));
  request.clear_unit();
  request.set_role("staff");
  EXPECT_THAT(Listed(token_, request), IsEmpty());
}

TEST_F(AheadAndAcross, APatternTellsOneStory) {
  const std::string child = NewId(), first = NewId(), second = NewId(), there = NewId();
  Open(second, child, "2026-02-20");
  Open(first, child, "2026-02-10");
  Open(there, child, "2026-02-15", kOtherUnit);
  api::v1::GetPatternRequest by_child, by_accused;
  by_child.set_child(child);
  by_accused.set_accused(accused_);
  EXPECT_THAT(Pattern(token_, by_child), ElementsAre(first, there, second));
  EXPECT_THAT(Pattern(token_, by_accused), ElementsAre(first, there, second));
  by_child.set_as_of("2026-02-12");
  EXPECT_THAT(Pattern(token_, by_child), ElementsAre(first));
}

TEST_F(AheadAndAcross, LieWithinTheCallersSight) {
  const std::string child = NewId(), here = NewId(), there = NewId();
  Open(here, child, "2026-02-10");
  Open(there, child, "2026-02-15", kOtherUnit);
  api::v1::GetPatternRequest pattern;
  pattern.set_child(child);
  const std::string principal = running_.Token(Role::kPrincipal, {kUnit}, kAuthority);
  EXPECT_THAT(Pattern(principal, pattern), ElementsAre(here));
  EXPECT_THAT(Listed(principal, {}), ElementsAre(here));
  const std::string stranger = running_.Token(Role::kCaseworker, {}, NewId());
  EXPECT_THAT(Pattern(stranger, pattern), IsEmpty());
  EXPECT_THAT(Listed(stranger, {}), IsEmpty());
  api::v1::GetForecastRequest forecast;
  forecast.set_incident(there);
  api::v1::Forecast answer;
  EXPECT_EQ(ErrorOf(stub_->GetForecast(As(principal).get(), forecast, &answer)).reason,
            "INCIDENT_UNKNOWN");
  for (const Role role : {Role::kOperator, Role::kStatistics}) {
    api::v1::Pattern none;
    EXPECT_EQ(ErrorOf(stub_->GetPattern(As(running_.Token(role)).get(), pattern, &none)).reason,
              "ROLE_NOT_ALLOWED");
  }
}

TEST_F(AheadAndAcross, RefuseWithTheFieldThatIsWrong) {
  const std::string incident = NewId();
  Open(incident, NewId(), "2026-02-10");
  const auto forecast = [&](auto change) {
    api::v1::GetForecastRequest request;
    request.set_incident(incident);
    *request.mutable_at_least() = Now();
    change(request);
    api::v1::Forecast answer;
    const CallError error = ErrorOf(stub_->GetForecast(As(token_).get(), request, &answer));
    return error.reason + " " + error.field;
  };
  EXPECT_EQ(forecast([](auto& r) { r.set_incident("i"); }), "FIELD_INVALID incident");
  EXPECT_EQ(forecast([](auto& r) { r.set_until("friday"); }), "TIME_MALFORMED until");
  EXPECT_EQ(forecast([](auto& r) { r.set_until("2020-01-01"); }), "FIELD_INVALID until");
  EXPECT_EQ(forecast([](auto& r) { r.set_as_of("?"); }), "TIME_MALFORMED as_of");
  EXPECT_EQ(forecast([](auto& r) { r.set_child(NewId()); }), "CASE_UNKNOWN child");
  EXPECT_EQ(forecast([](auto& r) { r.set_incident(NewId()); }), "INCIDENT_UNKNOWN incident");
  const auto list = [&](auto change) {
    api::v1::ListForecastRequest request;
    change(request);
    api::v1::ListForecastResponse answer;
    const CallError error = ErrorOf(stub_->ListForecast(As(token_).get(), request, &answer));
    return error.reason + " " + error.field;
  };
  EXPECT_EQ(list([](auto& r) { r.set_until("?"); }), "TIME_MALFORMED until");
  EXPECT_EQ(list([](auto& r) { r.set_unit("?"); }), "FIELD_INVALID unit");
  EXPECT_EQ(list([](auto& r) { r.set_unit(NewId()); }), "UNIT_UNKNOWN unit");
  EXPECT_EQ(list([](auto& r) { r.set_role("janitor"); }), "CODE_UNKNOWN role");
  EXPECT_EQ(list([](auto& r) { r.set_page_size(-1); }), "FIELD_INVALID page_size");
  EXPECT_EQ(list([](auto& r) { r.set_page_token("?"); }), "FIELD_INVALID page_token");
  const auto pattern = [&](auto change) {
    api::v1::GetPatternRequest request;
    change(request);
    api::v1::Pattern answer;
    const CallError error = ErrorOf(stub_->GetPattern(As(token_).get(), request, &answer));
    return error.reason + " " + error.field;
  };
  EXPECT_EQ(pattern([](auto&) {}), "FIELD_INVALID child");
  EXPECT_EQ(pattern([](auto& r) { r.set_child("x"); }), "FIELD_INVALID child");
  EXPECT_EQ(pattern([](auto& r) { r.set_accused("x"); }), "FIELD_INVALID accused");
  EXPECT_EQ(pattern([](auto& r) { r.mutable_place()->set_unit(kUnit); }),
            "FIELD_INVALID place.place");
  EXPECT_EQ(pattern([](auto& r) { r.mutable_place()->set_place("x"); }),
            "FIELD_INVALID place.unit");
  EXPECT_EQ(pattern([](auto& r) { r.set_child(NewId()), r.set_known_at("?"); }),
            "TIME_MALFORMED known_at");
}

class Reminded : public AheadAndAcross {
 protected:
  static server::Config Often() {
    server::Config config;
    config.reminder_every_seconds = 1;
    return config;
  }
  Reminded() : AheadAndAcross(Often()) {}

  // The next reminders that a subscriber to the timers hears.
  std::vector<std::string> Hear(size_t count) {
    auto events = api::v1::EventService::NewStub(running_.channel());
    api::v1::SubscribeEventsRequest request;
    request.set_beginning(true);
    request.mutable_filter()->add_stream_kinds("timer");
    auto context = As(running_.Token(Role::kAuditor), 300);
    auto reader = events->SubscribeEvents(context.get(), request);
    std::vector<std::string> heard;
    api::v1::SubscribeEventsResponse response;
    while (heard.size() < count && reader->Read(&response)) {
      for (const auto& event : response.batch().events()) {
        event::v1::TimerEvent told;
        EXPECT_TRUE(told.ParseFromString(event.event()));
        heard.push_back(event.type());
      }
    }
    context->TryCancel();
    reader->Finish();
    return heard;
  }
};

TEST_F(Reminded, SubscribersHearOfEachStageOnceAndTheRevisionStays) {
  const std::string incident = NewId();
  const uint64_t revision = Open(incident, NewId(), "2026-02-27");
  running_.clock().Set(kNoon + 3ll * 86'400'000'000);  // Thursday 5 March
  EXPECT_THAT(Hear(1), ElementsAre("timer.due_soon"));
  running_.Restart();
  Connect();
  running_.clock().Set(kNoon + 5ll * 86'400'000'000);  // Saturday 7 March
  EXPECT_THAT(Hear(2), ElementsAre("timer.due_soon", "timer.overdue"));
  Fact notified = FactAt("n", "2026-03-07");
  notified.mutable_authority_notified();
  auto request = Record(incident, {notified});
  request.mutable_expected_revision()->set_exactly(revision);
  api::v1::RecordFactsResponse response;
  const grpc::Status status =
      incidents_->RecordFacts(As(running_.Token(Role::kSystem)).get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).reason;
}

}  // namespace
}  // namespace skyndsamt::testing
