// A unit that changes on a day: its form, who receives reports, who leads it, which authority has
// it. What was before the change keeps its answer.
#include "projections/law/unit_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "policy_story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes
using ::testing::ElementsAre;

const absl::CivilDay kChange(2026, 2, 1);
constexpr auto kFirst = "Skollagen (2010:800) 6 kap. 10 § första stycket";
constexpr auto kThird = "Skollagen (2010:800) 6 kap. 10 § tredje stycket";

std::vector<int> Days(const TermsByDay& terms) {
  std::vector<int> days;
  for (const UnitTerms& each : terms) {
    days.push_back(each.from == absl::CivilDay::min() ? 0 : each.from.day());
  }
  return days;
}

TEST(UnitTerms, ALaterDeclarationReplacesTheSameDayAndAnUndatedOneAll) {
  TermsByDay terms{UnitTerms{}};
  Declare({.form = UNIT_FORM_PRESCHOOL}, terms);
  Declare({.from = absl::CivilDay(2026, 2, 20), .form = UNIT_FORM_OTHER}, terms);
  Declare({.from = absl::CivilDay(2026, 2, 10), .form = UNIT_FORM_AFTER_SCHOOL}, terms);
  EXPECT_THAT(Days(terms), ElementsAre(0, 10, 20)) << "by their days, whatever came first";
  Declare({.from = absl::CivilDay(2026, 2, 20), .form = UNIT_FORM_OPEN_ACTIVITY}, terms);
  EXPECT_THAT(Days(terms), ElementsAre(0, 10, 20));
  EXPECT_EQ(InForceAt(terms, EndOfTime("2026-02-09")).form, UNIT_FORM_PRESCHOOL);
  EXPECT_EQ(InForceAt(terms, StartOf(absl::CivilDay(2026, 2, 10))).form, UNIT_FORM_AFTER_SCHOOL);
  EXPECT_EQ(InForceAt(terms, EndOfTime("2026-02-19")).form, UNIT_FORM_AFTER_SCHOOL);
  EXPECT_EQ(InForceAt(terms, EndOfTime("2026-03")).form, UNIT_FORM_OPEN_ACTIVITY);
  Declare({.form = UNIT_FORM_OTHER}, terms);
  EXPECT_THAT(Days(terms), ElementsAre(0)) << "it has always been so";
}

TEST(UnitTerms, NothingIsKnownOfTheTimeBeforeTheFirstDay) {
  TermsByDay terms{UnitTerms{}};
  Declare({.from = kChange, .form = UNIT_FORM_OTHER, .report_receiver = PARTY_AUTHORITY}, terms);
  EXPECT_EQ(InForceAt(terms, EndOfTime("2026-01-31")).form, UNIT_FORM_UNSPECIFIED);
  EXPECT_EQ(InForceAt(terms, EndOfTime("2026-01-31")).report_receiver, PARTY_UNSPECIFIED);
}

TEST(UnitTerms, AnIntervalIsCutWhereTheyChange) {
  TermsByDay terms{UnitTerms{}};
  Declare({.from = kChange}, terms);
  Declare({.from = kChange + 10}, terms);
  const Interval when = *ParseEdtf("2026-01-20/2026-02-05");
  const auto parts = InForce(terms, when);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].when.earliest, when.earliest);
  EXPECT_EQ(parts[0].when.latest, EndOf(kChange - 1));
  EXPECT_EQ(parts[1].when.earliest, StartOf(kChange));
  EXPECT_EQ(parts[1].when.latest, when.latest);
  EXPECT_EQ(InForce(terms, Interval{}).size(), 3u);
  EXPECT_EQ(InForce(terms, At(StartOf(kChange))).size(), 1u);
  Interval turned = when;
  std::swap(turned.earliest, turned.latest);
  EXPECT_EQ(InForce(terms, turned).size(), 1u) << "a contradiction";
}

