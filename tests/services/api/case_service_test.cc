// Queries about cases through a real server: at a position, in pages, in sight; and their watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/time/time.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using event::v1::Fact;
using ::testing::Contains;
using ::testing::ElementsAre;

class Cases : public ::testing::Test {
 protected:
  Cases() {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kCaseworker, {}, kAuthority);
    stub_ = api::v1::CaseService::NewStub(running_.channel());
    incidents_ = api::v1::IncidentService::NewStub(running_.channel());
  }

  // Records one fact and answers where.
  skyndsamt::log::v1::LogPosition Tell(const std::string& incident, Fact fact) {
    api::v1::RecordFactsResponse response;
    const grpc::Status status = incidents_->RecordFacts(
        As(running_.Token(Role::kSystem)).get(), Record(incident, {std::move(fact)}), &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
    return response.position();
  }
  skyndsamt::log::v1::LogPosition Now() {
    skyndsamt::log::v1::LogPosition position;
    position.set_log(running_.log().origin());
    position.set_position(running_.log().committed() - 1);
    return position;
  }
  grpc::Status Get(const std::string& token, const std::string& incident, const std::string& child,
                   api::v1::Case* found) {
    api::v1::GetCaseRequest request;
    request.set_incident(incident);
    request.set_child(child);
    *request.mutable_at_least() = Now();
    return stub_->GetCase(As(token).get(), request, found);
  }

  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::CaseService::Stub> stub_;
  std::unique_ptr<api::v1::IncidentService::Stub> incidents_;
};

Fact Notified(const std::string& id) {
  Fact fact = FactAt(id, "2026-03-01");
  fact.mutable_authority_notified();
  return fact;
}

TEST_F(Cases, ReadTheirOwnWrites) {
  const std::string child = NewId(), incident = running_.RecordOpening(child);
  api::v1::Case found;
  grpc::Status status = Get(token_, incident, child, &found);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(found.incident(), incident);
  EXPECT_EQ(found.child(), child);
  EXPECT_EQ(found.unit(), kUnit);
  EXPECT_EQ(found.authority(), kAuthority);
  EXPECT_EQ(found.state(), api::v1::CASE_STATE_KNOWN);
  EXPECT_THAT(found.next_actions(), Contains("authority_notified"));
  EXPECT_GE(found.reflects().position(), Now().position());
  Tell(incident, Notified("n1"));
  status = Get(token_, incident, "", &found);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(found.state(), api::v1::CASE_STATE_NOTIFIED);
  EXPECT_EQ(found.revision(), 1u);
}

TEST_F(Cases, ShowTheChildsNameToThoseWhoMayReadIt) {
  const std::string child = NewId(), incident = running_.OpenIncident(child);
  Fact fact = FactAt("p1", "2026-03-01");
  fact.mutable_person_declared()->set_person(child);
  fact.mutable_person_declared()->set_kind(event::v1::PARTY_CHILD);
  fact.mutable_person_declared()->set_name("Åsa Öberg");
  Tell(incident, fact);
  api::v1::Case found;
  ASSERT_TRUE(Get(token_, incident, child, &found).ok());
  EXPECT_EQ(found.child_name(), "Åsa Öberg");
}

