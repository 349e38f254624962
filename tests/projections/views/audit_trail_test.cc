// Whose audit trail an entry and its corrections are in.
#include "projections/views/audit_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;
using ::testing::ElementsAre;

// An incident with two children.
class AuditTrail : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    views_ = world_.OpenViews();
    world_.Record("I",
                  "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' "
                  "children { person: '$ADA' } children { person: '$BEA' } accused { kind: "
                  "ACCUSED_KIND_CHILD } }");
  }

  std::vector<TrailEntry> Of(const std::string& child) {
    EXPECT_TRUE(views_->runner().CatchUp().ok());
    TrailQuery query;
    query.incident = Uuid("I");
    query.child = Uuid(child);
    auto page = views_->ListAuditTrail(query);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->items : std::vector<TrailEntry>();
  }

  std::vector<std::string> IdsOf(const std::string& child) {
    std::vector<std::string> ids;
    for (const auto& one : Of(child)) ids.push_back(one.entry.fact().id());
    return ids;
  }

  CaseWorld world_{7};
  std::unique_ptr<Views> views_;
};

constexpr char kOfAda[] =
    "id: 'p' happened { edtf: '2026-01-13' } children: '$ADA' principal_informed {}";
constexpr char kOfBeaInstead[] =
    "id: 'k' correction { of: 'p' reason: 'wrong child' replacement { happened { edtf: "
    "'2026-01-13' } children: '$BEA' principal_informed {} } }";

TEST_F(AuditTrail, HoldsWhatAChildsTimelinessRestsOnAlsoWhereOnlyACorrectionNamesTheChild) {
  world_.Record("I", kOfAda);
  world_.Record("I", kOfBeaInstead);
  EXPECT_THAT(IdsOf("BEA"), ElementsAre("open", "p", "k"));
  EXPECT_THAT(Of("BEA")[1].entry.corrected_by(), ElementsAre("k"));
  EXPECT_THAT(IdsOf("ADA"), ElementsAre("open", "p", "k"));
  const auto timeliness = views_->GetTimeliness(Uuid("I"), Uuid("BEA"), "", "");
  ASSERT_TRUE(timeliness.ok()) << timeliness.status();
  const auto told = [&](const auto& leg) { return leg.leg() == event::v1::LEG_NOTIFY_AUTHORITY; };
  const auto leg = std::ranges::find_if(timeliness->legs(), told);
  ASSERT_NE(leg, timeliness->legs().end());
  EXPECT_EQ(leg->started().position(), Of("BEA")[2].entry.position().position());
}

TEST_F(AuditTrail, FollowsACorrectionOfACorrection) {
  world_.Record("I", kOfAda);
  world_.Record("I", kOfBeaInstead);
  world_.Record("I", "id: 'l' correction { of: 'k' reason: 'Ada after all' withdrawn: true }");
  EXPECT_THAT(IdsOf("BEA"), ElementsAre("open", "p", "k", "l"));
  EXPECT_THAT(IdsOf("ADA"), ElementsAre("open", "p", "k", "l"));
}

TEST_F(AuditTrail, IsOfEveryChildWhereTheReplacementNamesNone) {
  world_.Record("I", kOfAda,
                "id: 'k' correction { of: 'p' reason: 'both' replacement { happened { edtf: "
                "'2026-01-13' } principal_informed {} } }");
  EXPECT_THAT(IdsOf("BEA"), ElementsAre("open", "p", "k"));
}

TEST_F(AuditTrail, LeavesOutCorrectionsThatNeverConcernedTheChild) {
  world_.Record("I", kOfAda,
                "id: 'k' correction { of: 'p' reason: 'another day' replacement { happened { edtf: "
                "'2026-01-14' } children: '$ADA' principal_informed {} } }",
                "id: 'l' correction { of: 'k' reason: 'not that day' withdrawn: true }");
  EXPECT_THAT(IdsOf("BEA"), ElementsAre("open"));
  EXPECT_THAT(IdsOf("ADA"), ElementsAre("open", "p", "k", "l"));
}

}  // namespace
}  // namespace skyndsamt::views
