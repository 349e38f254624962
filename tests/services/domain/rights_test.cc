// What only the incident can tell of a caller's rights: what a correction touches, and whose case
// it is.
#include "services/domain/rights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

// Everything but some; and of those left, everything but some more where the principal is accused.
class AllBut final : public Rights {
 public:
  AllBut(std::set<Fact::KindCase> not_ours, std::set<Fact::KindCase> not_accuseds = {},
         std::set<Fact::KindCase> own = {})
      : not_ours_(std::move(not_ours)),
        not_accuseds_(std::move(not_accuseds)),
        own_(std::move(own)) {}
  bool MayRecord(Fact::KindCase kind) const override { return !not_ours_.contains(kind); }
  bool MayRecordWherePrincipalAccused(Fact::KindCase kind) const override {
    return !not_accuseds_.contains(kind);
  }
  bool MayCorrectWherePrincipalAccused(Fact::KindCase kind) const override {
    return own_.contains(kind);
  }

 private:
  const std::set<Fact::KindCase> not_ours_, not_accuseds_, own_;
};

template <typename... Texts>
RecordFacts By(const Rights& rights, const Texts&... texts) {
  return {Facts(texts...), TestNow(), &TestTimes(), {}, &rights, Uuid("REKTOR")};
}

const AllBut kNoClosing({Fact::kCaseClosed});
constexpr char kWithdraw[] = "id: 'w' correction { of: 'close' withdrawn: true reason: 'Fel' }";

TEST(Rights, WhoMayNotCloseMayNotStrikeAClosureThrough) {
  Given(Closed()).When(By(kNoClosing, kWithdraw)).Refused(REASON_ROLE_NOT_ALLOWED, "facts[0]");
  Given(Closed())
      .When(By(kNoClosing, "id: 's' staff_learned {}",
               "id: 'w' correction { of: 'close' replacement { relayed {} } reason: 'Fel' }"))
      .Refused(REASON_ROLE_NOT_ALLOWED, "facts[1]");
  const AllBut everything({});
  Given(Closed()).When(By(everything, kWithdraw)).Recorded();
}

TEST(Rights, ACorrectionOfACorrectionIsAboutWhatItStandsFor) {
  const Incident withdrawn = Folded(Facts(kWithdraw), Closed());
  const std::string again = "id: 'a' correction { of: 'w' withdrawn: true reason: 'Fel' }";
  Given(withdrawn).When(By(kNoClosing, again)).Refused(REASON_ROLE_NOT_ALLOWED, "facts[0]");
  // Somebody else's closure was put where the caller's own fact stood.
  const Incident replaced = Folded(Facts("id: 's' staff_learned {}",
                                         "id: 'k' correction { of: 's' replacement { "
                                         "case_closed {} } }"),
                                   Opened());
  for (const char* of : {"s", "k"}) {
    const std::string strike = std::string("id: 'a' correction { of: '") + of;
    Given(replaced)
        .When(By(kNoClosing, strike + "' withdrawn: true reason: 'Fel' }"))
        .Refused(REASON_ROLE_NOT_ALLOWED, "facts[0]");
  }
  const std::string close =
      "id: 'a' correction { of: 's' replacement { case_closed {} } reason: 'Fel' }";
  Given(Folded(Facts("id: 's' staff_learned {}"), Opened()))
      .When(By(kNoClosing, close))
      .Refused(REASON_ROLE_NOT_ALLOWED, "facts[0]");
}

TEST(Rights, WhatIsOnesOwnIsCorrectedAlsoInTheSameCommand) {
  Given(Closed())
      .When(By(kNoClosing, "id: 's' staff_learned {}",
               "id: 'k' correction { of: 's' replacement { relayed {} } reason: 'Fel' }",
               "id: 'k2' correction { of: 'k' withdrawn: true reason: 'Fel' }"))
      .Recorded();
}

// An incident in which somebody of the kind is accused.
Incident Accusing(const std::string& accused) {
  return Folded(
      Facts("id: 'open' incident_opened { unit: '$UNIT' children { person: '$ADA' }"
            " accused { " +
                accused + " } }",
            "id: 'told' staff_learned {}", "id: 'knew' principal_informed {}"));
}

