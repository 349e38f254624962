// What is asked of a command around the decider: the revision that its author has seen, and what
// would become of it. And what its answer proposes next.
#include "services/commands/admission.h"

#include <gmock/gmock.h>

#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

class AdmissionTest : public House {
 protected:
  void OpenIncident(const std::string& name = "incident") {
    MustRecord(Request("open " + name, name, {kOpened}));
  }
};

TEST_F(AdmissionTest, AnswersAStaleRevisionWithTheMissedFacts) {
  OpenIncident();
  MustRecord(Request("2", "incident",
                     {kLearned,
                      "id: 'p' happened { edtf: '2026-01-13' } note: 'hemligt' "
                      "principal_informed {}"}));
  auto stale = Request("3", "incident",
                       {"id: 'a' happened { edtf: '2026-01-14' } "
                        "authority_notified {}"});
  stale.mutable_expected_revision()->set_exactly(0);
  for (const bool restart : {false, true}) {
    if (restart) Restart();
    const auto outcome = Record(stale);
    const auto* conflict = std::get_if<ConflictOutcome>(&outcome);
    ASSERT_NE(conflict, nullptr) << outcome.index();
    EXPECT_EQ(conflict->conflict.current_revision(), 2u);
    ASSERT_EQ(conflict->conflict.missed_size(), 2);
    EXPECT_EQ(conflict->conflict.missed(0).id(), "k");
    EXPECT_EQ(conflict->conflict.missed(1).id(), "p");
    EXPECT_EQ(conflict->conflict.missed(1).note(), "");
  }
  stale.mutable_expected_revision()->set_exactly(2);
  EXPECT_EQ(MustRecord(stale).revision(), 3u);
  // Asked again, the first answer stands, though the revision has moved on.
  EXPECT_TRUE(MustRecord(stale).deduplicated());
}

TEST_F(AdmissionTest, ALegalTransitionNamesTheRevisionItsAuthorHasSeen) {
  OpenIncident();
  const auto needs = [&](const std::string& id, const std::string& fact) {
    auto request = Request(id, "incident", {fact});
    ExpectRefused(Record(request), api::v1::REASON_REVISION_REQUIRED, "expected_revision");
    request.mutable_expected_revision()->set_exists(true);
    ExpectRefused(Record(request), api::v1::REASON_REVISION_REQUIRED, "expected_revision");
    request.mutable_expected_revision()->set_exactly(Stream(Uuid("incident")).size() - 1);
    MustRecord(request);
    EXPECT_TRUE(MustRecord(request).deduplicated());
  };
  needs("2", "id: 'c' investigation_concluded { finding: FINDING_PARTLY }");
  needs("3", "id: 'x' correction { reason: 'Fel' of: 'c' withdrawn: true }");
  needs("4", "id: 'y' correction { reason: 'Fel' of: 'x' withdrawn: true }");
  needs("5", "id: 'z' case_closed {}");
  needs("6", "id: 'r' case_reopened {}");
  MustRecord(Request("7", "incident", {kLearned}));
  needs("8",
        "id: 'w' correction { reason: 'Fel' of: 'k' replacement { investigation_concluded {} } }");
  needs("8b", "id: 'u' correction { reason: 'Fel' of: 'k' withdrawn: true }");
  MustRecord(Request("9", "incident",
                     {"id: 'v' correction { of: 'opened' reason: 'namn'"
                      " replacement { incident_opened { unit: '$unit' } } }"}));
}

TEST_F(AdmissionTest, AnImportOrTheCommandThatOpensNamesNoRevision) {
  MustRecord(Request("1", "incident", {kOpened, "id: 'c' case_closed {}"}));
  auto old = Request("2", "incident", {"id: 'r' case_reopened {}"});
  old.mutable_imported()->set_source("register");
  MustRecord(old);
}

TEST_F(AdmissionTest, ValidatingTellsWhatWouldBecomeOfTheRequest) {
  const auto open = Request("1", "incident", {kOpened});
  const auto answer = MustRecord(open);
  auto again = open;
  again.set_validate_only(true);
  const auto told = MustRecord(again);
  EXPECT_TRUE(told.deduplicated());
  EXPECT_EQ(told.position().position(), answer.position().position());
  auto other = Request("1", "incident", {kLearned});
  other.set_validate_only(true);
  EXPECT_TRUE(std::holds_alternative<RequestReused>(Record(other)));
  EXPECT_EQ(Stream(Uuid("incident")).size(), 1u);
}

