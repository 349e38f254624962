// Wrong input through a real server: each with its code, its reason and its field, in two
// languages, and nothing recorded.
#include "tests/services/api/wrong_input.h"

namespace skyndsamt::testing {
namespace {

using event::v1::Fact;

Fact Told(const std::string& edtf) {
  Fact fact = FactAt("f1", edtf);
  fact.mutable_principal_informed();
  return fact;
}

TEST_F(WrongInput, MalformedTime) {
  for (const char* edtf :
       {"yesterday", "2026-13-01", "2026-02-30", "26-01-01", "2026-03-01T25:00"}) {
    ExpectRefused(Told(edtf), StatusCode::INVALID_ARGUMENT, "TIME_MALFORMED",
                  "facts[0].happened.edtf");
  }
}

TEST_F(WrongInput, IntervalThatEndsBeforeItBegins) {
  ExpectRefused(Told("2026-02-10/2026-02-01"), StatusCode::INVALID_ARGUMENT,
                "INTERVAL_ENDS_BEFORE_BEGIN", "facts[0].happened.edtf");
}

TEST_F(WrongInput, TimeCertainlyInTheFuture) {
  ExpectRefused(Told("2026-03-04"), StatusCode::INVALID_ARGUMENT, "TIME_IN_FUTURE",
                "facts[0].happened.edtf");
}

TEST_F(WrongInput, UnknownIncident) {
  Expect(Send(Record(NewId(), {Told("2026-03-01")}), token_), StatusCode::NOT_FOUND,
         "INCIDENT_UNKNOWN", "incident");
  Expect(Send(Record("incident 7", {Told("2026-03-01")}), token_), StatusCode::INVALID_ARGUMENT,
         "FIELD_INVALID", "incident");
}

TEST_F(WrongInput, UnknownCase) {
  Fact fact = Told("2026-03-01");
  fact.add_children(NewId());
  ExpectRefused(fact, StatusCode::NOT_FOUND, "CASE_UNKNOWN", "facts[0].children[0]");
}

TEST_F(WrongInput, StepThatAClosedCaseNoLongerTakes) {
  const std::string incident = running_->OpenIncident(NewId());
  Fact closed = FactAt("closed", "2026-03-01");
  closed.mutable_case_closed()->set_outcome(event::v1::CLOSE_OUTCOME_DEALT_WITH);
  api::v1::RecordFactsRequest closing = Record(incident, {closed});
  closing.mutable_expected_revision()->set_exactly(0);
  ASSERT_TRUE(Send(closing, token_).ok());
  before_ = running_->log().committed();
  Fact late = FactAt("f9", "2026-03-02");
  late.mutable_investigation_opened();
  Expect(Send(Record(incident, {late}), token_), StatusCode::FAILED_PRECONDITION, "CASE_CLOSED",
         "facts[0].investigation_opened");
}

TEST_F(WrongInput, StaleRevisionAnswersWhatWasMissed) {
  const std::string incident = running_->OpenIncident(NewId());
  for (int i = 0; i < 2; ++i) {
    Fact fact = Told("2026-03-01");
    fact.set_id("seen" + std::to_string(i));
    fact.set_note("hemlig text om någon");
    ASSERT_TRUE(Send(Record(incident, {fact}), token_).ok());
  }
  before_ = running_->log().committed();
  api::v1::RecordFactsRequest request = Record(incident, {Told("2026-03-02")});
  request.mutable_expected_revision()->set_exactly(0);
  const grpc::Status status = Send(request, token_);
  Expect(status, StatusCode::ABORTED, "REVISION_CONFLICT", "expected_revision");
  const CallError error = ErrorOf(status);
  EXPECT_EQ(error.conflict.current_revision(), 2u);
  ASSERT_EQ(error.conflict.missed_size(), 2);
  EXPECT_EQ(error.conflict.missed(0).id(), "seen0");
  EXPECT_EQ(error.conflict.missed(1).id(), "seen1");
  EXPECT_EQ(status.error_details().find("hemlig"), std::string::npos);
}

TEST_F(WrongInput, LegalTransitionThatNamesNoRevision) {
  Fact closing = FactAt("f1", "2026-03-01");
  closing.mutable_case_closed()->set_outcome(event::v1::CLOSE_OUTCOME_DEALT_WITH);
  Fact concluding = FactAt("f1", "2026-03-01");
  concluding.mutable_investigation_concluded()->set_finding(event::v1::FINDING_PARTLY);
  for (const Fact& fact : {closing, concluding}) {
    api::v1::RecordFactsRequest request = Record(incident_, {Told("2026-03-01"), fact});
    request.mutable_facts(0)->set_id("f0");
    Expect(Send(request, token_), StatusCode::INVALID_ARGUMENT, "REVISION_REQUIRED",
           "expected_revision");
    request.mutable_expected_revision()->set_exists(true);
    Expect(Send(request, token_), StatusCode::INVALID_ARGUMENT, "REVISION_REQUIRED",
           "expected_revision");
  }
}

TEST_F(WrongInput, ReusedRequestId) {
  const std::string incident = running_->OpenIncident(NewId());
  api::v1::RecordFactsRequest request = Record(incident, {Told("2026-03-01")});
  ASSERT_TRUE(Send(request, token_).ok());
  before_ = running_->log().committed();
  request.mutable_facts(0)->mutable_happened()->set_edtf("2026-02-28");
  request.mutable_facts(0)->set_id("another");
  Expect(Send(request, token_), StatusCode::ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
}

TEST_F(WrongInput, MissingOrBadRequestId) {
  api::v1::RecordFactsRequest request = Record(incident_, {Told("2026-03-01")});
  for (const char* id : {"", "7", "not-a-uuid-not-a-uuid-not-a-uuid-not"}) {
    request.set_request_id(id);
    Expect(Send(request, token_), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "request_id");
  }
}

TEST_F(WrongInput, OversizedMessage) {
  api::v1::RecordFactsRequest request = Record(incident_, {Told("2026-03-01")});
  for (const size_t bytes : {(1u << 20) + 100, (4u << 20) - 1000}) {
    request.mutable_facts(0)->set_note(std::string(bytes, 'x'));
    Expect(Send(request, token_), StatusCode::RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE", "");
  }
  // Above what gRPC itself takes: refused while it arrives, with the same code and no more.
  request.mutable_facts(0)->set_note(std::string(6 << 20, 'x'));
  const grpc::Status status = Send(request, token_);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_details(), "");
}

TEST_F(WrongInput, TooLongATextOrTooManyFacts) {
  Fact fact = Told("2026-03-01");
  fact.set_note(std::string(33 * 1024, 'x'));
  ExpectRefused(fact, StatusCode::INVALID_ARGUMENT, "TEXT_TOO_LONG", "facts[0].note");
  std::vector<Fact> many;
  for (int i = 0; i < 101; ++i) {
    many.push_back(Told("2026-03-01"));
    many.back().set_id("m" + std::to_string(i));
  }
  Expect(Send(Record(incident_, many), token_), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
         "facts");
  Expect(Send(Record(incident_, {}), token_), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
         "facts");
}

TEST_F(WrongInput, MissingIdentity) {
  const auto request = Record(incident_, {Told("2026-03-01")});
  Expect(Send(request, ""), StatusCode::UNAUTHENTICATED, "IDENTITY_MISSING", "");
  auto context = As("");
  context->AddMetadata("authorization", "Basic dXNlcjpwYXNz");
  api::v1::RecordFactsResponse response;
  Expect(stub_->RecordFacts(context.get(), request, &response), StatusCode::UNAUTHENTICATED,
         "IDENTITY_MISSING", "");
}

TEST_F(WrongInput, InvalidIdentity) {
  const auto request = Record(incident_, {Told("2026-03-01")});
  Expect(Send(request, "a.b.c"), StatusCode::UNAUTHENTICATED, "IDENTITY_INVALID", "");
  const std::string brief = running_->Token(Role::kCaseworker, {}, kAuthority, 60);
  running_->clock().Advance(66 * Micros{1'000'000});
  Expect(Send(request, brief), StatusCode::UNAUTHENTICATED, "IDENTITY_INVALID", "");
}

TEST_F(WrongInput, WrongRoleForTheCall) {
  const auto request = Record(incident_, {Told("2026-03-01")});
  for (Role role : {Role::kAuditor, Role::kStatistics, Role::kOperator}) {
    Expect(Send(request, running_->Token(role)), StatusCode::PERMISSION_DENIED, "ROLE_NOT_ALLOWED",
           "");
  }
}

TEST_F(WrongInput, WrongRoleForTheFact) {
  Fact fact = FactAt("f1", "2026-03-01");
  fact.mutable_case_closed()->set_outcome(event::v1::CLOSE_OUTCOME_DEALT_WITH);
  const std::string staff = running_->Token(Role::kStaff, {kUnit}, kAuthority);
  Expect(Send(Record(incident_, {fact}), staff), StatusCode::PERMISSION_DENIED, "ROLE_NOT_ALLOWED",
         "facts[0]");
  Fact correction = FactAt("f2", "2026-03-01");
  correction.mutable_correction()->set_of("opened");
  *correction.mutable_correction()->mutable_replacement() = fact;
  Expect(Send(Record(incident_, {correction}), staff), StatusCode::PERMISSION_DENIED,
         "ROLE_NOT_ALLOWED", "facts[0].correction.replacement");
}

TEST_F(WrongInput, IncidentOfAnotherUnitIsAsIfItWereNotThere) {
  const std::string elsewhere = running_->Token(Role::kPrincipal, {kOtherUnit}, kAuthority);
  Expect(Send(Record(incident_, {Told("2026-03-01")}), elsewhere), StatusCode::NOT_FOUND,
         "INCIDENT_UNKNOWN", "incident");
  Expect(Send(Opening(NewId(), kUnit, NewId()), elsewhere), StatusCode::NOT_FOUND, "UNIT_UNKNOWN",
         "facts[0].incident_opened.unit");
}

TEST_F(WrongInput, UnknownUnit) {
  Expect(Send(Opening(NewId(), NewId(), NewId()), token_), StatusCode::NOT_FOUND, "UNIT_UNKNOWN",
         "facts[0].incident_opened.unit");
}

TEST_F(WrongInput, UnknownEnumNumber) {
  Fact fact = Told("2026-03-01");
  fact.set_channel(static_cast<event::v1::Channel>(77));
  ExpectRefused(fact, StatusCode::INVALID_ARGUMENT, "CODE_UNKNOWN", "facts[0].channel");
}

TEST_F(WrongInput, FactOfNoKind) {
  ExpectRefused(FactAt("f1", "2026-03-01"), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
                "facts[0].kind");
}

TEST_F(WrongInput, FactIdTaken) {
  Fact fact = Told("2026-03-01");
  fact.set_id("opened");
  ExpectRefused(fact, StatusCode::ALREADY_EXISTS, "FACT_ID_TAKEN", "facts[0].id");
}

TEST_F(WrongInput, TruncatedBytes) {
  const std::string bytes = Record(incident_, {Told("2026-03-01")}).SerializeAsString();
  Expect(SendBytes(bytes.substr(0, bytes.size() - 3)), StatusCode::INVALID_ARGUMENT,
         "MESSAGE_MALFORMED", "");
  Expect(SendBytes("no message at all"), StatusCode::INVALID_ARGUMENT, "MESSAGE_MALFORMED", "");
}

TEST_F(WrongInput, TextThatIsNotUtf8) {
  Fact fact = Told("2026-03-01");
  fact.set_note("MARKER");
  std::string bytes = Record(incident_, {fact}).SerializeAsString();
  bytes.replace(bytes.find("MARKER"), 6, "\xff\xfe\xff\xfe\xff\xfe");
  Expect(SendBytes(bytes), StatusCode::INVALID_ARGUMENT, "TEXT_NOT_UTF8", "facts[0].note");
}

TEST_F(WrongInput, OneWrongFactRecordsNoneOfThem) {
  Fact good = Told("2026-03-01");
  good.set_id("good");
  Expect(Send(Record(incident_, {good, Told("2026-03-04")}), token_), StatusCode::INVALID_ARGUMENT,
         "TIME_IN_FUTURE", "facts[1].happened.edtf");
}

TEST_F(WrongInput, InAReport) {
  api::v1::ReceiveReportRequest request;
  request.set_request_id(NewId());
  request.set_unit(kUnit);
  request.mutable_happened()->set_edtf("2026-02-30");
  api::v1::ReceiveReportResponse response;
  Expect(stub_->ReceiveReport(As(token_).get(), request, &response), StatusCode::INVALID_ARGUMENT,
         "TIME_MALFORMED", "happened.edtf");
  request.mutable_happened()->set_edtf("2026-02-28");
  request.set_unit(NewId());
  Expect(stub_->ReceiveReport(As(token_).get(), request, &response), StatusCode::NOT_FOUND,
         "UNIT_UNKNOWN", "unit");
  request.set_unit(kUnit);
  request.set_channel(static_cast<event::v1::Channel>(77));
  Expect(stub_->ReceiveReport(As(token_).get(), request, &response), StatusCode::INVALID_ARGUMENT,
         "CODE_UNKNOWN", "channel");
}

TEST_F(WrongInput, UnknownMethod) {
  grpc::GenericStub generic(running_->channel());
  auto context = As(token_);
  grpc::CompletionQueue queue;
  const grpc::ByteBuffer request;
  auto call = generic.PrepareUnaryCall(
      context.get(), "/skyndsamt.api.v1.IncidentService/DeleteEverything", request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag;
  bool ok;
  queue.Next(&tag, &ok);
  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace skyndsamt::testing
