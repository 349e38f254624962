// Whether a case follows the adult variant is answered as its timeliness reads it, by the routine
// of when somebody first came to know, whatever is entered or published later.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;

constexpr int64_t kDay = 86'400'000'000;

class AdultVariantTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    views_ = world_.OpenViews();
  }

  // A guardian is accused, and it was found to be so.
  void Open() {
    world_.Record("I",
                  "id: 'open' happened { edtf: '2026-01-30' } incident_opened { unit: '$UNIT' "
                  "children { person: '$ADA' } accused { kind: ACCUSED_KIND_GUARDIAN } }",
                  "id: 'p' happened { edtf: '2026-01-30' } principal_informed {}",
                  "id: 'o' happened { edtf: '2026-01-30' } investigation_opened {}",
                  "id: 'c' happened { edtf: '2026-01-30' } investigation_concluded { finding: "
                  "FINDING_SUBSTANTIATED }");
  }

  void ExpectVariant(bool adult) {
    ASSERT_TRUE(views_->runner().CatchUp().ok());
    EXPECT_EQ(views_->GetCase(Uuid("I"), "")->adult_variant(), adult);
    const auto page = views_->ListCases({});
    ASSERT_EQ(page->items.size(), 1u);
    EXPECT_EQ(page->items.front().adult_variant(), adult);
    // Only the adult variant asks for it.
    const auto timeliness = views_->GetTimeliness(Uuid("I"), "", "", "");
    const bool asked = std::ranges::any_of(timeliness->legs(), [](const auto& leg) {
      return leg.leg() == event::v1::LEG_FEED_BACK_TO_AUTHORITY &&
             leg.state() == api::v1::LEG_STATE_PENDING;
    });
    EXPECT_EQ(asked, adult);
  }

  CaseWorld world_{5};
  std::unique_ptr<Views> views_;
};

TEST_F(AdultVariantTest, ALaterRoutineAndAnUnrelatedEntryLeaveACaseAsItWas) {
  world_.Publish(
      "routine_published { version: 'r1' from: '2020-01-01' adult_variant_for_guardians: true }");
  Open();
  ExpectVariant(true);
  world_.clock().Advance(10 * kDay);
  world_.Publish("routine_published { version: 'r2' from: '2026-02-05' }");
  world_.clock().Advance(kDay);
  ExpectVariant(true);
  world_.Record("I",
                "id: 'n' happened { edtf: '2026-02-10' } person_declared { person: '$EVA' "
                "kind: PARTY_GUARDIAN }");
  ExpectVariant(true);
}

TEST_F(AdultVariantTest, ARoutinePublishedAfterTheLastEntryIsKnown) {
  Open();
  ExpectVariant(false);
  world_.Publish(
      "routine_published { version: 'r1' from: '2020-01-01' adult_variant_for_guardians: true }");
  ExpectVariant(true);
}

TEST_F(AdultVariantTest, ARoutineThatBeganOnlyAfterwardsDoesNotMakeIt) {
  Open();
  world_.clock().Advance(10 * kDay);
  world_.Publish(
      "routine_published { version: 'r1' from: '2026-02-05' adult_variant_for_guardians: true }");
  world_.clock().Advance(kDay);
  world_.Record("I",
                "id: 'n' happened { edtf: '2026-02-10' } person_declared { person: '$EVA' "
                "kind: PARTY_GUARDIAN }");
  ExpectVariant(false);
}

}  // namespace
}  // namespace skyndsamt::views
