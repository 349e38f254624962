// Policy through a real server: published, listed, refused with everything that is wrong,
// previewed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "google/protobuf/text_format.h"
#include "projections/law/shipped_rules.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Policies : public ::testing::Test {
 protected:
  Policies() {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kCaseworker, {}, kAuthority);
    system_ = running_.Token(Role::kSystem);
    stub_ = api::v1::PolicyService::NewStub(running_.channel());
  }

  template <typename Message>
  static Message FromText(const std::string& text) {
    Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }

  api::v1::PublishClosingDaysRequest Closing(const std::string& version, const std::string& unit) {
    api::v1::PublishClosingDaysRequest request;
    request.set_request_id(NewId());
    request.set_authority(kAuthority);
    *request.mutable_closing_days() =
        FromText<event::v1::ClosingDaysPublished>("version: '" + version + "' unit: '" + unit +
                                                  "' from: '2026-03-02' until: '2026-06-30' days { "
                                                  "first: '2026-03-03' reason: 'studiedag' }");
    return request;
  }

  api::v1::PublishRuleSetRequest Rules(const std::string& version) {
    api::v1::PublishRuleSetRequest request;
    request.set_request_id(NewId());
    *request.mutable_rule_set() = law::ShippedRules();
    request.mutable_rule_set()->set_version(version);
    return request;
  }

  // A case whose principal was told on the day and whose authority was told so many days later.
  std::string Notified(int days) {
    const std::string incident = running_.OpenIncident(NewId());
    auto principal = FactAt("p", "2026-02-02");
    principal.mutable_principal_informed();
    auto authority =
        FactAt("a", "2026-02-" + std::string(days < 8 ? "0" : "") + std::to_string(2 + days));
    authority.mutable_authority_notified();
    auto stub = api::v1::IncidentService::NewStub(running_.channel());
    api::v1::RecordFactsResponse response;
    const auto status =
        stub->RecordFacts(As(system_).get(), Record(incident, {principal, authority}), &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
    last_ = response.position();
    return incident;
  }

  api::v1::PreviewPolicyRequest Preview(const std::string& routine) {
    api::v1::PreviewPolicyRequest request;
    request.set_authority(kAuthority);
    *request.mutable_draft()->add_routines() = FromText<event::v1::RoutinePublished>(routine);
    *request.mutable_at_least() = last_;
    return request;
  }

  // Everything a preview says; what it ends with.
  grpc::Status Read(const std::string& token, const api::v1::PreviewPolicyRequest& request,
                    api::v1::PreviewPolicyResponse* all) {
    auto context = As(token);
    auto reader = stub_->PreviewPolicy(context.get(), request);
    api::v1::PreviewPolicyResponse step;
    while (reader->Read(&step)) all->MergeFrom(step);
    return reader->Finish();
  }

  RunningServer running_;
  std::string token_, system_;
  std::unique_ptr<api::v1::PolicyService::Stub> stub_;
  skyndsamt::log::v1::LogPosition last_;
};

constexpr char kWeek[] =
    "version: 'draft' from: '2026-01-01' reason: 'utkast' limits { leg: LEG_NOTIFY_AUTHORITY "
    "limit: "
    "'P7D' }";

TEST_F(Policies, ARefusalNamesEveryViolation) {
  api::v1::PublishRoutineRequest request;
  request.set_request_id(NewId());
  request.set_authority(kAuthority);
  request.set_validate_only(true);
  *request.mutable_routine() = FromText<event::v1::RoutinePublished>(
      "version: '1' from: '2026-3-1' limits { leg: LEG_FOLLOW_UP limit: 'soon' } limits { leg: "
      "LEG_FOLLOW_UP days: DAY_COUNT_WORKING }");
  api::v1::PublishRoutineResponse response;
  const CallError error = ErrorOf(stub_->PublishRoutine(As(token_).get(), request, &response));
  EXPECT_EQ(error.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error.reason, "TIME_MALFORMED");
  EXPECT_THAT(error.fields, ElementsAre("routine.from", "routine.limits[0].limit",
                                        "routine.limits[1].days", "routine.limits[1].leg"));
  for (int i = 0; i < 900; ++i) request.mutable_routine()->add_limits()->set_limit("soon");
  const CallError many = ErrorOf(stub_->PublishRoutine(As(token_).get(), request, &response));
  EXPECT_EQ(many.reason, "TIME_MALFORMED") << "the details still fit";
  EXPECT_GT(many.fields.size(), 10u);
}

