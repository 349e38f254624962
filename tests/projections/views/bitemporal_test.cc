// Questions at past instants: unit, authority, routine and rule set as they were known, answers
// that never change afterwards, two answers compared, and entries made too late marked in the
// trail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "projections/law/civil_time.h"
#include "projections/views/views.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Rfc(Micros instant) { return law::FormatInstant(instant); }

class Bitemporal : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    views_ = world_.OpenViews();
    world_.Record("I",
                  "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' "
                  "children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }");
  }

  void CatchUp() { ASSERT_TRUE(views_->runner().CatchUp().ok()) << views_->runner().health(); }
  Micros Now() { return world_.clock().Now(); }

  api::v1::Timeliness Ask(const std::string& as_of = "", const std::string& known_at = "") {
    CatchUp();
    auto answer = views_->GetTimeliness(Uuid("I"), "", as_of, known_at);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : api::v1::Timeliness();
  }

  static api::v1::LegTimeliness LegOf(const api::v1::Timeliness& answer, event::v1::Leg leg) {
    for (const auto& one : answer.legs()) {
      if (one.leg() == leg) return one;
    }
    ADD_FAILURE() << event::v1::Leg_Name(leg);
    return {};
  }

  api::v1::CompareTimelinessResponse Compare(const InstantsAsked& before,
                                             const InstantsAsked& after) {
    CatchUp();
    auto answer = views_->CompareTimeliness(Uuid("I"), "", before, after);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : api::v1::CompareTimelinessResponse();
  }

  CaseWorld world_{11};
  std::unique_ptr<Views> views_;
};

TEST_F(Bitemporal, TheUnitIsAsItWasKnown) {
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-13' } staff_learned {}");
  const std::string before = Rfc(Now());
  world_.DeclareUnit(kUnit, event::v1::PARTY_AUTHORITY);
  EXPECT_EQ(LegOf(Ask(), event::v1::LEG_REPORT_TO_PRINCIPAL).state(),
            api::v1::LEG_STATE_NOT_REQUIRED)
      << "a declaration without a day corrects: staff have always reported to the authority";
  EXPECT_EQ(LegOf(Ask("", before), event::v1::LEG_REPORT_TO_PRINCIPAL).state(),
            api::v1::LEG_STATE_PENDING)
      << "which was not known then";
}