TEST_F(Cases, OutsideTheCallersSightAreNotThere) {
  const std::string child = NewId(), incident = running_.OpenIncident(child);
  api::v1::Case found;
  EXPECT_TRUE(Get(running_.Token(Role::kStaff, {kUnit}, kAuthority), incident, child, &found).ok());
  for (const std::string& token :
       {running_.Token(Role::kStaff, {kOtherUnit}, kAuthority),
        running_.Token(Role::kStaff, {}, kAuthority), running_.Token(Role::kChief, {}, NewId()),
        running_.Token(Role::kPrincipal, {kUnit}, NewId())}) {
    EXPECT_EQ(ErrorOf(Get(token, incident, child, &found)).reason, "INCIDENT_UNKNOWN");
    api::v1::GetTimelinessRequest timeliness;
    timeliness.set_incident(incident);
    api::v1::Timeliness told;
    EXPECT_EQ(ErrorOf(stub_->GetTimeliness(As(token).get(), timeliness, &told)).reason,
              "INCIDENT_UNKNOWN");
    api::v1::ListAuditTrailRequest trail;
    trail.set_incident(incident);
    api::v1::ListAuditTrailResponse entries;
    EXPECT_EQ(ErrorOf(stub_->ListAuditTrail(As(token).get(), trail, &entries)).reason,
              "INCIDENT_UNKNOWN");
    api::v1::ListCasesRequest list;
    *list.mutable_at_least() = Now();
    api::v1::ListCasesResponse cases;
    ASSERT_TRUE(stub_->ListCases(As(token).get(), list, &cases).ok());
    EXPECT_EQ(cases.cases_size(), 0);
  }
  EXPECT_EQ(ErrorOf(Get(running_.Token(Role::kOperator), incident, child, &found)).code,
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(Cases, ComeInPagesWithoutGapsOrDoubles) {
  std::set<std::string> opened, listed;
  for (int i = 0; i < 7; ++i) {
    opened.insert(running_.OpenIncident(NewId(), i % 2 == 0 ? kUnit : kOtherUnit));
  }
  api::v1::ListCasesRequest request;
  *request.mutable_at_least() = Now();
  request.set_page_size(3);
  int pages = 0;
  do {
    api::v1::ListCasesResponse response;
    const grpc::Status status = stub_->ListCases(As(token_).get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
    EXPECT_LE(response.cases_size(), 3);
    for (const auto& one : response.cases()) {
      EXPECT_TRUE(listed.insert(one.incident()).second);
      EXPECT_GT(one.next_actions_size(), 0);
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, opened);
  EXPECT_EQ(pages, 3);
}

TEST_F(Cases, PageTokenIsForItsOwnQuestion) {
  for (int i = 0; i < 3; ++i) running_.OpenIncident(NewId());
  api::v1::ListCasesRequest request;
  *request.mutable_at_least() = Now();
  request.set_page_size(1);
  api::v1::ListCasesResponse response;
  ASSERT_TRUE(stub_->ListCases(As(token_).get(), request, &response).ok());
  request.set_page_token(response.next_page_token());
  request.set_unit(kUnit);
  EXPECT_EQ(ErrorOf(stub_->ListCases(As(token_).get(), request, &response)).field, "page_token");
}

TEST_F(Cases, OfOneUnitOrOneIncident) {
  const std::string here = running_.OpenIncident(NewId());
  const std::string there = running_.OpenIncident(NewId(), kOtherUnit);
  api::v1::ListCasesRequest request;
  *request.mutable_at_least() = Now();
  request.set_unit(kOtherUnit);
  api::v1::ListCasesResponse response;
  ASSERT_TRUE(stub_->ListCases(As(token_).get(), request, &response).ok());
  ASSERT_EQ(response.cases_size(), 1);
  EXPECT_EQ(response.cases(0).incident(), there);
  request.set_incident(here);
  EXPECT_TRUE(stub_->ListCases(As(token_).get(), request, &response).ok());
  EXPECT_EQ(response.cases_size(), 0) << "it is of the first unit";
  request.clear_unit();
  ASSERT_TRUE(stub_->ListCases(As(token_).get(), request, &response).ok());
  ASSERT_EQ(response.cases_size(), 1);
  EXPECT_EQ(response.cases(0).incident(), here);
  request.clear_incident();
  request.set_unit(NewId());
  EXPECT_EQ(ErrorOf(stub_->ListCases(As(token_).get(), request, &response)).reason, "UNIT_UNKNOWN");
}

TEST_F(Cases, WaitForAPositionNoLongerThanTheirDeadline) {
  const std::string incident = running_.OpenIncident(NewId());
  api::v1::GetCaseRequest request;
  request.set_incident(incident);
  request.mutable_at_least()->set_position(running_.log().committed() + 1000);
  api::v1::Case found;
  const grpc::Status status = stub_->GetCase(As(token_, 1).get(), request, &found);
  EXPECT_TRUE(status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
              ErrorOf(status).reason == "VIEW_BEHIND")
      << status.error_message();
  request.mutable_at_least()->set_log("another.log");
  EXPECT_EQ(ErrorOf(stub_->GetCase(As(token_).get(), request, &found)).field, "at_least.log");
}

TEST_F(Cases, TellTheirTimeliness) {
  const std::string child = NewId(), incident = running_.OpenIncident(child);
  Fact learned = FactAt("k", "2026-02-27");
  learned.mutable_staff_learned();
  Tell(incident, learned);
  Tell(incident, Notified("n"));
  api::v1::GetTimelinessRequest request;
  request.set_incident(incident);
  request.set_child(child);
  *request.mutable_at_least() = Now();
  api::v1::Timeliness told;
  grpc::Status status = stub_->GetTimeliness(As(token_).get(), request, &told);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  EXPECT_EQ(told.incident(), incident);
  EXPECT_GT(told.legs_size(), 0);
  EXPECT_FALSE(told.rule_set().empty());
  EXPECT_GE(told.reflects().position(), Now().position());
  request.set_as_of("not a time");
  status = stub_->GetTimeliness(As(token_).get(), request, &told);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(status).field, "as_of");
}

TEST_F(Cases, WaitOnTheWorklist) {
  const std::string incident = running_.OpenIncident(NewId());
  Fact learned = FactAt("k", "2026-02-27");
  learned.mutable_staff_learned();
  Tell(incident, learned);
  api::v1::ListWorklistRequest request;
  *request.mutable_at_least() = Now();
  api::v1::ListWorklistResponse response;
  const grpc::Status status = stub_->ListWorklist(As(token_).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  ASSERT_GT(response.items_size(), 0);
  EXPECT_EQ(response.items(0).incident(), incident);
  const std::string elsewhere = running_.Token(Role::kPrincipal, {kOtherUnit}, kAuthority);
  ASSERT_TRUE(stub_->ListWorklist(As(elsewhere).get(), request, &response).ok());
  EXPECT_EQ(response.items_size(), 0);
}

TEST_F(Cases, LeaveAnAuditTrailWhoseSealedTextsOpenOnRequest) {
  const std::string child = NewId(), incident = running_.OpenIncident(child);
  Fact fact = Notified("n");
  fact.set_note("Samtal med vårdnadshavaren");
  Tell(incident, fact);
  api::v1::ListAuditTrailRequest request;
  request.set_incident(incident);
  *request.mutable_at_least() = Now();
  api::v1::ListAuditTrailResponse response;
  grpc::Status status = stub_->ListAuditTrail(As(token_).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  ASSERT_EQ(response.entries_size(), 2);
  EXPECT_EQ(response.entries(1).fact().id(), "n");
  EXPECT_EQ(response.entries(1).fact().note(), "");
  EXPECT_THAT(response.entries(1).sealed_fields(), ElementsAre("note"));
  EXPECT_EQ(response.entries(1).actor(), "tester");
  EXPECT_EQ(response.entries(1).role(), "system");
  request.set_open_sealed(true);
  ASSERT_TRUE(stub_->ListAuditTrail(As(token_).get(), request, &response).ok());
  EXPECT_EQ(response.entries(1).fact().note(), "Samtal med vårdnadshavaren");
  request.set_page_size(1);
  ASSERT_TRUE(stub_->ListAuditTrail(As(token_).get(), request, &response).ok());
  EXPECT_EQ(response.entries_size(), 1);
  EXPECT_FALSE(response.next_page_token().empty());
}

TEST_F(Cases, AreComparedBetweenTwoInstants) {
  const std::string incident = running_.OpenIncident(NewId());
  const std::string before = absl::FormatTime(
      absl::RFC3339_full, absl::FromUnixMicros(running_.clock().Now()), absl::UTCTimeZone());
  running_.clock().Advance(60'000'000);
  const auto position = Tell(incident, Notified("n"));
  api::v1::CompareTimelinessRequest request;
  request.set_incident(incident);
  request.mutable_before()->set_as_of(before);
  request.mutable_before()->set_known_at(before);
  *request.mutable_at_least() = position;
  api::v1::CompareTimelinessResponse response;
  const grpc::Status status = stub_->CompareTimeliness(As(token_).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  ASSERT_GT(response.legs_size(), 0);
  ASSERT_GT(response.causes_size(), 0);
  EXPECT_EQ(response.causes(response.causes_size() - 1).position(), position.position());
  EXPECT_GE(response.reflects().position(), position.position());

  request.mutable_after()->set_known_at("then");
  EXPECT_EQ(ErrorOf(stub_->CompareTimeliness(As(token_).get(), request, &response)).field,
            "after.known_at");
  request.mutable_before()->set_as_of("2026-02-30");
  EXPECT_EQ(ErrorOf(stub_->CompareTimeliness(As(token_).get(), request, &response)).field,
            "before.as_of");
  const std::string elsewhere = running_.Token(Role::kPrincipal, {kOtherUnit}, kAuthority);
  EXPECT_EQ(ErrorOf(stub_->CompareTimeliness(As(elsewhere).get(), request, &response)).reason,
            "INCIDENT_UNKNOWN");
  request.set_incident("x");
  EXPECT_EQ(ErrorOf(stub_->CompareTimeliness(As(token_).get(), request, &response)).field,
            "incident");
}

using Watch = std::unique_ptr<grpc::ClientReader<api::v1::WatchCasesResponse>>;

// The cases that come until a checkpoint at or after `until`, and where to resume.
std::vector<api::v1::Case> ReadUntil(grpc::ClientReader<api::v1::WatchCasesResponse>& watch,
                                     uint64_t until, skyndsamt::log::v1::LogPosition* resume) {
  std::vector<api::v1::Case> changed;
  api::v1::WatchCasesResponse message;
  while (watch.Read(&message)) {
    if (message.has_changed()) changed.push_back(message.changed());
    const auto& at = message.has_caught_up() ? message.caught_up() : message.checkpoint();
    if (message.has_changed() || message.has_fell_behind()) continue;
    *resume = at;
    if (at.position() >= until) break;
  }
  return changed;
}

TEST_F(Cases, AreWatchedAndResumedWhereTheWatchLeftOff) {
  const std::string first = running_.OpenIncident(NewId());
  api::v1::WatchCasesRequest request;
  *request.mutable_after() = Now();
  skyndsamt::log::v1::LogPosition resume;
  {
    auto context = As(token_);
    Watch watch = stub_->WatchCases(context.get(), request);
    const uint64_t until = Tell(first, Notified("n1")).position();
    const auto changed = ReadUntil(*watch, until, &resume);
    ASSERT_EQ(changed.size(), 1u);
    EXPECT_EQ(changed[0].incident(), first);
    EXPECT_EQ(changed[0].state(), api::v1::CASE_STATE_NOTIFIED);
    context->TryCancel();
    EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  const std::string second = running_.OpenIncident(NewId());
  *request.mutable_after() = resume;
  auto context = As(token_);
  Watch watch = stub_->WatchCases(context.get(), request);
  const auto changed = ReadUntil(*watch, Now().position(), &resume);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].incident(), second);
  context->TryCancel();
}

TEST_F(Cases, WatchShowsOnlyWhatTheCallerSees) {
  const std::string elsewhere = running_.Token(Role::kPrincipal, {kOtherUnit}, kAuthority);
  api::v1::WatchCasesRequest request;
  *request.mutable_after() = Now();
  running_.OpenIncident(NewId());
  const std::string theirs = running_.OpenIncident(NewId(), kOtherUnit);
  auto context = As(elsewhere);
  Watch watch = stub_->WatchCases(context.get(), request);
  skyndsamt::log::v1::LogPosition resume;
  const auto changed = ReadUntil(*watch, Now().position(), &resume);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].incident(), theirs);
  context->TryCancel();
}

TEST_F(Cases, WatchOfOneIncidentLearnsHowFarItIsAmongManyOthers) {
  api::v1::WatchCasesRequest request;
  request.set_incident(running_.OpenIncident(NewId()));
  *request.mutable_after() = Now();
  const uint64_t before = Now().position();
  running_.RecordMany(125, 90);
  auto context = As(token_);
  Watch watch = stub_->WatchCases(context.get(), request);
  api::v1::WatchCasesResponse message;
  ASSERT_TRUE(watch->Read(&message));
  ASSERT_TRUE(message.has_checkpoint()) << message.ShortDebugString();
  EXPECT_GT(message.checkpoint().position(), before + 9'000);
  EXPECT_LT(message.checkpoint().position(), before + 11'000);
  ASSERT_TRUE(watch->Read(&message));
  EXPECT_TRUE(message.has_caught_up()) << message.ShortDebugString();
  context->TryCancel();
}

TEST_F(Cases, WatchOfAnIncidentJustOpenedFindsIt) {
  for (int i = 0; i < 10; ++i) {
    api::v1::WatchCasesRequest request;
    request.set_incident(running_.RecordOpening(NewId()));
    auto context = As(token_);
    Watch watch = stub_->WatchCases(context.get(), request);
    api::v1::WatchCasesResponse message;
    ASSERT_TRUE(watch->Read(&message));
    EXPECT_TRUE(message.has_caught_up());
    Tell(request.incident(), Notified("n"));
    ASSERT_TRUE(watch->Read(&message));
    EXPECT_EQ(message.changed().incident(), request.incident());
    context->TryCancel();
  }
}

TEST_F(Cases, WatchRefusesWhatItCannotFollow) {
  api::v1::WatchCasesRequest request;
  request.set_unit(NewId());
  auto first = As(token_);
  EXPECT_EQ(ErrorOf(stub_->WatchCases(first.get(), request)->Finish()).reason, "UNIT_UNKNOWN");
  request.clear_unit();
  request.mutable_after()->set_log("another.log");
  auto second = As(token_);
  EXPECT_EQ(ErrorOf(stub_->WatchCases(second.get(), request)->Finish()).field, "after.log");
  auto third = As("");
  EXPECT_EQ(ErrorOf(stub_->WatchCases(third.get(), request)->Finish()).reason, "IDENTITY_MISSING");
}

}  // namespace
}  // namespace skyndsamt::testing
