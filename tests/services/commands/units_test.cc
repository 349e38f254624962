#include "services/commands/units.h"

#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

event::v1::UnitDeclared School(const std::string& name) {
  event::v1::UnitDeclared unit;
  unit.set_unit(Uuid("school"));
  unit.set_name(name);
  return unit;
}

// Two callers declare one unit: what the log has last stands, whoever comes first with it.
TEST(UnitsTest, TheDeclarationThatIsLastInTheLogStands) {
  const KnownUnits none;
  Units units(none);
  EXPECT_EQ(units.Find(Uuid("school")), nullptr);
  EXPECT_EQ(units.AuthorityOf(Uuid("school")), "");
  units.Declared("a", School("first"), 0);
  EXPECT_EQ(units.Find(Uuid("school"))->name(), "first");
  EXPECT_EQ(units.AuthorityOf(Uuid("school")), "a");
  units.Declared("c", School("third"), 9);
  units.Declared("b", School("second"), 5);
  EXPECT_EQ(units.Find(Uuid("school"))->name(), "third");
  EXPECT_EQ(units.AuthorityOf(Uuid("school")), "c");
}

}  // namespace
}  // namespace skyndsamt::commands
