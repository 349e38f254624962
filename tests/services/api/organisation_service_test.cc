// Authorities, units, routines and rule sets through a real server.
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

class Organisations : public ::testing::Test {
 protected:
  Organisations() {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kCaseworker, {}, kAuthority);
    organisation_ = api::v1::OrganisationService::NewStub(running_.channel());
    policy_ = api::v1::PolicyService::NewStub(running_.channel());
  }

  api::v1::PublishRoutineRequest Routine(const std::string& version) {
    api::v1::PublishRoutineRequest request;
    request.set_request_id(NewId());
    request.set_authority(kAuthority);
    auto* routine = request.mutable_routine();
    routine->set_version(version);
    routine->set_from("2026-03-02");
    routine->set_source("Beslut 2026-02-01");
    auto* limit = routine->add_limits();
    limit->set_leg(event::v1::LEG_NOTIFY_AUTHORITY);
    limit->set_limit("P1D");
    limit->set_days(event::v1::DAY_COUNT_WORKING);
    limit->set_words("omgående");
    return request;
  }

  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::OrganisationService::Stub> organisation_;
  std::unique_ptr<api::v1::PolicyService::Stub> policy_;
};

TEST_F(Organisations, AreReadAsDeclared) {
  api::v1::GetAuthorityRequest get;
  get.set_authority(kAuthority);
  api::v1::Authority authority;
  ASSERT_TRUE(organisation_->GetAuthority(As(token_).get(), get, &authority).ok());
  EXPECT_EQ(authority.declared().name(), "Exempelkommun");
  EXPECT_EQ(authority.reflects().log(), running_.log().origin());

  api::v1::ListUnitsRequest list;
  list.set_authority(kAuthority);
  list.set_page_size(1);
  api::v1::ListUnitsResponse units;
  ASSERT_TRUE(organisation_->ListUnits(As(token_).get(), list, &units).ok());
  ASSERT_EQ(units.units_size(), 1);
  EXPECT_EQ(units.units(0).unit(), kUnit);
  list.set_page_token(units.next_page_token());
  ASSERT_TRUE(organisation_->ListUnits(As(token_).get(), list, &units).ok());
  ASSERT_EQ(units.units_size(), 1);
  EXPECT_EQ(units.units(0).unit(), kOtherUnit);
  ASSERT_EQ(units.declarations_size(), 1);
  ASSERT_EQ(units.declarations(0).declared_size(), 1);
  EXPECT_EQ(units.declarations(0).declared(0).unit(), kOtherUnit);
}

TEST_F(Organisations, OfOthersAreNotThere) {
  const std::string other = running_.Token(Role::kCaseworker, {}, NewId());
  api::v1::GetAuthorityRequest get;
  get.set_authority(kAuthority);
  api::v1::Authority authority;
  EXPECT_EQ(ErrorOf(organisation_->GetAuthority(As(other).get(), get, &authority)).reason,
            "AUTHORITY_UNKNOWN");
  get.set_authority("7");
  EXPECT_EQ(ErrorOf(organisation_->GetAuthority(As(token_).get(), get, &authority)).field,
            "authority");
  get.set_authority(NewId());
  const std::string system = running_.Token(Role::kSystem);
  EXPECT_EQ(ErrorOf(organisation_->GetAuthority(As(system).get(), get, &authority)).reason,
            "AUTHORITY_UNKNOWN");
  api::v1::PublishRoutineResponse response;
  EXPECT_EQ(ErrorOf(policy_->PublishRoutine(As(other).get(), Routine("1"), &response)).reason,
            "AUTHORITY_UNKNOWN");
}

TEST_F(Organisations, AreDeclaredByThoseWhoMay) {
  api::v1::DeclareAuthorityRequest request;
  request.set_request_id(NewId());
  request.mutable_authority()->set_authority(NewId());
  request.mutable_authority()->set_name("Annan kommun");
  request.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
  api::v1::DeclareAuthorityResponse response;
  EXPECT_EQ(ErrorOf(organisation_->DeclareAuthority(As(token_).get(), request, &response)).reason,
            "ROLE_NOT_ALLOWED");
  const std::string system = running_.Token(Role::kSystem);
  ASSERT_TRUE(organisation_->DeclareAuthority(As(system).get(), request, &response).ok());
  EXPECT_FALSE(response.deduplicated());
  ASSERT_TRUE(organisation_->DeclareAuthority(As(system).get(), request, &response).ok());
  EXPECT_TRUE(response.deduplicated());
  request.mutable_authority()->set_name("Något annat");
  EXPECT_EQ(ErrorOf(organisation_->DeclareAuthority(As(system).get(), request, &response)).reason,
            "REQUEST_ID_REUSED");
}