// From 1 February staff report to the authority.
class Receiver : public ::testing::Test {
 protected:
  Receiver() {
    UnitTerms changed = story_.file.terms[0];
    changed.from = kChange;
    changed.report_receiver = PARTY_AUTHORITY;
    Declare(changed, story_.file.terms);
  }

  LegTimeliness Leg(event::v1::Leg leg, int round = 1) {
    return LegOf(story_.Ask("2026-12-31"), leg, round);
  }
  static std::vector<std::string> Basis(const LegTimeliness& leg) {
    std::vector<std::string> basis;
    for (const auto& one : leg.basis()) basis.push_back(one.citation());
    return basis;
  }
  std::string_view Role(event::v1::Leg leg, std::string_view as_of) {
    story_.Ask(as_of);
    for (const Waiting& step : WaitingSteps(story_.file)) {
      if (step.leg == leg) return step.role;
    }
    return "";
  }

  PolicyStory story_;
};

TEST_F(Receiver, ACaseBeforeKeepsItsAnswer) {
  story_.Fact("k", "2026-01-10", "staff_learned {}");
  story_.Fact("p", "2026-01-12", "principal_informed {}");
  story_.Fact("a", "2026-01-14", "authority_notified {}");
  const auto told = Leg(LEG_REPORT_TO_PRINCIPAL);
  EXPECT_EQ(told.state(), LEG_STATE_FULFILLED);
  EXPECT_THAT(Basis(told), ::testing::Contains(kFirst));
  EXPECT_EQ(Leg(LEG_NOTIFY_AUTHORITY).started().fact(), "p");
  EXPECT_THAT(Basis(Leg(LEG_NOTIFY_AUTHORITY)), ::testing::Not(::testing::Contains(kThird)));
}

