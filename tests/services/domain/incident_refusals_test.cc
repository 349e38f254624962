// What cannot be true, what an id forbids, who may not investigate: each with its reason and field.
#include <gtest/gtest.h>

#include <string>

#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

TEST(IncidentRefuses, FactsOfAnIncidentThatDoesNotExist) {
  Given(Initial()).When("id: 'f' staff_learned {}").Refused(REASON_INCIDENT_UNKNOWN, "incident");
  Given(Initial())
      .When("id: 'f' staff_learned {}", "id: 'o' incident_opened { unit: '$UNIT' }")
      .Refused(REASON_INCIDENT_UNKNOWN, "incident");
}

TEST(IncidentRefuses, ASecondOpening) {
  Given(Opened())
      .When("id: 'f' incident_opened { unit: '$UNIT' }")
      .Refused(REASON_INCIDENT_EXISTS, "facts[0].incident_opened");
  Given(Initial())
      .When("id: 'a' incident_opened { unit: '$UNIT' }",
            "id: 'b' incident_opened { unit: '$UNIT' }")
      .Refused(REASON_INCIDENT_EXISTS, "facts[1].incident_opened");
}

TEST(IncidentRefuses, NoFactsAndTooMany) {
  Given(Opened())
      .When(RecordFacts{{}, TestNow(), &TestTimes(), {}})
      .Refused(REASON_FIELD_INVALID, "facts");
  std::vector<Fact> many(kMaxFactsPerCommand + 1);
  Given(Opened())
      .When(RecordFacts{many, TestNow(), &TestTimes(), {}})
      .Refused(REASON_FIELD_INVALID, "facts");
}

TEST(IncidentRefuses, AFactWithoutIdOrKind) {
  Given(Opened()).When("staff_learned {}").Refused(REASON_FIELD_INVALID, "facts[0].id");
  Given(Opened()).When("id: 'f'").Refused(REASON_FIELD_INVALID, "facts[0].kind");
}

TEST(IncidentRefuses, AFactIdTwice) {
  Given(Opened()).When("id: 'open' staff_learned {}").Refused(REASON_FACT_ID_TAKEN, "facts[0].id");
  Given(Opened())
      .When("id: 'f' staff_learned {}", "id: 'f' relayed {}")
      .Refused(REASON_FACT_ID_TAKEN, "facts[1].id");
}

TEST(IncidentRefuses, TheSameMeasureRequestComplaintOrDocumentTwice) {
  for (const std::string what :
       {"measure_decided { measure: 'x' }", "documents_requested { request: 'x' }",
        "complaint_received { complaint: 'x' }", "document_added { document: 'x' }"}) {
    Fact fact = Read<Fact>(what);
    const std::string name(KindName(fact));
    const std::string id = what.substr(what.find("{ ") + 2, what.find(':') - what.find("{ ") - 2);
    Given(Opened())
        .When("id: 'a' " + what, "id: 'b' " + what)
        .Refused(REASON_FACT_ID_TAKEN, "facts[1]." + name + "." + id);
  }
}

TEST(IncidentRefuses, ACorrectionOfAFactNobodyKnows) {
  Given(Opened())
      .When("id: 'f' correction { of: 'x' withdrawn: true reason: 'Fel' }")
      .Refused(REASON_REFERENCE_UNKNOWN, "facts[0].correction.of");
}

TEST(IncidentRefuses, ACorrectionThatDoesNotSayWhy) {
  const std::string withdrawal = "id: 'k' correction { of: 'open2' withdrawn: true ";
  const Incident state = Folded(Facts("id: 'open2' staff_learned {}"), Opened());
  for (const char* reason : {"}", "reason: '' }", "reason: '  ' }"}) {
    Given(state)
        .When(withdrawal + reason)
        .Refused(REASON_FIELD_INVALID, "facts[0].correction.reason");
  }
  Given(state)
      .When("id: 'k' correction { of: 'open2' replacement { relayed {} } }")
      .Refused(REASON_FIELD_INVALID, "facts[0].correction.reason");
  Given(state).When(withdrawal + "reason: 'Fel barn' }").Recorded();
  event::v1::Imported old;
  old.set_source("s");
  Given(state)
      .When(RecordFacts{Facts(withdrawal + "}"), TestNow(), &TestTimes(), old})
      .Recorded();  // what was not written down then is not known now
}

