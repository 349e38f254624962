// What a case's answer holds beside its row: told as of the position that the answer reflects, in
// step with the worklist, or not at all.
#include "services/api/case_details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "projections/law/judge.h"
#include "services/api/command_call.h"
#include "skyndsamt/log/v1/log.pb.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::api {
namespace {

using domain::Uuid;
using ::testing::Contains;
using ::testing::Not;

class Details : public ::testing::Test {
 protected:
  void SetUp() override {
    vault::KeyStoreOptions options;
    options.directory = world_.path("keys");
    options.pool_size = 8;
    auto keys = vault::KeyStore::Open(options);
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
    world_.DeclareOrganisation();
    views_ = world_.OpenViews();
  }

  void Open(const std::string& incident) {
    world_.Record(incident,
                  "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT'"
                  " children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }");
  }
  v1::Case Row(const std::string& incident) {
    EXPECT_TRUE(views_->runner().CatchUp().ok());
    auto found = views_->GetCase(Uuid(incident), "");
    EXPECT_TRUE(found.ok()) << found.status();
    return *std::move(found);
  }
  absl::Status AddNextActions(v1::Case& row) {
    return CaseDetails(world_.log(), *keys_, *views_).AddNextActions(everything_, row);
  }
  v1::Case CaseOf(const std::string& incident) {
    v1::Case row = Row(incident);
    const absl::Status added = AddNextActions(row);
    EXPECT_TRUE(added.ok()) << added;
    return row;
  }

  // What the case of Ada is called.
  std::string NameOf(const std::string& incident) {
    v1::Case row = Row(incident);
    const absl::Status added = CaseDetails(world_.log(), *keys_, *views_).AddChildName(row);
    EXPECT_TRUE(added.ok()) << added;
    return row.child_name();
  }