const AllBut kPrincipals({}, {Fact::kInvestigationOpened, Fact::kCaseClosed},
                         {Fact::kPrincipalInformed});

TEST(Rights, AnAccusedPrincipalDecidesNothingAndTellsWhatEveryoneMay) {
  for (const char* accused :
       {"kind: ACCUSED_KIND_PRINCIPAL person: '$REKTOR'", "kind: ACCUSED_KIND_PRINCIPAL"}) {
    SCOPED_TRACE(accused);
    const Incident state = Accusing(accused);
    Given(state)
        .When(By(kPrincipals, "id: 'i' investigation_opened {}"))
        .Refused(REASON_CONFLICT_OF_INTEREST, "facts[0]");
    Given(state).When(By(kPrincipals, "id: 'n' authority_notified {}")).Recorded();
  }
}

TEST(Rights, AnAccusedPrincipalCorrectsTheirOwnKnowledgeAndNobodyElses) {
  const Incident state = Accusing("kind: ACCUSED_KIND_PRINCIPAL person: '$REKTOR'");
  const auto correct = [&](const std::string& what) {
    return Given(state).When(By(kPrincipals, "id: 'k' correction { reason: 'Fel' " + what + " }"));
  };
  correct("of: 'told' withdrawn: true").Refused(REASON_CONFLICT_OF_INTEREST, "facts[0]");
  correct("of: 'open' replacement { incident_opened { unit: '$UNIT' } }")
      .Refused(REASON_CONFLICT_OF_INTEREST, "facts[0]");
  correct("of: 'knew' replacement { case_closed {} }")
      .Refused(REASON_CONFLICT_OF_INTEREST, "facts[0]");
  correct("of: 'knew' replacement { happened { edtf: '2026-01-13' } principal_informed {} }")
      .Recorded();
}

TEST(Rights, AnotherWhoIsAccusedTouchesNoPrincipal) {
  for (const char* accused :
       {"kind: ACCUSED_KIND_STAFF person: '$PER'", "kind: ACCUSED_KIND_STAFF",
        "kind: ACCUSED_KIND_PRINCIPAL person: '$FORMER'", "kind: ACCUSED_KIND_CHIEF"}) {
    SCOPED_TRACE(accused);
    Given(Accusing(accused))
        .When(By(kPrincipals, "id: 'i' investigation_opened {}", "id: 'c' case_closed {}"))
        .Recorded();
  }
}

TEST(Rights, TheOpeningOfTheSameCommandSaysWhoIsAccused) {
  const std::string opening =
      "id: 'open' incident_opened { unit: '$UNIT' accused { kind: ACCUSED_KIND_PRINCIPAL } }";
  Given(Initial())
      .When(By(kPrincipals, opening, "id: 'i' investigation_opened {}"))
      .Refused(REASON_CONFLICT_OF_INTEREST, "facts[1]");
  Given(Initial()).When(By(kPrincipals, opening, "id: 'r' report_received {}")).Recorded();
}

TEST(Rights, NextActionsAreTheCallers) {
  const auto next = [](const Incident& state, const Rights* rights) {
    return NextActions(state, "", {.times = TestTimes(), .rights = rights});
  };
  using ::testing::Contains;
  using ::testing::Not;
  EXPECT_THAT(next(Opened(), nullptr), Contains("investigation_opened"));
  EXPECT_THAT(next(Opened(), &kPrincipals), Contains("investigation_opened"));
  const Incident accused = Accusing("kind: ACCUSED_KIND_PRINCIPAL");
  EXPECT_THAT(next(accused, nullptr), Contains("investigation_opened"));
  EXPECT_THAT(next(accused, &kPrincipals), Not(Contains("investigation_opened")));
  EXPECT_THAT(next(accused, &kPrincipals), Contains("authority_notified"));
  const AllBut not_notifying({Fact::kAuthorityNotified});
  EXPECT_THAT(next(accused, &not_notifying), Not(Contains("authority_notified")));
}

}  // namespace
}  // namespace skyndsamt::domain