class Handovers : public Organisations {
 protected:
  Handovers() {
    api::v1::DeclareAuthorityRequest request;
    request.set_request_id(NewId());
    request.mutable_authority()->set_authority(other_);
    request.mutable_authority()->set_name("Friskolan");
    request.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_PRIVATE);
    api::v1::DeclareAuthorityResponse response;
    const auto status = organisation_->DeclareAuthority(As(running_.Token(Role::kSystem)).get(),
                                                        request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  CallError Declare(const std::string& token, const std::string& authority, const std::string& unit,
                    const std::string& from = "", const std::string& request_id = NewId()) {
    api::v1::DeclareUnitRequest request;
    request.set_request_id(request_id);
    request.set_authority(authority);
    request.mutable_unit()->set_unit(unit);
    request.mutable_unit()->set_name("Skolan");
    request.mutable_unit()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
    request.mutable_unit()->set_from(from);
    api::v1::DeclareUnitResponse response;
    return ErrorOf(organisation_->DeclareUnit(As(token).get(), request, &response));
  }

  // How many cases a caseworker of the authority is shown, and how many units it has.
  std::pair<int, int> Of(const std::string& authority) {
    const std::string token = running_.Token(Role::kCaseworker, {}, authority);
    api::v1::ListCasesResponse cases;
    const auto listed =
        api::v1::CaseService::NewStub(running_.channel())->ListCases(As(token).get(), {}, &cases);
    EXPECT_TRUE(listed.ok()) << listed.error_message();
    api::v1::ListUnitsRequest list;
    list.set_authority(authority);
    api::v1::ListUnitsResponse units;
    EXPECT_TRUE(organisation_->ListUnits(As(token).get(), list, &units).ok());
    return {cases.cases_size(), units.units_size()};
  }

  const std::string other_ = NewId();
};

TEST_F(Handovers, NobodyTakesAnothersUnit) {
  running_.OpenIncident(NewId());
  const CallError taken = Declare(running_.Token(Role::kChief, {}, other_), other_, kUnit);
  EXPECT_EQ(taken.reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(taken.field, "unit.unit");
  EXPECT_EQ(Of(other_), std::pair(0, 0));
  EXPECT_EQ(Of(kAuthority), std::pair(1, 2));
  EXPECT_EQ(Declare(token_, kAuthority, kUnit).reason, "") << "one's own may be declared anew";
  const std::string of_one = running_.Token(Role::kCaseworker, {kOtherUnit}, kAuthority);
  EXPECT_EQ(Declare(of_one, kAuthority, kUnit).reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(Declare(of_one, kAuthority, NewId()).reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(Declare(of_one, kAuthority, kOtherUnit).reason, "");
}

TEST_F(Handovers, AUnitIsHandedOverWithItsCasesByWhoIsBoundToNoAuthority) {
  running_.OpenIncident(NewId());
  EXPECT_EQ(Declare(running_.Token(Role::kSystem), other_, kUnit).reason, "");
  EXPECT_EQ(Of(other_), std::pair(1, 1));
  EXPECT_EQ(Of(kAuthority), std::pair(0, 1));
  EXPECT_EQ(Declare(token_, kAuthority, kUnit).reason, "UNIT_NOT_ALLOWED");
  running_.Restart();
  organisation_ = api::v1::OrganisationService::NewStub(running_.channel());
  EXPECT_EQ(Of(other_), std::pair(1, 1));
  EXPECT_EQ(Of(kAuthority), std::pair(0, 1));
  EXPECT_EQ(Declare(token_, kAuthority, kUnit).reason, "UNIT_NOT_ALLOWED");
}

// Whoever never got the answer may ask again, also once the unit is no longer in sight.
TEST_F(Handovers, ARequestFromBeforeAUnitWasHandedOverIsAnsweredAgain) {
  const std::string of_one = running_.Token(Role::kCaseworker, {kUnit}, kAuthority);
  for (const std::string& caller : {token_, of_one}) {
    const std::string request = NewId();
    EXPECT_EQ(Declare(caller, kAuthority, kUnit, "", request).reason, "");
    EXPECT_EQ(Declare(running_.Token(Role::kSystem), other_, kUnit).reason, "");
    EXPECT_EQ(Declare(caller, kAuthority, kUnit, "", request).reason, "");
    EXPECT_EQ(Declare(caller, kAuthority, kUnit).reason, "UNIT_NOT_ALLOWED");
    EXPECT_EQ(Of(other_), std::pair(0, 1)) << "nothing was declared anew";
    EXPECT_EQ(Declare(running_.Token(Role::kSystem), kAuthority, kUnit).reason, "");
  }
}

TEST_F(Handovers, AnAuthorityInUpperCaseKeepsItsUnit) {
  const std::string unit = NewId();
  const std::string upper = absl::AsciiStrToUpper(kAuthority);
  EXPECT_EQ(Declare(running_.Token(Role::kSystem), upper, unit).reason, "");
  EXPECT_EQ(Declare(running_.Token(Role::kChief, {}, kAuthority), kAuthority, unit).reason, "");
}

TEST_F(Handovers, AUnitStaysWithItsAuthorityUntilTheDayItIsHandedOver) {
  const std::string incident = running_.OpenIncident(NewId());
  EXPECT_EQ(Declare(running_.Token(Role::kSystem), other_, kUnit, "2030-01-01").reason, "");
  const std::string next = running_.Token(Role::kCaseworker, {}, other_);
  // What each is told of the case, the worklist and a report of the unit.
  const auto asked = [&](const std::string& token) {
    const auto cases = api::v1::CaseService::NewStub(running_.channel());
    api::v1::GetCaseRequest get;
    get.set_incident(incident);
    api::v1::Case found;
    api::v1::ListWorklistRequest list;
    list.set_unit(kUnit);
    api::v1::ListWorklistResponse items;
    api::v1::ReceiveReportRequest report;
    report.set_request_id(NewId());
    report.set_unit(kUnit);
    report.set_place("nowhere");  // a unit in sight has no such place
    report.add_children()->set_person(NewId());
    api::v1::ReceiveReportResponse received;
    return std::vector<std::string>{
        ErrorOf(cases->GetCase(As(token).get(), get, &found)).reason,
        ErrorOf(cases->ListWorklist(As(token).get(), list, &items)).reason,
        ErrorOf(api::v1::IncidentService::NewStub(running_.channel())
                    ->ReceiveReport(As(token).get(), report, &received))
            .reason};
  };
  const std::vector<std::string> sees = {"", "", "CODE_UNKNOWN"};
  const std::vector<std::string> sees_nothing = {"INCIDENT_UNKNOWN", "UNIT_UNKNOWN",
                                                 "UNIT_UNKNOWN"};
  EXPECT_EQ(asked(token_), sees);
  EXPECT_EQ(asked(next), sees_nothing);
  EXPECT_EQ(Of(kAuthority), std::pair(1, 2));
  EXPECT_EQ(Of(other_), std::pair(0, 0));
  const std::string chief = running_.Token(Role::kChief, {}, other_);
  EXPECT_EQ(Declare(chief, other_, kUnit).reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(Declare(chief, other_, kUnit, "2029-01-01").reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(Declare(chief, other_, kUnit, "2030-01-01").reason, "") << "its own from then on";
  EXPECT_EQ(Declare(token_, kAuthority, kUnit, "2026-01-01").reason, "");
  EXPECT_EQ(Declare(token_, kAuthority, kUnit, "2031-01-01").reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(Declare(chief, other_, kUnit, "2020-01-01").reason, "UNIT_NOT_ALLOWED") << "nor then";
  EXPECT_EQ(asked(token_), sees);

  running_.clock().Advance(4 * 365 * Micros{86'400'000'000});
  const auto renewed = [&](const std::string& authority) {
    return running_.Token(Role::kCaseworker, {}, authority);
  };
  EXPECT_EQ(asked(renewed(kAuthority)), sees_nothing);
  EXPECT_EQ(asked(renewed(other_)), sees);
  EXPECT_EQ(Of(kAuthority), std::pair(0, 1));
  EXPECT_EQ(Of(other_), std::pair(1, 1));
}

TEST_F(Handovers, WhereAnAuthorityAndAUnitWereDeclaredLastIsTold) {
  const auto recorded = [&] { return running_.log().committed() - 1; };
  api::v1::GetAuthorityRequest get;
  get.set_authority(other_);
  api::v1::Authority authority;
  const std::string system = running_.Token(Role::kSystem);
  ASSERT_TRUE(organisation_->GetAuthority(As(system).get(), get, &authority).ok());
  EXPECT_EQ(authority.declared_at().position(), recorded());
  EXPECT_EQ(authority.declared_at().log(), running_.log().origin());
  api::v1::ListUnitsRequest list;
  list.set_authority(kAuthority);
  for (const std::string& by : {std::string(kAuthority), other_}) {
    EXPECT_EQ(Declare(system, by, kUnit, "2030-01-01").reason, "");
    const Position last = recorded();
    running_.OpenIncident(NewId());
    api::v1::ListUnitsResponse units;
    ASSERT_TRUE(organisation_->ListUnits(As(token_).get(), list, &units).ok());
    ASSERT_EQ(units.declarations_size(), 2);
    EXPECT_EQ(units.declarations(0).declared(0).unit(), kUnit);
    EXPECT_EQ(units.declarations(0).declared_at().position(), last) << "by whichever authority";
    EXPECT_EQ(units.declarations(0).of_another(), by == other_);
    EXPECT_LT(units.declarations(1).declared_at().position(), last);
    EXPECT_EQ(units.declarations(1).declared_at().log(), running_.log().origin());
  }
}

// What is published early binds on the authority's own days alone.
TEST_F(Handovers, WhoIsToHaveAUnitMayPublishItsClosingDaysBefore) {
  const auto close = [&](const std::string& token) {
    api::v1::PublishClosingDaysRequest request;
    request.set_request_id(NewId());
    request.set_authority(other_);
    auto& days = *request.mutable_closing_days();
    days.set_version("1");
    days.set_unit(kUnit);
    days.set_from("2030-01-01");
    days.set_until("2030-06-30");
    days.add_days()->set_first("2030-01-07");
    days.mutable_days(0)->set_reason("studiedag");
    api::v1::PublishClosingDaysResponse response;
    return ErrorOf(policy_->PublishClosingDays(As(token).get(), request, &response)).reason;
  };
  const std::string next = running_.Token(Role::kCaseworker, {}, other_);
  EXPECT_EQ(close(next), "UNIT_NOT_ALLOWED");
  EXPECT_EQ(Declare(running_.Token(Role::kSystem), other_, kUnit, "2030-01-01").reason, "");
  running_.OpenIncident(NewId());  // the views know of the declaration, too
  EXPECT_EQ(close(next), "");
  EXPECT_EQ(close(running_.Token(Role::kPrincipal, {NewId()}, other_)), "UNIT_NOT_ALLOWED");
}

TEST_F(Organisations, PolicyForAllUnitsNeedsAllInSight) {
  api::v1::PublishRoutineResponse response;
  const std::string of_one = running_.Token(Role::kCaseworker, {kUnit}, kAuthority);
  const CallError refused =
      ErrorOf(policy_->PublishRoutine(As(of_one).get(), Routine("1"), &response));
  EXPECT_EQ(refused.reason, "UNIT_NOT_ALLOWED");
  EXPECT_EQ(refused.field, "authority");
}

TEST_F(Organisations, UnitOfAnUnknownAuthorityOrFormIsRefused) {
  const std::string system = running_.Token(Role::kSystem);
  api::v1::DeclareUnitRequest request;
  request.set_request_id(NewId());
  request.set_authority(NewId());
  request.mutable_unit()->set_unit(NewId());
  request.mutable_unit()->set_name("Skolan");
  request.mutable_unit()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
  api::v1::DeclareUnitResponse response;
  const Position before = running_.log().committed();
  EXPECT_EQ(ErrorOf(organisation_->DeclareUnit(As(system).get(), request, &response)).reason,
            "AUTHORITY_UNKNOWN");
  request.set_authority(kAuthority);
  request.mutable_unit()->set_form(static_cast<event::v1::UnitForm>(99));
  const CallError error = ErrorOf(organisation_->DeclareUnit(As(system).get(), request, &response));
  EXPECT_EQ(error.reason, "CODE_UNKNOWN");
  EXPECT_EQ(error.field, "unit.form");
  request.mutable_unit()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
  request.mutable_unit()->set_from("2026-02-30");
  const grpc::Status dated = organisation_->DeclareUnit(As(system).get(), request, &response);
  EXPECT_EQ(dated.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(dated).field, "unit.from");
  EXPECT_EQ(running_.log().committed(), before);
}

TEST_F(Organisations, RoutinesArePublishedOnceAVersion) {
  api::v1::PublishRoutineResponse response;
  grpc::Status status = policy_->PublishRoutine(As(token_).get(), Routine("2026-1"), &response);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  EXPECT_EQ(ErrorOf(policy_->PublishRoutine(As(token_).get(), Routine("2026-1"), &response)).reason,
            "VERSION_EXISTS");
  api::v1::ListRoutinesRequest list;
  list.set_authority(kAuthority);
  api::v1::ListRoutinesResponse routines;
  ASSERT_TRUE(policy_->ListRoutines(As(token_).get(), list, &routines).ok());
  ASSERT_EQ(routines.routines_size(), 1);
  EXPECT_EQ(routines.routines(0).limits(0).words(), "omgående");
}

TEST_F(Organisations, ShippedRuleSetIsThereFromTheStart) {
  api::v1::RuleSet rules;
  ASSERT_TRUE(policy_->GetRuleSet(As(token_).get(), {}, &rules).ok());
  EXPECT_FALSE(rules.published().version().empty());
  EXPECT_GT(rules.published().statutes_size(), 0);
  EXPECT_GT(rules.published().yardsticks_size(), 0);
}

}  // namespace
}  // namespace skyndsamt::testing
