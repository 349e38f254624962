// Who may record, correct and is asked to do what, through a real server: roles are granted per
// fact, corrections undo nothing that their author could not have done, nobody decides in their own
// case (jäv), and what is proposed next is the caller's to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "google/protobuf/text_format.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using event::v1::Fact;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

// A fact of 1 March 2026 by its kind, e.g. "case_closed {}".
Fact Of(const std::string& id, const std::string& kind) {
  Fact fact = FactAt(id, "2026-03-01");
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(kind, &fact)) << kind;
  return fact;
}

Fact Withdrawal(const std::string& id, const std::string& of) {
  return Of(id, "correction { of: '" + of + "' withdrawn: true reason: 'Fel' }");
}

Fact Replacement(const std::string& id, const std::string& of, const std::string& by) {
  return Of(id, "correction { of: '" + of + "' replacement { happened { edtf: '2026-03-01' } " +
                    by + " } reason: 'Fel' }");
}

class RightsOfCallers : public ::testing::Test {
 protected:
  RightsOfCallers() {
    running_.DeclareOrganisation();
    Connect();
  }
  void Connect() {
    incidents_ = api::v1::IncidentService::NewStub(running_.channel());
    cases_ = api::v1::CaseService::NewStub(running_.channel());
  }
  // As somebody of the role who has read all there is.
  api::v1::RecordFactsRequest Request(const std::string& incident, std::vector<Fact> facts) {
    auto request = Record(incident, std::move(facts));
    request.mutable_expected_revision()->set_exactly(revisions_[incident]);
    return request;
  }
  grpc::Status Send(Role role, const api::v1::RecordFactsRequest& request,
                    api::v1::RecordFactsResponse* answer) {
    const grpc::Status status = incidents_->RecordFacts(
        As(running_.Token(role, {kUnit}, kAuthority)).get(), request, answer);
    if (status.ok()) revisions_[request.incident()] = answer->revision();
    return status;
  }
  grpc::Status Tell(Role role, const std::string& incident, std::vector<Fact> facts) {
    api::v1::RecordFactsResponse answer;
    return Send(role, Request(incident, std::move(facts)), &answer);
  }
  void ExpectTaken(Role role, const std::string& incident, std::vector<Fact> facts) {
    const grpc::Status status = Tell(role, incident, std::move(facts));
    EXPECT_TRUE(status.ok()) << RoleName(role) << " " << ErrorOf(status).reason << " "
                             << ErrorOf(status).field;
  }
  void ExpectRefused(Role role, const std::string& incident, std::vector<Fact> facts,
                     const std::string& reason) {
    const CallError error = ErrorOf(Tell(role, incident, facts));
    EXPECT_EQ(error.reason, reason)
        << RoleName(role) << " " << facts.back().ShortDebugString() << " " << error.field;
    EXPECT_EQ(error.field, "facts[0]");
  }
  std::string Accusing(const std::string& kind) {
    const std::string incident = NewId();
    auto opening = Opening(incident, kUnit, NewId());
    auto& accused = *opening.mutable_facts(0)->mutable_incident_opened()->mutable_accused(0);
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString("kind: " + kind, &accused));
    api::v1::RecordFactsResponse answer;
    const grpc::Status status = Send(Role::kStaff, opening, &answer);
    EXPECT_TRUE(status.ok()) << ErrorOf(status).reason << ErrorOf(status).field;
    return incident;
  }
  // The unit as it is from a day on.
  void DeclareUnit(const std::string& principal, const std::string& from) {
    api::v1::DeclareUnitRequest request;
    request.set_request_id(NewId());
    request.set_authority(kAuthority);
    auto& unit = *request.mutable_unit();
    unit.set_unit(kUnit);
    unit.set_name("Skolan");
    unit.set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
    unit.set_principal(principal);
    unit.set_from(from);
    api::v1::DeclareUnitResponse response;
    const grpc::Status status =
        api::v1::OrganisationService::NewStub(running_.channel())
            ->DeclareUnit(As(running_.Token(Role::kSystem)).get(), request, &response);
    EXPECT_TRUE(status.ok()) << ErrorOf(status).reason << ErrorOf(status).field;
  }
  std::vector<std::string> NextOf(Role role, const std::string& incident) {
    api::v1::GetCaseRequest request;
    request.set_incident(incident);
    request.mutable_at_least()->set_log(running_.log().origin());
    request.mutable_at_least()->set_position(running_.log().committed() - 1);
    api::v1::Case found;
    const std::string token = running_.Token(role, {kUnit}, kAuthority);
    const grpc::Status status = cases_->GetCase(As(token).get(), request, &found);
    EXPECT_TRUE(status.ok()) << ErrorOf(status).reason;
    std::vector<std::string> next(found.next_actions().begin(), found.next_actions().end());
    api::v1::ListCasesRequest list;
    list.set_incident(incident);
    *list.mutable_at_least() = request.at_least();
    api::v1::ListCasesResponse listed;
    EXPECT_TRUE(cases_->ListCases(As(token).get(), list, &listed).ok());
    EXPECT_THAT(listed.cases(0).next_actions(), ::testing::ElementsAreArray(next));
    return next;
  }

  RunningServer running_;
  std::map<std::string, uint64_t> revisions_;
  std::unique_ptr<api::v1::IncidentService::Stub> incidents_;
  std::unique_ptr<api::v1::CaseService::Stub> cases_;
};

