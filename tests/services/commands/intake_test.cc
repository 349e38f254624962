// Intake: one call, two facts, nothing gated.
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

using api::v1::ReceiveReportRequest;
using api::v1::ReceiveReportResponse;
using domain::Rejection;

class IntakeTest : public House {
 protected:
  ReceiveReportRequest Smallest(const std::string& id) {
    ReceiveReportRequest request;
    request.set_request_id(Uuid("request " + id));
    request.set_unit(Uuid("unit"));
    return request;
  }
  ReceiveReportResponse MustReport(const ReceiveReportRequest& request) {
    const auto outcome = Report(request);
    if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
      ADD_FAILURE() << api::v1::Reason_Name(rejection->reason) << " at " << rejection->field;
    }
    const auto* response = std::get_if<ReceiveReportResponse>(&outcome);
    EXPECT_NE(response, nullptr);
    return response == nullptr ? ReceiveReportResponse() : *response;
  }
};

TEST_F(IntakeTest, TakesAReportWithHardlyAnything) {
  const auto response = MustReport(Smallest("1"));
  EXPECT_EQ(response.revision(), 1u);
  EXPECT_EQ(response.position().position(), 1u);
  EXPECT_GT(response.next_actions_size(), 0);
  const auto records = Stream(response.incident());
  ASSERT_EQ(records.size(), 2u);
  const auto opened = Opened(records[0]).fact;
  EXPECT_EQ(opened.happened().edtf(), "unknown");
  EXPECT_EQ(opened.incident_opened().unit(), Uuid("unit"));
  const auto report = Opened(records[1]).fact;
  EXPECT_EQ(report.happened().edtf(), "2026-01-31T11:00:00Z");
  EXPECT_EQ(report.to(), event::v1::PARTY_STAFF);
}

TEST_F(IntakeTest, KeepsAllThatWasSaid) {
  auto request = Smallest("1");
  request.set_incident(Uuid("chosen"));
  request.add_children()->set_person(Uuid("nils"));
  auto& accused = *request.add_accused();
  accused.set_person(Uuid("lärare"));
  accused.set_kind(event::v1::ACCUSED_KIND_STAFF);
  request.set_place("hall");
  request.mutable_happened()->set_edtf("2026-01-20/2026-01-22");
  request.mutable_received()->set_edtf("2026-01-30T08:15+01:00");
  request.mutable_discoverer()->set_party(event::v1::PARTY_CHILD);
  request.mutable_discoverer()->set_person(Uuid("maja"));
  request.mutable_reporter()->set_party(event::v1::PARTY_GUARDIAN);
  request.mutable_reporter()->set_person(Uuid("pappa"));
  request.mutable_receiver()->set_party(event::v1::PARTY_PRINCIPAL);
  request.mutable_receiver()->set_person(Uuid("rektor"));
  request.set_channel(event::v1::CHANNEL_TELEPHONE);
  request.set_what_happened("Ropade i korridoren");
  request.set_believed_reason("vet inte");
  request.set_adults_present(0);
  request.set_children_present(3);
  request.add_mentions(Uuid("nils"));
  const auto response = MustReport(request);
  EXPECT_EQ(response.incident(), Uuid("chosen"));
  const auto records = Stream(Uuid("chosen"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(Opened(records[0]).fact.incident_opened().accused(0).kind(),
            event::v1::ACCUSED_KIND_STAFF);
  const auto report = Opened(records[1]).fact;
  EXPECT_EQ(report.by(), event::v1::PARTY_GUARDIAN);
  EXPECT_EQ(report.by_person(), Uuid("pappa"));
  EXPECT_EQ(report.to(), event::v1::PARTY_PRINCIPAL);
  EXPECT_EQ(report.to_person(), Uuid("rektor"));
  EXPECT_EQ(report.report_received().discoverer().person(), Uuid("maja"));
  EXPECT_EQ(report.report_received().what_happened(), "Ropade i korridoren");
  EXPECT_TRUE(report.report_received().has_adults_present());
  EXPECT_EQ(report.report_received().adults_present(), 0u);
  EXPECT_EQ(report.report_received().children_present(), 3u);
  EXPECT_EQ(AllBytes().find("korridoren"), std::string::npos);
}

TEST_F(IntakeTest, AnswersTheSameReportAgainThoughTimeHasPassed) {
  const auto first = MustReport(Smallest("1"));
  for (const bool restart : {false, true}) {
    clock_.Advance(3600'000'000);
    if (restart) Restart();
    const auto again = MustReport(Smallest("1"));
    EXPECT_TRUE(again.deduplicated());
    EXPECT_EQ(again.incident(), first.incident());
    EXPECT_EQ(again.position().position(), first.position().position());
    auto other = Smallest("1");
    other.set_what_happened("annat");
    EXPECT_TRUE(std::holds_alternative<RequestReused>(Report(other)));
  }
  EXPECT_NE(MustReport(Smallest("2")).incident(), first.incident());
}

TEST_F(IntakeTest, NamesTheFieldsOfTheReport) {
  const auto refused = [&](const ReceiveReportRequest& request, api::v1::Reason reason,
                           const std::string& field) {
    const auto outcome = Report(request);
    const auto* rejection = std::get_if<Rejection>(&outcome);
    ASSERT_NE(rejection, nullptr) << field;
    EXPECT_EQ(api::v1::Reason_Name(rejection->reason), api::v1::Reason_Name(reason)) << field;
    EXPECT_EQ(rejection->field, field);
  };
  auto request = Smallest("1");
  request.set_unit(Uuid("nowhere"));
  refused(request, api::v1::REASON_UNIT_UNKNOWN, "unit");
  request = Smallest("1");
  request.mutable_happened()->set_edtf("i onsdags");
  refused(request, api::v1::REASON_TIME_MALFORMED, "happened.edtf");
  request = Smallest("1");
  request.mutable_received()->set_edtf("2026-02-01");
  refused(request, api::v1::REASON_TIME_IN_FUTURE, "received.edtf");
  request = Smallest("1");
  request.add_mentions("Nils");
  refused(request, api::v1::REASON_FIELD_INVALID, "mentions[0]");
  request = Smallest("1");
  request.mutable_reporter()->set_person("Nils");
  refused(request, api::v1::REASON_FIELD_INVALID, "reporter.person");
  request = Smallest("1");
  request.set_incident("x");
  refused(request, api::v1::REASON_FIELD_INVALID, "incident");
  request = Smallest("");
  request.set_request_id("");
  refused(request, api::v1::REASON_FIELD_INVALID, "request_id");
  EXPECT_EQ(log_->committed(), 0u);

  request = Smallest("1");
  request.set_incident(Uuid("taken"));
  MustReport(request);
  request.set_request_id(Uuid("request 2"));
  refused(request, api::v1::REASON_INCIDENT_EXISTS, "incident");
}

}  // namespace
}  // namespace skyndsamt::commands
