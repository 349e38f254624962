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
  units.Declared(School("first"), 0);
  EXPECT_EQ(units.Find(Uuid("school"))->name(), "first");
  units.Declared(School("third"), 9);
  units.Declared(School("second"), 5);
  EXPECT_EQ(units.Find(Uuid("school"))->name(), "third");
}

}  // namespace
}  // namespace skyndsamt::commands