struct NotTheirs {
  Role role;
  std::string kind;  // of a fact that is not the role's
};

TEST_F(RightsOfCallers, ACorrectionUndoesNothingThatIsNotTheRoles) {
  const std::vector<NotTheirs> pairs = {
      {Role::kStaff, "investigation_opened {}"},
      {Role::kStaff, "investigation_concluded { finding: FINDING_PARTLY }"},
      {Role::kStaff, "measure_decided { measure: 'm' }"},
      {Role::kStaff, "decision_not_to_inform {}"},
      {Role::kStaff, "case_closed {}"},
      {Role::kInvestigator,
       "investigator_assigned { investigator: 'c0000000-0000-4000-8000-000000000001' }"},
      {Role::kInvestigator, "decision_not_to_inform {}"},
      {Role::kInvestigator, "case_closed {}"}};
  for (const NotTheirs& pair : pairs) {
    SCOPED_TRACE(pair.kind);
    const std::string incident = Accusing("ACCUSED_KIND_CHILD");
    ExpectTaken(Role::kCaseworker, incident, {Of("d", pair.kind)});
    ExpectRefused(pair.role, incident, {Of("d2", pair.kind)}, "ROLE_NOT_ALLOWED");
    ExpectRefused(pair.role, incident, {Withdrawal("w", "d")}, "ROLE_NOT_ALLOWED");
    ExpectRefused(pair.role, incident, {Replacement("r", "d", "principal_informed {}")},
                  "ROLE_NOT_ALLOWED");
    ExpectTaken(Role::kCaseworker, incident, {Withdrawal("w", "d")});
    ExpectRefused(pair.role, incident, {Withdrawal("w2", "w")}, "ROLE_NOT_ALLOWED");
  }
}

TEST_F(RightsOfCallers, ACorrectionIsJudgedAlsoWhereTheIncidentIsReadFromDisk) {
  const std::string incident = Accusing("ACCUSED_KIND_CHILD");
  ExpectTaken(Role::kCaseworker, incident, {Of("c", "case_closed {}")});
  running_.Restart();
  Connect();
  ExpectRefused(Role::kStaff, incident, {Withdrawal("w", "c")}, "ROLE_NOT_ALLOWED");
  ExpectTaken(Role::kPrincipal, incident, {Withdrawal("w", "c")});
}

TEST_F(RightsOfCallers, WhatIsOnesOwnIsCorrectedAndSoIsWhatOneRecordsForOthers) {
  const std::string incident = Accusing("ACCUSED_KIND_CHILD");
  ExpectTaken(Role::kStaff, incident, {Of("s", "staff_learned {}")});
  ExpectTaken(Role::kStaff, incident, {Replacement("s1", "s", "relayed {}")});
  ExpectTaken(Role::kStaff, incident, {Withdrawal("s2", "s1")});
  ExpectTaken(Role::kStaff, incident, {Of("t", "relayed {}"), Withdrawal("t1", "t")});
  ExpectTaken(Role::kInvestigator, incident, {Of("i", "investigation_opened {}")});
  ExpectTaken(Role::kInvestigator, incident, {Withdrawal("i1", "i")});
  ExpectTaken(Role::kCaseworker, incident, {Withdrawal("s3", "s2"), Withdrawal("i2", "i1")});
}

const char* const kDecisions[] = {
    "investigator_assigned { investigator: 'c0000000-0000-4000-8000-000000000001' }",
    "staff_inquiry_held {}",
    "investigation_opened {}",
    "conversation_held {}",
    "finding_recorded {}",
    "investigation_concluded { finding: FINDING_NOT_SUBSTANTIATED }",
    "classified {}",
    "measure_decided { measure: 'm' }",
    "measure_withdrawn { measure: 'm' }",
    "decision_not_to_inform {}",
    "complaint_answered { complaint: 'c' }",
    "case_closed {}"};

