#include "services/commands/units.h"

#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

event::v1::UnitDeclared School(const std::string& name, const std::string& from = "",
                               const std::string& place = "") {
  event::v1::UnitDeclared unit;
  unit.set_unit(Uuid("school"));
  unit.set_name(name);
  unit.set_from(from);
  if (!place.empty()) unit.add_places(place);
  return unit;
}

class UnitsTest : public testing::Test {
 protected:
  std::string NameOf() const { return units_.Find(Uuid("school"))->name(); }

  KnownUnits directory_;
  ManualClock clock_{kNoon};
  Units units_{directory_, clock_};
};

// Two callers declare one unit: what the log has last stands, whoever comes first with it.
TEST_F(UnitsTest, TheDeclarationThatIsLastInTheLogStands) {
  EXPECT_EQ(units_.Find(Uuid("school")), nullptr);
  EXPECT_FALSE(units_.TakesFromAnother("a", School("first")));
  units_.Declared("a", School("first"), 0);
  EXPECT_EQ(NameOf(), "first");
  EXPECT_FALSE(units_.TakesFromAnother("a", School("first")));
  units_.Declared("c", School("third"), 9);
  units_.Declared("b", School("second"), 5);
  EXPECT_EQ(NameOf(), "third");
  EXPECT_FALSE(units_.TakesFromAnother("c", School("fourth")));
  EXPECT_TRUE(units_.TakesFromAnother("b", School("fourth")));
}

TEST_F(UnitsTest, APlanHoldsFromItsDayOnAndAnEarlierStateEnteredLastChangesNothing) {
  units_.Declared("a", School("today", "2025-08-01"), 1);
  units_.Declared("a", School("planned", "2030-01-01"), 2);
  units_.Declared("a", School("before", "2020-08-01"), 3);
  EXPECT_EQ(NameOf(), "today");
  clock_.Advance(4 * 365 * Micros{86'400'000'000});
  EXPECT_EQ(NameOf(), "planned");
  units_.Declared("a", School("always"), 4);
  EXPECT_EQ(NameOf(), "always") << "it takes the place of all before it";
}

TEST_F(UnitsTest, OfOneDayTheLastIsMeantAndBeforeAllTheFirstToCome) {
  units_.Declared("a", School("second", "2031-01-01"), 1);
  units_.Declared("a", School("first", "2030-01-01"), 2);
  EXPECT_EQ(NameOf(), "first");
  units_.Declared("a", School("first, mended", "2030-01-01"), 3);
  EXPECT_EQ(NameOf(), "first, mended");
}

TEST_F(UnitsTest, WhatWasDeclaredHereIsAfterWhatTheDirectoryKnows) {
  views::Unit known{.authority = "a", .declared = School("known first")};
  directory_.Add(known);
  known.declared = School("known", "2026-01-01", "yard");
  known.from = absl::CivilDay(2026, 1, 1);
  directory_.Add(known);
  units_.Declared("a", School("known already"), 0);
  EXPECT_EQ(NameOf(), "known");
  EXPECT_TRUE(units_.HasDeclared(Uuid("school"), "yard"));
  units_.Declared("a", School("here", "2026-01-01", "hall"), 2);
  EXPECT_EQ(NameOf(), "here");
  EXPECT_TRUE(units_.HasDeclared(Uuid("school"), "yard")) << "once on a list";
  EXPECT_TRUE(units_.HasDeclared(Uuid("school"), "hall"));
  EXPECT_FALSE(units_.HasDeclared(Uuid("school"), "home"));
}

TEST_F(UnitsTest, AUnitIsItsAuthoritysUntilTheDayOfTheHandover) {
  units_.Declared("former", School("now"), 1);
  units_.Declared("next", School("then", "2030-01-01"), 2);
  const auto takes = [&](const std::string& authority, const std::string& from) {
    return units_.TakesFromAnother(authority, School("mended", from));
  };
  EXPECT_FALSE(takes("former", "2027-01-01"));
  EXPECT_FALSE(takes("former", "2020-01-01"));
  EXPECT_TRUE(takes("former", "2030-01-01"));
  EXPECT_TRUE(takes("former", "2031-01-01"));
  EXPECT_TRUE(takes("former", "")) << "it would take the place of what is planned";
  EXPECT_FALSE(takes("next", "2030-01-01"));
  EXPECT_FALSE(takes("next", "2031-01-01"));
  EXPECT_TRUE(takes("next", "2027-01-01"));
  EXPECT_TRUE(takes("next", ""));
  clock_.Advance(4 * 365 * Micros{86'400'000'000});
  EXPECT_FALSE(takes("former", "2020-01-01")) << "its own days alone";
  EXPECT_TRUE(takes("next", "2020-01-01")) << "the days when the other had it";
  EXPECT_TRUE(takes("next", "")) << "likewise";
  EXPECT_FALSE(takes("next", "2030-01-01"));
}

}  // namespace
}  // namespace skyndsamt::commands