TEST(IncidentRefuses, AChildWithoutACase) {
  Given(Opened())
      .When("id: 'f' children: '$ADA' children: '$NILS' staff_learned {}")
      .Refused(REASON_CASE_UNKNOWN, "facts[0].children[1]");
  Given(Opened())
      .When("id: 'f' children: '$ADA' children: '$ADA' staff_learned {}")
      .Refused(REASON_FIELD_INVALID, "facts[0].children[1]");
  Given(Initial())
      .When("id: 'o' children: '$BO' incident_opened { unit: '$UNIT' children { person: '$ADA' } }")
      .Refused(REASON_CASE_UNKNOWN, "facts[0].children[0]");
  Given(Initial())
      .When(
          "id: 'o' incident_opened { unit: '$UNIT' children { person: '$ADA' }"
          " children { person: '$ADA' } }")
      .Refused(REASON_FIELD_INVALID, "facts[0].incident_opened.children[1].person");
}

TEST(IncidentRefuses, TimesThatCannotBeTrue) {
  Given(Opened())
      .When("id: 'f' happened { edtf: 'igår' } staff_learned {}")
      .Refused(REASON_TIME_MALFORMED, "facts[0].happened.edtf");
  Given(Opened())
      .When("id: 'e' staff_learned {}", "id: 'f' happened { edtf: '2026-02-01' } relayed {}")
      .Refused(REASON_TIME_IN_FUTURE, "facts[1].happened.edtf");
  Given(Opened())
      .When("id: 'f' happened { edtf: '2026-01-03/2026-01-02' } staff_learned {}")
      .Refused(REASON_INTERVAL_ENDS_BEFORE_BEGIN, "facts[0].happened.edtf");
}

TEST(IncidentRefuses, RelativeTimesWithoutAKnownAnchor) {
  Given(Opened())
      .When("id: 'f' happened { relative { at_least: 'P1M' } } staff_learned {}")
      .Refused(REASON_FIELD_INVALID, "facts[0].happened.relative");
  Given(Opened())
      .When("id: 'f' happened { relative { after: 'x' } } staff_learned {}")
      .Refused(REASON_REFERENCE_UNKNOWN, "facts[0].happened.relative.after");
  Given(Opened())
      .When("id: 'f' happened { relative { before: 'f' } } staff_learned {}")
      .Refused(REASON_REFERENCE_UNKNOWN, "facts[0].happened.relative.before");
  Given(Opened())
      .When(
          "id: 'f' happened { relative { after: 'open' at_least: 'P4M' at_most: 'P1M' } }"
          " staff_learned {}")
      .Refused(REASON_INTERVAL_ENDS_BEFORE_BEGIN, "facts[0].happened.relative.at_most");
}

TEST(IncidentRefuses, AnInvestigatorInConflict) {
  Incident state = Folded(Facts("id: 'k' conflict_declared { person: '$PER' }"), Opened());
  Given(state)
      .When("id: 'i' investigator_assigned { investigator: '$PER' }")
      .Refused(REASON_CONFLICT_OF_INTEREST, "facts[0].investigator_assigned.investigator");
  Given(state).When("id: 'i' investigator_assigned { investigator: '$EVA' }").Recorded();
}

TEST(IncidentRefuses, AnInvestigatorWhoseConflictCertainlyCameFirst) {
  struct Row {
    const char* declared;
    const char* assigned;
    bool refused;
  };
  for (const Row& row : {Row{"2026-01-12", "2026-01-13", true},  //
                         Row{"2026-01-12", "2026-01-12", true},  // as recorded: the conflict first
                         Row{"2026-01-12", "2026-01-11", false},
                         Row{"2026-01", "2026-01-12", false},  // it may have come later
                         Row{"2026-01-12", "unknown", false}, Row{"unknown", "unknown", true}}) {
    SCOPED_TRACE(std::string(row.declared) + " " + row.assigned);
    auto answer = Given(Opened()).When(std::string("id: 'k' happened { edtf: '") + row.declared +
                                           "' } conflict_declared { person: '$PER' }",
                                       std::string("id: 'i' happened { edtf: '") + row.assigned +
                                           "' } investigator_assigned { investigator: '$PER' }");
    if (row.refused) {
      answer.Refused(REASON_CONFLICT_OF_INTEREST, "facts[1].investigator_assigned.investigator");
    } else {
      EXPECT_EQ(answer.Recorded().investigator, Uuid("PER"));
    }
  }
}