TEST_F(RightsOfCallers, AnAccusedPrincipalDecidesNothingInTheirOwnCase) {
  const std::string incident = Accusing("ACCUSED_KIND_PRINCIPAL");
  for (const char* decision : kDecisions) {
    ExpectRefused(Role::kPrincipal, incident, {Of("d", decision)}, "CONFLICT_OF_INTEREST");
  }
  for (const char* told : {"principal_informed {}", "authority_notified {}", "report_received {}",
                           "staff_learned {}", "document_added { document: 'd' }"}) {
    ExpectTaken(Role::kPrincipal, incident, {Of(NewId(), told)});
  }
  ExpectTaken(Role::kCaseworker, incident,
              {Of("f", "staff_learned {}"), Of("c", "case_closed {}")});
  ExpectRefused(Role::kPrincipal, incident, {Of("r", "case_reopened {}")}, "CONFLICT_OF_INTEREST");
  for (const char* of : {"c", "f", "opened"}) {
    ExpectRefused(
        Role::kPrincipal, incident,
        {std::string(of) == "opened"
             ? Replacement("k", of, std::string("incident_opened { unit: '") + kUnit + "' }")
             : Withdrawal("k", of)},
        "CONFLICT_OF_INTEREST");
  }
  running_.Restart();
  Connect();
  ExpectRefused(Role::kPrincipal, incident, {Withdrawal("k", "c")}, "CONFLICT_OF_INTEREST");
}

// One imported fact, and nobody is reminded of the case: that is not for those who work on it.
TEST_F(RightsOfCallers, OnlyTheAuthorityBringsInOldCases) {
  const std::string incident = Accusing("ACCUSED_KIND_PRINCIPAL");
  api::v1::RecordFactsResponse answer;
  for (Role role : {Role::kStaff, Role::kPrincipal, Role::kInvestigator}) {
    auto request = Record(incident, {Of("d", "document_added { document: 'd' }")});
    request.mutable_imported()->set_source("binder");
    const CallError error = ErrorOf(Send(role, request, &answer));
    EXPECT_EQ(error.code, grpc::StatusCode::PERMISSION_DENIED) << RoleName(role);
    EXPECT_EQ(error.reason, "ROLE_NOT_ALLOWED");
    EXPECT_EQ(error.field, "imported");
  }
  for (Role role : {Role::kChief, Role::kCaseworker, Role::kSystem}) {
    auto request = Record(incident, {Of(std::string(RoleName(role)), "staff_learned {}")});
    request.mutable_imported()->set_source("binder");
    EXPECT_TRUE(Send(role, request, &answer).ok()) << RoleName(role);
  }
}

TEST_F(RightsOfCallers, AnImportAssignsNobodyInConflictToACaseOpenedHere) {
  const std::string incident = NewId(), accused = NewId();
  auto opening = Opening(incident, kUnit, NewId());
  opening.mutable_facts(0)->mutable_incident_opened()->add_accused()->set_person(accused);
  api::v1::RecordFactsResponse answer;
  ASSERT_TRUE(Send(Role::kStaff, opening, &answer).ok());
  const Fact assigned = Of("i", "investigator_assigned { investigator: '" + accused + "' }");
  auto request = Record(incident, {assigned});
  request.mutable_imported()->set_source("binder");
  CallError error = ErrorOf(Send(Role::kCaseworker, request, &answer));
  EXPECT_EQ(error.reason, "CONFLICT_OF_INTEREST");
  EXPECT_EQ(error.field, "facts[0].investigator_assigned.investigator");
  // Of an old case it may have been so, in whichever command that is told.
  opening.set_incident(NewId());
  opening.set_request_id(NewId());
  *opening.mutable_imported() = request.imported();
  ASSERT_TRUE(Send(Role::kCaseworker, opening, &answer).ok());
  request.set_incident(opening.incident());
  request.set_request_id(NewId());
  EXPECT_TRUE(Send(Role::kCaseworker, request, &answer).ok());
}

TEST_F(RightsOfCallers, OthersDecideWhereThePrincipalIsAccused) {
  for (Role role : {Role::kChief, Role::kCaseworker}) {
    const std::string incident = Accusing("ACCUSED_KIND_PRINCIPAL");
    int id = 0;
    for (const char* decision : kDecisions) {
      ExpectTaken(role, incident, {Of("d" + std::to_string(++id), decision)});
    }
  }
}