TEST_F(Policies, ValidatingRecordsNothing) {
  const Position before = running_.log().committed();
  auto request = Closing("1", kUnit);
  request.set_validate_only(true);
  api::v1::PublishClosingDaysResponse response;
  ASSERT_TRUE(stub_->PublishClosingDays(As(token_).get(), request, &response).ok());
  EXPECT_FALSE(response.has_position());
  EXPECT_EQ(running_.log().committed(), before);
}

TEST_F(Policies, ClosingDaysAreListedWithTheirPlaceInTheLog) {
  api::v1::PublishClosingDaysResponse published;
  ASSERT_TRUE(stub_->PublishClosingDays(As(token_).get(), Closing("1", kUnit), &published).ok());
  ASSERT_TRUE(stub_->PublishClosingDays(As(token_).get(), Closing("1", ""), &published).ok());
  api::v1::ListClosingDaysRequest list;
  list.set_authority(kAuthority);
  list.set_unit(kUnit);
  list.set_page_size(1);
  api::v1::ListClosingDaysResponse page;
  ASSERT_TRUE(stub_->ListClosingDays(As(token_).get(), list, &page).ok());
  ASSERT_EQ(page.closing_days_size(), 1);
  EXPECT_EQ(page.closing_days(0).days(0).reason(), "studiedag");
  EXPECT_EQ(page.publications(0).recorded().substr(0, 10), "2026-03-02");
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(stub_->ListClosingDays(As(token_).get(), list, &page).ok());
  EXPECT_EQ(page.closing_days(0).unit(), "");
  EXPECT_EQ(page.publications(0).position().position(), published.position().position());
  list.set_unit("7");
  list.clear_page_token();
  EXPECT_EQ(ErrorOf(stub_->ListClosingDays(As(token_).get(), list, &page)).field, "unit");
  list.set_unit(NewId());
  const CallError unknown = ErrorOf(stub_->ListClosingDays(As(token_).get(), list, &page));
  EXPECT_EQ(unknown.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(unknown.reason, "UNIT_UNKNOWN");
  EXPECT_EQ(unknown.field, "unit");
}

TEST_F(Policies, APrincipalClosesTheOwnUnitAlone) {
  const std::string principal = running_.Token(Role::kPrincipal, {kUnit}, kAuthority);
  api::v1::PublishClosingDaysResponse response;
  EXPECT_TRUE(stub_->PublishClosingDays(As(principal).get(), Closing("1", kUnit), &response).ok());
  for (const std::string& unit : {std::string(kOtherUnit), std::string()}) {
    const auto error =
        ErrorOf(stub_->PublishClosingDays(As(principal).get(), Closing("2", unit), &response));
    EXPECT_EQ(error.reason, "UNIT_NOT_ALLOWED");
    EXPECT_EQ(error.field, "closing_days.unit");
  }
  EXPECT_EQ(
      ErrorOf(stub_->PublishClosingDays(As(token_).get(), Closing("2", NewId()), &response)).reason,
      "UNIT_UNKNOWN");
}

TEST_F(Policies, OwnYardsticksArePublishedAndListed) {
  api::v1::PublishYardsticksRequest request;
  request.set_request_id(NewId());
  request.set_authority(kAuthority);
  *request.mutable_yardsticks() = FromText<event::v1::YardsticksPublished>(
      "version: '1' yardsticks { id: 'y' leg: LEG_NOTIFY_AUTHORITY days: 21 outcome: "
      "YARDSTICK_OUTCOME_CRITICISED source: 'Skolinspektionen' conduct_sv: 'tre veckor' }");
  api::v1::PublishYardsticksResponse response;
  ASSERT_TRUE(stub_->PublishYardsticks(As(token_).get(), request, &response).ok());
  api::v1::ListYardsticksRequest list;
  list.set_authority(kAuthority);
  api::v1::ListYardsticksResponse page;
  ASSERT_TRUE(stub_->ListYardsticks(As(token_).get(), list, &page).ok());
  ASSERT_EQ(page.yardsticks_size(), 1);
  EXPECT_EQ(page.yardsticks(0).yardsticks(0).source(), "Skolinspektionen");
}

TEST_F(Policies, AChangeOfLawIsPublishedByTheSystemAndSurvivesAnUpgrade) {
  api::v1::PublishRuleSetResponse response;
  EXPECT_EQ(ErrorOf(stub_->PublishRuleSet(As(token_).get(), Rules("2"), &response)).reason,
            "ROLE_NOT_ALLOWED");
  const std::string of_one = running_.Token(Role::kSystem, {}, kAuthority);
  EXPECT_EQ(ErrorOf(stub_->PublishRuleSet(As(of_one).get(), Rules("2"), &response)).reason,
            "UNIT_NOT_ALLOWED");
  auto request = Rules("2027-1");
  for (auto& statute : *request.mutable_rule_set()->mutable_statutes()) {
    if (statute.leg() == event::v1::LEG_POLICE_REPORT) statute.set_time_word("skyndsamt");
  }
  request.mutable_rule_set()->clear_reason();
  EXPECT_EQ(ErrorOf(stub_->PublishRuleSet(As(system_).get(), request, &response)).field,
            "rule_set.reason")
      << "the row has always held, so the past changes";
  request.mutable_rule_set()->set_reason("Lagen har trätt i kraft");
  ASSERT_TRUE(stub_->PublishRuleSet(As(system_).get(), request, &response).ok());
  running_.Restart();
  stub_ = api::v1::PolicyService::NewStub(running_.channel());
  system_ = running_.Token(Role::kSystem);
  api::v1::RuleSet rules;
  ASSERT_TRUE(stub_->GetRuleSet(As(system_).get(), {}, &rules).ok());
  EXPECT_EQ(rules.published().version(), "2027-1");
  EXPECT_EQ(rules.publication().position().position(), response.position().position());
  api::v1::GetRuleSetRequest get;
  get.set_version(law::ShippedRules().version());
  ASSERT_TRUE(stub_->GetRuleSet(As(system_).get(), get, &rules).ok());
  EXPECT_EQ(rules.published().version(), law::ShippedRules().version());
  get.set_version("none");
  EXPECT_EQ(ErrorOf(stub_->GetRuleSet(As(system_).get(), get, &rules)).reason, "VERSION_UNKNOWN");
  api::v1::ListRuleSetsResponse versions;
  ASSERT_TRUE(stub_->ListRuleSets(As(system_).get(), {}, &versions).ok());
  ASSERT_EQ(versions.rule_sets_size(), 2);
  EXPECT_EQ(versions.rule_sets(1).version(), "2027-1");
  EXPECT_EQ(versions.rule_sets(1).reason(), "Lagen har trätt i kraft");
}

TEST_F(Policies, APreviewTellsWhatADraftWouldChange) {
  const std::string slow = Notified(20);
  Notified(3);
  api::v1::PreviewPolicyResponse all;
  const grpc::Status status = Read(token_, Preview(kWeek), &all);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(all.summary().cases(), 2u);
  EXPECT_EQ(all.summary().open_cases_changed(), 2u) << "no limit before, within or late after";
  EXPECT_EQ(all.incidents_done(), all.incidents_total());
  bool late = false;
  for (const auto& change : all.changes()) {
    late = late || (change.incident() == slow &&
                    change.legs(0).after().routine() == api::v1::ROUTINE_VERDICT_LATE);
  }
  EXPECT_TRUE(late);
  api::v1::ListRoutinesRequest list;
  list.set_authority(kAuthority);
  api::v1::ListRoutinesResponse routines;
  ASSERT_TRUE(stub_->ListRoutines(As(token_).get(), list, &routines).ok());
  EXPECT_EQ(routines.routines_size(), 0) << "nothing was recorded";
}

TEST_F(Policies, ADraftThatWouldBeRefusedIsRefusedHere) {
  api::v1::PreviewPolicyResponse all;
  auto request = Preview("version: '1' from: '2026-01-01' limits { limit: 'x' }");
  EXPECT_THAT(ErrorOf(Read(token_, request, &all)).fields,
              ElementsAre("draft.routines[0].limits[0].leg", "draft.routines[0].limits[0].limit",
                          "draft.routines[0].reason"));
  request = Preview(kWeek);
  request.set_as_of("yesterday");
  const CallError malformed = ErrorOf(Read(token_, request, &all));
  EXPECT_EQ(malformed.field, "as_of");
  EXPECT_EQ(malformed.reason, "TIME_MALFORMED") << "as of every other question";
  EXPECT_THAT(malformed.sv, HasSubstr("dagens slut"));
  request = Preview(kWeek);
  request.set_authority("7");
  EXPECT_EQ(ErrorOf(Read(token_, request, &all)).field, "authority");
  request.set_authority(NewId());
  EXPECT_EQ(ErrorOf(Read(system_, request, &all)).reason, "AUTHORITY_UNKNOWN");
  EXPECT_EQ(ErrorOf(Read(token_, request, &all)).reason, "AUTHORITY_UNKNOWN");
  EXPECT_EQ(
      ErrorOf(Read(running_.Token(Role::kStaff, {kUnit}, kAuthority), Preview(kWeek), &all)).reason,
      "ROLE_NOT_ALLOWED");
}

// Two at a time is what the server takes.
TEST_F(Policies, APreviewThatHasEndedLeavesItsRoomToTheNext) {
  auto request = Preview(kWeek);
  request.set_as_of("yesterday");
  const auto ask = [&] {
    api::v1::PreviewPolicyResponse all;
    for (int i = 0; i < 200; ++i) {
      ASSERT_EQ(ErrorOf(Read(token_, request, &all)).field, "as_of") << i;
    }
  };
  auto other = std::async(std::launch::async, ask);
  ask();
  other.get();
}

// Previews that nobody reads stand still; the server goes on, and when they are let go of others
// find room.
TEST_F(Policies, APreviewBlocksNobodyAndMayBeLetGo) {
  for (int i = 0; i < 5; ++i) Notified(3);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<api::v1::PreviewPolicyResponse>>> readers;
  api::v1::PreviewPolicyResponse step;
  for (int i = 0; i < 2; ++i) {
    contexts.push_back(As(token_, 60));
    readers.push_back(stub_->PreviewPolicy(contexts.back().get(), Preview(kWeek)));
    ASSERT_TRUE(readers.back()->Read(&step));
  }
  api::v1::ListRoutinesRequest list;
  list.set_authority(kAuthority);
  api::v1::ListRoutinesResponse routines;
  EXPECT_TRUE(stub_->ListRoutines(As(token_).get(), list, &routines).ok());
  for (auto& context : contexts) context->TryCancel();
  for (auto& reader : readers) {
    while (reader->Read(&step)) {
    }
    reader->Finish();
  }
  // The two have made room once the server has seen them go.
  api::v1::PreviewPolicyResponse all;
  grpc::Status status;
  do {
    all.Clear();
    status = Read(token_, Preview(kWeek), &all);
  } while (!status.ok() && ErrorOf(status).reason == "QUEUE_FULL");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(all.summary().cases(), 5u);
}

}  // namespace
}  // namespace skyndsamt::testing