TEST(IncidentRefuses, AnInvestigatorWhoIsAccused) {
  Given(Initial())
      .When(
          "id: 'o' incident_opened { unit: '$UNIT' accused { person: '$PER' kind:"
          " ACCUSED_KIND_PRINCIPAL } }",
          "id: 'i' investigator_assigned { investigator: '$PER' }")
      .Refused(REASON_CONFLICT_OF_INTEREST, "facts[1].investigator_assigned.investigator");
}

TEST(IncidentRefuses, ReopeningWhatIsNotClosed) {
  Given(Opened())
      .When("id: 'r' case_reopened {}")
      .Refused(REASON_CASE_NOT_CLOSED, "facts[0].case_reopened");
  Given(Folded(Facts("id: 'c' children: '$ADA' case_closed {}"), Opened()))
      .When("id: 'r' children: '$BO' case_reopened {}")
      .Refused(REASON_CASE_NOT_CLOSED, "facts[0].case_reopened");
}

TEST(IncidentRefuses, AClientsOwnMarkOfImport) {
  Given(Opened())
      .When("id: 'f' imported { source: 's' } staff_learned {}")
      .Refused(REASON_FIELD_INVALID, "facts[0].imported");
  Given(Opened())
      .When(
          "id: 'f' correction { of: 'open' replacement { imported { source: 's' }"
          " incident_opened { unit: '$UNIT' } } reason: 'Fel' }")
      .Refused(REASON_FIELD_INVALID, "facts[0].correction.replacement.imported");
  event::v1::Imported imported;
  imported.set_source("s");
  imported.set_told_at("sedan");
  Given(Opened())
      .When(RecordFacts{Facts("id: 'f' staff_learned {}"), TestNow(), &TestTimes(), imported})
      .Refused(REASON_TIME_MALFORMED, "imported.told_at");
}

TEST(IncidentRefuses, CorrectionsThatSayNothingOrPutWhatCannotStandThere) {
  auto refused = [](const std::string& correction, Reason reason, const std::string& field) {
    SCOPED_TRACE(correction);
    Incident state = Folded(
        Facts("id: 's' staff_learned {}", "id: 'd' measure_decided { measure: 'm' }"), Opened());
    Given(state)
        .When("id: 'k' correction { reason: 'Fel' " + correction + " }")
        .Refused(reason, field);
  };
  const std::string at = "facts[0].correction";
  refused("of: 's'", REASON_FIELD_INVALID, at);
  refused("of: 's' withdrawn: false", REASON_FIELD_INVALID, at + ".withdrawn");
  refused("of: 'open' withdrawn: true", REASON_FIELD_INVALID, at + ".withdrawn");
  refused("of: 's' replacement {}", REASON_FIELD_INVALID, at + ".replacement.kind");
  refused("of: 's' replacement { id: 'other' relayed {} }", REASON_FIELD_INVALID,
          at + ".replacement.id");
  refused("of: 's' replacement { incident_opened { unit: '$UNIT' } }", REASON_FIELD_INVALID,
          at + ".replacement.incident_opened");
  refused("of: 'open' replacement { relayed {} }", REASON_FIELD_INVALID,
          at + ".replacement.relayed");
  refused("of: 's' replacement { correction { of: 'open' withdrawn: true } }", REASON_FIELD_INVALID,
          at + ".replacement.correction");
  refused("of: 's' replacement { measure_decided { measure: 'm' } }", REASON_FACT_ID_TAKEN,
          at + ".replacement.measure_decided.measure");
  refused("of: 's' replacement { happened { relative { after: 's' } } relayed {} }",
          REASON_REFERENCE_UNKNOWN, at + ".replacement.happened.relative.after");
  refused("of: 's' replacement { children: '$NILS' relayed {} }", REASON_CASE_UNKNOWN,
          at + ".replacement.children[0]");
  refused("of: 's' replacement { happened { edtf: '2027' } relayed {} }", REASON_TIME_IN_FUTURE,
          at + ".replacement.happened.edtf");
}

}  // namespace
}  // namespace skyndsamt::domain