  const CallerRights everything_{access::Role::kSystem};
  views::CaseWorld world_{11};
  std::unique_ptr<vault::KeyStore> keys_;
  std::unique_ptr<views::Views> views_;
};

TEST_F(Details, AreOfThePositionThatTheAnswerReflects) {
  Open("I");
  v1::Case row = Row("I");
  world_.Record("I", "id: 'n' happened { edtf: '2026-01-13' } authority_notified {}",
                "id: 'p' person_declared { person: '$ADA' name: 'Ada' }");
  ASSERT_TRUE(AddNextActions(row).ok());
  EXPECT_THAT(row.next_actions(), Contains("authority_notified")) << "the row knows of none";
  ASSERT_TRUE(CaseDetails(world_.log(), *keys_, *views_).AddChildName(row).ok());
  EXPECT_EQ(row.child_name(), "");
  EXPECT_THAT(CaseOf("I").next_actions(), Not(Contains("authority_notified")));
}

TEST_F(Details, SayThatTheyCannotBeTold) {
  Open("I");
  v1::Case row = Row("I");
  log::PreparedEvent event = EventOf("incident.staff_learned", event::v1::Fact());
  skyndsamt::log::v1::Body body;
  ASSERT_TRUE(body.ParseFromString(event.body));
  body.set_event("\x0a\x7f");  // an id that is cut off
  event.body = body.SerializeAsString();
  row.mutable_reflects()->set_position(
      Append(world_.log(), views::IncidentId("I"), {std::move(event)}));
  EXPECT_EQ(AddNextActions(row).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(row.next_actions_size(), 0);
}

TEST_F(Details, ANameThatWasWithdrawnIsNotTheChilds) {
  Open("I");
  world_.Record("I", "id: 'p' person_declared { person: '$ADA' name: 'Ada' }");
  EXPECT_EQ(NameOf("I"), "Ada");
  world_.Record("I", "id: 'c' correction { of: 'p' withdrawn: true }");
  EXPECT_EQ(NameOf("I"), "");
}

TEST_F(Details, ANameDeclaredForTheChildByMistakeIsAnothersOnceCorrected) {
  Open("I");
  world_.Record("I", "id: 'p' person_declared { person: '$ADA' name: 'Erik' }",
                "id: 'c' correction { of: 'p' replacement { person_declared { person: '$ERIK' "
                "name: 'Erik' } } }");
  EXPECT_EQ(NameOf("I"), "");
  world_.Record("I", "id: 'q' person_declared { person: '$BO' name: 'Ada' }",
                "id: 'd' correction { of: 'q' replacement { person_declared { person: '$ADA' "
                "name: 'Ada' } } }");
  EXPECT_EQ(NameOf("I"), "Ada") << "nor is hers lost that was declared for another";
}

TEST_F(Details, ANameStandsAgainWhenItsCorrectionIsWithdrawn) {
  Open("I");
  world_.Record("I", "id: 'p' person_declared { person: '$ADA' name: 'Ada' }",
                "id: 'c' correction { of: 'p' replacement { person_declared { person: '$ADA' "
                "name: 'Eda' } } }");
  EXPECT_EQ(NameOf("I"), "Eda");
  world_.Record("I", "id: 'w' correction { of: 'c' withdrawn: true }");
  EXPECT_EQ(NameOf("I"), "Ada");
}

TEST_F(Details, ADeclarationWithoutANameLeavesTheNameAsItWas) {
  Open("I");
  world_.Record("I", "id: 'p' person_declared { person: '$ADA' name: 'Ada' }",
                "id: 'q' person_declared { person: '$ADA' contact: '070' }");
  EXPECT_EQ(NameOf("I"), "Ada");
}

TEST_F(Details, NewKnowledgeIsToBeToldAgain) {
  Open("I");
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-12' } staff_learned {}",
                "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}",
                "id: 'a' happened { edtf: '2026-01-14' } authority_notified {}");
  EXPECT_THAT(CaseOf("I").next_actions(), Not(Contains("principal_informed")));
  world_.Record("I", "id: 'k2' happened { edtf: '2026-01-20' } staff_learned {}");
  EXPECT_THAT(CaseOf("I").next_actions(), Contains("principal_informed"));
  world_.Record("I", "id: 'p2' happened { edtf: '2026-01-21' } principal_informed {}");
  EXPECT_THAT(CaseOf("I").next_actions(), Contains("authority_notified"));
}

TEST_F(Details, WhereTheUnitReportsToTheAuthorityThePrincipalIsNotInformed) {
  Open("I");
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-12' } staff_learned {}");
  EXPECT_THAT(CaseOf("I").next_actions(), Contains("principal_informed"));
  world_.DeclareUnit(views::kUnit, event::v1::PARTY_AUTHORITY);
  EXPECT_THAT(CaseOf("I").next_actions(), Not(Contains("principal_informed")));
  EXPECT_THAT(CaseOf("I").next_actions(), Contains("authority_notified"));
}

TEST_F(Details, ADutyThatTheRoutineAsksForIsProposed) {
  world_.DeclareUnit(views::kUnit);
  event::v1::AuthorityEvent school;
  school.mutable_unit_declared()->set_unit(views::kUnit);
  school.mutable_unit_declared()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
  Append(world_.log(), *StreamId::Parse(views::kAuthority),
         {EventOf("authority.unit_declared", school)});
  Open("I");
  world_.Record("I", "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  EXPECT_THAT(CaseOf("I").next_actions(), Not(Contains("police_reported")));
  world_.PublishRoutine("1", event::v1::LEG_POLICE_REPORT, "P7D");
  EXPECT_THAT(CaseOf("I").next_actions(), Contains("police_reported"));
}

// The fact that ends a leg, by the table of duties.
const std::string& EndOf(event::v1::Leg leg) {
  static const std::map<int, std::string> ends = {
      {event::v1::LEG_REPORT_TO_PRINCIPAL, "principal_informed"},
      {event::v1::LEG_NOTIFY_AUTHORITY, "authority_notified"},
      {event::v1::LEG_START_INVESTIGATION, "investigation_opened"},
      {event::v1::LEG_COMPLETE_INVESTIGATION, "investigation_concluded"},
      {event::v1::LEG_DECIDE_MEASURES, "measure_decided"},
      {event::v1::LEG_CARRY_OUT_MEASURES, "measure_carried_out"},
      {event::v1::LEG_FOLLOW_UP, "measure_followed_up"},
      {event::v1::LEG_EVALUATE_MEASURES, "measures_evaluated"},
      {event::v1::LEG_INFORM_GUARDIAN, "guardian_informed"},
      {event::v1::LEG_FEED_BACK_TO_GUARDIAN, "guardian_given_feedback"},
      {event::v1::LEG_FEED_BACK_TO_AUTHORITY, "authority_given_feedback"},
      {event::v1::LEG_SOCIAL_SERVICES_REPORT, "social_services_reported"},
      {event::v1::LEG_WORK_ENVIRONMENT_REPORT, "work_environment_reported"},
      {event::v1::LEG_POLICE_REPORT, "police_reported"},
      {event::v1::LEG_ANSWER_DOCUMENTS_REQUEST, "documents_answered"},
      {event::v1::LEG_ANSWER_COMPLAINT, "complaint_answered"}};
  return ends.at(leg);
}

// The role that the law names for a duty's next step records the fact that ends it: a worklist
// hands out nothing that is then refused.
TEST(Duties, EachMayBeDoneByTheRoleItIsHandedTo) {
  const auto* legs = event::v1::Leg_descriptor();
  for (int i = 0; i < legs->value_count(); ++i) {
    const auto leg = static_cast<event::v1::Leg>(legs->value(i)->number());
    if (leg == event::v1::LEG_UNSPECIFIED) continue;
    const auto kind = FactEnding(leg);
    EXPECT_EQ(domain::KindName(kind), EndOf(leg));
    for (const bool set_aside : {false, true}) {
      for (const bool past : {false, true}) {
        const std::string_view name = law::RoleFor(leg, set_aside, past);
        const auto role = access::ParseRole(name);
        ASSERT_TRUE(role) << name;
        EXPECT_TRUE(access::MayRecord(*role, kind))
            << name << " " << domain::KindName(kind) << " " << set_aside << past;
        // Who is accused is past and set aside.
        EXPECT_TRUE(!set_aside || !past || access::MayRecordWherePrincipalAccused(*role, kind))
            << name << " " << domain::KindName(kind);
      }
    }
  }
}

// Whether a closed case takes it: the work on a case waits until it is reopened.
bool WaitsForReopening(const std::string& action) {
  return action == "investigation_opened" || action == "investigation_concluded" ||
         action == "measure_decided" || action == "measure_carried_out";
}

TEST_F(Details, WhatTheWorklistListsIsProposedInItsCase) {
  world_.LiveOn(150);
  ASSERT_TRUE(views_->runner().CatchUp().ok());
  views::WorklistQuery query;
  query.limit = 100'000;
  const auto listed = views_->ListWorklist(query);
  ASSERT_TRUE(listed.ok()) << listed.status();
  std::set<event::v1::Leg> legs;
  for (const v1::WorklistItem& item : listed->items) {
    auto found = views_->GetCase(item.incident(), item.child());
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_TRUE(AddNextActions(*found).ok());
    const std::string& action = EndOf(item.leg());
    if (found->state() == v1::CASE_STATE_CLOSED && WaitsForReopening(action)) {
      EXPECT_THAT(found->next_actions(), Contains("case_reopened"));
      continue;
    }
    EXPECT_THAT(found->next_actions(), Contains(action)) << item.ShortDebugString();
    legs.insert(item.leg());
  }
  EXPECT_GT(legs.size(), 8u) << "too little waits for this to show much";
}

}  // namespace
}  // namespace skyndsamt::api