TEST_F(Receiver, ACaseAfterGoesStraightToTheAuthority) {
  story_.Fact("k", "2026-02-01", "staff_learned {}");
  story_.Fact("a", "2026-02-04", "authority_notified {}");
  EXPECT_EQ(Leg(LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(Leg(LEG_NOTIFY_AUTHORITY).started().fact(), "k");
  EXPECT_THAT(Basis(Leg(LEG_NOTIFY_AUTHORITY)), ElementsAre(kThird));
}

TEST_F(Receiver, TheChainOfARoundGoesAsTheUnitWasWhenItBegan) {
  story_.Fact("k", "2026-01-31", "staff_learned {}");
  story_.Fact("p", "2026-02-02", "principal_informed {}");
  EXPECT_EQ(Leg(LEG_REPORT_TO_PRINCIPAL).state(), LEG_STATE_FULFILLED);
  const auto notify = Leg(LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(notify.state(), LEG_STATE_PENDING);
  EXPECT_EQ(notify.started().fact(), "p");
  EXPECT_THAT(Basis(notify), ::testing::Contains(kFirst));
  EXPECT_THAT(Basis(notify), ::testing::Not(::testing::Contains(kThird)));
  EXPECT_EQ(Role(LEG_NOTIFY_AUTHORITY, "2026-12-31"), "principal");
  EXPECT_EQ(Role(LEG_INFORM_GUARDIAN, "2026-12-31"), "chief") << "as the unit is now";
  EXPECT_EQ(Role(LEG_INFORM_GUARDIAN, "2026-01-31"), "principal");
}

TEST_F(Receiver, ANewDisclosureGoesByWhatTheUnitHasBecome) {
  story_.Fact("k1", "2026-01-10", "staff_learned {}");
  story_.Fact("p1", "2026-01-10", "principal_informed {}");
  story_.Fact("a1", "2026-01-12", "authority_notified {}");
  story_.Fact("k2", "2026-02-10", "staff_learned {}");
  story_.Fact("a2", "2026-02-13", "authority_notified {}");
  EXPECT_EQ(Leg(LEG_REPORT_TO_PRINCIPAL, 1).state(), LEG_STATE_FULFILLED);
  EXPECT_EQ(Leg(LEG_REPORT_TO_PRINCIPAL, 2).state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(Leg(LEG_NOTIFY_AUTHORITY, 1).started().fact(), "p1");
  EXPECT_EQ(Leg(LEG_NOTIFY_AUTHORITY, 2).started().fact(), "k2");
}

TEST_F(Receiver, WhereItIsNotCertainWhenTheRoundBeganNothingIs) {
  story_.Fact("k", "2026-01-25/2026-02-05", "staff_learned {}");
  const auto answer = story_.Ask("2026-12-31");
  const auto told = LegOf(answer, LEG_REPORT_TO_PRINCIPAL, 1);
  EXPECT_EQ(told.state(), LEG_STATE_UNDETERMINED);
  EXPECT_THAT(told.reasons().text().sv(), ::testing::HasSubstr("vem som tog emot"));
  EXPECT_EQ(LegOf(answer, LEG_NOTIFY_AUTHORITY, 1).state(), LEG_STATE_UNDETERMINED);
  EXPECT_EQ(LegOf(answer, LEG_START_INVESTIGATION, 1).state(), LEG_STATE_PENDING)
      << "it rests on neither";
}

// It is not certain that anybody knew by the 25th; on the 1st somebody else will receive reports.
TEST_F(Receiver, ARoundThatMayHaveBegunGoesAsTheUnitIsByAsOf) {
  story_.Fact("k", "2026-01-20/2026-02-10", "staff_learned {}");
  const auto told = LegOf(story_.Ask("2026-01-25"), LEG_REPORT_TO_PRINCIPAL, 1);
  EXPECT_EQ(told.state(), LEG_STATE_UNDETERMINED);
  EXPECT_THAT(told.reasons().text().sv(), ::testing::Not(::testing::HasSubstr("vem som tog emot")));
  EXPECT_EQ(LegOf(story_.Ask("2026-01-25"), LEG_NOTIFY_AUTHORITY, 1).state(),
            LEG_STATE_NOT_STARTED);
}

TEST(Receivers, AReportOfSomebodysOwnOpensARoundWhereThePrincipalHasBecomeTheRecipient) {
  const auto rounds_with = [](const std::string& reported) {
    PolicyStory story;
    story.file.terms = {{.report_receiver = PARTY_AUTHORITY}};
    Declare({.from = kChange}, story.file.terms);
    story.Fact("k", "2026-01-10", "staff_learned {}");
    story.Fact("a", "2026-01-12", "authority_notified {}");
    story.Fact("r", reported, "to: PARTY_PRINCIPAL report_received {}");
    int last = 0;
    const auto answer = story.Ask("2026-12-31");
    for (const auto& leg : answer.legs()) last = std::max(last, leg.round());
    return last;
  };
  EXPECT_EQ(rounds_with("2026-02-10"), 2);
  EXPECT_EQ(rounds_with("2026-01-20"), 1) << "then the authority was";
}

// A limit for preschools and another for the rest; in February the unit becomes a preschool.
TEST(UnitForm, TheLimitIsThatOfTheFormWhenTheClockStarted) {
  const auto limit_of = [](const std::string& principal_informed) {
    PolicyStory story;
    UnitTerms changed = story.file.terms[0];
    changed.from = kChange;
    changed.form = UNIT_FORM_PRESCHOOL;
    Declare(changed, story.file.terms);
    story.Routine(
        "version: '1' from: '2020-01-01' limits { leg: LEG_DECIDE_MEASURES limit: 'P7D' }"
        " limits { leg: LEG_DECIDE_MEASURES limit: 'P1D' forms: UNIT_FORM_PRESCHOOL }");
    story.Fact("c", principal_informed,
               "investigation_concluded { finding: FINDING_SUBSTANTIATED }");
    story.Fact("m", "2026-03-30", "measure_decided { measure: 'm' }");
    return story.Leg(LEG_DECIDE_MEASURES, "2026-12-31").routine();
  };
  EXPECT_EQ(limit_of("2026-01-31").limit(), "P7D");
  EXPECT_EQ(limit_of("2026-02-01").limit(), "P1D");
  const auto both = limit_of("2026-01-20/2026-02-10");
  EXPECT_EQ(both.verdict(), ROUTINE_VERDICT_LATE) << "late by either";
  EXPECT_EQ(limit_of("2026-01-20/2026-03-29").verdict(), ROUTINE_VERDICT_UNDETERMINED);
}

// The day for schools came with a version that no longer met one: by then it was a preschool.
TEST(UnitForm, AVersionIsAskedOnlyForTheFormThatTheUnitHadUnderIt) {
  PolicyStory story;
  UnitTerms changed = story.file.terms[0];
  changed.from = kChange;
  changed.form = UNIT_FORM_PRESCHOOL;
  Declare(changed, story.file.terms);
  story.Routine(
      "version: '1' from: '2020-01-01' limits { leg: LEG_DECIDE_MEASURES limit: 'P60D' }");
  story.Routine(
      "version: '2' from: '2026-02-05' limits { leg: LEG_DECIDE_MEASURES limit: 'P1D' }"
      " limits { leg: LEG_DECIDE_MEASURES limit: 'P60D' forms: UNIT_FORM_PRESCHOOL }");
  story.Fact("c", "2026-01-20/2026-02-10",
             "investigation_concluded { finding: FINDING_SUBSTANTIATED }");
  story.Fact("m", "2026-03-01", "measure_decided { measure: 'm' }");
  EXPECT_EQ(story.Leg(LEG_DECIDE_MEASURES, "2026-12-31").routine().verdict(),
            ROUTINE_VERDICT_WITHIN);
}

// A municipal school is handed to an independent authority, which has a routine of its own.
TEST(UnitHandedOver, EachDutyIsMeasuredByTheAuthorityThatHadTheUnitThen) {
  PolicySet municipal;
  ASSERT_TRUE(municipal.Publish(0, ShippedRules()).ok());
  ASSERT_TRUE(municipal
                  .Publish(0, FromText<RoutinePublished>(
                                  "version: 'kommunen' from: '2020-01-01' limits { leg: "
                                  "LEG_NOTIFY_AUTHORITY limit: 'P2D' days: DAY_COUNT_WORKING }"))
                  .ok());
  ASSERT_TRUE(municipal
                  .Publish(0, FromText<ClosingDaysPublished>(
                                  "version: '1' from: '2026-01-01' until: '2026-12-31' days { "
                                  "first: '2026-01-12' last: '2026-01-13' reason: 'lov' } days { "
                                  "first: '2026-02-09' reason: 'lov' }"))
                  .ok());
  PolicyStory story;
  story.file.terms = {{.provider = PROVIDER_TYPE_MUNICIPAL, .policy = &municipal}};
  Declare({.from = kChange, .provider = PROVIDER_TYPE_PRIVATE}, story.file.terms);
  story.Routine(
      "version: 'friskolan' from: '2020-01-01' limits { leg: LEG_NOTIFY_AUTHORITY limit: 'P5D' "
      "days: DAY_COUNT_WORKING }");
  story.Fact("p1", "2026-01-09", "principal_informed {}");
  story.Fact("a1", "2026-01-15", "authority_notified {}");
  story.Fact("k2", "2026-02-06", "staff_learned {}");
  story.Fact("p2", "2026-02-06", "principal_informed {}");
  story.Fact("a2", "2026-02-12", "authority_notified {}");
  story.Fact("d1", "2026-01-31", "documents_requested { request: 'd1' }");
  story.Fact("d2", "2026-02-01", "documents_requested { request: 'd2' }");
  const auto answer = story.Ask("2026-12-31");
  const auto before = LegOf(answer, LEG_NOTIFY_AUTHORITY, 1);
  EXPECT_EQ(before.routine().version(), "kommunen");
  EXPECT_EQ(before.routine().verdict(), ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(WorkingDaysOf(before), "2") << "two of the four were closing days of the municipality";
  const auto after = LegOf(answer, LEG_NOTIFY_AUTHORITY, 2);
  EXPECT_EQ(after.routine().version(), "friskolan");
  EXPECT_EQ(WorkingDaysOf(after), "4") << "the municipality closes nothing any longer";
  EXPECT_GT(LegOf(answer, LEG_ANSWER_DOCUMENTS_REQUEST, 0, "d1").basis_size(), 0);
  EXPECT_EQ(LegOf(answer, LEG_ANSWER_DOCUMENTS_REQUEST, 0, "d2").basis_size(), 0)
      << "a private provider answers by its own routine";
}

TEST(UnitPrincipal, WhoseConflictCountsIsWhoeverLeadsTheUnitAtAsOf) {
  PolicyStory story;
  story.file.terms[0].principal = "den gamla";
  UnitTerms changed = story.file.terms[0];
  changed.from = kChange;
  changed.principal = "den nya";
  Declare(changed, story.file.terms);
  story.Fact("p", "2026-01-10", "principal_informed {}");
  story.Fact("j", "2026-01-11", "conflict_declared { person: 'den gamla' }");
  const auto role = [&](std::string_view as_of) -> std::string_view {
    story.Ask(as_of);
    for (const Waiting& step : WaitingSteps(story.file)) {
      if (step.leg == LEG_INFORM_GUARDIAN) return step.role;
    }
    return "";
  };
  EXPECT_EQ(role("2026-01-31"), "chief");
  EXPECT_EQ(role("2026-02-01"), "principal");
}

// A former principal is accused; who leads the unit changes on 1 February.
class AccusedPrincipal : public ::testing::Test {
 protected:
  LegTimeliness Report(std::string_view accused, std::string_view knew) {
    Story& story = story_.emplace("2026-12-31");
    story.Accused(ACCUSED_KIND_PRINCIPAL, accused);
    story.changes = {{.form = story.form, .principal = "den gamla"},
                     {.from = kChange, .form = story.form, .principal = "den nya"}};
    story.Add("k", knew).mutable_staff_learned();
    return LegOf(story.Ask(), LEG_REPORT_TO_PRINCIPAL);
  }
  // Of whoever has the step at as_of.
  std::string_view Role(event::v1::Leg leg) {
    for (const Waiting& step : story_->Steps()) {
      if (step.leg == leg) return step.role;
    }
    return "";
  }

  std::optional<Story> story_;
};

TEST_F(AccusedPrincipal, IsPassedByOnlyWhileTheyLedTheUnit) {
  EXPECT_EQ(Report("den gamla", "2026-01-31").state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(Role(LEG_NOTIFY_AUTHORITY), "staff");
  EXPECT_EQ(Report("den gamla", "2026-02-01").state(), LEG_STATE_PENDING);
  EXPECT_EQ(Role(LEG_REPORT_TO_PRINCIPAL), "staff");
  EXPECT_EQ(Role(LEG_INFORM_GUARDIAN), "principal") << "who leads it now is not the accused";
  EXPECT_EQ(Report("den nya", "2026-01-31").state(), LEG_STATE_PENDING);
  EXPECT_EQ(Role(LEG_INFORM_GUARDIAN), "chief") << "who leads it now is accused";
  EXPECT_EQ(Report("den nya", "2026-02-01").state(), LEG_STATE_NOT_REQUIRED);
}

TEST_F(AccusedPrincipal, MayBeEitherWhereItIsNotCertainWhenStaffKnew) {
  const auto report = Report("den gamla", "2026-01-30/2026-02-02");
  EXPECT_EQ(report.state(), LEG_STATE_UNDETERMINED);
}

TEST_F(AccusedPrincipal, WhomNobodyNamesIsWhoeverLedTheUnit) {
  EXPECT_EQ(Report("", "2026-01-31").state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(Report("", "2026-02-01").state(), LEG_STATE_NOT_REQUIRED);
  EXPECT_EQ(Role(LEG_INFORM_GUARDIAN), "chief");
}

}  // namespace
}  // namespace skyndsamt::law::testing