TEST_F(AdmissionTest, NextActionsGoPastThePrincipalWhereTheUnitReportsToTheAuthority) {
  const auto actions = [&](const std::string& incident) {
    const auto told = MustRecord(Request("k " + incident, incident, {kLearned})).next_actions();
    return std::vector<std::string>(told.begin(), told.end());
  };
  OpenIncident("one");
  EXPECT_THAT(actions("one"), testing::Contains("principal_informed"));
  directory_of_units_.Add(Uuid("unit"), {"yard"}, event::v1::PARTY_AUTHORITY);
  OpenIncident("two");
  EXPECT_THAT(actions("two"), testing::Not(testing::Contains("principal_informed")));
}

TEST_F(AdmissionTest, NextActionsGoByWhatTheUnitIsToday) {
  views::Unit planned{
      .authority = Uuid("authority"), .from = absl::CivilDay(2030, 1, 1), .declared = {}};
  planned.declared.set_unit(Uuid("unit"));
  planned.declared.set_report_receiver(event::v1::PARTY_AUTHORITY);
  directory_of_units_.Add(std::move(planned));
  OpenIncident();
  EXPECT_THAT(MustRecord(Request("k", "incident", {kLearned})).next_actions(),
              testing::Contains("principal_informed"));
  clock_.Advance(4 * 365 * Micros{86'400'000'000});
  EXPECT_THAT(MustRecord(Request("l", "incident", {"id: 'l' staff_learned {}"})).next_actions(),
              testing::Not(testing::Contains("principal_informed")));
}

// It stands in clear for ever, so nobody may write a name or a home there.
TEST_F(AdmissionTest, RefusesAPlaceWhereTheUnitHasNoListOfPlaces) {
  directory_of_units_.Add(Uuid("unit"));
  auto request = Request("1", "incident", {kOpened});
  request.mutable_facts(0)->mutable_incident_opened()->set_place("hemma hos Anna Andersson");
  ExpectRefused(Record(request), api::v1::REASON_CODE_UNKNOWN, "facts[0].incident_opened.place");
  EXPECT_EQ(log_->committed(), 0u);
  request.mutable_facts(0)->mutable_incident_opened()->clear_place();
  MustRecord(request);
}

// Lateness never refuses a fact: of which day the list of places is does not matter.
TEST_F(AdmissionTest, TakesAPlaceThatIsOrEverWasOnAListOfTheUnit) {
  const auto declare = [&](const std::string& place, absl::CivilDay from) {
    views::Unit unit{.authority = Uuid("authority"), .from = from, .declared = {}};
    unit.declared.set_unit(Uuid("unit"));
    unit.declared.add_places(place);
    directory_of_units_.Add(std::move(unit));
  };
  declare("annex", absl::CivilDay(2025, 8, 1));
  declare("new house", absl::CivilDay(2030, 1, 1));
  for (const char* place : {"yard", "annex", "new house"}) {
    auto request = Request(place, place, {kOpened});
    request.mutable_facts(0)->mutable_incident_opened()->set_place(place);
    MustRecord(request);
  }
  auto request = Request("home", "home", {kOpened});
  request.mutable_facts(0)->mutable_incident_opened()->set_place("home");
  ExpectRefused(Record(request), api::v1::REASON_CODE_UNKNOWN, "facts[0].incident_opened.place");
}

TEST_F(AdmissionTest, HoldsExpectationsOfExistence) {
  auto request = Request("1", "incident", {kOpened});
  request.mutable_expected_revision()->set_exists(true);
  ExpectRefused(Record(request), api::v1::REASON_INCIDENT_UNKNOWN, "incident");
  request.mutable_expected_revision()->set_exactly(0);
  ExpectRefused(Record(request), api::v1::REASON_INCIDENT_UNKNOWN, "incident");
  request.mutable_expected_revision()->set_none(true);
  MustRecord(request);
  auto second = Request("2", "incident", {kLearned});
  second.mutable_expected_revision()->set_none(true);
  ExpectRefused(Record(second), api::v1::REASON_INCIDENT_EXISTS, "expected_revision");
  second.mutable_expected_revision()->set_exists(true);
  MustRecord(second);
}

}  // namespace
}  // namespace skyndsamt::commands
