// The write path through a real server: recorded, answered again, conflicting, validated, received.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using event::v1::Fact;

class Incidents : public ::testing::Test {
 protected:
  Incidents() {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kPrincipal, {kUnit}, kAuthority);
    Connect();
  }
  void Connect() { stub_ = api::v1::IncidentService::NewStub(running_.channel()); }
  grpc::Status Send(const api::v1::RecordFactsRequest& request,
                    api::v1::RecordFactsResponse* response) {
    return stub_->RecordFacts(As(token_).get(), request, response);
  }

  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::IncidentService::Stub> stub_;
};

Fact Informed(const std::string& id) {
  Fact fact = FactAt(id, "2026-03-01");
  fact.mutable_principal_informed();
  return fact;
}

TEST_F(Incidents, AreOpenedAndContinued) {
  const std::string incident = NewId();
  api::v1::RecordFactsResponse opened;
  ASSERT_TRUE(Send(Opening(incident, kUnit, NewId()), &opened).ok());
  EXPECT_EQ(opened.incident(), incident);
  EXPECT_EQ(opened.revision(), 0u);
  EXPECT_FALSE(opened.deduplicated());
  EXPECT_GT(opened.next_actions_size(), 0);
  EXPECT_EQ(opened.position().log(), running_.log().origin());
  EXPECT_EQ(opened.position().position(), running_.log().committed() - 1);

  api::v1::RecordFactsRequest both = Record(incident, {Informed("a"), Informed("b")});
  both.mutable_expected_revision()->set_exactly(0);
  api::v1::RecordFactsResponse response;
  ASSERT_TRUE(Send(both, &response).ok());
  ASSERT_EQ(response.facts_size(), 2);
  EXPECT_EQ(response.facts(0).id(), "a");
  EXPECT_EQ(response.facts(1).revision(), 2u);
  EXPECT_EQ(response.facts(0).position().position() + 1, response.position().position());
}

TEST_F(Incidents, SameRequestIsAnsweredAgainAlsoAfterARestart) {
  const auto request = Opening(NewId(), kUnit, NewId());
  api::v1::RecordFactsResponse first, again;
  ASSERT_TRUE(Send(request, &first).ok());
  const Position committed = running_.log().committed();
  ASSERT_TRUE(Send(request, &again).ok());
  EXPECT_TRUE(again.deduplicated());
  EXPECT_EQ(again.position().position(), first.position().position());
  running_.Restart();
  Connect();
  ASSERT_TRUE(Send(request, &again).ok());
  EXPECT_TRUE(again.deduplicated());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(running_.log().committed(), committed);
}

TEST_F(Incidents, ExpectedToBeNewOrToExist) {
  const std::string incident = running_.OpenIncident(NewId());
  auto request = Opening(incident, kUnit, NewId());
  request.mutable_expected_revision()->set_none(true);
  api::v1::RecordFactsResponse response;
  EXPECT_EQ(ErrorOf(Send(request, &response)).reason, "INCIDENT_EXISTS");
  request = Record(NewId(), {Informed("a")});
  request.mutable_expected_revision()->set_exists(true);
  EXPECT_EQ(ErrorOf(Send(request, &response)).reason, "INCIDENT_UNKNOWN");
}

TEST_F(Incidents, ValidateOnlyRecordsNothing) {
  const Position committed = running_.log().committed();
  auto request = Opening(NewId(), kUnit, NewId());
  request.set_validate_only(true);
  api::v1::RecordFactsResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  EXPECT_FALSE(response.has_position());
  EXPECT_EQ(running_.log().committed(), committed);
  request.mutable_facts(0)->mutable_happened()->set_edtf("soon");
  EXPECT_EQ(ErrorOf(Send(request, &response)).reason, "TIME_MALFORMED");
}

TEST_F(Incidents, ReportIsReceivedInOneCallFromStaff) {
  token_ = running_.Token(Role::kStaff, {kUnit}, kAuthority);
  api::v1::ReceiveReportRequest request;
  request.set_request_id(NewId());
  request.set_unit(kUnit);
  request.add_children()->set_person(NewId());
  request.set_what_happened("En vuxen skrek åt barnet.");
  request.mutable_receiver()->set_party(event::v1::PARTY_PRINCIPAL);
  api::v1::ReceiveReportResponse response, again;
  const grpc::Status status = stub_->ReceiveReport(As(token_).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  EXPECT_TRUE(ParseUuid(response.incident()).ok());
  EXPECT_GT(response.next_actions_size(), 0);
  ASSERT_TRUE(stub_->ReceiveReport(As(token_).get(), request, &again).ok());
  EXPECT_TRUE(again.deduplicated());
  EXPECT_EQ(again.incident(), response.incident());
}

TEST_F(Incidents, SealedTextIsNowhereInTheLog) {
  const std::string secret = "Kalle Anka grät";
  auto request = Opening(NewId(), kUnit, NewId());
  request.mutable_facts(0)->mutable_incident_opened()->set_description(secret);
  api::v1::RecordFactsResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  const auto read = running_.log().ReadAll({});
  ASSERT_TRUE(read.ok());
  for (const log::Record& record : read->records) {
    EXPECT_EQ(record.body.find(secret), std::string::npos);
  }
}

TEST_F(Incidents, ManyAtOnceAllGetTheirPlace) {
  const std::string incident = running_.OpenIncident(NewId());
  const Position committed = running_.log().committed();
  std::vector<std::thread> callers;
  std::atomic<int> recorded{0};
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 25; ++i) {
        const std::string id = "c" + std::to_string(caller) + "-" + std::to_string(i);
        api::v1::RecordFactsResponse response;
        recorded += Send(Record(incident, {Informed(id)}), &response).ok();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(recorded, 200);
  EXPECT_EQ(running_.log().committed(), committed + 200);
}

TEST_F(Incidents, OfTheUnitAreContinuedByThoseWhoSeeIt) {
  const std::string incident = running_.OpenIncident(NewId());
  api::v1::RecordFactsResponse response;
  EXPECT_TRUE(Send(Record(incident, {Informed("a")}), &response).ok());
  token_ = running_.Token(Role::kCaseworker, {}, kAuthority);
  EXPECT_TRUE(Send(Record(incident, {Informed("b")}), &response).ok());
  token_ = running_.Token(Role::kCaseworker, {}, NewId());
  EXPECT_EQ(ErrorOf(Send(Record(incident, {Informed("c")}), &response)).reason, "INCIDENT_UNKNOWN");
  // Also when the incident has to be read from disk first.
  running_.Restart();
  Connect();
  EXPECT_EQ(ErrorOf(Send(Record(incident, {Informed("d")}), &response)).reason, "INCIDENT_UNKNOWN");
  token_ = running_.Token(Role::kPrincipal, {kUnit}, kAuthority);
  EXPECT_TRUE(Send(Record(incident, {Informed("e")}), &response).ok());
}

}  // namespace
}  // namespace skyndsamt::testing
