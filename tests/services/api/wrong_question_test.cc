// Wrong questions through a real server: each with its code, its reason and its field, in two
// languages.
#include "tests/services/api/wrong_input.h"

namespace skyndsamt::testing {
namespace {

TEST_F(WrongInput, AboutACaseThatIsNotThere) {
  auto cases = api::v1::CaseService::NewStub(running_->channel());
  api::v1::GetCaseRequest request;
  request.set_incident(incident_);
  request.set_child(NewId());
  api::v1::Case found;
  Expect(cases->GetCase(As(token_).get(), request, &found), StatusCode::NOT_FOUND, "CASE_UNKNOWN",
         "child");
  request.set_child("child 7");
  Expect(cases->GetCase(As(token_).get(), request, &found), StatusCode::INVALID_ARGUMENT,
         "FIELD_INVALID", "child");
  request.set_incident(NewId());
  for (const std::string& child : {child_, std::string()}) {
    request.set_child(child);
    Expect(cases->GetCase(As(token_).get(), request, &found), StatusCode::NOT_FOUND,
           "INCIDENT_UNKNOWN", "incident");
  }
  request.set_incident("incident 7");
  Expect(cases->GetCase(As(token_).get(), request, &found), StatusCode::INVALID_ARGUMENT,
         "FIELD_INVALID", "incident");
}

TEST_F(WrongInput, InAQuestionAboutTimeliness) {
  auto cases = api::v1::CaseService::NewStub(running_->channel());
  api::v1::GetTimelinessRequest request;
  api::v1::Timeliness told;
  const auto refused = [&](StatusCode code, const std::string& reason, const std::string& field) {
    Expect(cases->GetTimeliness(As(token_).get(), request, &told), code, reason, field);
  };
  request.set_incident(incident_);
  request.set_as_of("2026-03-01");
  for (const char* instant : {"yesterday", "2026-02-30", "2026-03", "2026-03-01T12:00"}) {
    request.set_known_at(instant);
    refused(StatusCode::INVALID_ARGUMENT, "TIME_MALFORMED", "known_at");
  }
  request.set_as_of("2026-13-01");
  refused(StatusCode::INVALID_ARGUMENT, "TIME_MALFORMED", "as_of");
  CallError error = ErrorOf(cases->GetTimeliness(As(token_).get(), request, &told));
  EXPECT_EQ(error.en.find("EDTF"), std::string::npos) << "not every EDTF is an instant";
  request.set_as_of("2026-03-01");
  request.set_known_at("2026-03-01");
  request.set_child(NewId());
  refused(StatusCode::NOT_FOUND, "CASE_UNKNOWN", "child");
  const std::string two = NewId();
  api::v1::RecordFactsRequest opening = Opening(two, kUnit, NewId());
  opening.mutable_facts(0)->mutable_incident_opened()->add_children()->set_person(NewId());
  ASSERT_TRUE(Send(opening, token_).ok());
  before_ = running_->log().committed();
  request.set_incident(two);
  request.clear_child();
  request.mutable_at_least()->set_log(running_->log().origin());
  request.mutable_at_least()->set_position(before_ - 1);
  refused(StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "child");
  error = ErrorOf(cases->GetTimeliness(As(token_).get(), request, &told));
  EXPECT_NE(error.en.find("several children"), std::string::npos) << error.en;
  EXPECT_NE(error.sv.find("flera barn"), std::string::npos) << error.sv;
  request.set_incident(NewId());
  refused(StatusCode::NOT_FOUND, "INCIDENT_UNKNOWN", "incident");
}

TEST_F(WrongInput, InOtherQuestions) {
  auto cases = api::v1::CaseService::NewStub(running_->channel());
  api::v1::ListAuditTrailRequest trail;
  api::v1::ListAuditTrailResponse entries;
  trail.set_incident(NewId());
  Expect(cases->ListAuditTrail(As(token_).get(), trail, &entries), StatusCode::NOT_FOUND,
         "INCIDENT_UNKNOWN", "incident");
  trail.set_incident(incident_);
  trail.set_child(NewId());
  Expect(cases->ListAuditTrail(As(token_).get(), trail, &entries), StatusCode::NOT_FOUND,
         "CASE_UNKNOWN", "child");
  api::v1::ListCasesRequest list;
  api::v1::ListCasesResponse listed;
  list.set_unit(NewId());
  Expect(cases->ListCases(As(token_).get(), list, &listed), StatusCode::NOT_FOUND, "UNIT_UNKNOWN",
         "unit");
  list.clear_unit();
  list.set_incident(NewId());
  Expect(cases->ListCases(As(token_).get(), list, &listed), StatusCode::NOT_FOUND,
         "INCIDENT_UNKNOWN", "incident");
  api::v1::ListWorklistRequest work;
  api::v1::ListWorklistResponse items;
  work.set_role("janitor");
  Expect(cases->ListWorklist(As(token_).get(), work, &items), StatusCode::INVALID_ARGUMENT,
         "CODE_UNKNOWN", "role");
  auto events = api::v1::EventService::NewStub(running_->channel());
  api::v1::ReadEventsRequest read;
  api::v1::ReadEventsResponse records;
  read.set_stream(NewId());
  const std::string auditor = running_->Token(Role::kAuditor, {}, kAuthority);
  Expect(events->ReadEvents(As(auditor).get(), read, &records), StatusCode::NOT_FOUND,
         "INCIDENT_UNKNOWN", "stream");
  auto organisation = api::v1::OrganisationService::NewStub(running_->channel());
  api::v1::GetAuthorityRequest authority;
  api::v1::Authority found;
  authority.set_authority(NewId());
  Expect(organisation->GetAuthority(As(running_->Token(Role::kSystem)).get(), authority, &found),
         StatusCode::NOT_FOUND, "AUTHORITY_UNKNOWN", "authority");
}

// As a question about the same cases that is answered once.
TEST_F(WrongInput, InAWatch) {
  auto cases = api::v1::CaseService::NewStub(running_->channel());
  const auto watch = [&](const api::v1::WatchCasesRequest& request) {
    auto context = As(token_);
    auto reader = cases->WatchCases(context.get(), request);
    api::v1::WatchCasesResponse step;
    EXPECT_FALSE(reader->Read(&step));
    return reader->Finish();
  };
  api::v1::WatchCasesRequest request;
  request.set_unit("x");
  Expect(watch(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "unit");
  request.set_unit(NewId());
  Expect(watch(request), StatusCode::NOT_FOUND, "UNIT_UNKNOWN", "unit");
  request.clear_unit();
  request.set_incident("x");
  Expect(watch(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "incident");
  request.set_incident(NewId());
  Expect(watch(request), StatusCode::NOT_FOUND, "INCIDENT_UNKNOWN", "incident");
}

TEST_F(WrongInput, InPages) {
  auto cases = api::v1::CaseService::NewStub(running_->channel());
  api::v1::ListCasesRequest request;
  api::v1::ListCasesResponse response;
  request.set_page_size(-1);
  Expect(cases->ListCases(As(token_).get(), request, &response), StatusCode::INVALID_ARGUMENT,
         "FIELD_INVALID", "page_size");
  request.set_page_size(1);
  request.set_page_token("made up");
  Expect(cases->ListCases(As(token_).get(), request, &response), StatusCode::INVALID_ARGUMENT,
         "FIELD_INVALID", "page_token");
}

}  // namespace
}  // namespace skyndsamt::testing