TEST_F(Bitemporal, AUnitThatChangesOnADayLeavesEarlierCasesAsTheyWere) {
  const auto open = [&](const std::string& incident, const std::string& knew) {
    world_.Record(incident,
                  "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' "
                  "children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }");
    world_.Record(incident, "id: 'k' happened { edtf: '" + knew + "' } staff_learned {}");
  };
  open("BEFORE", "2026-01-14");
  open("AFTER", "2026-01-15");
  open("ACROSS", "2026-01-14/2026-01-15");
  const auto report_in = [&](const std::string& incident, const std::string& known_at = "") {
    CatchUp();
    auto answer = views_->GetTimeliness(Uuid(incident), "", "", known_at);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return LegOf(*answer, event::v1::LEG_REPORT_TO_PRINCIPAL).state();
  };
  const std::string before = Rfc(Now());
  const Position declared = world_.DeclareUnit(kUnit, event::v1::PARTY_AUTHORITY, "2026-01-15");
  EXPECT_EQ(report_in("BEFORE"), api::v1::LEG_STATE_PENDING);
  EXPECT_EQ(report_in("AFTER"), api::v1::LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(report_in("ACROSS"), api::v1::LEG_STATE_UNDETERMINED);
  EXPECT_EQ(report_in("AFTER", before), api::v1::LEG_STATE_PENDING) << "it was not known then";
  auto compared = views_->CompareTimeliness(Uuid("AFTER"), "", {before, before}, {before, ""});
  ASSERT_TRUE(compared.ok());
  ASSERT_EQ(compared->causes_size(), 1);
  EXPECT_EQ(compared->causes(0).position(), declared);
  EXPECT_THAT(compared->causes(0).text().sv(), HasSubstr("gäller från 2026-01-15"));
  world_.DeclareUnit(kUnit, event::v1::PARTY_UNSPECIFIED);
  EXPECT_EQ(report_in("AFTER"), api::v1::LEG_STATE_PENDING) << "it never changed, after all";
}

TEST_F(Bitemporal, AUnitHandedToAnotherAuthorityIsMeasuredByTheOneThatHadItThen) {
  world_.PublishRoutine("kommunen", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  world_.HandOver(kUnit, "2026-01-15", event::v1::LEG_NOTIFY_AUTHORITY, "P1D");
  const auto answer_of = [&](const std::string& incident, const std::string& knew) {
    world_.Record(incident,
                  "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' "
                  "children { person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } }");
    world_.Record(incident, "id: 'p' happened { edtf: '" + knew + "' } principal_informed {}");
    world_.Record(incident,
                  "id: 'd' happened { edtf: '" + knew + "' } documents_requested { request: 'q' }");
    CatchUp();
    return *views_->GetTimeliness(Uuid(incident), "", "", "");
  };
  const auto before = answer_of("BEFORE", "2026-01-14");
  const auto after = answer_of("AFTER", "2026-01-15");
  EXPECT_EQ(LegOf(before, event::v1::LEG_NOTIFY_AUTHORITY).routine().version(), "kommunen");
  EXPECT_EQ(LegOf(after, event::v1::LEG_NOTIFY_AUTHORITY).routine().version(), "friskolan");
  EXPECT_GT(LegOf(before, event::v1::LEG_ANSWER_DOCUMENTS_REQUEST).basis_size(), 0);
  EXPECT_EQ(LegOf(after, event::v1::LEG_ANSWER_DOCUMENTS_REQUEST).basis_size(), 0);
}

TEST_F(Bitemporal, TheIncidentsUnitIsAsItWasKnown) {
  world_.DeclareUnit(kOtherUnit, event::v1::PARTY_AUTHORITY);
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-13' } staff_learned {}");
  const std::string before = Rfc(Now());
  world_.Record("I",
                "id: 'r' happened { edtf: '2026-01-30' } correction { of: 'open' replacement { "
                "happened { edtf: '2026-01-12' } incident_opened { unit: '$OTHERUNIT' children { "
                "person: '$ADA' } accused { kind: ACCUSED_KIND_CHILD } } } }");
  EXPECT_EQ(LegOf(Ask(), event::v1::LEG_REPORT_TO_PRINCIPAL).state(),
            api::v1::LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(LegOf(Ask("", before), event::v1::LEG_REPORT_TO_PRINCIPAL).state(),
            api::v1::LEG_STATE_PENDING);
}

// A child who is struck, and one who is added, change nothing of what was answered before.
TEST_F(Bitemporal, TheChildrenAreAsTheyWereKnown) {
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-13' } staff_learned {}");
  const std::string before = Rfc(Now());
  const auto ask = [&](const std::string& child, const std::string& known_at) {
    CatchUp();
    auto answer = views_->GetTimeliness(Uuid("I"), child, "2026-01-31", known_at);
    if (answer.ok()) answer->clear_reflects();
    return answer;
  };
  const std::string first = ask("", before)->SerializeAsString();
  const auto correct = [&](const std::string& id, const std::string& children) {
    world_.Record("I", "id: '" + id +
                           "' happened { edtf: '2026-01-30' } correction { of: 'open' replacement "
                           "{ happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' " +
                           children + " } } }");
  };
  correct("r1", "children { person: '$ADA' } children { person: '$BO' }");
  EXPECT_TRUE(absl::IsInvalidArgument(ask("", "").status())) << "two now: one has to be named";
  EXPECT_EQ(ask("", before)->SerializeAsString(), first) << "there was one then";
  const std::string of_bo = ask(Uuid("BO"), before)->SerializeAsString();
  const std::string with_two = Rfc(Now());
  correct("r2", "children { person: '$BO' }");
  EXPECT_TRUE(absl::IsNotFound(ask(Uuid("ADA"), "").status()));
  EXPECT_EQ(ask(Uuid("ADA"), before)->SerializeAsString(), first);
  EXPECT_TRUE(ask(Uuid("ADA"), with_two).ok());
  correct("r3", "children { person: '$ADA' }");
  EXPECT_EQ(ask(Uuid("BO"), before)->SerializeAsString(), of_bo);
  EXPECT_TRUE(absl::IsNotFound(ask(Uuid("NOBODY"), before).status()));
  TrailQuery query;
  query.incident = Uuid("I");
  query.child = Uuid("BO");
  EXPECT_TRUE(views_->ListAuditTrail(query).ok()) << "the trail shows whom it was about";
}

TEST_F(Bitemporal, NothingIsKnownOfWhatIsYetToBeRecorded) {
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-13' } staff_learned {}");
  const auto now = Ask("2026-01-31", "");
  EXPECT_EQ(Ask("2026-01-31", "2099-12-31").known_at(), now.known_at());
}

TEST_F(Bitemporal, TheAuthorityIsAsItWasKnown) {
  world_.Record("I",
                "id: 'd' happened { edtf: '2026-01-13' } documents_requested { request: 'q' }");
  const std::string before = Rfc(Now());
  world_.DeclareAuthority(event::v1::PROVIDER_TYPE_PRIVATE);
  const auto leg = event::v1::LEG_ANSWER_DOCUMENTS_REQUEST;
  EXPECT_EQ(LegOf(Ask(), leg).basis_size(), 0) << "a private provider answers by its own routine";
  EXPECT_GT(LegOf(Ask("", before), leg).basis_size(), 0);
}

TEST_F(Bitemporal, RoutineAndRuleSetAreAsTheyWereKnown) {
  world_.Record("I", "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  const std::string before = Rfc(Now());
  world_.PublishRoutine("2026-1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  world_.PublishRules("later");
  const auto now = Ask();
  EXPECT_EQ(LegOf(now, event::v1::LEG_NOTIFY_AUTHORITY).routine().version(), "2026-1");
  EXPECT_EQ(now.rule_set(), "later");
  const auto then = Ask("", before);
  EXPECT_EQ(LegOf(then, event::v1::LEG_NOTIFY_AUTHORITY).routine().version(), "");
  EXPECT_EQ(then.rule_set(), law::ShippedRules().version());
}

TEST_F(Bitemporal, BeforeAnythingWasKnownNothingIsSaid) {
  const auto answer = Ask("", "2020-01-01");
  EXPECT_EQ(answer.rule_set(), "");
  for (const auto& leg : answer.legs()) {
    EXPECT_TRUE(leg.state() == api::v1::LEG_STATE_NOT_STARTED ||
                leg.state() == api::v1::LEG_STATE_NOT_REQUIRED)
        << leg.DebugString();
  }
}

// The answer at (as_of, known_at) never changes afterwards, whatever is recorded or declared.
TEST_F(Bitemporal, AnAnswerNeverChangesAfterwards) {
  world_.LiveOn(120);
  CatchUp();
  std::map<std::pair<std::string, std::string>, std::string> answers;
  const auto ask_all = [&](const std::vector<std::string>& instants, bool compare) {
    CatchUp();
    auto page = views_->ListCases({.incident = {}, .units = {}, .limit = 200, .after = {}});
    ASSERT_TRUE(page.ok());
    for (const auto& one : page->items) {
      for (const std::string& at : instants) {
        const auto key = std::pair(one.incident() + one.child(), at);
        if (compare && !answers.contains(key)) continue;  // a child that was added since
        auto answer = views_->GetTimeliness(one.incident(), one.child(), at, at);
        ASSERT_TRUE(answer.ok()) << answer.status();
        answer->clear_reflects();
        if (compare) {
          EXPECT_EQ(answers[key], answer->DebugString());
        } else {
          answers[key] = answer->DebugString();
        }
      }
    }
  };
  const std::vector<std::string> instants = {Rfc(Now() - 30 * 60'000'000LL), Rfc(Now())};
  ask_all(instants, false);
  ASSERT_GT(answers.size(), 8u);
  world_.LiveOn(300);
  world_.DeclareUnit(kUnit, event::v1::PARTY_CHIEF);
  world_.DeclareAuthority(event::v1::PROVIDER_TYPE_PRIVATE);
  world_.PublishRules("later");
  ask_all(instants, true);
}

TEST_F(Bitemporal, TwoAnswersAreComparedAndTheirCausesNamed) {
  world_.Record("I", "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  const std::string meeting = Rfc(Now());
  const Position routine = world_.PublishRoutine("2026-1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  const Position notified =
      world_.Record("I", "id: 'a' happened { edtf: '2026-01-15' } authority_notified {}");
  const auto answer = Compare({meeting, meeting}, {});
  ASSERT_FALSE(answer.legs().empty());
  const auto& change = answer.legs(0);
  EXPECT_EQ(change.leg(), event::v1::LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(change.before().state(), api::v1::LEG_STATE_PENDING);
  EXPECT_EQ(change.after().routine().verdict(), api::v1::ROUTINE_VERDICT_WITHIN);
  std::vector<uint64_t> positions;
  for (const int index : change.causes()) positions.push_back(answer.causes(index).position());
  EXPECT_THAT(positions, ::testing::IsSupersetOf({routine, notified}));
  EXPECT_TRUE(answer.has_reflects());
  EXPECT_TRUE(Compare({meeting, meeting}, {meeting, meeting}).legs().empty());
}

TEST_F(Bitemporal, AUnitDeclaredAnewIsACause) {
  world_.Record("I", "id: 'k' happened { edtf: '2026-01-13' } staff_learned {}");
  const std::string before = Rfc(Now());
  const Position declared = world_.DeclareUnit(kUnit, event::v1::PARTY_AUTHORITY);
  const auto answer = Compare({before, before}, {before, ""});
  ASSERT_EQ(answer.causes_size(), 1);
  EXPECT_EQ(answer.causes(0).kind(), api::v1::CAUSE_KIND_UNIT);
  EXPECT_EQ(answer.causes(0).position(), declared);
}

TEST_F(Bitemporal, ComparingRefusesWhatCannotBeRead) {
  CatchUp();
  const auto status = [&](const std::string& incident, const std::string& child,
                          const InstantsAsked& before) {
    return views_->CompareTimeliness(incident, child, before, {}).status();
  };
  EXPECT_TRUE(absl::IsInvalidArgument(status(Uuid("I"), "", {"yesterday", ""})));
  EXPECT_TRUE(absl::IsNotFound(status(Uuid("NOWHERE"), "", {})));
  EXPECT_TRUE(absl::IsNotFound(status(Uuid("I"), Uuid("NOBODY"), {})));
  EXPECT_TRUE(absl::IsInvalidArgument(status("x", "", {})));
}

TEST_F(Bitemporal, TheTrailMarksWhatWasEnteredAfterADeadlineAndAfterANotice) {
  world_.PublishRoutine("2026-1", event::v1::LEG_NOTIFY_AUTHORITY, "P1D");
  world_.Record("I", "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  world_.clock().Advance(20 * 86'400'000'000);
  const Position notice =
      world_.Record("I",
                    "id: 'o' happened { edtf: '2026-02-10' } order_received { from: "
                    "ORDER_FROM_SCHOOLS_INSPECTORATE }");
  const Position notified =
      world_.Record("I", "id: 'a' happened { edtf: '2026-01-14' } authority_notified {}");
  world_.Record("I",
                "id: 'i' happened { edtf: '2012-06-18' } imported { source: 's' told_at: "
                "'2012-07-01' } conversation_held {}");
  CatchUp();
  TrailQuery query;
  query.incident = Uuid("I");
  auto page = views_->ListAuditTrail(query);
  ASSERT_TRUE(page.ok()) << page.status();
  for (const auto& item : page->items) {
    std::vector<api::v1::Remark> remarks;
    for (const auto& late : item.entry.late()) remarks.push_back(late.remark());
    if (item.entry.position().position() == notified) {
      EXPECT_THAT(remarks, ElementsAre(api::v1::REMARK_DOCUMENTED_LATE,
                                       api::v1::REMARK_ENTERED_AFTER_INSPECTION));
      EXPECT_EQ(item.entry.late(0).due(), "2026-01-14");
      EXPECT_THAT(item.entry.late(1).text().sv(), HasSubstr("tillsynsmyndighet"));
    } else if (item.entry.fact().id() == "p") {
      EXPECT_THAT(remarks, ElementsAre(api::v1::REMARK_START_DOCUMENTED_LATE));
    } else {
      EXPECT_TRUE(remarks.empty()) << item.entry.DebugString();
    }
  }
  EXPECT_LT(notice, notified);
}

}  // namespace
}  // namespace skyndsamt::views
