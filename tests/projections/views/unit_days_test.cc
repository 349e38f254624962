// What a unit is on a day: a plan, or an earlier state entered afterwards, changes neither what it
// is today nor whose it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

constexpr Micros kOneDay = 86'400'000'000;

class UnitDays : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();  // on 31 January 2026
    views_ = world_.OpenViews();
  }

  void CatchUp() { ASSERT_TRUE(views_->runner().CatchUp().ok()) << views_->runner().health(); }

  void Declare(const std::string& name, const std::string& from) {
    world_.Publish("unit_declared { unit: '$UNIT' form: UNIT_FORM_PRESCHOOL name: '" + name +
                   "' from: '" + from + "' }");
    CatchUp();
  }

  // The names of the units that are listed.
  std::vector<std::string> Listed(const std::string& authority) {
    const auto page = views_->ListUnits(authority, 10, "");
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> units;
    for (const auto& unit : page->items) {
      if (unit.today) units.push_back(unit.today->name());
    }
    return units;
  }

  // What stands declared of the units that are listed: "name from", by unit and day.
  std::vector<std::string> Standing(const std::string& authority) {
    const auto page = views_->ListUnits(authority, 10, "");
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> standing;
    for (const auto& unit : page->items) {
      for (const auto& said : unit.standing) standing.push_back(said.name() + " " + said.from());
    }
    return standing;
  }

  api::v1::LegTimeliness Notified() {
    CatchUp();
    const auto answer = views_->GetTimeliness(Uuid("I"), "", "", "");
    EXPECT_TRUE(answer.ok()) << answer.status();
    for (const auto& leg : answer->legs()) {
      if (leg.leg() == event::v1::LEG_NOTIFY_AUTHORITY) return leg;
    }
    return {};
  }

  void PublishYardstick(const std::string& authority, const std::string& name) {
    event::v1::AuthorityEvent event;
    *event.mutable_yardsticks_published() = domain::Read<event::v1::YardsticksPublished>(
        "version: '1' yardsticks { id: '" + name +
        "' leg: LEG_NOTIFY_AUTHORITY days: 10 source: '" + name +
        "' outcome: YARDSTICK_OUTCOME_CRITICISED }");
    Append(world_.log(), *StreamId::Parse(authority),
           {EventOf("authority.yardsticks_published", event)});
  }

  CaseWorld world_{17};
  std::unique_ptr<Views> views_;
};

TEST_F(UnitDays, AreListedAsTheyAreToday) {
  Declare("today", "2025-08-01");
  Declare("then", "2026-02-05");
  Declare("before", "2020-08-01");
  EXPECT_THAT(Listed(kAuthority), Contains("today"));
  EXPECT_THAT(Listed(kAuthority), Not(Contains("then")));
  EXPECT_EQ(views_->FindUnit(kUnit)->declared.name(), "today");
  EXPECT_EQ(views_->DeclarationsOf(kUnit).size(), 4u);
  world_.clock().Advance(6 * kOneDay);
  EXPECT_THAT(Listed(kAuthority), Contains("then")) << "though nothing is recorded on its day";
  Declare("always", "");
  EXPECT_THAT(Listed(kAuthority), Contains("always"));
}

TEST_F(UnitDays, AreListedWithAllThatStandsDeclared) {
  CatchUp();
  const auto at_first = Standing(kAuthority);
  ASSERT_EQ(at_first.size(), 2u);
  Declare("then", "2026-02-05");
  Declare("before", "2020-08-01");
  Declare("then corrected", "2026-02-05");
  EXPECT_THAT(Standing(kAuthority),
              AllOf(SizeIs(4), IsSupersetOf({"before 2020-08-01", "then corrected 2026-02-05"})));
  Declare("always", "");
  EXPECT_THAT(Standing(kAuthority), AllOf(SizeIs(2), Contains("always ")));
  world_.HandOver(kUnit, "2026-02-05", event::v1::LEG_NOTIFY_AUTHORITY, "P1D");
  CatchUp();
  EXPECT_THAT(Standing(kAuthority), AllOf(SizeIs(2), Contains("always ")))
      << "what the next authority declares is its own";
}

TEST_F(UnitDays, AUnitIsWithItsAuthorityUntilTheDayOfTheHandover) {
  const std::string next = Uuid("FRISKOLAN");
  world_.Record("I",
                "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' "
                "children { person: '$ADA' } }");
  world_.HandOver(kUnit, "2026-02-05", event::v1::LEG_NOTIFY_AUTHORITY, "P1D");
  CatchUp();
  const auto both = views_->UnitsOf(kAuthority);
  EXPECT_EQ(both.size(), 2u);
  EXPECT_EQ(Listed(kAuthority).size(), 2u);
  EXPECT_THAT(views_->UnitsOf(next), IsEmpty());
  EXPECT_THAT(Listed(next), IsEmpty());
  EXPECT_EQ(views_->GetCase(Uuid("I"), "")->authority(), kAuthority);
  world_.clock().Advance(6 * kOneDay);
  EXPECT_THAT(views_->UnitsOf(kAuthority), ElementsAre(kOtherUnit));
  EXPECT_EQ(Listed(kAuthority).size(), 1u);
  EXPECT_THAT(views_->UnitsOf(next), ElementsAre(kUnit));
  EXPECT_EQ(Listed(next).size(), 1u);
  EXPECT_EQ(views_->GetCase(Uuid("I"), "")->authority(), next);
}

TEST_F(UnitDays, YardsticksAreThoseOfTheAuthorityThatHasTheUnit) {
  world_.Record("I",
                "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT' "
                "children { person: '$ADA' } }",
                "id: 'p' happened { edtf: '2026-01-12' } principal_informed {}",
                "id: 'a' happened { edtf: '2026-01-30' } authority_notified {}");
  world_.HandOver(kUnit, "2026-02-05", event::v1::LEG_NOTIFY_AUTHORITY, "P1D");
  PublishYardstick(Uuid("FRISKOLAN"), "next");
  EXPECT_THAT(Notified().practice().ShortDebugString(), Not(::testing::HasSubstr("next")));
  world_.clock().Advance(6 * kOneDay);
  EXPECT_THAT(Notified().practice().ShortDebugString(), ::testing::HasSubstr("next"));
}

TEST_F(UnitDays, TheViewsOfAPlannedHandoverAreThoseFromZero) {
  world_.Publish(
      "closing_days_published { version: '1' unit: '$UNIT' from: '2026-01-01' until: "
      "'2026-06-30' days { first: '2026-02-02' reason: 'planering' } }");
  PublishYardstick(kAuthority, "own");
  world_.LiveOn(60);
  CatchUp();
  world_.HandOver(kUnit, "2026-02-05", event::v1::LEG_NOTIFY_AUTHORITY, "P1D");
  CatchUp();
  world_.KeepPolicy();
  world_.LiveOn(20);
  CatchUp();
  world_.clock().Advance(6 * kOneDay);
  world_.LiveOn(20);
  CatchUp();
  views_ = nullptr;
  ASSERT_TRUE(world_.OpenViews("zero")->runner().CatchUp().ok());
  EXPECT_EQ(Dump(world_.path("views")), Dump(world_.path("zero")));
}

}  // namespace
}  // namespace skyndsamt::views
