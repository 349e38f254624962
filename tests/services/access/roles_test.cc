// The tables of roles, read as a lawyer would ask.
#include "services/access/roles.h"

#include <gtest/gtest.h>

namespace skyndsamt::access {
namespace {

using event::v1::Fact;

constexpr char kAuthority[] = "authority";

Identity As(Role role, std::vector<std::string> units = {}, std::string authority = kAuthority) {
  return {"issuer", "someone", role, std::move(authority), std::move(units)};
}

TEST(Roles, NamesAreReadBack) {
  for (Role role : kAllRoles) EXPECT_EQ(ParseRole(RoleName(role)), role);
  EXPECT_EQ(ParseRole("Staff"), std::nullopt);
  EXPECT_EQ(ParseRole(""), std::nullopt);
}

TEST(Roles, IntakeIsOpenToEveryoneInSchool) {
  for (Role role : {Role::kStaff, Role::kPrincipal, Role::kChief, Role::kCaseworker,
                    Role::kInvestigator, Role::kSystem}) {
    EXPECT_TRUE(MayCall(role, Rpc::kReceiveReport)) << RoleName(role);
    for (auto fact : {Fact::kReportReceived, Fact::kStaffLearned, Fact::kPrincipalInformed,
                      Fact::kConcernArisen, Fact::kDocumentsRequested}) {
      EXPECT_TRUE(MayRecord(role, fact)) << RoleName(role) << " " << fact;
    }
  }
}

TEST(Roles, WhatRecordsIsNotForAReplica) {
  for (Rpc rpc : {Rpc::kRecordFacts, Rpc::kReceiveReport, Rpc::kDeclareAuthority, Rpc::kDeclareUnit,
                  Rpc::kPublishRoutine, Rpc::kPublishClosingDays, Rpc::kPublishYardsticks,
                  Rpc::kPublishRuleSet}) {
    EXPECT_TRUE(Records(rpc));
  }
  for (Rpc rpc : {Rpc::kGetCase, Rpc::kListWorklist, Rpc::kWatchCases, Rpc::kReadEvents,
                  Rpc::kSubscribeEvents, Rpc::kGetCheckpoint, Rpc::kGetServerStatus,
                  Rpc::kListForecast, Rpc::kCompareTimeliness, Rpc::kPreviewPolicy}) {
    EXPECT_FALSE(Records(rpc));
  }
}

TEST(Roles, DecisionsAreNotStaffs) {
  for (auto fact : {Fact::kInvestigatorAssigned, Fact::kInvestigationConcluded,
                    Fact::kMeasureDecided, Fact::kCaseClosed, Fact::kDecisionNotToInform}) {
    EXPECT_FALSE(MayRecord(Role::kStaff, fact)) << fact;
    EXPECT_TRUE(MayRecord(Role::kPrincipal, fact)) << fact;
  }
  EXPECT_FALSE(MayRecord(Role::kInvestigator, Fact::kInvestigatorAssigned));
  EXPECT_TRUE(MayRecord(Role::kInvestigator, Fact::kInvestigationConcluded));
}

TEST(Roles, OldCasesAreTheAuthoritysToBringIn) {
  for (Role role : kAllRoles) {
    const bool authority =
        role == Role::kChief || role == Role::kCaseworker || role == Role::kSystem;
    EXPECT_EQ(MayImport(role), authority) << RoleName(role);
  }
}

TEST(Roles, StaffNotifyTheAuthorityPastAPrincipal) {
  EXPECT_TRUE(MayRecord(Role::kStaff, Fact::kAuthorityNotified));
}

TEST(Roles, OnlyAPrincipalIsTouchedByAnAccusationOfThePrincipal) {
  const auto* kinds = Fact::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    const auto kind = static_cast<Fact::KindCase>(kinds->field(i)->number());
    for (Role role : kAllRoles) {
      if (role == Role::kPrincipal) continue;
      EXPECT_TRUE(MayRecordWherePrincipalAccused(role, kind)) << RoleName(role) << " " << kind;
      EXPECT_TRUE(MayCorrectWherePrincipalAccused(role, kind)) << RoleName(role) << " " << kind;
    }
    // What one may correct one may also record.
    EXPECT_TRUE(MayRecordWherePrincipalAccused(Role::kPrincipal, kind) ||
                !MayCorrectWherePrincipalAccused(Role::kPrincipal, kind));
  }
  for (auto fact : {Fact::kCaseClosed, Fact::kInvestigationOpened, Fact::kMeasureDecided}) {
    EXPECT_FALSE(MayRecordWherePrincipalAccused(Role::kPrincipal, fact)) << fact;
  }
  for (auto fact : {Fact::kReportReceived, Fact::kAuthorityNotified, Fact::kDocumentAdded}) {
    EXPECT_TRUE(MayRecordWherePrincipalAccused(Role::kPrincipal, fact)) << fact;
  }
}

TEST(Roles, AuditorsReadAndRecordNothing) {
  EXPECT_TRUE(MayCall(Role::kAuditor, Rpc::kListAuditTrail));
  EXPECT_TRUE(MayCall(Role::kAuditor, Rpc::kReadEvents));
  EXPECT_FALSE(MayCall(Role::kAuditor, Rpc::kRecordFacts));
  const auto* kinds = Fact::descriptor()->FindOneofByName("kind");
  ASSERT_NE(kinds, nullptr);
  for (int i = 0; i < kinds->field_count(); ++i) {
    const auto kind = static_cast<Fact::KindCase>(kinds->field(i)->number());
    EXPECT_FALSE(MayRecord(Role::kAuditor, kind));
    EXPECT_TRUE(MayRecord(Role::kCaseworker, kind));
  }
}

TEST(Roles, OperatorsAndStatisticsNeverSeeACase) {
  for (Role role : {Role::kOperator, Role::kStatistics}) {
    for (Rpc rpc : {Rpc::kGetCase, Rpc::kListCases, Rpc::kListWorklist, Rpc::kGetTimeliness,
                    Rpc::kCompareTimeliness, Rpc::kGetForecast, Rpc::kListForecast,
                    Rpc::kGetPattern, Rpc::kListAuditTrail, Rpc::kWatchCases, Rpc::kRecordFacts}) {
      EXPECT_FALSE(MayCall(role, rpc)) << RoleName(role);
    }
    EXPECT_FALSE(MayOpenSealed(role));
  }
  EXPECT_TRUE(MayCall(Role::kOperator, Rpc::kCreateBackup));
  EXPECT_FALSE(MayCall(Role::kCaseworker, Rpc::kCreateBackup));
}

TEST(Roles, PolicyIsTheAuthoritysAndStatutesTheSystems) {
  for (Role role : {Role::kChief, Role::kCaseworker, Role::kSystem}) {
    for (Rpc rpc : {Rpc::kPublishRoutine, Rpc::kPublishClosingDays, Rpc::kPublishYardsticks,
                    Rpc::kPreviewPolicy}) {
      EXPECT_TRUE(MayCall(role, rpc)) << RoleName(role);
    }
    EXPECT_EQ(MayCall(role, Rpc::kPublishRuleSet), role == Role::kSystem) << RoleName(role);
  }
  EXPECT_TRUE(MayCall(Role::kPrincipal, Rpc::kPublishClosingDays));
  for (Rpc rpc : {Rpc::kPublishRoutine, Rpc::kPublishYardsticks, Rpc::kPreviewPolicy}) {
    EXPECT_FALSE(MayCall(Role::kPrincipal, rpc));
    EXPECT_FALSE(MayCall(Role::kStaff, rpc));
  }
  EXPECT_FALSE(MayCall(Role::kStaff, Rpc::kPublishClosingDays));
  EXPECT_TRUE(MayCall(Role::kAuditor, Rpc::kPreviewPolicy)) << "reads, and records nothing";
  EXPECT_FALSE(MayCall(Role::kStatistics, Rpc::kPreviewPolicy)) << "it names cases";
}

TEST(Roles, UnitsLimitThoseWhoWorkInThem) {
  for (Role role : {Role::kStaff, Role::kPrincipal, Role::kInvestigator}) {
    EXPECT_TRUE(SeesUnit(As(role, {"u1"}), kAuthority, "u1"));
    EXPECT_FALSE(SeesUnit(As(role, {"u1"}), kAuthority, "u2"));
    EXPECT_FALSE(SeesUnit(As(role), kAuthority, "u1"));
    EXPECT_FALSE(SeesUnit(As(role, {"u1"}), "another", "u1"));
  }
  for (Role role : {Role::kChief, Role::kCaseworker, Role::kAuditor}) {
    EXPECT_TRUE(SeesUnit(As(role), kAuthority, "u1"));
    EXPECT_FALSE(SeesUnit(As(role), "another", "u1"));
    EXPECT_FALSE(SeesUnit(As(role, {"u2"}), kAuthority, "u1"));
    EXPECT_TRUE(SeesUnit(As(role, {}, ""), "another", "u1"));
  }
}

}  // namespace
}  // namespace skyndsamt::access