TEST_F(RightsOfCallers, APrincipalDecidesWhereAnotherIsAccused) {
  for (const char* kind : {"ACCUSED_KIND_CHILD", "ACCUSED_KIND_STAFF", "ACCUSED_KIND_CHIEF"}) {
    const std::string incident = Accusing(kind);
    int id = 0;
    for (const char* decision : kDecisions) {
      ExpectTaken(Role::kPrincipal, incident, {Of("d" + std::to_string(++id), decision)});
    }
  }
}

// Who is the principal is asked of today: not of a plan, nor of what was before and entered late.
TEST_F(RightsOfCallers, ThePrincipalOfTodayDecidesNothingInTheirOwnCase) {
  const std::string today = NewId(), planned = NewId(), former = NewId();
  DeclareUnit(today, "2025-08-01");
  DeclareUnit(planned, "2030-01-01");
  DeclareUnit(former, "2020-08-01");
  const auto accusing = [&](const std::string& person) {
    return Accusing("ACCUSED_KIND_PRINCIPAL person: '" + person + "'");
  };
  for (const bool restarted : {false, true}) {
    if (restarted) running_.Restart();
    Connect();
    const std::string own = accusing(today);
    ExpectRefused(Role::kPrincipal, own, {Of("o", "investigation_opened {}")},
                  "CONFLICT_OF_INTEREST");
    EXPECT_THAT(NextOf(Role::kPrincipal, own), Not(Contains("investigation_opened")));
    for (const std::string& other : {planned, former}) {
      const std::string anothers = accusing(other);
      EXPECT_THAT(NextOf(Role::kPrincipal, anothers), Contains("investigation_opened"));
      ExpectTaken(Role::kPrincipal, anothers, {Of("o", "investigation_opened {}")});
    }
  }
}

TEST_F(RightsOfCallers, NextActionsAreThoseTheCallerMayTake) {
  const std::string incident = Accusing("ACCUSED_KIND_CHILD");
  EXPECT_THAT(NextOf(Role::kAuditor, incident), IsEmpty());
  const auto staff = NextOf(Role::kStaff, incident);
  EXPECT_THAT(staff, Contains("staff_learned"));
  EXPECT_THAT(staff, Contains("guardian_informed"));
  EXPECT_THAT(staff, Not(Contains("investigation_opened")));
  EXPECT_THAT(staff, Not(Contains("investigator_assigned")));
  EXPECT_THAT(NextOf(Role::kPrincipal, incident), Contains("investigation_opened"));
  EXPECT_THAT(NextOf(Role::kInvestigator, incident), Not(Contains("investigator_assigned")));
  const std::string own = Accusing("ACCUSED_KIND_PRINCIPAL");
  const auto principal = NextOf(Role::kPrincipal, own);
  EXPECT_THAT(principal, Contains("authority_notified"));
  EXPECT_THAT(principal, Not(Contains("investigation_opened")));
  EXPECT_THAT(NextOf(Role::kStaff, own), Contains("authority_notified"));
  EXPECT_THAT(NextOf(Role::kChief, own), Contains("investigation_opened"));
}

TEST_F(RightsOfCallers, TheAnswerToACommandProposesWhatItsCallerMayTakeAlsoWhenRepeated) {
  const std::string incident = Accusing("ACCUSED_KIND_CHILD");
  const auto request = Request(incident, {Of("s", "staff_learned {}")});
  auto asked = request;
  asked.set_validate_only(true);
  api::v1::RecordFactsResponse told, answer, again;
  ASSERT_TRUE(
      incidents_
          ->RecordFacts(As(running_.Token(Role::kStaff, {kUnit}, kAuthority)).get(), asked, &told)
          .ok());
  ASSERT_TRUE(Send(Role::kStaff, request, &answer).ok());
  ASSERT_TRUE(Send(Role::kStaff, request, &again).ok());
  EXPECT_TRUE(again.deduplicated());
  for (const auto& one : {told, answer, again}) {
    EXPECT_THAT(one.next_actions(), Contains("principal_informed"));
    EXPECT_THAT(one.next_actions(), Not(Contains("investigation_opened")));
    EXPECT_THAT(one.next_actions(), ::testing::ElementsAreArray(answer.next_actions()));
  }
  api::v1::ReceiveReportRequest report;
  report.set_request_id(NewId());
  report.set_unit(kUnit);
  report.add_children()->set_person(NewId());
  api::v1::ReceiveReportResponse received;
  const std::string token = running_.Token(Role::kStaff, {kUnit}, kAuthority);
  ASSERT_TRUE(incidents_->ReceiveReport(As(token).get(), report, &received).ok());
  EXPECT_THAT(received.next_actions(), Contains("principal_informed"));
  EXPECT_THAT(received.next_actions(), Not(Contains("investigation_opened")));
}

}  // namespace
}  // namespace skyndsamt::testing
