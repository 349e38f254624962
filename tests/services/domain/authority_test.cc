#include "services/domain/authority.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

ChangeAuthority Change(const std::string& text) {
  return {Read<AuthorityEvent>(text), "2026-01-31", TestNow(), &TestTimes()};
}

Authority After(const std::string& text, const Authority& before) {
  return Given(before).When(Change(text)).Recorded();
}

Authority Declared() {
  return After(
      "declared { authority: '$VAXJO' name: 'Växjö kommun' provider: PROVIDER_TYPE_MUNICIPAL"
      " organisation_number: '2120000662' municipality_code: '0780' }",
      InitialAuthority());
}

void Refuses(const std::string& text, Reason reason, const std::string& field) {
  SCOPED_TRACE(text);
  Given(Declared()).When(Change(text)).Refused(reason, field);
}

TEST(Authority, IsDeclaredAndUpdated) {
  Authority authority = Declared();
  EXPECT_EQ(authority.id, Uuid("VAXJO"));
  authority = After("declared { authority: '$VAXJO' name: 'V' provider: PROVIDER_TYPE_PRIVATE }",
                    authority);
  EXPECT_EQ(authority.provider, event::v1::PROVIDER_TYPE_PRIVATE);
}

TEST(Authority, RefusesToBecomeAnother) {
  Refuses("declared { authority: '$OTHER' name: 'V' }", REASON_FIELD_INVALID,
          "authority.authority");
  Refuses("declared { authority: '$VAXJO' }", REASON_FIELD_INVALID, "authority.name");
  Refuses("declared { authority: '$VAXJO' name: 'V' organisation_number: '12' }",
          REASON_FIELD_INVALID, "authority.organisation_number");
  Refuses("declared { authority: '$VAXJO' name: 'V' municipality_code: '078O' }",
          REASON_FIELD_INVALID, "authority.municipality_code");
}

TEST(Authority, ARequiredTextOfBlanksIsNotGiven) {
  Refuses("declared { authority: '$VAXJO' name: '   ' }", REASON_FIELD_INVALID, "authority.name");
  Refuses("unit_declared { unit: '$UNIT' name: ' \\t' }", REASON_FIELD_INVALID, "unit.name");
  Refuses(
      "closing_days_published { version: '1' from: '2026-02-01' until: '2026-06-30'"
      " days { first: '2026-03-02' reason: ' ' } }",
      REASON_FIELD_INVALID, "closing_days.days[0].reason");
  After("declared { authority: '$VAXJO' name: ' V ' }", Declared());
}

TEST(Authority, NothingBeforeItIsDeclared) {
  for (const char* text : {"unit_declared { unit: '$UNIT' name: 'Sandsbro' }",
                           "routine_published { version: '1' from: '2026-02-01' }"}) {
    Given(InitialAuthority()).When(Change(text)).Refused(REASON_AUTHORITY_UNKNOWN, "authority");
  }
  Given(Declared()).When(Change("")).Refused(REASON_FIELD_INVALID, "");
}

TEST(Authority, AUnitIsDeclaredAndUpdated) {
  Authority authority = After(
      "unit_declared { unit: '$UNIT' name: 'Sandsbro' form: UNIT_FORM_PRESCHOOL"
      " principal: '$REKTOR' places: 'gården' places: 'hallen' school_unit_code: '12345678' }",
      Declared());
  EXPECT_EQ(authority.units.at(Uuid("UNIT")).principal, Uuid("REKTOR"));
  EXPECT_EQ(authority.units.at(Uuid("UNIT")).places.size(), 2u);
  authority = After(
      "unit_declared { unit: '$UNIT' name: 'Sandsbro' principal: '$EVA'"
      " report_receiver: PARTY_CHIEF }",
      authority);
  EXPECT_EQ(authority.units.size(), 1u);
  EXPECT_EQ(authority.units.at(Uuid("UNIT")).principal, Uuid("EVA"));
  EXPECT_EQ(authority.units.at(Uuid("UNIT")).report_receiver, event::v1::PARTY_CHIEF);
  for (const char* from : {"2012-01-01", "2030-01-01"}) {
    After("unit_declared { unit: '$UNIT' name: 'Sandsbro' from: '" + std::string(from) + "' }",
          authority);
  }
}

TEST(Authority, RefusesAUnitOutOfForm) {
  Refuses("unit_declared { unit: 'sandsbro' name: 'S' }", REASON_FIELD_INVALID, "unit.unit");
  Refuses("unit_declared { unit: '$UNIT' }", REASON_FIELD_INVALID, "unit.name");
  Refuses("unit_declared { unit: '$UNIT' name: 'S' form: 99 }", REASON_CODE_UNKNOWN, "unit.form");
  Refuses("unit_declared { unit: '$UNIT' name: 'S' school_unit_code: '1' }", REASON_FIELD_INVALID,
          "unit.school_unit_code");
  Refuses("unit_declared { unit: '$UNIT' name: 'S' from: '2026-02-30' }", REASON_TIME_MALFORMED,
          "unit.from");
  Refuses("unit_declared { unit: '$UNIT' name: 'S' from: '2026-02' }", REASON_TIME_MALFORMED,
          "unit.from");
}

TEST(Authority, PublishesVersionsOfItsRoutine) {
  const std::string first =
      "routine_published { version: '2026-1' from: '2026-01-31'"
      " limits { leg: LEG_REPORT_TO_PRINCIPAL limit: 'P1D' words: 'omgående' }"
      " limits { leg: LEG_FOLLOW_UP limit: 'P1M' roll_forward: true }"
      " limits { leg: LEG_FEED_BACK_TO_AUTHORITY required: true } }";
  Authority authority = After(first, Declared());
  EXPECT_TRUE(authority.routines.contains("2026-1"));
  Given(authority).When(Change(first)).Refused(REASON_VERSION_EXISTS, "routine.version");
  After("routine_published { version: '2' from: '2012-01-01' reason: 'Beslut 2011' }", authority);
}

TEST(Authority, RefusesARoutineThatCannotBeFollowed) {
  const std::string head = "routine_published { version: '1' ";
  Refuses(head + "}", REASON_FIELD_INVALID, "routine.from");
  Refuses(head + "from: '2026-02-30' }", REASON_TIME_MALFORMED, "routine.from");
  Refuses(head + "from: '2026-01-30' }", REASON_FIELD_INVALID, "routine.reason");
  const std::string dated = head + "from: '2026-02-01' ";
  Refuses(dated + "limits {} }", REASON_FIELD_INVALID, "routine.limits[0].leg");
  Refuses(dated + "limits { leg: 99 } }", REASON_CODE_UNKNOWN, "routine.limits[0].leg");
  Refuses(dated + "limits { leg: LEG_FOLLOW_UP limit: 'soon' } }", REASON_TIME_MALFORMED,
          "routine.limits[0].limit");
  Refuses(dated + "limits { leg: LEG_FOLLOW_UP } limits { leg: LEG_FOLLOW_UP } }",
          REASON_FIELD_INVALID, "routine.limits[1].leg");
}

}  // namespace
}  // namespace skyndsamt::domain
