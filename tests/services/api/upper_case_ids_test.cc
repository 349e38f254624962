// Ids are UUIDs, which a client may write in upper case: whatever is asked, the answer is the same.
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "absl/strings/ascii.h"
#include "google/protobuf/text_format.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

class Asked;

struct Question {
  const char* name;
  // Asks it with the id as `written` has it; says what of the answer depends on the id.
  std::function<std::string(Asked&, std::string (*written)(std::string_view))> ask;
};

// An authority with a case and a closing day.
class Asked : public ::testing::TestWithParam<Question> {
 public:
  Asked() {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kCaseworker, {}, kAuthority);
    cases_ = api::v1::CaseService::NewStub(running_.channel());
    policies_ = api::v1::PolicyService::NewStub(running_.channel());
    before_ = Now();
    incident_ = running_.OpenIncident(child_);
  }

  skyndsamt::log::v1::LogPosition Now() {
    skyndsamt::log::v1::LogPosition position;
    position.set_log(running_.log().origin());
    position.set_position(running_.log().committed() - 1);
    return position;
  }
  template <typename Stub, typename Request, typename Response>
  Response Ask(Stub& stub,
               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
               Request request) {
    *request.mutable_at_least() = Now();
    Response response;
    const grpc::Status status = (stub.*method)(As(token_).get(), request, &response);
    EXPECT_TRUE(status.ok()) << ErrorOf(status).reason << " " << ErrorOf(status).field;
    return response;
  }
  void Close(const std::string& unit) {
    api::v1::PublishClosingDaysRequest request;
    request.set_request_id(NewId());
    request.set_authority(kAuthority);
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "version: '1' from: '2026-03-02' until: '2026-06-30' days { first: '2026-03-03' "
        "reason: 'studiedag' } unit: '" +
            unit + "'",
        request.mutable_closing_days()));
    api::v1::PublishClosingDaysResponse response;
    const auto status = policies_->PublishClosingDays(As(token_).get(), request, &response);
    EXPECT_TRUE(status.ok()) << ErrorOf(status).reason << " " << ErrorOf(status).field;
  }

  // Gives the unit a place and opens an incident there, once.
  void OpenIn(const std::string& place) {
    if (std::exchange(opened_in_a_place_, true)) return;
    const std::string system = running_.Token(Role::kSystem);
    api::v1::DeclareUnitRequest unit;
    unit.set_request_id(NewId());
    unit.set_authority(kAuthority);
    unit.mutable_unit()->set_unit(kUnit);
    unit.mutable_unit()->set_name("Förskolan");
    unit.mutable_unit()->add_places(place);
    api::v1::DeclareUnitResponse declared;
    EXPECT_TRUE(api::v1::OrganisationService::NewStub(running_.channel())
                    ->DeclareUnit(As(system).get(), unit, &declared)
                    .ok());
    auto opening = Opening(NewId(), kUnit, NewId());
    opening.mutable_facts(0)->mutable_incident_opened()->set_place(place);
    api::v1::RecordFactsResponse recorded;
    EXPECT_TRUE(api::v1::IncidentService::NewStub(running_.channel())
                    ->RecordFacts(As(system).get(), opening, &recorded)
                    .ok());
  }

  bool opened_in_a_place_ = false;
  const std::string child_ = NewId();
  std::string incident_;
  skyndsamt::log::v1::LogPosition before_;  // the case was opened
  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::CaseService::Stub> cases_;
  std::unique_ptr<api::v1::PolicyService::Stub> policies_;
};

std::string Lower(std::string_view id) { return absl::AsciiStrToLower(std::string(id)); }
std::string Upper(std::string_view id) { return absl::AsciiStrToUpper(std::string(id)); }

TEST_P(Asked, IdsInUpperCaseAreTheSame) {
  const std::string answer = GetParam().ask(*this, Lower);
  EXPECT_NE(answer, "");
  EXPECT_EQ(GetParam().ask(*this, Upper), answer);
}

const Question kQuestions[] = {
    {"OfACase",
     [](Asked& in, auto written) {
       api::v1::GetCaseRequest request;
       request.set_incident(written(in.incident_));
       request.set_child(written(in.child_));
       return in.Ask(*in.cases_, &api::v1::CaseService::Stub::GetCase, request).child();
     }},
    {"OfAUnitsCases",
     [](Asked& in, auto written) {
       api::v1::ListCasesRequest request;
       request.set_unit(written(kUnit));
       const auto list = in.Ask(*in.cases_, &api::v1::CaseService::Stub::ListCases, request);
       return list.cases_size() == 1 ? list.cases(0).incident() : "";
     }},
    {"OfAChildsPattern",
     [](Asked& in, auto written) {
       api::v1::GetPatternRequest request;
       request.set_child(written(in.child_));
       const auto found = in.Ask(*in.cases_, &api::v1::CaseService::Stub::GetPattern, request);
       return found.incidents_size() == 1 ? found.incidents(0).incident() : "";
     }},
    {"OfAPlacesPattern",
     [](Asked& in, auto written) {
       in.OpenIn("hallen");
       api::v1::GetPatternRequest request;
       request.mutable_place()->set_unit(written(kUnit));
       request.mutable_place()->set_place("hallen");
       const auto found = in.Ask(*in.cases_, &api::v1::CaseService::Stub::GetPattern, request);
       return found.incidents_size() == 1 ? found.incidents(0).incident() : "";
     }},
    {"OfAnIncidentWatched",
     [](Asked& in, auto written) {
       api::v1::WatchCasesRequest request;
       request.set_incident(written(in.incident_));
       *request.mutable_after() = in.before_;
       auto context = As(in.token_);
       auto watch = in.cases_->WatchCases(context.get(), request);
       api::v1::WatchCasesResponse message;
       EXPECT_TRUE(watch->Read(&message));
       context->TryCancel();
       return message.changed().incident();
     }},
    {"OfADraftsAuthority",
     [](Asked& in, auto written) {
       api::v1::PreviewPolicyRequest request;
       request.set_authority(written(kAuthority));
       request.mutable_draft()->add_routines()->set_version("1");
       request.mutable_draft()->mutable_routines(0)->set_from("2026-01-01");
       request.mutable_draft()->mutable_routines(0)->set_reason("utkast");
       *request.mutable_at_least() = in.Now();
       auto context = As(in.token_);
       auto steps = in.policies_->PreviewPolicy(context.get(), request);
       api::v1::PreviewPolicyResponse step, last;
       while (steps->Read(&step)) last = step;
       const grpc::Status status = steps->Finish();
       EXPECT_TRUE(status.ok()) << ErrorOf(status).reason << " " << ErrorOf(status).field;
       return last.incidents_total() == 0 ? "" : std::to_string(last.incidents_total());
     }},
    {"OfAUnitsClosingDays", [](Asked& in, auto written) {
       if (written("a") == "a") in.Close(kUnit);
       api::v1::ListClosingDaysRequest request;
       request.set_authority(written(kAuthority));
       request.set_unit(written(kUnit));
       const auto list =
           in.Ask(*in.policies_, &api::v1::PolicyService::Stub::ListClosingDays, request);
       return list.closing_days_size() == 1 ? list.closing_days(0).unit() : "";
     }}};

INSTANTIATE_TEST_SUITE_P(Questions, Asked, ::testing::ValuesIn(kQuestions),
                         [](const auto& question) { return question.param.name; });

}  // namespace
}  // namespace skyndsamt::testing
